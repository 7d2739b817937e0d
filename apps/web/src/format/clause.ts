/** Conditions of the query language made from values that were clicked. */
import type { Kind } from '@wirecase/contract';

/** How a clicked value enters the query. */
export type PickMode = 'and' | 'not' | 'or';

export interface Pick {
  clause: string;
  mode: PickMode;
}

/** `field == value`; for a time or duration "from here on", since equality to the nanosecond finds nothing else. */
export function clauseOf(field: string, kind: Kind, value: string | number | boolean): string {
  const operator = kind === 'time' || kind === 'duration' ? '>=' : '==';
  return `${field} ${operator} ${literalOf(kind, value)}`;
}

function literalOf(kind: Kind, value: string | number | boolean): string {
  if (typeof value !== 'string') return String(value);
  switch (kind) {
    case 'ip':
    case 'ips':
    case 'duration':
      return value;
    default:
      return /^[A-Za-z_][\w-]*(\.[\w-]+)*$/.test(value) && !reserved.has(value.toLowerCase()) ? value : quoted(value);
  }
}

const reserved = new Set(['and', 'or', 'not', 'in', 'contains', 'matches', 'startswith', 'between', 'then', 'null', 'true', 'false']);

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, (character) => `\\${character}`)}"`;
}

/** The query with one more condition. A condition that is already there is not added twice; its opposite is replaced. */
export function withClause(query: string, { clause, mode }: Pick): string {
  const condition = mode === 'not' ? `not ${clause}` : clause;
  const opposite = mode === 'not' ? clause : `not ${clause}`;
  const text = query.trim();
  if (text === '') return condition;
  if (mode === 'or') return `${text} or ${condition}`;
  const parts = topLevelParts(text);
  if (parts === null) return `(${text}) and ${condition}`;
  if (parts.includes(condition)) return text;
  if (parts.includes(opposite)) return parts.map((part) => (part === opposite ? condition : part)).join(' and ');
  return `${text} and ${condition}`;
}

/** The parts of a query joined by `and` at the top level; `null` when there is an `or` there, so that it needs parentheses. */
export function topLevelParts(query: string): string[] | null {
  const parts: string[] = [];
  let start = 0;
  let depth = 0;
  const word = /"(?:\\.|[^"\\])*"|[([{]|[)\]}]|\|\||&&|\S+?(?=[\s()[\]{}"]|\|\||&&|$)/gy;
  let at = 0;
  while (at < query.length) {
    if (/\s/.test(query[at]!)) {
      at++;
      continue;
    }
    word.lastIndex = at;
    const token = word.exec(query)?.[0] ?? query[at]!;
    if ('([{'.includes(token)) depth++;
    else if (')]}'.includes(token)) depth--;
    else if (depth === 0 && /^(or|\|\|)$/i.test(token)) return null;
    else if (depth === 0 && /^(and|&&)$/i.test(token)) {
      parts.push(query.slice(start, at).trim());
      start = at + token.length;
    }
    at += token.length;
  }
  parts.push(query.slice(start).trim());
  return parts;
}
