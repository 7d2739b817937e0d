/** Rows arrive with their dotted names nested; here a name finds its value and a value its text. */
import type { FieldInfo, JsonRow, Kind } from '@wirecase/contract';
import { formatBytes, formatCount, formatDuration } from './quantity.ts';
import { type Precision, type Zone, formatInstant } from './time.ts';

/** Value of the dotted name in a nested row; `undefined` where the row has none. */
export function valueOf(row: JsonRow, name: string): unknown {
  let value: unknown = row;
  for (const part of name.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as JsonRow)[part];
  }
  return value ?? undefined;
}

export function textOf(row: JsonRow, name: string): string {
  const value = valueOf(row, name);
  return value === undefined ? '' : String(value);
}

export function numberOf(row: JsonRow, name: string): number {
  const value = valueOf(row, name);
  return typeof value === 'number' ? value : 0;
}

/** One shown value: what is read, and what a filter says of it (`null` where a filter makes no sense). */
export interface ShownValue {
  text: string;
  filter: string | number | boolean | null;
}

/** The values of a field in a row: one, several for the plural kinds, none when absent. */
export function shownValues(
  row: JsonRow,
  field: Pick<FieldInfo, 'name' | 'kind'>,
  zone: Zone,
  precision: Precision = 'milli',
): ShownValue[] {
  const value = valueOf(row, field.name);
  if (value === undefined) return [];
  if (Array.isArray(value) && field.kind !== 'json') return value.map((item) => shown(item, field.kind, field.name, zone, precision));
  return [shown(value, field.kind, field.name, zone, precision)];
}

function shown(value: unknown, kind: Kind, name: string, zone: Zone, precision: Precision): ShownValue {
  switch (kind) {
    case 'time':
      return { text: formatInstant(String(value), zone, precision), filter: String(value) };
    case 'duration':
      return { text: formatDuration(Number(value)), filter: `${Number(value) / 1e9}s` };
    case 'count':
      return { text: /bytes/.test(name) ? formatBytes(Number(value)) : formatCount(Number(value)), filter: Number(value) };
    case 'boolean':
      return { text: value === true ? 'yes' : 'no', filter: Boolean(value) };
    case 'json':
      return { text: JSON.stringify(value), filter: null };
    case 'port':
    case 'integer':
    case 'integers':
    case 'float':
      return { text: String(value), filter: Number(value) };
    default:
      return { text: String(value), filter: String(value) };
  }
}

const rightAligned: readonly Kind[] = ['count', 'integer', 'float', 'duration'];

export function isNumeric(kind: Kind): boolean {
  return rightAligned.includes(kind);
}
