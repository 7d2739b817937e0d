/** Requests and answers about incidents, as zod schemas. */
import { attackSteps, type Incident, type IncidentDetail } from '@wirecase/contract';
import { z } from 'zod';
import { anyId } from '../schemas/requests.ts';
import { count, time } from '../schemas/responses.ts';

export const incidentQuery = z.strictObject({
  from: z.string().optional().meta({ description: 'Alerts that begin then or later; RFC 3339 or epoch seconds.' }),
  to: z.string().optional().meta({ description: 'Alerts that begin before.' }),
  capture: anyId.optional().meta({ description: 'Only those with an alert of this capture.' }),
  sort: z.enum(['start', 'risk']).default('start').meta({ description: '`start`: newest first; `risk`: riskiest first.' }),
  limit: z.coerce.number<string>().int().min(1).max(1000).default(100),
});
export type IncidentQuery = z.output<typeof incidentQuery>;

const step = z.enum(attackSteps);
const incident = z
  .object({
    id: z.string(),
    attacker: z.string(),
    targets: z.array(z.string()).meta({ description: 'The first five of `targetCount`.' }),
    targetCount: count,
    start: time,
    end: time,
    risk: z.int().min(0).max(100),
    steps: z.array(step),
    alerts: count,
    captures: count,
  })
  .meta({ id: 'Incident' }) satisfies z.ZodType<Incident>;
export const incidents = z.array(incident);

const alert = z
  .object({
    id: z.string(),
    captureId: z.string(),
    alertClass: z.string(),
    ruleName: z.string(),
    step,
    severity: count,
    confidence: z.number(),
    start: time,
    end: time,
    explanation: z.string(),
    state: z.string(),
    verdict: z.string().nullable(),
  })
  .meta({ id: 'IncidentAlert' });

export const incidentDetail = incident
  .extend({ chain: z.array(alert), entities: z.array(z.object({ role: z.string(), who: z.string(), alerts: count })) })
  .meta({ id: 'IncidentDetail' }) satisfies z.ZodType<IncidentDetail>;
