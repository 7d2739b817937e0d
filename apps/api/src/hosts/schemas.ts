/** Requests and answers about hosts, as zod schemas. */
import type { HostDetail, HostOverview } from '@wirecase/contract';
import { z } from 'zod';
import { anyId, selection, searchQuery } from '../schemas/requests.ts';
import { count, pageOf, time } from '../schemas/responses.ts';

const MOST_CAPTURES = 1000;
const captures = z
  .string()
  .max(40 * MOST_CAPTURES)
  .transform((text) => text.split(','))
  .pipe(z.array(anyId).max(MOST_CAPTURES))
  .optional()
  .meta({ description: 'Only these captures, ids with commas between them.' });

const { q, from, to } = selection;
export const hostsQuery = z.strictObject({
  q,
  from,
  to,
  capture: captures,
  ...searchQuery.pick({ sort: true, limit: true, cursor: true }).shape,
});
export type HostsQuery = z.output<typeof hostsQuery>;
export const hostQuery = z.strictObject({ capture: captures });

const seen = { first: time, last: time };
const hostOverview = z
  .object({
    ip: z.string(),
    captures: count,
    hosts: count,
    ...seen,
    names: z.array(z.object({ name: z.string(), source: z.string(), ...seen })),
    macs: z.array(z.string()),
    vendors: z.array(z.string()),
    zone: z.string().nullable(),
    country: z.string().nullable(),
    city: z.string().nullable(),
    asNumber: count.nullable(),
    asName: z.string().nullable(),
    os: z
      .object({
        name: z.string(),
        full: z.string().nullable(),
        confidence: z.number(),
        reasons: z.array(z.object({ source: z.string(), value: z.string(), os: z.string(), weight: z.number() })),
      })
      .nullable(),
    roles: z.array(z.string()),
    services: z.array(
      z.object({
        transport: z.string(),
        port: z.int(),
        protocols: z.array(z.string()),
        product: z.string().nullable(),
        flows: count,
        ...seen,
      }),
    ),
    uses: z.array(z.object({ transport: z.string(), port: z.int(), protocol: z.string().nullable(), flows: count, ...seen })),
    users: z.array(
      z.object({
        user: z.string(),
        service: z.string(),
        side: z.enum(['client', 'server']),
        outcome: z.enum(['success', 'failure', 'unknown']),
        logins: count,
        ...seen,
      }),
    ),
    peers: count,
    topPeers: z.array(z.object({ ip: z.string(), flows: count, bytes: count })),
    flowsOut: count,
    flowsIn: count,
    packetsSent: count,
    packetsReceived: count,
    bytesSent: count,
    bytesReceived: count,
  })
  .meta({ id: 'HostOverview' }) satisfies z.ZodType<HostOverview>;
export const hostPage = pageOf('HostPage', hostOverview);

export const hostDetail = z
  .object({
    ...hostOverview.shape,
    seenIn: z.array(
      z.object({
        captureId: z.string(),
        captureName: z.string(),
        ...seen,
        packetsSent: count,
        packetsReceived: count,
        bytesSent: count,
        bytesReceived: count,
      }),
    ),
  })
  .meta({ id: 'HostDetail' }) satisfies z.ZodType<HostDetail>;
