/** The forms of a whole stream, segment by segment. Nothing but the present line is kept. */
import { gapWords, hexLines, StreamText, type StreamFormat } from '@wirecase/contract';
import type { Said } from '@wirecase/engine';

/** Writes one stream. */
export interface StreamWriter {
  write(said: Said): Uint8Array;
  end(): Uint8Array;
}

export interface StreamForm {
  mediaType: string;
  extension: string;
  writer: () => StreamWriter;
}

const nothing = new Uint8Array(0);
const utf8 = new TextEncoder();
const directions = ['source', 'destination'] as const;

/** The bytes alone; a gap leaves no trace. */
class RawWriter implements StreamWriter {
  write({ bytes }: Said): Uint8Array {
    return bytes ?? nothing;
  }

  end(): Uint8Array {
    return nothing;
  }
}

/** Each line begins with who said it, so that nothing that was said looks like a line of the other side or of ours. */
class TextWriter implements StreamWriter {
  private readonly sides = [new StreamText(), new StreamText()] as const;
  /** Who said the line that is not ended; null at the beginning of a line. */
  private speaker: number | null = null;

  write(said: Said): Uint8Array {
    const { direction, packet, bytes } = said;
    if (bytes) return utf8.encode(this.lines(direction, this.sides[direction].next(bytes)));
    const before = this.lines(direction, this.sides[direction].end()) + this.endLine();
    return utf8.encode(`${before}! ${gapOf(said)} (packet ${packet})\n`);
  }

  end(): Uint8Array {
    const rest = ([0, 1] as const).map((direction) => this.lines(direction, this.sides[direction].end()));
    return utf8.encode(rest.join('') + this.endLine());
  }

  private lines(direction: number, text: string): string {
    if (text === '') return '';
    const before = this.speaker === direction ? '' : this.endLine();
    const mark = direction === 0 ? '> ' : '< ';
    const begin = this.speaker === direction ? '' : mark;
    const isEnded = text.endsWith('\n');
    this.speaker = isEnded ? null : direction;
    const body = isEnded ? text.slice(0, -1) : text;
    return before + begin + body.replaceAll('\n', `\n${mark}`) + (isEnded ? '\n' : '');
  }

  private endLine(): string {
    const isOpen = this.speaker !== null;
    this.speaker = null;
    return isOpen ? '\n' : '';
  }
}

/** As "Follow stream" of Wireshark dumps: each direction counts for itself, that of the server is indented. */
class HexWriter implements StreamWriter {
  write(said: Said): Uint8Array {
    const { direction, packet, offset, bytes } = said;
    if (!bytes) return utf8.encode(`! ${gapOf(said)} (packet ${packet})\n`);
    const indent = direction === 0 ? '' : '    ';
    return utf8.encode(hexLines(bytes, offset).reduce((text, line) => `${text}${indent}${line}\n`, ''));
  }

  end(): Uint8Array {
    return nothing;
  }
}

function gapOf({ direction, length, gap }: Said): string {
  return gapWords({ direction: directions[direction], length, gap });
}

export const streamForms: Record<Exclude<StreamFormat, 'json'>, StreamForm> = {
  raw: { mediaType: 'application/octet-stream', extension: 'bin', writer: () => new RawWriter() },
  text: { mediaType: 'text/plain; charset=utf-8', extension: 'txt', writer: () => new TextWriter() },
  hex: { mediaType: 'text/plain; charset=utf-8', extension: 'hex.txt', writer: () => new HexWriter() },
};
