/** Lines of lists: one indicator each, or the tables of feeds. */
import { indicatorTypes, type IndicatorType } from './indicator.ts';
import { indicatorTypeNamed } from './indicator-names.ts';
import { guessIndicatorType } from './indicator-value.ts';

/** What a line says, not yet looked at; `problem`: what is wrong and what to do. */
export type Entry = { type: IndicatorType; value: string; comment: string | null } | { problem: string };

/** Which cells of a table hold what; -1: none does. */
export interface Columns {
  separator: string;
  type: number;
  value: number;
  /** Columns that hold values of one type. */
  typed: readonly { at: number; type: IndicatorType }[];
  comments: readonly number[];
}

const valueNames = /^(ioc|ioc[ _]value|indicator|indicator[ _]value|observable|value)$/i;
const typeNames = /^(ioc[ _]type|indicator[ _]type|observable[ _]type|type)$/i;
const commentNames = /^(comment|description|malware|malware[ _]printable|threat|threat[ _]type|name|title|reason|file[ _]name)$/i;

/** The columns that a header names; null for a line that is none: two names of columns at least, so that `domain,localhost` is a line. */
export function columnsOf(line: string): Columns | null {
  for (const separator of [',', ';', '\t']) {
    const cells = cellsOf(line, separator);
    if (cells === null || cells.length < 2 || !cells.every((cell) => /^[\w :-]{0,40}$/.test(cell))) continue;
    const named = (names: RegExp): number[] => cells.flatMap((cell, at) => (names.test(cell) ? [at] : []));
    const typed = cells.flatMap((cell, at) => {
      const type = indicatorTypeNamed(cell);
      return type ? [{ at, type }] : [];
    });
    const [types, values, comments] = [named(typeNames), named(valueNames), named(commentNames)];
    if (types.length + values.length + typed.length + comments.length < 2 || values.length + typed.length === 0) continue;
    return { separator, type: types[0] ?? -1, value: values[0] ?? -1, typed, comments };
  }
  return null;
}

/** What a row of a table says: its value, or each value of the columns that have a type. */
export function entriesOfRow(cells: readonly string[], columns: Columns): Entry[] {
  const comment =
    columns.comments
      .map((at) => cells[at])
      .filter(Boolean)
      .join(', ') || null;
  if (columns.value >= 0) {
    const [value, named] = [cells[columns.value] ?? '', cells[columns.type] ?? ''];
    // Lines of the plain form below a header of it.
    if (value === '' || (columns.type >= 0 && !indicatorTypeNamed(named))) return [entryOfCells(cells)];
    const type = indicatorTypeNamed(named) ?? guessIndicatorType(value);
    return [type ? entryOf(type, value, comment) : { problem: noIndicator }];
  }
  const filled = columns.typed.filter(({ at }) => cells[at]);
  if (filled.length === 0) return [{ problem: 'None of the columns that its header names has a value here.' }];
  return filled.map(({ at, type }) => entryOf(type, cells[at]!, comment));
}

const noIndicator = 'This is no address, network, domain, URL, hash or JA4; write type,value to say what it is.';

/** `type,value[,comment]`, `value[,comment]`. */
export function entryOfCells([first, second, ...rest]: readonly string[]): Entry {
  const named = indicatorTypeNamed(first!);
  if (second !== undefined && named) return entryOf(named, second, rest.join(', ') || null);
  const guessed = guessIndicatorType(first!);
  if (guessed && (second === undefined || guessIndicatorType(second) === null))
    return { type: guessed, value: first!, comment: [second, ...rest].filter(Boolean).join(', ') || null };
  return { problem: second === undefined ? noIndicator : `The first cell is no type; known are ${indicatorTypes.join(', ')}.` };
}

/** Of an address with a port the address; one with a prefix is a network. */
function entryOf(type: IndicatorType, text: string, comment: string | null): Entry {
  const value = type === 'ip' ? text.trim().replace(/^(?:\[([0-9a-f:]+)\]|([\d.]+)):\d+$/i, '$1$2') : text;
  return { type: type === 'ip' && value.includes('/') ? 'cidr' : type, value, comment };
}

/** Of a line that no header goes before. */
export const separatorOf = (line: string): string => (line.includes(',') || !/^[\w-]+;/.test(line) ? ',' : ';');

/** Cells of one line (RFC 4180), spaces around them left out; null when a quote is not closed. */
export function cellsOf(line: string, separator: string): string[] | null {
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    let cell = '';
    while (line[at] === ' ') at++;
    if (line[at] === '"') {
      for (;;) {
        const end = line.indexOf('"', at + 1);
        if (end < 0) return null;
        cell += line.slice(at + 1, end);
        at = end + 1;
        if (line[at] !== '"') break;
        cell += '"';
      }
    }
    const end = line.indexOf(separator, at);
    cells.push(cell + line.slice(at, end < 0 ? undefined : end).trim());
    if (end < 0) return cells;
    at = end + 1;
  }
}
