/** What a query says, before any field is looked up. Positions are characters of the query. */

export interface Name {
  text: string;
  start: number;
}

export interface Value {
  text: string;
  start: number;
  /** Whether it stood in quotes: then `*` and words like `null` mean themselves. */
  quoted: boolean;
  regex: boolean;
}

export type Comparison = ':' | '==' | '!=' | '<' | '<=' | '>' | '>=' | '~' | 'contains' | 'startswith';

/** One of a set: a value, or everything from `value` to `to`, both included. */
export interface Item {
  value: Value;
  to: Value | null;
}

export type Tree =
  | { kind: 'and' | 'or'; items: Tree[] }
  | { kind: 'not'; item: Tree }
  | { kind: 'compare'; field: Name; operator: Comparison; value: Value }
  | { kind: 'in'; field: Name; items: Item[]; negated: boolean }
  | { kind: 'exists'; field: Name }
  /** A word or a quoted text on its own. */
  | { kind: 'text'; value: Value };
