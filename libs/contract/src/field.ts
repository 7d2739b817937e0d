/**
 * The field catalogue's building blocks. A record type is declared once, as data, beside the parser that fills it; row types, DDL,
 * COPY columns, search names, OpenAPI, CSV headers, UI columns and docs/fields.md all derive from that declaration.
 */

/**
 * How a field is stored, searched and shown.
 *
 * | kind | row value | PostgreSQL |
 * |---|---|---|
 * | id | UUID text | uuid |
 * | ip | Uint8Array of 4 or 16 bytes, network byte order | inet |
 * | mac | text `aa:bb:cc:dd:ee:ff` | text |
 * | port | number 0..65535 | integer |
 * | integer | number, 32 bit signed | integer |
 * | count | number up to 2^53 (packets, bytes) | bigint |
 * | time | bigint, nanoseconds since 1970 UTC, clamped to int64 | bigint |
 * | duration | bigint, nanoseconds | bigint |
 * | float | number | double precision |
 * | boolean | boolean | boolean |
 * | keyword | text compared without case: names, states, ids of protocols | text |
 * | text | free text, searched by content | text |
 * | keywords, ips, integers | arrays of the above | text[], inet[], integer[] |
 * | json | JSON value, not searchable | jsonb |
 */
export type Kind = keyof KindValue;

export interface KindValue {
  id: string;
  ip: Uint8Array;
  mac: string;
  port: number;
  integer: number;
  count: number;
  time: bigint;
  duration: bigint;
  float: number;
  boolean: boolean;
  keyword: string;
  text: string;
  keywords: readonly string[];
  ips: readonly Uint8Array[];
  integers: readonly number[];
  json: unknown;
}

const listKinds: ReadonlySet<Kind> = new Set(['keywords', 'ips', 'integers', 'json']);

/** Whether rows can be ordered by fields of the kind: those of one value. */
export const isOrdered = (kind: Kind): boolean => !listKinds.has(kind);

export interface Field<K extends Kind = Kind, Optional extends boolean = boolean> {
  /** ECS name, dotted (`source.ip`); own fields under `wirecase.`. Stable after 1.0. */
  readonly name: string;
  /** Column in PostgreSQL: the name without `wirecase.`, dots and `@` replaced. */
  readonly column: string;
  readonly kind: K;
  readonly optional: Optional;
  /** What the field says, for the analyst. One or two sentences. */
  readonly doc: string;
  /** Heading in tables. */
  readonly label: string;
  /** Other names the query bar accepts: Arkime, Wireshark, Zeek, EVE. */
  readonly aliases: readonly string[];
  /** Wireshark's field with the same meaning, compared with tshark in CI. */
  readonly tshark: string | null;
  /** Whether an index serves searches by this field. */
  readonly indexed: boolean;
}

/**
 * Characters of an indexed keyword or text that its index holds: an attacker's name of many kilobytes must not exceed what an index
 * entry may have (2,704 bytes in PostgreSQL). Searches compare this part by the index, and then the whole.
 */
export const indexedTextLength = 256;

export interface FieldOptions {
  label?: string;
  aliases?: readonly string[];
  tshark?: string;
  indexed?: boolean;
}

export type Fields = Readonly<Record<string, Field>>;

/** The row of a record type: one property per field key, `null` where an optional field has no value. */
export type RowOf<F extends Fields> = {
  -readonly [Key in keyof F]: F[Key] extends Field<infer K, infer Optional>
    ? Optional extends true
      ? KindValue[K] | null
      : KindValue[K]
    : never;
};

/** A field that every row has. */
export function field<K extends Kind>(name: string, kind: K, doc: string, options: FieldOptions = {}): Field<K, false> {
  return { ...describe(name, kind, doc, options), optional: false };
}

/** A field that may be `null`. */
export function optional<K extends Kind>(name: string, kind: K, doc: string, options: FieldOptions = {}): Field<K, true> {
  return { ...describe(name, kind, doc, options), optional: true };
}

function describe<K extends Kind>(name: string, kind: K, doc: string, options: FieldOptions): Omit<Field<K, boolean>, 'optional'> {
  return {
    name,
    column: columnOf(name),
    kind,
    doc,
    label: options.label ?? labelOf(name),
    aliases: options.aliases ?? [],
    tshark: options.tshark ?? null,
    indexed: options.indexed ?? false,
  };
}

function columnOf(name: string): string {
  return name
    .replace(/^@/, '')
    .replace(/^wirecase\./, '')
    .replaceAll('.', '_');
}

function labelOf(name: string): string {
  const words = name
    .replace(/^wirecase\./, '')
    .replace(/[._@]/g, ' ')
    .trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
