/** Segments of a stream as a page shows them: who spoke, for how long, as text or as hexadecimal; and what is found in them. */
import { gapWords, hexLines, StreamText, type StreamPage, type StreamSegment } from '@wirecase/contract';

/** Bytes from which on a turn goes on in another one: what is out of sight need not be laid out. */
const mostTurnBytes = 16 * 1024;

/** What one side said until the other did, or a gap. */
export interface Turn {
  direction: StreamSegment['direction'];
  /** The gap in words; null for what was said. */
  gap: string | null;
  /** Its first and last packet. */
  packet: number;
  lastPacket: number;
  time: string;
  offset: number;
  bytes: Uint8Array;
  text: string;
}

const nothing = new Uint8Array(0);

/** Makes turns of pages that follow one another. */
export class Turns {
  readonly all: Turn[] = [];
  private readonly texts = { source: new StreamText(), destination: new StreamText() };

  add({ kind, items, nextCursor }: Pick<StreamPage, 'kind' | 'items' | 'nextCursor'>): void {
    for (const item of items) this.take(item, kind === 'stream');
    if (nextCursor !== null) return;
    const last = this.all.at(-1);
    if (last) last.text += this.texts[last.direction].end();
  }

  private take(segment: StreamSegment, isConnection: boolean): void {
    const { direction, packet, time, offset } = segment;
    const last = this.all.at(-1);
    const decoder = this.texts[direction];
    if (segment.bytes === null) {
      if (last?.direction === direction) last.text += decoder.end();
      this.all.push({ direction, gap: gapWords(segment), packet, lastPacket: packet, time, offset, bytes: nothing, text: '' });
      return;
    }
    const bytes = Uint8Array.from(atob(segment.bytes), (character) => character.charCodeAt(0));
    const text = decoder.next(bytes) + (isConnection ? '' : decoder.end());
    if (isConnection && last && !last.gap && last.direction === direction && last.bytes.length < mostTurnBytes) {
      last.bytes = joined(last.bytes, bytes);
      last.text += text;
      last.lastPacket = packet;
    } else this.all.push({ direction, gap: null, packet, lastPacket: packet, time, offset, bytes, text });
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

export type StreamForm = 'text' | 'hex';

/** What of a turn is shown. */
export function bodyOf(turn: Turn, form: StreamForm): string {
  return form === 'text' ? turn.text : hexLines(turn.bytes, turn.offset).join('\n');
}

/** Text when most of the first bytes can be read. */
export function formOf(turns: readonly Turn[]): StreamForm {
  let bytes = 0;
  let unreadable = 0;
  for (const turn of turns.slice(0, 20)) {
    bytes += turn.bytes.length;
    unreadable += turn.bytes.filter((byte) => (byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 13) || byte === 0x7f).length;
    unreadable += turn.text.split('\ufffd').length - 1;
  }
  return unreadable > bytes / 10 ? 'hex' : 'text';
}

/** Something found: the turn, and where in its body. In a dump it is marked among the digits and among the characters. */
export interface Found {
  turn: number;
  ranges: [start: number, end: number][];
}

/** Places that are counted and marked at most. */
export const mostFound = 1000;

/** Where `needle` is said, whatever its case; in a dump also bytes such as `0x0d0a` or `0d 0a`. Not across turns. */
export function find(turns: readonly Turn[], form: StreamForm, needle: string): Found[] {
  if (needle === '') return [];
  const pattern = form === 'hex' ? bytesIn(needle) : null;
  const found: Found[] = [];
  for (const [at, turn] of turns.entries()) {
    const said = form === 'text' ? turn.text : latin1(turn.bytes);
    for (const { index, 0: match } of said.matchAll(new RegExp(escaped(pattern ?? needle), pattern === null ? 'gi' : 'g'))) {
      const end = index + match.length;
      found.push({ turn: at, ranges: form === 'text' ? [[index, end]] : rangesInDump(index, end) });
      if (found.length === mostFound) return found;
    }
  }
  return found;
}

/** What is a pattern of itself alone. */
function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** The bytes that hexadecimal digits stand for, as characters; null when these are none. */
function bytesIn(needle: string): string | null {
  if (!/^(0x([0-9a-f]{2})+|[0-9a-f]{2}( [0-9a-f]{2})+)$/i.test(needle)) return null;
  return needle.replace(/^0x/i, '').replace(/([0-9a-f]{2}) ?/gi, (_, pair: string) => String.fromCharCode(parseInt(pair, 16)));
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** Characters of a line of `hexLines`: before the digits, before the text, and with its 16 bytes and the line end. */
const digitsAt = 10;
const textAt = 60;
const lineLength = 77;

/** Where bytes `[start, end)` of a turn stand in its dump. */
function rangesInDump(start: number, end: number): [number, number][] {
  const ranges: [number, number][] = [];
  for (let at = start; at < end; at = (Math.floor(at / 16) + 1) * 16) {
    const line = Math.floor(at / 16) * lineLength;
    const first = at % 16;
    const last = Math.min(end - at + first, 16) - 1;
    const digits = (byte: number) => line + digitsAt + 3 * byte + (byte >= 8 ? 1 : 0);
    ranges.push([digits(first), digits(last) + 2], [line + textAt + first, line + textAt + last + 1]);
  }
  return ranges;
}
