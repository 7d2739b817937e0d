/** Content-Transfer-Encoding of mails (RFC 2045 6) undone as the bytes pass. */
import type { ByteTarget, FileFault } from '@wirecase/contract';

const OUTPUT_BYTES = 4096;
const PAD = 61;
const LF = 10;
const CR = 13;

/** Value of each character of base64 (RFC 2045 table 1), -1 for others. */
const values = new Int8Array(256).fill(-1);
for (const [value, character] of Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/').entries())
  values[character.charCodeAt(0)] = value;

/** What decodes `encoding`, lower case, into `target`; what is as it is goes there itself. */
export function transferDecoder(encoding: string, target: ByteTarget): ByteTarget {
  if (encoding === 'base64') return new Base64Decoder(target);
  if (encoding === 'quoted-printable') return new QuotedPrintableDecoder(target);
  return target;
}

abstract class Decoder implements ByteTarget {
  private readonly target: ByteTarget;
  private readonly output = new Uint8Array(OUTPUT_BYTES);
  private length = 0;

  constructor(target: ByteTarget) {
    this.target = target;
  }

  data(bytes: Uint8Array, start: number, end: number): void {
    for (let i = start; i < end; i++) this.take(bytes[i]!);
    this.flush();
  }

  /** How many bytes a hole stands for cannot be known for sure: at least one. */
  gap(missing: number): void {
    this.lose();
    this.target.gap(this.decodedBytes(missing));
  }

  end(fault: FileFault | null): void {
    const isSound = this.finish();
    this.flush();
    this.target.end(fault ?? (isSound ? null : 'undecodable'));
  }

  protected put(byte: number): void {
    if (this.length === OUTPUT_BYTES) this.flush();
    this.output[this.length++] = byte;
  }

  protected abstract take(byte: number): void;
  protected abstract lose(): void;
  protected abstract decodedBytes(encoded: number): number;
  /** The end: give what is left. Returns whether it was sound. */
  protected abstract finish(): boolean;

  private flush(): void {
    if (this.length > 0) this.target.data(this.output, 0, this.length);
    this.length = 0;
  }
}

/** RFC 2045 6.8: other characters are to be ignored; padding ends a quantum, and another may follow. */
class Base64Decoder extends Decoder {
  private quantum = 0;
  private characters = 0;

  protected take(byte: number): void {
    const value = values[byte]!;
    if (value < 0) {
      if (byte === PAD && this.characters > 0) this.pad();
      return;
    }
    this.quantum = (this.quantum << 6) | value;
    if (++this.characters < 4) return;
    this.put((this.quantum >> 16) & 0xff);
    this.put((this.quantum >> 8) & 0xff);
    this.put(this.quantum & 0xff);
    this.lose();
  }

  protected lose(): void {
    this.quantum = this.characters = 0;
  }

  protected decodedBytes(encoded: number): number {
    return Math.max(1, Math.floor((encoded * 3) / 4));
  }

  protected finish(): boolean {
    const isSound = this.characters !== 1;
    this.pad();
    return isSound;
  }

  /** Two characters are one byte, three are two. */
  private pad(): void {
    const { characters, quantum } = this;
    if (characters === 2) this.put(quantum >> 4);
    if (characters === 3) {
      this.put(quantum >> 10);
      this.put((quantum >> 2) & 0xff);
    }
    this.lose();
  }
}

/** RFC 2045 6.7: `=41` is a byte, `=` at the end of a line joins it with the next, blanks before the end of a line are none. */
class QuotedPrintableDecoder extends Decoder {
  /** What was read behind `=`, or blanks that may end a line; not yet given. */
  private held: number[] = [];

  protected take(byte: number): void {
    const { held } = this;
    if (held[0] === PAD) return this.escape(byte);
    if (byte === PAD || byte === 32 || byte === 9) {
      if (byte === PAD) this.release();
      // Blanks without an end are text.
      if (held.length >= 1000) this.release();
      held.push(byte);
    } else {
      if (byte === CR || byte === LF) held.length = 0;
      else this.release();
      this.put(byte);
    }
  }

  protected lose(): void {
    this.held.length = 0;
  }

  protected decodedBytes(encoded: number): number {
    return Math.max(1, encoded);
  }

  protected finish(): boolean {
    this.release();
    return true;
  }

  private escape(byte: number): void {
    const { held } = this;
    held.push(byte);
    const high = hexValue(held[1]!);
    if (high >= 0) {
      if (held.length < 3) return;
      const low = hexValue(byte);
      if (low < 0) return this.release();
      held.length = 0;
      this.put(high * 16 + low);
    } else if (byte === LF) held.length = 0;
    else if ((byte !== CR && byte !== 32 && byte !== 9) || held.length > 100) this.release();
  }

  /** What was held is text as it stands. */
  private release(): void {
    for (const byte of this.held) this.put(byte);
    this.held.length = 0;
  }
}

function hexValue(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
