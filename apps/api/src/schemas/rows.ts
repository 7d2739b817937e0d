/** The catalogue's record types as shapes of JSON rows, for the OpenAPI document. */
import { flowRecord, storedType, triagedAlertRecord, weirdRecord, type Field, type Kind, type RecordType } from '@wirecase/contract';
import { z } from 'zod';
import { capture, pageOf } from './responses.ts';

const valueSchemas: Record<Kind, () => z.ZodType> = {
  id: () => z.guid(),
  ip: () => z.string().meta({ description: 'IPv4 or IPv6 address.' }),
  mac: () => z.string(),
  port: () => z.int().min(0).max(65535),
  integer: () => z.int(),
  count: () => z.number().int().nonnegative(),
  time: () => z.string().meta({ format: 'date-time' }),
  duration: () => z.number(),
  float: () => z.number(),
  boolean: () => z.boolean(),
  keyword: () => z.string(),
  text: () => z.string(),
  keywords: () => z.array(z.string()),
  ips: () => z.array(z.string()),
  integers: () => z.array(z.int()),
  json: () => z.unknown(),
};

/** The JSON form of a row: dotted names nested, fields without a value left out. */
function rowSchema(type: RecordType): z.ZodType {
  const name = type.name.charAt(0).toUpperCase() + type.name.slice(1);
  return nest(Object.values(storedType(type).fields).map((field) => ({ path: field.name.split('.'), field }))).meta({
    id: `${name}Row`,
    description: type.doc,
  });
}

interface Entry {
  path: string[];
  field: Field;
}

function nest(entries: readonly Entry[]): z.ZodType {
  const shape: Record<string, z.ZodType> = {};
  for (const [name, group] of Map.groupBy(entries, ({ path }) => path[0]!)) {
    const [only] = group;
    const isLeaf = group.length === 1 && only!.path.length === 1;
    shape[name] = isLeaf ? leaf(only!.field) : nest(group.map(({ path, field }) => ({ path: path.slice(1), field }))).optional();
  }
  return z.object(shape);
}

function leaf(field: Field): z.ZodType {
  const schema = valueSchemas[field.kind]().meta({ description: field.doc });
  return field.optional ? schema.optional() : schema;
}

const flowRow = rowSchema(flowRecord);
export const flowPage = pageOf('FlowPage', flowRow);
export const alertRow = rowSchema(triagedAlertRecord);
export const alertPage = pageOf('AlertPage', alertRow);
/** Whatever the type: its fields are those of GET /fields. */
const jsonRow = z.record(z.string(), z.unknown());
export const recordPage = pageOf('RecordPage', jsonRow);
export const flowDetail = z
  .object({
    flow: flowRow,
    capture,
    records: z.record(z.string(), z.array(jsonRow)),
    weirds: z.array(rowSchema(weirdRecord)),
    alerts: z.array(alertRow),
  })
  .meta({ id: 'FlowDetail' });
