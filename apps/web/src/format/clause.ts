/** Conditions of the query language made from values that were clicked. */
import type { Kind } from '@wirecase/contract';
import { tokenize } from '@wirecase/query';

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
  if (typeof value !== 'string' || bareKinds.includes(kind)) return String(value);
  // A bare word stands for itself; anything else might be a wildcard, a range or an operator.
  return /^[A-Za-z_][\w-]*(\.[\w-]+)*$/.test(value) && !reserved.has(value.toLowerCase()) ? value : quoted(value);
}

/** Kinds whose text is a value of the language as it is. */
const bareKinds: readonly Kind[] = ['id', 'ip', 'ips', 'mac', 'time', 'duration'];
const reserved = new Set(['and', 'or', 'not', 'null', 'now', 'true', 'false']);

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

/** The query without the condition when it has it, else with it and without its `siblings`, of which one holds at most. */
export function toggledClause(query: string, clause: string, siblings: readonly string[]): string {
  const parts = query.trim() === '' ? [] : topLevelParts(query.trim());
  if (parts === null) return withClause(query, { clause, mode: 'and' });
  const others = parts.filter((part) => part !== clause && !siblings.includes(part));
  return (parts.includes(clause) ? others : [...others, clause]).join(' and ');
}

/** The parts of a query joined by `and` at the top level; `null` when there is an `or` there, so that it needs parentheses. */
export function topLevelParts(query: string): string[] | null {
  const parts: string[] = [];
  let start = 0;
  let depth = 0;
  for (const token of tokenize(query)) {
    if (token.kind === 'punctuation' && '([{'.includes(token.text)) depth++;
    else if (token.kind === 'punctuation' && ')]}'.includes(token.text)) depth--;
    else if (depth === 0 && token.kind === 'keyword' && token.text === 'or') return null;
    else if (depth === 0 && token.kind === 'keyword' && token.text === 'and') {
      parts.push(query.slice(start, token.start).trim());
      start = token.end;
    }
  }
  parts.push(query.slice(start).trim());
  return parts;
}
