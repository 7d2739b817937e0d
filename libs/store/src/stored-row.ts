/** Rows of catalogue tables on their way back: column lists, values by kind, and the cursors of pages. */
import {
  formatIp,
  isOrdered,
  parseIp,
  storedType,
  WirecaseError,
  type Field,
  type Kind,
  type RecordType,
  type RowOf,
  type StoredFields,
  type Fields,
} from '@wirecase/contract';
import { columnTypes, idField, quoteName, timeField } from './catalogue-ddl.ts';

export type StoredRow<F extends Fields> = RowOf<StoredFields<F>>;

/** What to SELECT so that `decodeRow` understands it. */
export function selectList(type: RecordType, only?: readonly string[]): string {
  return fieldsOf(type, only)
    .map(([, field]) => quoteName(field.column))
    .join(', ');
}

/** Fields by property: all, or those named. */
const fieldsOf = (type: RecordType, only?: readonly string[]) =>
  Object.entries(storedType(type).fields).filter(([property]) => only === undefined || only.includes(property));

/** `values` in the order of `selectList`, as node-postgres gives them. */
export function decodeRow<F extends Fields>(type: RecordType<F>, values: readonly unknown[], only?: readonly string[]): StoredRow<F> {
  const row: Record<string, unknown> = {};
  let i = 0;
  for (const [property, field] of fieldsOf(type as RecordType, only)) {
    const value = values[i++];
    row[property] = value === null ? null : decodeValue(field.kind, value);
  }
  return row as StoredRow<F>;
}

function decodeValue(kind: Kind, value: unknown): unknown {
  switch (kind) {
    case 'ip':
      return parseIp(value as string);
    case 'ips':
      return (value as string[]).map(parseIp);
    case 'count':
      return Number(value as bigint);
    default:
      return value;
  }
}

/** An order of rows: by one field, then by id, both in the same direction; rows without a value come last. */
export interface Order {
  property: string;
  field: Field;
  descending: boolean;
}

/** `-event.start` is newest first, which is also the order without `sort`. Throws `request.invalid`. */
export function orderOf(type: RecordType, sort: string | undefined): Order {
  const descending = sort === undefined || sort.startsWith('-');
  const name = sort === undefined ? timeField(type).name : sort.replace(/^[-+]/, '');
  const found = Object.entries(storedType(type).fields).find(([, field]) => field.name === name || field.aliases.includes(name));
  if (!found || !isOrdered(found[1].kind))
    throw new WirecaseError('request.invalid', `sort: ${type.title} cannot be ordered by "${name}".`);
  return { property: found[0], field: found[1], descending };
}

export function orderBy(type: RecordType, { field, descending }: Order): string {
  const direction = descending ? 'DESC' : 'ASC';
  const id = idField(type);
  const first = `${quoteName(field.column)} ${direction}${field.optional ? ' NULLS LAST' : ''}`;
  return field === id ? first : `${first}, ${quoteName(id.column)} ${direction}`;
}

/** Where a page ended: the order, and the last row's value and id. */
interface Cursor {
  order: string;
  value: string | null;
  id: string;
}

const orderText = (type: RecordType, order: Order) => `${type.name}:${order.descending ? '-' : ''}${order.field.name}`;

export function cursorAfter(type: RecordType, order: Order, row: Readonly<Record<string, unknown>>): string {
  const value = row[order.property];
  const idProperty = Object.entries(type.fields).find(([, field]) => field === idField(type))![0];
  const cursor: Cursor = {
    order: orderText(type, order),
    value: value === null ? null : value instanceof Uint8Array ? formatIp(value) : String(value),
    id: row[idProperty] as string,
  };
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

/** The condition that holds for rows after the cursor, its values numbered from `first`. Throws `request.invalid`. */
export function afterCursor(type: RecordType, order: Order, text: string, first: number): { where: string; params: unknown[] } {
  const { value, id } = parseCursor(text, orderText(type, order));
  const column = quoteName(order.field.column);
  const idColumn = quoteName(idField(type).column);
  const operator = order.descending ? '<' : '>';
  if (value === null) return { where: `(${column} IS NULL AND ${idColumn} ${operator} $${first}::uuid)`, params: [id] };
  const after = `(${column}, ${idColumn}) ${operator} ($${first}::${columnTypes[order.field.kind]}, $${first + 1}::uuid)`;
  return { where: order.field.optional ? `(${after} OR ${column} IS NULL)` : after, params: [value, id] };
}

function parseCursor(text: string, order: string): Cursor {
  try {
    const cursor = JSON.parse(Buffer.from(text, 'base64url').toString()) as Cursor;
    const isWhole = (typeof cursor.value === 'string' || cursor.value === null) && /^[0-9a-f-]{36}$/.test(cursor.id);
    if (isWhole && cursor.order === order) return cursor;
  } catch {
    // Not base64url of JSON: the same as a cursor of another search.
  }
  throw new WirecaseError(
    'request.invalid',
    'cursor: it does not belong to this search. Take nextCursor of the page before, with the same sort.',
  );
}
