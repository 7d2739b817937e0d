import { valueToJson, type Fields, type Kind, type RecordType, type RowOf } from '@wirecase/contract';

/** RFC 4180 line ending. */
const END = '\r\n';

/** The header line: dotted field names in the catalogue's order. */
export function csvHeader(type: RecordType): string {
  return (
    Object.values(type.fields)
      .map((field) => quoted(harmless(field.name)))
      .join(',') + END
  );
}

/** A row: lists with `; ` between their values, JSON fields as JSON, nothing where there is no value. */
export function csvLine<F extends Fields>(type: RecordType<F>, row: RowOf<F>): string {
  return (
    Object.entries(type.fields)
      .map(([property, field]) => cell(field.kind, row[property]))
      .join(',') + END
  );
}

function cell(kind: Kind, value: unknown): string {
  if (value === null || value === undefined) return '';
  const json = valueToJson(kind, value);
  // A number is written by us; it may begin with a minus.
  return typeof json === 'number' ? String(json) : quoted(harmless(text(json)));
}

function text(value: unknown): string {
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object')) return value.join('; ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/**
 * Spreadsheets run what begins with `= + - @`, also in full width or behind blanks, and with TAB, CR or LF as a formula, and packets choose
 * these texts: such a text gets an apostrophe before it (RELIABILITY A10, T41).
 */
function harmless(value: string): string {
  return /^(?:[\t\r\n]|\s*[=+\-@＝＋－＠])/.test(value) ? `'${value}` : value;
}

function quoted(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
