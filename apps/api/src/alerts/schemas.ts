/** Requests and answers about alerts, as zod schemas. */
import { alertStates, alertVerdicts, type BulkTriageAnswer, type TriageEntry } from '@wirecase/contract';
import { z } from 'zod';
import { anyId, selection } from '../schemas/requests.ts';
import { count, time } from '../schemas/responses.ts';

const isGiven = (body: object) => Object.keys(body).length > 0;

export const triageChange = z
  .strictObject({
    state: z.enum(alertStates).optional(),
    verdict: z.enum(alertVerdicts).optional().meta({ description: 'Closes the alert.' }),
    assignee: z.string().max(64).nullable().optional().meta({ description: 'Name of a user who may triage; null: nobody.' }),
    comment: z.string().trim().min(1).max(10_000).optional(),
  })
  .refine(isGiven, 'nothing to change is given')
  .meta({ id: 'TriageChange' });

export const bulkTriageRequest = z
  .strictObject({
    ids: z.array(anyId).min(1).max(10_000).optional(),
    filter: z.strictObject(selection).optional(),
    change: triageChange,
  })
  .refine((body) => (body.ids === undefined) !== (body.filter === undefined), 'give either ids or filter')
  .meta({ id: 'BulkTriageRequest' });

export const bulkTriageAnswer = z
  .object({ found: count, changed: count })
  .meta({ id: 'BulkTriageAnswer' }) satisfies z.ZodType<BulkTriageAnswer>;

export const evidenceQuery = z.strictObject({
  until: z.enum(['end', 'crossing']).default('end').meta({
    description: '`end`: same entities and times; `crossing`: the fewest packets that cross the threshold, where none can be missed.',
  }),
});

export const assignees = z.array(z.string());

const step = z.object({ from: z.string().nullable(), to: z.string().nullable() });
export const triageEntries = z.array(
  z
    .object({
      id: z.string(),
      at: time,
      actor: z.string(),
      change: z.object({ state: step.optional(), verdict: step.optional(), assignee: step.optional() }),
      comment: z.string().nullable(),
    })
    .meta({ id: 'TriageEntry' }) satisfies z.ZodType<TriageEntry>,
);
