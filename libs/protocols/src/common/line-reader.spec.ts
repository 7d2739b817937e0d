import { describe, expect, it } from 'vitest';
import { LineReader } from './line-reader.ts';

/** Lines of deliveries, as a parser takes them. */
function linesOf(deliveries: readonly string[], limit: number): string[] {
  const reader = new LineReader(limit);
  const lines: string[] = [];
  for (const delivery of deliveries) {
    const bytes = new TextEncoder().encode(delivery);
    for (let at = 0; at < bytes.length;) {
      at = reader.take(bytes, at, bytes.length);
      const line = reader.takeLine();
      if (line !== null) lines.push(line);
    }
  }
  return lines;
}

describe('LineReader', () => {
  const text = 'USER anna\r\n\r\nbare\nzwölf\r\n\r\r\nrest';
  const lines = ['USER anna', '', 'bare', 'zwölf', '\r'];

  it('gives the same lines wherever deliveries end', () => {
    expect(linesOf([text], 64)).toEqual(lines);
    for (let cut = 0; cut <= text.length; cut++) expect(linesOf([text.slice(0, cut), text.slice(cut)], 64)).toEqual(lines);
    expect(linesOf(Array.from(text), 64)).toEqual(lines);
  });

  it('gives the begin of a line that is longer than the limit, and the next line whole', () => {
    for (const deliveries of [['123456789\nnext\n'], ['1234', '56789\nnext\n'], Array.from('123456789\nnext\n')])
      expect(linesOf(deliveries, 8)).toEqual(['12345678', 'next']);
    expect(linesOf(['12345678\n'], 8)).toEqual(['12345678']);
  });

  it('begins anew behind a hole', () => {
    const reader = new LineReader(8);
    const bytes = new TextEncoder().encode('lost');
    reader.take(bytes, 0, bytes.length);
    reader.forget();
    const next = new TextEncoder().encode('found\n');
    expect(reader.take(next, 0, next.length)).toBe(next.length);
    expect(reader.takeLine()).toBe('found');
  });
});
