/** What may be written at the cursor: field names, operators, and the words that join conditions. */
import type { Kind } from '@wirecase/contract';
import type { CompileOptions } from './compile.ts';
import { Scope, type KnownName } from './scope.ts';
import { tokenize } from './token.ts';

export interface Suggestion {
  /** What to put in place of the characters [from, to) of `Completion`. */
  text: string;
  /** What it is, in a sentence. */
  doc: string;
}

export interface Completion {
  from: number;
  to: number;
  suggestions: Suggestion[];
}

const most = 20;

/** `cursor`: a character position in `query`. At most twenty suggestions, the likeliest first. */
export function complete(query: string, cursor: number, options: Pick<CompileOptions, 'record' | 'catalogue'>): Completion {
  const tokens = tokenize(query.slice(0, cursor));
  const last = tokens.at(-1);
  const typed = last && last.end === cursor && last.kind === 'word' ? last.text.toLowerCase() : '';
  const from = cursor - typed.length;
  const scope = new Scope(options.record, options.catalogue);
  if (last?.kind === 'operator' || last?.kind === 'value')
    return {
      from: last.kind === 'value' && last.end === cursor ? last.start : cursor,
      to: cursor,
      suggestions: values(scope, tokens.at(last.kind === 'operator' ? -2 : -3)?.text),
    };
  if (last?.kind === 'error') return { from: cursor, to: cursor, suggestions: [] };
  const names = scope.names().flatMap((known) => matches(known, typed));
  const suggestions = names
    .sort((a, b) => a.rank - b.rank || a.text.length - b.text.length || (a.text < b.text ? -1 : 1))
    .slice(0, most)
    .map(({ text, doc }) => ({ text: `${text}:`, doc }));
  return { from, to: cursor, suggestions };
}

/** Beginnings of the name rank before beginnings of one of its parts, then of an alias, then any occurrence. */
function matches({ name, doc, aliases }: KnownName, typed: string): { text: string; doc: string; rank: number }[] {
  const lower = name.toLowerCase();
  const short = lower.replace(/^wirecase\./, '');
  let rank = -1;
  if (lower.startsWith(typed) || short.startsWith(typed)) rank = 0;
  else if (short.split('.').some((part) => part.startsWith(typed))) rank = 1;
  else if (aliases.some((alias) => alias.toLowerCase().startsWith(typed))) rank = 2;
  else if (short.includes(typed)) rank = 3;
  return rank < 0 ? [] : [{ text: name, doc, rank }];
}

const examples: Partial<Record<Kind, readonly Suggestion[]>> = {
  boolean: [
    { text: 'true', doc: 'It is so.' },
    { text: 'false', doc: 'It is not so.' },
  ],
  duration: [{ text: '10s', doc: 'A number and ns, us, ms, s, m, h or d.' }],
  count: [{ text: '1MB', doc: 'A number, with kB, MB, GB, KiB, MiB or GiB for sizes.' }],
  time: [{ text: 'now-1h', doc: 'Relative to now, or a time such as 2024-05-01T10:00:00Z.' }],
  ip: [{ text: '10.0.0.0/8', doc: 'An address or network.' }],
};

function values(scope: Scope, name: string | undefined): Suggestion[] {
  const field = name === undefined ? undefined : scope.find(name)?.places[0]?.field;
  return [...((field && examples[field.kind]) ?? []), { text: '*', doc: 'Rows that have the field.' }];
}
