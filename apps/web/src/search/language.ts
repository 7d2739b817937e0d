/** The query language as the query bar needs it: coloured tokens, and what may be typed at the cursor. */
import type { FieldInfo } from '@wirecase/contract';
import type { Completion, QueryToken } from '../ui/query-bar.ts';

export function tokensOf(text: string): QueryToken[] {
  const kinds: [RegExp, string][] = [
    [/^"(?:\\.|[^"\\])*"?$/, 'string'],
    [/^(and|or|not|in|contains|matches|startswith|between)$/i, 'keyword'],
    [/^(==|!=|<=|>=|[=<>~:!&|]+)$/, 'operator'],
    [/^[\d.:/]+$/, 'number'],
  ];
  return [...text.matchAll(/"(?:\\.|[^"\\])*"?|[A-Za-z_@][\w.@-]*|[\d.:/]+|[=!<>~:&|]+/g)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    kind: kinds.find(([pattern]) => pattern.test(match[0]))?.[1] ?? 'field',
  }));
}

export function completionsFor(fields: readonly FieldInfo[], text: string, cursor: number): Completion {
  const word = /[\w.@-]*$/.exec(text.slice(0, cursor))?.[0] ?? '';
  const items = fields
    .filter(({ name }) => word !== '' && name.includes(word.toLowerCase()))
    .slice(0, 12)
    .map(({ name, doc }) => ({ text: name, label: name, detail: doc }));
  return { from: cursor - word.length, to: cursor, items };
}
