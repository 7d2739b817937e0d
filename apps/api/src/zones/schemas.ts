/** Requests and answers about zones, as zod schemas. */
import { parseNetworkText, type StoredZoneSettings } from '@wirecase/contract';
import { z } from 'zod';
import { time } from '../schemas/responses.ts';

const zone = z.strictObject({
  name: z.string().trim().min(1).max(100),
  network: z
    .string()
    .trim()
    .refine((text) => parseNetworkText(text) !== null, 'must be an address or a network'),
  isInside: z.boolean(),
});

export const zoneSettings = z
  .strictObject({ version: z.int().nonnegative(), zones: z.array(zone).max(1000) })
  .superRefine(({ zones }, context) => {
    const networks = new Set<string>();
    for (const [i, { network }] of zones.entries()) {
      if (networks.has(network)) context.addIssue({ code: 'custom', path: ['zones', i, 'network'], message: 'has a name already' });
      networks.add(network);
    }
  })
  .meta({ id: 'ZoneSettings' });

export const storedZoneSettings = z
  .object({ version: z.int(), zones: z.array(zone), changedAt: time.nullable(), changedBy: z.string().nullable() })
  .meta({ id: 'StoredZoneSettings' }) satisfies z.ZodType<StoredZoneSettings>;
