import type { CaptureRecord } from './capture-record.ts';
import { BlockType, byteOrderMagic } from './pcapng-blocks.ts';

/** What the writer says of an interface. */
export interface WrittenInterface {
  linkType: number;
  /** 0: unlimited. */
  snapLength: number;
  name: string;
}

const optionEnd = 0;
const optionComment = 1;
const optionInterfaceName = 2;
const optionTimeResolution = 9;
const optionUserApplication = 4;

/**
 * Writes a pcapng capture of one little-endian section with times in nanoseconds. Each method gives the bytes to append, owned by the
 * caller: `begin` first, then the packets. Lengths and times are written as recorded.
 */
export class PcapngWriter {
  readonly #interfaces: readonly WrittenInterface[];
  readonly #application: string;

  /** `application`: name and version written as the section's author. */
  constructor(interfaces: readonly WrittenInterface[], application: string) {
    this.#interfaces = interfaces;
    this.#application = application;
  }

  /** Section header, with a comment on the whole where one is given, and interface descriptions. */
  begin(comment = ''): Uint8Array {
    return concatenate([this.#sectionHeader(comment), ...this.#interfaces.map(interfaceDescription)]);
  }

  /** One enhanced packet block for `record`; `interfaceId` is a position in the writer's interfaces. */
  packet(record: CaptureRecord, interfaceId: number, comment = ''): Uint8Array {
    const captured = record.capturedLength;
    const options = comment === '' ? new Uint8Array(0) : optionList([option(optionComment, text(comment))]);
    const body = new Uint8Array(20 + padded(captured) + options.length);
    const view = new DataView(body.buffer);
    // Times before 1970 do not exist in pcapng.
    const time = BigInt.asUintN(64, record.timeNs() < 0n ? 0n : record.timeNs());
    view.setUint32(0, interfaceId, true);
    view.setUint32(4, Number(time >> 32n), true);
    view.setUint32(8, Number(time & 0xffff_ffffn), true);
    view.setUint32(12, captured, true);
    view.setUint32(16, record.originalLength, true);
    body.set(record.buffer.subarray(record.dataOffset, record.dataOffset + captured), 20);
    body.set(options, 20 + padded(captured));
    return block(BlockType.EnhancedPacket, body);
  }

  /** One decryption secrets block (draft-ietf-opsawg-pcapng 4.7), to stand before the packets that it decrypts. */
  secrets(type: number, data: Uint8Array): Uint8Array {
    const body = new Uint8Array(8 + padded(data.length));
    const view = new DataView(body.buffer);
    view.setUint32(0, type, true);
    view.setUint32(4, data.length, true);
    body.set(data, 8);
    return block(BlockType.DecryptionSecrets, body);
  }

  #sectionHeader(comment: string): Uint8Array {
    const head = new Uint8Array(16);
    const view = new DataView(head.buffer);
    view.setUint32(0, byteOrderMagic, true);
    view.setUint16(4, 1, true);
    view.setBigInt64(8, -1n, true); // section length: not stated
    const options = [option(optionUserApplication, text(this.#application))];
    if (comment !== '') options.unshift(option(optionComment, text(comment)));
    return block(BlockType.SectionHeader, concatenate([head, optionList(options)]));
  }
}

function interfaceDescription(from: WrittenInterface): Uint8Array {
  const head = new Uint8Array(8);
  const view = new DataView(head.buffer);
  view.setUint16(0, from.linkType, true);
  view.setUint32(4, from.snapLength, true);
  const options = [option(optionTimeResolution, Uint8Array.of(9))];
  if (from.name !== '') options.unshift(option(optionInterfaceName, text(from.name)));
  return block(BlockType.InterfaceDescription, concatenate([head, optionList(options)]));
}

/** Type and length before the body, the length again behind it. `body` has a multiple of 4 bytes. */
function block(type: number, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, bytes.length, true);
  bytes.set(body, 8);
  view.setUint32(bytes.length - 4, bytes.length, true);
  return bytes;
}

function option(code: number, value: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + padded(value.length));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, code, true);
  view.setUint16(2, value.length, true);
  bytes.set(value, 4);
  return bytes;
}

function optionList(options: readonly Uint8Array[]): Uint8Array {
  return concatenate([...options, option(optionEnd, new Uint8Array(0))]);
}

/** UTF-8, cut at what an option can hold. */
function text(value: string): Uint8Array {
  return new TextEncoder().encode(value).subarray(0, 65_535);
}

function padded(length: number): number {
  return (length + 3) & ~3;
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let position = 0;
  for (const part of parts) {
    whole.set(part, position);
    position += part.length;
  }
  return whole;
}
