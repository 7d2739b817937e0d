import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StreamBudget, TcpStream } from './stream.ts';

/** What came out: text, with `[n]` for n missing bytes. */
class Collector {
  text = '';
  streamData(_direction: number, bytes: Uint8Array, start: number, end: number): void {
    this.text += new TextDecoder('latin1').decode(bytes.subarray(start, end));
  }
  streamGap(_direction: number, missing: number): void {
    this.text += `[${missing}]`;
  }
}

function streamOf(budget = new StreamBudget()) {
  const out = new Collector();
  const stream = new TcpStream(0, out, budget);
  /** `seq` relative to the start; `cut`: bytes of the segment that were not captured. */
  const segment = (seq: number, text: string, cut = 0) => {
    const bytes = Uint8Array.from(`..${text}..`, (character) => character.charCodeAt(0));
    stream.segment((start + seq) | 0, bytes, 2, 2 + text.length, text.length + cut);
  };
  return { out, stream, segment, budget };
}

/** Just below 2^32, so that every test crosses it. */
const start = -4;

describe('a TCP stream', () => {
  it('hands on bytes in order as they come', () => {
    const { out, segment } = streamOf();
    segment(0, 'abc');
    segment(3, 'def');
    expect(out.text).toBe('abcdef');
  });

  it('puts early segments in order', () => {
    const { out, stream, segment } = streamOf();
    stream.start(start);
    segment(6, 'ghi');
    segment(3, 'def');
    expect(out.text).toBe('');
    segment(0, 'abc');
    expect(out.text).toBe('abcdefghi');
  });

  it('begins with the first segment when the SYN was not seen', () => {
    const { out, segment } = streamOf();
    segment(100, 'abc');
    expect(out.text).toBe('abc');
  });

  it('leaves out what was sent again and keeps its new bytes', () => {
    const { out, segment } = streamOf();
    segment(0, 'abc');
    segment(0, 'XYZ');
    segment(1, 'XYde');
    expect(out.text).toBe('abcde');
  });

  it('keeps the bytes that came first where early segments overlap', () => {
    const { out, stream, segment } = streamOf();
    stream.start(start);
    segment(2, 'cd');
    segment(6, 'gh');
    segment(1, 'XXXXXXXXi');
    segment(0, 'YYYYY');
    expect(out.text).toBe('YXcdXXghXi');
  });

  it('says what is missing once it was acknowledged', () => {
    const { out, stream, segment } = streamOf();
    stream.start(start);
    segment(0, 'ab');
    segment(5, 'fg');
    stream.acknowledged((start + 2) | 0);
    expect(out.text).toBe('ab');
    stream.acknowledged((start + 7) | 0);
    expect(out.text).toBe('ab[3]fg');
  });

  it('says what is missing at the end', () => {
    const { out, stream, segment } = streamOf();
    stream.start(start);
    segment(5, 'fg');
    segment(9, 'j');
    stream.end();
    expect(out.text).toBe('[5]fg[2]j');
  });

  it('says which bytes the capture cut off', () => {
    const { out, segment } = streamOf();
    segment(0, 'ab', 10);
    segment(12, 'mn');
    expect(out.text).toBe('ab[10]mn');
  });

  it('says which bytes the capture cut off of early segments', () => {
    const { out, stream, segment } = streamOf();
    stream.start(start);
    segment(2, 'cd', 4);
    segment(8, 'ij');
    segment(0, 'ab');
    expect(out.text).toBe('abcd[4]ij');
  });

  it('hands on what was captured of the bytes that an early segment lost', () => {
    const { out, stream, segment } = streamOf();
    stream.start(start);
    segment(10, 'kept', 16);
    segment(20, 'also');
    segment(0, '0123456789');
    expect(out.text).toBe('0123456789kept[6]also');
  });

  it('counts bytes that come again with another content while they wait', () => {
    const { stream, segment } = streamOf();
    stream.start(start);
    segment(4, 'ab');
    segment(6, 'cd');
    segment(10, 'gh');
    segment(2, '..abcd..gh');
    expect(stream.conflicts).toBe(0);
    segment(6, 'cX');
    expect(stream.conflicts).toBe(1);
    segment(0, '01..abcX..gh');
    expect(stream.conflicts).toBe(2);
  });

  it('gives up the oldest missing bytes when too many wait in the stream', () => {
    const { out, stream, segment, budget } = streamOf(new StreamBudget(10));
    stream.start(start);
    segment(5, 'fffff');
    segment(20, 'tttttt');
    expect(out.text).toBe('[5]fffff');
    expect(stream.overflows).toBe(1);
    stream.discard();
    expect(budget.usedBytes).toBe(0);
  });

  it('gives them up when too many wait in all streams together', () => {
    const budget = new StreamBudget(1000, 10);
    const other = streamOf(budget);
    other.stream.start(start);
    other.segment(5, '12345678');
    const { out, stream, segment } = streamOf(budget);
    stream.start(start);
    segment(1, 'bcd');
    expect(out.text).toBe('[1]bcd');
    expect(budget.usedBytes).toBe(8);
  });

  it('gives every byte once and in order, however segments overlap and arrive', () => {
    const text = 'The quick brown fox jumps over the lazy dog, twice and a half times.';
    const piece = fc.tuple(fc.nat({ max: text.length - 1 }), fc.integer({ min: 1, max: 20 }));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const { out, stream, segment, budget } = streamOf();
        stream.start(start);
        const seen = new Array<boolean>(text.length).fill(false);
        for (const [from, length] of pieces) {
          segment(from, text.slice(from, from + length));
          seen.fill(true, from, from + length);
        }
        stream.end();
        const end = seen.lastIndexOf(true) + 1;
        const expected = Array.from(text.slice(0, end), (character, i) => (seen[i] ? character : '_')).join('');
        const given = out.text.replace(/\[(\d+)\]/g, (_, missing: string) => '_'.repeat(Number(missing)));
        expect(given).toBe(expected);
        expect(budget.usedBytes).toBe(0);
      }),
    );
  });
});
