/** Files of indicators: CSV and bare lines, STIX 2.1 bundles, MISP events. What cannot be read is counted and named, never guessed. */
import type { ImportProblem, ImportReport, Indicator, IndicatorType } from './indicator.ts';
import { cellsOf, columnsOf, entriesOfRow, entryOfCells, separatorOf, type Columns } from './indicator-csv.ts';
import { indicatorTypeNamed } from './indicator-names.ts';
import { readIndicatorValue } from './indicator-value.ts';
import { patternTerms } from './stix-pattern.ts';
import { WirecaseError } from './error.ts';
import { requireModestJson } from './modest-json.ts';

export const MOST_INDICATORS = 100_000;
/** Lines or objects that are looked at, whatever becomes of them: a file that is no list must not keep the server from its work for a minute. */
const MOST_ENTRIES = 1_000_000;
/** More than the longest value and its comment need. */
const MOST_LINE_CHARACTERS = 16_384;
const MOST_PROBLEMS = 100;
const MOST_COMMENT = 200;

export interface ImportedIndicators {
  indicators: Indicator[];
  report: ImportReport;
}

/** Throws `list.unreadable` when nothing can be taken or the file holds more than a list may. */
export function importIndicators(text: string): ImportedIndicators {
  const body = text.replace(/^\u{feff}/u, '');
  const collected = /^\s*[{[]/.test(body) ? importJson(body) : importLines(body);
  const { problems, notRead } = collected.report;
  if (collected.indicators.length === 0) {
    const first = problems[0] ? ` ${collected.report.format === 'csv' ? 'Line' : 'Object'} ${problems[0].line}: ${problems[0].text}` : '';
    throw new WirecaseError('list.unreadable', `None of its ${notRead} entries can be taken.${first}`);
  }
  return collected;
}

class Collector {
  readonly #indicators = new Map<string, Indicator>();
  readonly #report: ImportReport;

  constructor(format: ImportReport['format']) {
    this.#report = { format, taken: 0, repeated: 0, notRead: 0, problems: [], warnings: [] };
  }

  add(line: number, type: IndicatorType, text: string, comment: string | null): void {
    const read = readIndicatorValue(type, text);
    if ('problem' in read) return this.refuse(line, read.problem);
    const key = `${type} ${read.value}`;
    if (this.#indicators.has(key)) {
      this.#report.repeated++;
      return;
    }
    if (this.#indicators.size === MOST_INDICATORS)
      throw new WirecaseError('list.unreadable', `It has more than ${MOST_INDICATORS} indicators. Split it into several lists.`);
    if (read.warning !== null) note(this.#report.warnings, line, `${read.value}: ${read.warning}`);
    this.#indicators.set(key, { type, value: read.value, comment: cleanComment(comment) });
  }

  refuse(line: number, text: string): void {
    this.#report.notRead++;
    note(this.#report.problems, line, text);
  }

  get result(): ImportedIndicators {
    const indicators = [...this.#indicators.values()];
    return { indicators, report: { ...this.#report, taken: indicators.length } };
  }
}

function note(list: ImportProblem[], line: number, text: string): void {
  if (list.length < MOST_PROBLEMS) list.push({ line, text });
}

function cleanComment(comment: string | null): string | null {
  const clean = comment?.replaceAll(/\p{C}/gu, ' ').trim().slice(0, MOST_COMMENT);
  return clean ? clean : null;
}

/**
 * `type,value[,comment]`, or a value alone; or the table of a feed, whose header, in the first line or in the comment above it, says what its
 * columns are. Empty lines and `#` comments are passed over.
 */
function importLines(text: string): ImportedIndicators {
  const into = new Collector('csv');
  let number = 0;
  let columns: Columns | null = null;
  let isHead = true;
  for (const line of linesOf(text)) {
    if (++number > MOST_ENTRIES) throw new WirecaseError('list.unreadable', `It has more than ${MOST_ENTRIES} lines.`);
    const trimmed = line.trim();
    if (trimmed.length > MOST_LINE_CHARACTERS) {
      into.refuse(number, `The line is longer than ${MOST_LINE_CHARACTERS} characters.`);
      continue;
    }
    const isComment = trimmed.startsWith('#');
    const header = isHead ? columnsOf(trimmed.replace(/^[#\s]+/, '')) : null;
    if (header) columns = header;
    if (trimmed === '' || isComment) continue;
    isHead = false;
    if (header) continue;
    const cells = cellsOf(trimmed, columns?.separator ?? separatorOf(trimmed));
    if (cells === null) into.refuse(number, 'A quote is not closed; write " inside quotes as "".');
    else
      for (const entry of columns ? entriesOfRow(cells, columns) : [entryOfCells(cells)])
        if ('problem' in entry) into.refuse(number, entry.problem);
        else into.add(number, entry.type, entry.value, entry.comment);
  }
  return into.result;
}

/** One by one: an array of all of them takes a gigabyte for a file of line ends. */
function* linesOf(text: string): Generator<string> {
  const end = /\r\n|\n|\r/g;
  let at = 0;
  for (let found = end.exec(text); found; found = end.exec(text)) {
    yield text.slice(at, found.index);
    at = end.lastIndex;
  }
  yield text.slice(at);
}

type JsonObject = Record<string, unknown>;
const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

function importJson(text: string): ImportedIndicators {
  requireModestJson(text);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new WirecaseError('list.unreadable', `It begins as JSON and is none: ${(error as Error).message.slice(0, 200)}.`);
  }
  if (isObject(parsed) && parsed['type'] === 'bundle' && Array.isArray(parsed['objects'])) return importStix(parsed['objects']);
  const events = mispEvents(parsed);
  if (events.length > 0) return importMisp(events);
  throw new WirecaseError('list.unreadable', 'It is JSON, but neither a STIX 2.1 bundle ("type": "bundle") nor a MISP event ("Event").');
}

/** Objects that are no indicators (relations, reports, identities) say nothing to compare and are not counted. */
function importStix(objects: readonly unknown[]): ImportedIndicators {
  const into = new Collector('stix');
  for (const [i, object] of objects.entries()) {
    if (!isObject(object)) into.refuse(i + 1, 'This is no object.');
    else if (object['type'] === 'indicator') importPattern(into, i + 1, object);
  }
  return into.result;
}

function importPattern(into: Collector, number: number, object: JsonObject): void {
  const pattern = textOf(object['pattern']);
  const language = object['pattern_type'] ?? 'stix';
  if (language !== 'stix' || pattern === null) return into.refuse(number, 'Only patterns of pattern_type stix are read.');
  if (object['revoked'] === true) return into.refuse(number, 'It is revoked.');
  const terms = patternTerms(pattern);
  if (terms === null)
    return into.refuse(
      number,
      "Only comparisons by =, IN and ISSUBSET of addresses, names, URLs and hashes, joined by OR, are read: [domain-name:value = 'evil.example'].",
    );
  const comment = textOf(object['name']) ?? textOf(object['description']);
  for (const { type, value } of terms) into.add(number, type, value, comment);
}

/** `{"Event": ...}`, an event alone, or a `response` with several. */
function mispEvents(parsed: unknown): JsonObject[] {
  const response = isObject(parsed) ? parsed['response'] : parsed;
  const candidates: unknown[] = Array.isArray(response) ? response : [parsed];
  return candidates.flatMap((each) => {
    const event = isObject(each) && isObject(each['Event']) ? each['Event'] : each;
    return isObject(event) && (Array.isArray(event['Attribute']) || Array.isArray(event['Object'])) ? [event] : [];
  });
}

function importMisp(events: readonly JsonObject[]): ImportedIndicators {
  const into = new Collector('misp');
  let number = 0;
  for (const event of events)
    for (const attribute of attributesOf(event)) {
      number++;
      if (isObject(attribute)) importAttribute(into, number, attribute);
      else into.refuse(number, 'This is no attribute.');
    }
  return into.result;
}

function* attributesOf(event: JsonObject): Generator {
  if (Array.isArray(event['Attribute'])) yield* event['Attribute'] as unknown[];
  if (!Array.isArray(event['Object'])) return;
  for (const object of event['Object'] as unknown[])
    if (isObject(object) && Array.isArray(object['Attribute'])) yield* object['Attribute'] as unknown[];
}

/** Values of two parts, `ip-dst|port`, `filename|md5`: the part that is compared. */
function importAttribute(into: Collector, number: number, attribute: JsonObject): void {
  const [kind, value] = [textOf(attribute['type']), textOf(attribute['value'])];
  if (kind === null || value === null) return into.refuse(number, 'The attribute has no type or no value.');
  if (attribute['deleted'] === true) return into.refuse(number, 'It is deleted.');
  const values = value.split('|');
  let known = false;
  for (const [i, part] of kind.split('|').entries()) {
    const type = indicatorTypeNamed(part);
    if (!type || values[i] === undefined) continue;
    known = true;
    into.add(number, type === 'ip' && values[i].includes('/') ? 'cidr' : type, values[i], textOf(attribute['comment']));
  }
  if (!known) into.refuse(number, 'Attributes of this type are not compared.');
}
