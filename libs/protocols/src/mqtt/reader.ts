/** Fields of MQTT's messages: numbers, texts with their length, properties (MQTT 5.0, 1.5 and 2.2.2), big-endian. */
import { read16 } from '../common/binary.ts';
import { decodeText, rowText } from '../common/text.ts';

const MAX_TEXT_CHARACTERS = 512;

const SUBSCRIPTION_ID = 11;
const ASSIGNED_CLIENT_ID = 18;
const TOPIC_ALIAS = 35;
const USER_PROPERTY = 38;
/** 5.0, 2.2.2.2: bytes of properties that are numbers, and those that are texts or bytes with their length. */
const propertyBytes = new Map([
  ...[1, 23, 25, 36, 37, 40, 41, 42].map((property) => [property, 1] as const),
  ...[19, 33, 34].map((property) => [property, 2] as const),
  ...[2, 17, 24, 39].map((property) => [property, 4] as const),
]);
const countedProperties = new Set([3, 8, 9, 21, 22, 26, 28, 31]);

/** What is told of the properties of a message. */
export interface Properties {
  topicAlias: number | null;
  assignedClientId: string | null;
}

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

  /** 5.0, 2.2.2: a length in bytes, then numbers of properties, each with its value. One that is not known ends them. */
  properties(): Properties {
    const found: Properties = { topicAlias: null, assignedClientId: null };
    const length = this.variable();
    const within = new MqttReader(this.bytes, this.offset, Math.min(this.end, this.offset + length));
    this.skip(length);
    while (within.left > 0) {
      const property = within.variable();
      if (property === TOPIC_ALIAS) found.topicAlias = within.short();
      else if (property === ASSIGNED_CLIENT_ID) found.assignedClientId = within.text();
      else if (!within.skipValue(property)) break;
    }
    return found;
  }

  private skipValue(property: number): boolean {
    const bytes = propertyBytes.get(property);
    if (bytes !== undefined) this.skip(bytes);
    else if (property === SUBSCRIPTION_ID) this.variable();
    else if (property === USER_PROPERTY) {
      this.skip(this.short());
      this.skip(this.short());
    } else if (countedProperties.has(property)) this.skip(this.short());
    else return false;
    return true;
  }

  /** 1.5.5: 1 to 4 bytes, seven bits a byte, lowest first. */
  private variable(): number {
    let value = 0;
    for (let i = 0; i < 4; i++) {
      const byte = this.byte();
      value += (byte & 127) * 128 ** i;
      if (byte < 128) break;
    }
    return value;
  }

  private has(count: number): boolean {
    if (count <= this.left) return true;
    this.isCut = true;
    this.offset = this.end;
    return false;
  }
}
