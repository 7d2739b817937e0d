/**
 * Rows as JSON: dotted names nested (`source.ip` -> {"source":{"ip":…}}), addresses and times as text, absent values left out.
 * `rowToJson` gives the object (REST), `rowToLine` the NDJSON line with `"record"` first (CLI, exports), without building the object.
 */
import type { JsonRow } from './api.ts';
import type { Field, Fields, Kind, RowOf } from './field.ts';
import type { RecordType } from './record-type.ts';
import { formatIp, formatTime } from './text.ts';

/** The row as a nested object. Durations are numbers of nanoseconds, exact up to 2^53. */
export function rowToJson<F extends Fields>(type: RecordType<F>, row: RowOf<F>): JsonRow {
  return toObject(treeOf(type), row as Values);
}

/** The row as one JSON object in text, `{"record":"flow",…}`, without a line end. */
export function rowToLine<F extends Fields>(type: RecordType<F>, row: RowOf<F>): string {
  return `{"record":${JSON.stringify(type.name)}${members(treeOf(type), row as Values, ',')}}`;
}

/** The JSON form of one value: what JSON.stringify can write. */
export function valueToJson(kind: Kind, value: unknown): unknown {
  switch (kind) {
    case 'ip':
      return formatIp(value as Uint8Array);
    case 'ips':
      return (value as readonly Uint8Array[]).map(formatIp);
    case 'time':
      return formatTime(value as bigint);
    case 'duration':
      return Number(value as bigint);
    default:
      return value;
  }
}

type Values = Readonly<Record<string, unknown>>;

/** One member of a JSON object: a field, or a group of members below a part of the dotted name. */
interface Member {
  readonly name: string;
  /** `"name":` as it is written. */
  readonly label: string;
  readonly field: Field | null;
  /** Property of the row. */
  readonly property: string;
  readonly members: Member[];
}

const trees = new WeakMap<RecordType, Member[]>();

/** The members of a record type as a tree, in the catalogue's order. */
function treeOf(type: RecordType): Member[] {
  let tree = trees.get(type);
  if (tree) return tree;
  tree = [];
  for (const [property, field] of Object.entries(type.fields)) {
    const path = field.name.split('.');
    const leaf = path.pop()!;
    let level = tree;
    for (const part of path) {
      let group = level.find((member) => member.name === part);
      if (!group) level.push((group = member(part, null, '')));
      if (group.field) throw new Error(`${type.name}: ${field.name} lies below the field ${group.field.name}`);
      level = group.members;
    }
    if (level.some((member) => member.name === leaf))
      throw new Error(`${type.name}: ${field.name} is declared twice or has fields below it`);
    level.push(member(leaf, field, property));
  }
  trees.set(type, tree);
  return tree;
}

function member(name: string, field: Field | null, property: string): Member {
  return { name, label: `${JSON.stringify(name)}:`, field, property, members: [] };
}

function toObject(tree: readonly Member[], row: Values): JsonRow {
  const object: JsonRow = {};
  for (const { name, field, property, members } of tree) {
    if (field) {
      const value = row[property];
      if (value !== null && value !== undefined) object[name] = valueToJson(field.kind, value);
      continue;
    }
    const group = toObject(members, row);
    if (Object.keys(group).length > 0) object[name] = group;
  }
  return object;
}

/** The members that have a value, each after `separator` (the first one) or a comma. */
function members(tree: readonly Member[], row: Values, separator: string): string {
  let text = '';
  for (const { label, field, property, members: below } of tree) {
    if (field) {
      const value = row[property];
      if (value === null || value === undefined) continue;
      text += (text === '' ? separator : ',') + label + valueText(field.kind, value);
      continue;
    }
    const inner = members(below, row, '');
    if (inner !== '') text += `${text === '' ? separator : ','}${label}{${inner}}`;
  }
  return text;
}

/** As JSON.stringify(valueToJson()), short of its cost where the text needs no escape. */
function valueText(kind: Kind, value: unknown): string {
  switch (kind) {
    case 'port':
    case 'integer':
    case 'count':
    case 'duration':
    case 'boolean':
      return String(value);
    case 'ip':
      return `"${formatIp(value as Uint8Array)}"`;
    case 'time':
      return `"${formatTime(value as bigint)}"`;
    default:
      return JSON.stringify(valueToJson(kind, value));
  }
}
