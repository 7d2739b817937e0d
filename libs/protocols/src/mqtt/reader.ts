/** Fields of MQTT's messages: numbers, texts with their length, properties (MQTT 5.0, 1.5 and 2.2.2), big-endian. */
import { read16 } from '../common/binary.ts';
import { decodeText, rowText } from '../common/text.ts';

const MAX_TEXT_CHARACTERS = 512;

/** Walks the fields of a message; `isCut` once one passes its end. */
export class MqttReader {
  isCut = false;
  private readonly bytes: Uint8Array;
  private offset: number;
  private readonly end: number;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.bytes = bytes;
    this.offset = start;
    this.end = end;
  }

  get left(): number {
    return this.end - this.offset;
  }

  byte(): number {
    return this.has(1) ? this.bytes[this.offset++]! : 0;
  }

  short(): number {
    if (!this.has(2)) return 0;
    this.offset += 2;
    return read16(this.bytes, this.offset - 2);
  }

  skip(count: number): void {
    if (this.has(count)) this.offset += count;
  }

  /** Length and text; `null` when it is not all there. */
  text(): string | null {
    const length = this.short();
    if (!this.has(length)) return null;
    this.offset += length;
    return rowText(decodeText(this.bytes, this.offset - length, this.offset), MAX_TEXT_CHARACTERS);
  }

  /** 5.0, 2.2.2: a length of 1 to 4 bytes and so many bytes. */
  skipProperties(): void {
    let length = 0;
    for (let i = 0; i < 4; i++) {
      const byte = this.byte();
      length += (byte & 127) * 128 ** i;
      if (byte < 128) break;
    }
    this.skip(length);
  }

  private has(count: number): boolean {
    if (count <= this.left) return true;
    this.isCut = true;
    this.offset = this.end;
    return false;
  }
}
