/** What was said in a flow, as the API gives it, and the forms in which people read it. */
import { cleanText } from './text.ts';

export const streamSides = ['both', 'client', 'server'] as const;
/** `client`: who began the flow (source), `server`: who answered (destination). */
export type StreamSide = (typeof streamSides)[number];
export const streamFormats = ['json', 'raw', 'text', 'hex'] as const;
export type StreamFormat = (typeof streamFormats)[number];

/** Bytes of a page of `GET /flows/{id}/stream`: usual, and the most one may ask for. */
export const streamPageBytes = { usual: 256 * 1024, most: 4 * 1024 * 1024 };
/** Packets read for one page. */
export const streamPagePackets = 16_384;

/** What one packet, or the fragments of one datagram, brought in one direction; or bytes that the capture does not have. */
export interface StreamSegment {
  direction: 'source' | 'destination';
  /** Number of the packet in the capture; of a gap the packet that showed it. */
  packet: number;
  time: string;
  /** Position in all that this direction said, gaps counted. */
  offset: number;
  /** Bytes said; of a gap 0 when nobody knows how many. */
  length: number;
  /** Base64; null for a gap. */
  bytes: string | null;
  /** `missing`: no packet has them. `cut`: the packet was captured without its end (snap length). */
  gap: 'missing' | 'cut' | null;
}

/** GET /flows/{id}/stream?side=both&format=json */
export interface StreamPage {
  /** `stream`: the bytes of a TCP connection in order. `datagrams`: what each packet carries behind its transport header. */
  kind: 'stream' | 'datagrams';
  /** In the order in which it was said. */
  items: StreamSegment[];
  nextCursor: string | null;
  /** What ended the page before the stream's end: the bytes asked for, or the packets that one page reads. */
  reached: 'bytes' | 'packets' | null;
  warnings: string[];
}

/**
 * UTF-8 as text that harms no screen: line ends and tabs stay, other controls, bidi and invisible characters become visible escapes
 * (`cleanText`), what is no UTF-8 becomes U+FFFD. One object a direction: characters may be cut in two by packets.
 */
export class StreamText {
  private readonly decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  /** A carriage return that may have its line feed in the next bytes. */
  private held = '';

  next(bytes: Uint8Array): string {
    return this.shown(this.held + this.decoder.decode(bytes, { stream: true }), true);
  }

  /** The stream ends or breaks off here. */
  end(): string {
    return this.shown(this.held + this.decoder.decode(), false);
  }

  private shown(text: string, goesOn: boolean): string {
    this.held = goesOn && text.endsWith('\r') ? '\r' : '';
    const now = this.held ? text.slice(0, -1) : text;
    return now.replaceAll('\r\n', '\n').replace(/[^\n\t]+/g, cleanText);
  }
}

const perLine = 16;
const hexWidth = 3 * perLine + 1;

/** Lines of 16 bytes as Wireshark prints them: position (8 hexadecimal digits), bytes, and those of them that are printable ASCII. */
export function hexLines(bytes: Uint8Array, offset: number): string[] {
  const lines: string[] = [];
  for (let start = 0; start < bytes.length; start += perLine) {
    let hex = '';
    let text = '';
    for (let at = start; at < Math.min(start + perLine, bytes.length); at++) {
      const byte = bytes[at]!;
      if (at === start + perLine / 2) hex += ' ';
      hex += `${byte.toString(16).padStart(2, '0')} `;
      text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.';
    }
    lines.push(`${(offset + start).toString(16).padStart(8, '0')}  ${hex.padEnd(hexWidth)} ${text}`);
  }
  return lines;
}

/** A gap in words: `10 bytes of the server are missing`. */
export function gapWords({ direction, length, gap }: Pick<StreamSegment, 'direction' | 'length' | 'gap'>): string {
  const who = direction === 'source' ? 'client' : 'server';
  const much = length === 0 ? 'Bytes' : `${length.toLocaleString('en')} ${length === 1 ? 'byte' : 'bytes'}`;
  const is = length === 1 ? 'is' : 'are';
  return gap === 'cut' ? `${much} of the ${who} ${is} cut off by the snap length` : `${much} of the ${who} ${is} missing from the capture`;
}
