/** Answers about capture quality, as zod schemas. */
import { needs, qualityFigures, type AlertSight, type BlindSpot, type CaptureQuality } from '@wirecase/contract';
import { z } from 'zod';
import { alertRow } from '../schemas/rows.ts';
import { count, time } from '../schemas/responses.ts';

const figures = z.record(z.enum(qualityFigures), count).meta({ id: 'QualityFigures' });

const blindSpots = z.array(
  z
    .object({ what: z.enum([...needs, 'drops']), part: count, of: count, share: z.number(), text: z.string() })
    .meta({ id: 'BlindSpot' }) satisfies z.ZodType<BlindSpot>,
);

export const captureQuality = z
  .object({
    dropped: count.nullable(),
    packets: count,
    figures,
    unseen: blindSpots,
    steps: z.array(z.object({ start: time, end: time, figures })),
    hosts: z.array(z.object({ ip: z.string(), figures })),
    detectors: z.array(z.object({ id: z.string(), name: z.string(), alerts: count, unseen: blindSpots })),
  })
  .meta({ id: 'CaptureQuality' }) satisfies z.ZodType<CaptureQuality>;

const alertSight = z
  .object({ ip: z.string().nullable(), flows: count, unseen: blindSpots })
  .meta({ id: 'AlertSight' }) satisfies z.ZodType<AlertSight>;

const alertSearch = z
  .object({ q: z.string(), capture: z.string().optional(), from: time, to: time })
  .meta({ id: 'AlertSearch', description: 'Parameters of `GET /flows` that find the flows that it is about.' });

/** An alert's row, what its detector could not see, and where its flows are. */
export const alertDetail = alertRow.and(
  z.object({ wirecase: z.object({ alert: z.object({ unseen: z.array(alertSight), search: alertSearch }) }) }),
);
