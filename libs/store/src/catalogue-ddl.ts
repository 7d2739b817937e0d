/**
 * Tables of the catalogue: what their DDL is, and where a database differs from it. A migration holds the text that `tableStatements`
 * gave on the day it was written; `catalogueDiff` proves that the migrations together still make what the catalogue says.
 */
import { indexedTextLength, storedType, type Field, type Kind, type RecordType } from '@wirecase/contract';

/** PostgreSQL type of each kind, as information_schema and `CREATE TABLE` both spell it. */
export const columnTypes: Record<Kind, string> = {
  id: 'uuid',
  ip: 'inet',
  mac: 'text',
  port: 'integer',
  integer: 'integer',
  count: 'bigint',
  time: 'bigint',
  duration: 'bigint',
  float: 'double precision',
  boolean: 'boolean',
  keyword: 'text',
  text: 'text',
  keywords: 'text[]',
  ips: 'inet[]',
  integers: 'integer[]',
  json: 'jsonb',
};

/** A name as an SQL identifier. */
export const quoteName = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** The field that orders rows of this type in time: `event.start`, or `@timestamp` of a record. */
export function timeField(type: RecordType): Field {
  const found = Object.values(type.fields).find((field) => field.kind === 'time');
  if (!found) throw new Error(`${type.name}: a record type needs a time`);
  return found;
}

/** The field that names a row of this type: the first of kind `id`. */
export function idField(type: RecordType): Field {
  const found = Object.values(type.fields).find((field) => field.kind === 'id');
  if (!found) throw new Error(`${type.name}: a record type needs an id`);
  return found;
}

/** The statements that make the table of a record type and its indexes. */
export function tableStatements(type: RecordType): string[] {
  const id = idField(type);
  const lines = Object.values(storedType(type).fields).map(columnDefinition);
  lines.push(`PRIMARY KEY (${quoteName(id.column)})`);
  return [`CREATE TABLE ${quoteName(type.name)} (\n  ${lines.join(',\n  ')}\n)`, ...indexes(type).map(({ statement }) => statement)];
}

/** The statement that adds one field's column to an existing table. An existing row has no value of it, so the column stays nullable until filled. */
export function addColumnStatement(type: RecordType, field: Field): string {
  return `ALTER TABLE ${quoteName(type.name)} ADD COLUMN ${quoteName(field.column)} ${columnTypes[field.kind]}`;
}

const columnDefinition = (field: Field) => `${quoteName(field.column)} ${columnTypes[field.kind]}${field.optional ? '' : ' NOT NULL'}`;

export interface Index {
  name: string;
  statement: string;
}

/**
 * Rows are read newest first, by time alone, within a capture, or by one indexed field; each index ends in the order of the pages.
 * Keywords are compared without case, so their index holds `lower(…)` of their beginning. Lists are found by any of their values.
 */
function indexes(type: RecordType): Index[] {
  const time = quoteName(timeField(type).column);
  const id = quoteName(idField(type).column);
  const made: Index[] = [index(type, 'time', [time, id]), index(type, 'capture', [quoteName('capture_id'), time, id])];
  for (const field of Object.values(type.fields)) {
    if (field.indexed && field !== timeField(type)) made.push(fieldIndex(type, field, time));
  }
  return made;
}

function fieldIndex(type: RecordType, field: Field, time: string): Index {
  const column = quoteName(field.column);
  switch (field.kind) {
    case 'keyword':
    case 'text':
      return index(type, field.column, [`lower(left(${column}, ${indexedTextLength}))`, time]);
    case 'ips':
    case 'integers':
      return index(type, field.column, [column], 'gin');
    case 'keywords':
    case 'json':
      throw new Error(`${type.name}: no index serves searches by ${field.name}, of kind ${field.kind}`);
    default:
      return index(type, field.column, [column, time]);
  }
}

function index(type: RecordType, suffix: string, columns: readonly string[], method = 'btree'): Index {
  const name = `${type.name}_by_${suffix}`;
  return {
    name,
    statement: `CREATE INDEX ${quoteName(name)} ON ${quoteName(type.name)}${method === 'btree' ? '' : ` USING ${method}`} (${columns.join(', ')})`,
  };
}

interface Queryable {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

interface FoundColumn {
  table: string;
  name: string;
  type: string;
  required: boolean;
}

interface FoundSchema {
  columns: FoundColumn[];
  indexNames: ReadonlySet<string>;
}

async function readSchema(database: Queryable): Promise<FoundSchema> {
  const columns = await database.query(
    `SELECT c.relname AS table, a.attname AS name, format_type(a.atttypid, NULL) AS type, a.attnotnull AS required
       FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
      WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped`,
  );
  const names = await database.query('SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()');
  return {
    columns: columns.rows as FoundColumn[],
    indexNames: new Set((names.rows as { indexname: string }[]).map((row) => row.indexname)),
  };
}

/** What a database lacks of a record type: its whole table, or columns and indexes of it. */
export interface Missing {
  type: RecordType;
  table: boolean;
  fields: Field[];
  indexes: Index[];
}

/** What a database lacks of the catalogue, in the catalogue's order; record types that it has in full are left out. */
export async function missingOf(database: Queryable, catalogue: readonly RecordType[]): Promise<Missing[]> {
  const schema = await readSchema(database);
  return catalogue
    .map((type) => missingOfType(schema, type))
    .filter(({ table, fields, indexes }) => table || fields.length + indexes.length > 0);
}

function missingOfType({ columns, indexNames }: FoundSchema, type: RecordType): Missing {
  const found = new Set(columns.filter((column) => column.table === type.name).map((column) => column.name));
  return {
    type,
    table: found.size === 0,
    fields: Object.values(storedType(type).fields).filter((field) => !found.has(field.column)),
    indexes: indexes(type).filter(({ name }) => !indexNames.has(name)),
  };
}

/**
 * Where the database's tables differ from the catalogue, one sentence a difference; empty when they agree. Columns, their types,
 * whether they may be NULL, and the indexes' names are compared. A nullable column for a required field is allowed: it was added later.
 */
export async function catalogueDiff(database: Queryable, catalogue: readonly RecordType[]): Promise<string[]> {
  const schema = await readSchema(database);
  return catalogue.flatMap((type) => {
    const { table, fields, indexes } = missingOfType(schema, type);
    if (table) return [`table ${type.name} is missing`];
    return [
      ...fields.map((field) => `${type.name}.${field.column} is missing (${columnTypes[field.kind]}, field ${field.name})`),
      ...indexes.map(({ name }) => `index ${name} is missing`),
      ...schema.columns.filter((column) => column.table === type.name).flatMap((column) => columnDifference(type, column)),
    ];
  });
}

function columnDifference(type: RecordType, column: FoundColumn): string[] {
  const field = Object.values(storedType(type).fields).find((candidate) => candidate.column === column.name);
  const name = `${type.name}.${column.name}`;
  if (!field) return [`${name} is in no field of the catalogue`];
  if (column.type !== columnTypes[field.kind]) return [`${name} is ${column.type}, the catalogue says ${columnTypes[field.kind]}`];
  if (column.required && field.optional) return [`${name} is NOT NULL, the catalogue says it may be absent`];
  return [];
}
