/** Requests and answers about holds, as zod schemas. */
import type { Hold } from '@wirecase/contract';
import { z } from 'zod';
import { anyId } from '../schemas/requests.ts';
import { count } from '../schemas/responses.ts';

/** Longest time around an alert: a day. */
const mostSeconds = 86_400;

const reason = z.string().trim().min(1, 'say why it is kept').max(500);
const instant = z.iso.datetime({ offset: true });

export const holdsQuery = z.strictObject({ capture: anyId.optional() });
const keepDays = z
  .int()
  .min(1)
  .max(3650)
  .optional()
  .meta({ description: 'It is released by itself after so many days; without, when somebody does.' });
export const holdRequest = z.strictObject({ reason, keepDays }).meta({ id: 'HoldRequest' });
export const timeHoldRequest = z
  .strictObject({ reason, from: instant, to: instant, keepDays })
  .refine(({ from, to }) => Date.parse(from) <= Date.parse(to), 'from must not lie after to')
  .meta({ id: 'TimeHoldRequest' });
const seconds = z.int().min(0).max(mostSeconds).default(60);
export const aroundRequest = z
  .strictObject({ reason, beforeSeconds: seconds, afterSeconds: seconds, keepDays })
  .meta({ id: 'AroundAlertRequest' });

const nullableText = z.string().nullable();
export const hold = z
  .object({
    ...{ id: z.string(), reason: z.string(), captureId: nullableText, sensorId: nullableText, sensor: nullableText },
    ...{ from: nullableText, to: nullableText, alertId: nullableText, createdAt: z.string(), createdBy: z.string() },
    ...{ expiresAt: nullableText, isTriggered: z.boolean() },
    ...{ captures: count, bytes: count },
  })
  .meta({ id: 'Hold' }) satisfies z.ZodType<Hold>;
export const holds = z.array(hold);
