import type { StreamSegment } from '@wirecase/contract';
import { bodyOf, find, formOf, Turns } from './turns.ts';

const time = '2024-01-01T00:00:00.000000000Z';
const base64 = (text: string) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

/** `s` and `d` as one letter each, the text, or a number for a gap. */
function turnsOf(...said: readonly (readonly ['s' | 'd', string | number])[]): Turns {
  const turns = new Turns();
  const offsets = { s: 0, d: 0 };
  const items = said.map(([side, what], i): StreamSegment => {
    const length = typeof what === 'number' ? what : what.length;
    const offset = offsets[side];
    offsets[side] += length;
    const bytes = typeof what === 'number' ? null : base64(what);
    return {
      direction: side === 's' ? 'source' : 'destination',
      packet: i + 1,
      time,
      offset,
      length,
      bytes,
      gap: bytes === null ? 'missing' : null,
    };
  });
  turns.add({ kind: 'stream', items, nextCursor: null });
  return turns;
}

describe('turns', () => {
  it('go on until the other side speaks or something is missing', () => {
    const { all } = turnsOf(['s', 'GET '], ['s', '/\r\n'], ['d', '200'], ['d', 7], ['d', 'OK']);
    expect(all.map(({ text, gap, packet, lastPacket }) => [gap ?? text, packet, lastPacket])).toEqual([
      ['GET /\n', 1, 2],
      ['200', 3, 3],
      ['7 bytes of the server are missing from the capture', 4, 4],
      ['OK', 5, 5],
    ]);
  });

  it('of datagrams are one each, and pages are joined', () => {
    const turns = new Turns();
    const item = { direction: 'source' as const, packet: 1, time, offset: 0, length: 1, bytes: btoa('a'), gap: null };
    turns.add({ kind: 'datagrams', items: [item, item], nextCursor: 'x' });
    turns.add({ kind: 'datagrams', items: [item], nextCursor: null });
    expect(turns.all.map(({ text }) => text)).toEqual(['a', 'a', 'a']);
  });

  it('are not longer than what can be laid out', () => {
    const long = 'x'.repeat(10_000);
    expect(turnsOf(['s', long], ['s', long], ['s', long]).all.map(({ bytes }) => bytes.length)).toEqual([20_000, 10_000]);
  });

  it('are shown as text when they can be read', () => {
    expect(formOf(turnsOf(['s', 'plain text\r\n']).all)).toBe('text');
    expect(formOf(turnsOf(['s', '\u0016\u0003\u0001\u0000 hello']).all)).toBe('hex');
    expect(formOf([])).toBe('text');
  });
});

describe('what is searched for', () => {
  const { all } = turnsOf(['s', 'GET /index.html'], ['d', 'index of what Index is']);

  it('is found in the text, whatever its case, and nothing in it is a pattern', () => {
    expect(find(all, 'text', 'INDEX')).toEqual([
      { turn: 0, ranges: [[5, 10]] },
      { turn: 1, ranges: [[0, 5]] },
      { turn: 1, ranges: [[14, 19]] },
    ]);
    expect(find(all, 'text', '.*')).toEqual([]);
    expect(find(all, 'text', '')).toEqual([]);
  });

  it('is found in a dump, over the ends of lines, by text or bytes', () => {
    const marked = (needle: string) =>
      find(all, 'hex', needle).map(({ turn, ranges }) => ranges.map(([start, end]) => bodyOf(all[turn]!, 'hex').slice(start, end)));
    expect(marked('html')).toEqual([['68 74 6d 6c', 'html']]);
    expect(marked('what index')).toEqual([['77 68 61 74 20 49 6e', 'what In', '64 65 78', 'dex']]);
    expect(marked('0x4745')).toEqual([['47 45', 'GE']]);
    expect(marked('54 20 2f')).toEqual([['54 20 2f', 'T /']]);
  });
});
