/** Answers about capture quality, as zod schemas. */
import { needs, qualityFigures, type AlertCounts, type AlertSight, type BlindSpot, type CaptureQuality } from '@wirecase/contract';
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

const alertSearch = z.object({ q: z.string(), capture: z.string().optional(), to: time }).meta({
  id: 'AlertSearch',
  description: 'Parameters of `GET /flows` that find the flows that it is about: those that were open in its time.',
});

const alertCounts = z
  .object({
    flows: count.meta({ description: 'Those that one row stands for count each.' }),
    packets: count,
    bytes: count.meta({ description: 'Frame bytes.' }),
    ports: count.meta({ description: 'Different ports of responders; of a row that stands for many flows its first 1,000.' }),
    hosts: count.meta({ description: 'Different addresses, attackers and victims; of a row that stands for many flows its first 1,000.' }),
    relation: z.enum(['eq', 'gte']).meta({ description: '`gte`: there are more than 100,000 rows of flows, which were counted.' }),
  })
  .meta({ id: 'AlertCounts', description: 'What the flows of `search` come to.' }) satisfies z.ZodType<AlertCounts>;

const alertFollows = z.object({
  unseen: z.array(alertSight),
  clearing: z.string().nullable().meta({ description: 'What would have kept it from firing; null where one occurrence is enough.' }),
  search: alertSearch,
  counts: alertCounts.nullable().meta({ description: 'null when no query says which flows, or counting took too long.' }),
});

/** An alert's row, and what follows from it. */
export const alertDetail = alertRow.and(z.object({ wirecase: z.object({ alert: alertFollows }) }));
