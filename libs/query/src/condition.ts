/** One field compared with one value, as SQL. `column` is SQL already; values only ever become parameters. */
import { indexedTextLength, WirecaseError, type Field, type Kind } from '@wirecase/contract';
import { parseMac, parseNetwork } from './address.ts';
import type { Comparison, Value } from './tree.ts';
import { fitsInt64, hasWildcard, likePattern, parseDuration, parseMoment, parseSize, withoutEscapes } from './values.ts';

export interface Context {
  /** Adds a parameter; answers `$n::type`. The same value and type are one parameter. */
  parameter(value: string | number | boolean | bigint, type: string): string;
  /** Nanoseconds since 1970. */
  now: bigint;
}

const elementKinds: Partial<Record<Kind, Kind>> = { keywords: 'keyword', ips: 'ip', integers: 'integer' };

/** The SQL of `field operator value`, for every operator but `!=`. Throws `query.bad-value`. */
export function compareSql(context: Context, field: Field, operator: Exclude<Comparison, '!='>, value: Value): string {
  if (field.indexed && field.kind === 'ips' && sqlOperator(field, operator, value) === '=') {
    const address = parseNetwork(value.text);
    // A GIN index finds lists by a value they contain; a network has to be compared with each.
    if (address && !address.isNetwork) return `${columnOf(field)} @> ARRAY[${context.parameter(address.text, 'inet')}]`;
  }
  return eachElement(field, (column, kind) => elementSql(context, column, kind, field, operator, value));
}

/** From `value` to `to`, both included; for kinds with an order. */
export function rangeSql(context: Context, field: Field, value: Value, to: Value): string {
  return eachElement(field, (column, kind) => {
    if (kind === 'ip' && isVersion6(value) !== isVersion6(to)) badValue(field, to, 'an address of the same version as the other end');
    if (kind === 'time') {
      const last = parseMoment(to.text, context.now) ?? badValue(field, to, expectations.time);
      return `${elementSql(context, column, kind, field, '>=', value)} AND ${column} < ${context.parameter(last.start + last.length, 'bigint')}`;
    }
    return `${elementSql(context, column, kind, field, '>=', value)} AND ${elementSql(context, column, kind, field, '<=', to)}`;
  });
}

/** Whether the row has a value of the field. */
export function existsSql(field: Field): string {
  const column = columnOf(field);
  if (field.kind in elementKinds) return `cardinality(${column}) > 0`;
  return field.optional ? `${column} IS NOT NULL` : 'TRUE';
}

/** Whether a text occurs in the field, or is its whole value. */
export function textSql(context: Context, field: Field, value: Value, isWhole: boolean): string {
  return eachElement(field, (column) => likeSql(context, column, isWhole ? patternOf(value) : `%${patternOf(value)}%`));
}

const columnOf = (field: Field) => `"${field.column}"`;

/** A list matches when any of its elements does. */
function eachElement(field: Field, condition: (column: string, kind: Kind) => string): string {
  const elementKind = elementKinds[field.kind];
  if (!elementKind) return `(${condition(columnOf(field), field.kind)})`;
  return `EXISTS (SELECT 1 FROM unnest(${columnOf(field)}) AS item WHERE ${condition('item', elementKind)})`;
}

function elementSql(context: Context, column: string, kind: Kind, field: Field, operator: Exclude<Comparison, '!='>, value: Value): string {
  switch (kind) {
    case 'keyword':
    case 'text':
    case 'mac':
      return wordSql(context, column, kind, field, operator, value);
    case 'ip':
      return addressSql(context, column, field, sqlOperator(field, operator, value), value);
    case 'time':
      return timeSql(context, column, field, sqlOperator(field, operator, value), value);
    case 'port':
    case 'integer':
    case 'count':
      return `${column} ${sqlOperator(field, operator, value)} ${context.parameter(wholeNumber(field, kind, value), 'bigint')}`;
    case 'duration':
      return `${column} ${sqlOperator(field, operator, value)} ${context.parameter(parseDuration(value.text) ?? badValue(field, value, expectations.duration), 'bigint')}`;
    case 'float':
      if (!/^-?\d{1,20}(\.\d{1,20})?(e[+-]?\d{1,2})?$/i.test(value.text)) badValue(field, value, 'a number');
      return `${column} ${sqlOperator(field, operator, value)} ${context.parameter(Number(value.text), 'double precision')}`;
    case 'boolean':
      requireEquality(field, operator, value);
      return `${column} = ${context.parameter(parseBoolean(value.text) ?? badValue(field, value, 'true or false'), 'boolean')}`;
    case 'id':
      requireEquality(field, operator, value);
      if (!isId(value.text)) badValue(field, value, 'an id like 8c3b1f0e-0000-0000-0000-000000000001');
      return `${column} = ${context.parameter(value.text.toLowerCase(), 'uuid')}`;
    default:
      throw new WirecaseError('query.bad-value', `At ${value.start}: ${field.name} cannot be searched.`, { position: value.start });
  }
}

export const isId = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

const expectations = {
  time: 'a time such as 2024-05-01, 2024-05-01T10:00:00Z, now-1h or epoch seconds',
  duration: 'a time with a unit, such as 250ms, 1.5s or 10m',
};

function wordSql(context: Context, column: string, kind: Kind, field: Field, operator: Exclude<Comparison, '!='>, value: Value): string {
  if (value.regex || operator === '~') {
    if (value.text.length > 256) badValue(field, value, 'a regular expression of at most 256 characters');
    return `${column} ~* ${context.parameter(storable(value.text), 'text')}`;
  }
  switch (operator) {
    case 'contains':
      return likeSql(context, column, `%${literalPattern(value)}%`);
    case 'startswith':
      return likeSql(context, column, `${literalPattern(value)}%`);
    case ':':
    case '==': {
      if (!value.quoted && hasWildcard(value.text)) return likeSql(context, column, likePattern(value.text));
      if (kind === 'text' && operator === ':') return likeSql(context, column, `%${literalPattern(value)}%`);
      const literal = value.quoted ? value.text : withoutEscapes(value.text);
      return equalSql(
        context,
        column,
        field,
        kind === 'mac' ? (parseMac(literal) ?? badValue(field, value, 'a MAC address such as 00:11:22:aa:bb:cc')) : literal,
      );
    }
    default:
      return badOperator(field, operator, value);
  }
}

/** Equal without case. PostgreSQL lowers both sides, so that both follow one rule; an index holds the beginning. */
function equalSql(context: Context, column: string, field: Field, text: string): string {
  const parameter = context.parameter(storable(text), 'text');
  const whole = `lower(${column}) = lower(${parameter})`;
  if (!field.indexed || column !== columnOf(field)) return whole;
  return `lower(left(${column}, ${indexedTextLength})) = lower(left(${parameter}, ${indexedTextLength})) AND ${whole}`;
}

const likeSql = (context: Context, column: string, pattern: string) => `${column} ILIKE ${context.parameter(storable(pattern), 'text')}`;

/** PostgreSQL's text holds no NUL; rows have its picture instead. */
const storable = (text: string) => text.replaceAll('\0', '\u2400');

const patternOf = (value: Value) => (value.quoted ? literalPattern(value) : likePattern(value.text));
const literalPattern = (value: Value) => (value.quoted ? value.text : withoutEscapes(value.text)).replace(/[\\%_]/g, '\\$&');

type Order = '=' | '<' | '<=' | '>' | '>=';

function addressSql(context: Context, column: string, field: Field, operator: Order, value: Value): string {
  const network =
    parseNetwork(value.text) ?? badValue(field, value, 'an address or network such as 10.0.0.1, 10.0.0.0/8, 10.1.* or 2001:db8::/32');
  const parameter = context.parameter(network.text, 'inet');
  if (operator === '=') return `${column} ${network.isNetwork ? '<<=' : '='} ${parameter}`;
  if (network.isNetwork) badValue(field, value, `a single address after ${operator}`);
  return `family(${column}) = family(${parameter}) AND ${column} ${operator} ${parameter}`;
}

const isVersion6 = (value: Value) => value.text.includes(':');

/** `==` means the whole day, minute or second that was written; the orders compare with its beginning. */
function timeSql(context: Context, column: string, field: Field, operator: Order, value: Value): string {
  const moment = parseMoment(value.text, context.now) ?? badValue(field, value, expectations.time);
  if (operator !== '=') return `${column} ${operator} ${context.parameter(moment.start, 'bigint')}`;
  return `${column} >= ${context.parameter(moment.start, 'bigint')} AND ${column} < ${context.parameter(moment.start + moment.length, 'bigint')}`;
}

function wholeNumber(field: Field, kind: Kind, value: Value): bigint {
  const number = kind === 'port' ? (/^\d{1,5}$/.test(value.text) ? BigInt(value.text) : null) : parseSize(value.text);
  if (number === null || !fitsInt64(number))
    return badValue(
      field,
      value,
      kind === 'port' ? 'a port from 0 to 65535' : 'a whole number, with a unit if it is a size (1.5MB, 64KiB)',
    );
  return number;
}

function parseBoolean(text: string): boolean | null {
  const words: Record<string, boolean> = { true: true, yes: true, '1': true, false: false, no: false, '0': false };
  return words[text.toLowerCase()] ?? null;
}

function sqlOperator(field: Field, operator: Comparison, value: Value): Order {
  if (value.regex) badOperator(field, 'a regular expression', value);
  if (operator === ':' || operator === '==') return '=';
  if (operator === '<' || operator === '<=' || operator === '>' || operator === '>=') return operator;
  return badOperator(field, operator, value);
}

function requireEquality(field: Field, operator: Comparison, value: Value): void {
  if (sqlOperator(field, operator, value) !== '=') badOperator(field, operator, value);
}

function badOperator(field: Field, operator: string, value: Value): never {
  throw new WirecaseError(
    'query.bad-value',
    `At ${value.start}: ${operator} does not work with ${field.name}, which is of kind ${field.kind}.`,
    { position: value.start },
  );
}

function badValue(field: Field, value: Value, expected: string): never {
  throw new WirecaseError(
    'query.bad-value',
    `At ${value.start}: "${value.text.slice(0, 60)}" does not fit ${field.name}. Expected ${expected}.`,
    { position: value.start },
  );
}
