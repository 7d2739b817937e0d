/** Requests and answers about lists of indicators and their matches, as zod schemas. */
import { indicatorTypes, parseIp, type IndicatorList, type IndicatorListRequest, type IndicatorMatch } from '@wirecase/contract';
import { z } from 'zod';
import { anyId, integer, readVersion, searchQuery } from '../schemas/requests.ts';
import { count, pageOf, time, versioned } from '../schemas/responses.ts';

const said = z.strictObject({
  name: z.string().trim().min(1).max(100),
  description: z.string().trim().max(1000).default(''),
  owner: z.string().trim().max(100).default(''),
  severity: z.int().min(0).max(100).default(50).meta({ description: '0-100, as of alerts.' }),
});
export const listRequest = said.meta({ id: 'IndicatorListRequest' }) satisfies z.ZodType<IndicatorListRequest>;
export const listChange = said.extend({ version: readVersion }).meta({ id: 'IndicatorListChange' });
export const fillQuery = z.strictObject({
  version: integer(0, 2 ** 31 - 1)
    .optional()
    .meta({ description: 'Without it the content is replaced whoever changed it before.' }),
});

const problems = z.array(z.object({ line: count, text: z.string() }));
const report = z.object({
  format: z.enum(['csv', 'stix', 'misp']),
  taken: count,
  repeated: count,
  notRead: count,
  problems,
  warnings: problems,
});

export const indicatorList = z
  .object({
    id: z.guid(),
    name: z.string(),
    description: z.string(),
    owner: z.string(),
    severity: z.int(),
    createdAt: time,
    createdBy: z.string(),
    ...versioned,
    indicators: count,
    captures: count,
    matches: count,
    waiting: count,
    report: report.nullable(),
  })
  .meta({ id: 'IndicatorList' }) satisfies z.ZodType<IndicatorList>;
export const indicatorLists = z.array(indicatorList);

const page = searchQuery.pick({ limit: true, cursor: true }).shape;
export const listMatchesQuery = z.strictObject(page);
export const matchesQuery = z.strictObject({
  capture: anyId.optional(),
  flow: anyId.optional(),
  ip: z
    .string()
    .refine((text) => parseIp(text) !== null, 'must be an address')
    .optional()
    .meta({ description: 'Of either side.' }),
  ...page,
});

const indicatorMatch = z
  .object({
    id: z.string(),
    listId: z.guid(),
    listName: z.string(),
    severity: z.int(),
    type: z.enum(indicatorTypes),
    indicator: z.string(),
    comment: z.string().nullable(),
    captureId: z.guid(),
    captureName: z.string(),
    flowId: z.guid().nullable(),
    field: z.string(),
    value: z.string(),
    time,
    sourceIp: z.string(),
    destinationIp: z.string(),
  })
  .meta({ id: 'IndicatorMatch' }) satisfies z.ZodType<IndicatorMatch>;
export const matchPage = pageOf('IndicatorMatchPage', indicatorMatch);
