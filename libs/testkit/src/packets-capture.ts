/** Capture files built record by record and block by block, right or wrong as a test wants them. */
import { concatenate } from './packets.ts';

/** Integers in the byte order of a file. */
export class Integers {
  readonly #littleEndian: boolean;

  constructor(littleEndian: boolean) {
    this.#littleEndian = littleEndian;
  }

  u16(...values: readonly number[]): Uint8Array {
    const view = new DataView(new ArrayBuffer(2 * values.length));
    values.forEach((value, i) => view.setUint16(2 * i, value, this.#littleEndian));
    return new Uint8Array(view.buffer);
  }

  u32(...values: readonly number[]): Uint8Array {
    const view = new DataView(new ArrayBuffer(4 * values.length));
    values.forEach((value, i) => view.setUint32(4 * i, value, this.#littleEndian));
    return new Uint8Array(view.buffer);
  }

  u64(value: bigint): Uint8Array {
    const view = new DataView(new ArrayBuffer(8));
    view.setBigUint64(0, value, this.#littleEndian);
    return new Uint8Array(view.buffer);
  }
}

export interface PcapOptions {
  /** Magic number as written in the file's own byte order; microseconds (a1b2c3d4) by default. */
  magic?: number;
  littleEndian?: boolean;
  linkType?: number;
  snapLength?: number;
  /** 2.4 by default. */
  version?: readonly [number, number];
}

export interface PcapRecordFields {
  seconds?: number;
  /** Microseconds, or what the magic number means. */
  fraction?: number;
  data: Uint8Array;
  /** By default the data's length. */
  originalLength?: number;
  /** Length to state in place of the data's. */
  statedLength?: number;
}

/** A classic capture: the file header and 16-byte record headers. */
export function pcap(records: readonly PcapRecordFields[], options: PcapOptions = {}): Uint8Array {
  return concatenate(pcapHeader(options), ...records.map((record) => pcapRecord(record, options)));
}

export function pcapHeader(options: PcapOptions = {}): Uint8Array {
  const order = new Integers(options.littleEndian ?? true);
  return concatenate(
    order.u32(options.magic ?? 0xa1b2c3d4),
    order.u16(...(options.version ?? [2, 4])),
    order.u32(0, 0, options.snapLength ?? 262144, options.linkType ?? 1),
  );
}

export function pcapRecord(fields: PcapRecordFields, options: PcapOptions = {}): Uint8Array {
  const order = new Integers(options.littleEndian ?? true);
  const captured = fields.statedLength ?? fields.data.length;
  const lengths = [captured, fields.originalLength ?? fields.data.length];
  return concatenate(order.u32(fields.seconds ?? 1_700_000_000, fields.fraction ?? 0, ...lengths), fields.data);
}

/** pcapng blocks in one byte order. `option`s are lists of [code, value]. */
export class Pcapng {
  readonly order: Integers;

  constructor(littleEndian = true) {
    this.order = new Integers(littleEndian);
  }

  /** Any block: `body` is padded to 4 bytes; `trailer` is the length at its end, by default the true one. */
  block(type: number, body: Uint8Array, statedLength?: number, trailer?: number): Uint8Array {
    const padded = pad(body);
    const length = 12 + padded.length;
    return concatenate(this.order.u32(type, statedLength ?? length), padded, this.order.u32(trailer ?? length));
  }

  section(): Uint8Array {
    return this.block(0x0a0d_0d0a, concatenate(this.order.u32(0x1a2b_3c4d), this.order.u16(1, 0), this.order.u64(0xffff_ffff_ffff_ffffn)));
  }

  interface(linkType = 1, options: readonly [number, Uint8Array][] = [], snapLength = 262144): Uint8Array {
    return this.block(1, concatenate(this.order.u16(linkType, 0), this.order.u32(snapLength), this.options(options)));
  }

  /** Enhanced packet block; `time` in units of the interface. */
  packet(
    interfaceId: number,
    time: bigint,
    data: Uint8Array,
    fields: { originalLength?: number; statedLength?: number; options?: readonly [number, Uint8Array][] } = {},
  ): Uint8Array {
    return this.block(
      6,
      concatenate(
        this.order.u32(interfaceId, Number(time >> 32n), Number(time & 0xffff_ffffn)),
        this.order.u32(fields.statedLength ?? data.length, fields.originalLength ?? data.length),
        pad(data),
        this.options(fields.options ?? []),
      ),
    );
  }

  simplePacket(data: Uint8Array, originalLength = data.length): Uint8Array {
    return this.block(3, concatenate(this.order.u32(originalLength), data));
  }

  /** The obsolete packet block. */
  oldPacket(interfaceId: number, time: bigint, data: Uint8Array, originalLength = data.length): Uint8Array {
    return this.block(
      2,
      concatenate(
        this.order.u16(interfaceId, 0xffff),
        this.order.u32(Number(time >> 32n), Number(time & 0xffff_ffffn), data.length, originalLength),
        data,
      ),
    );
  }

  statistics(interfaceId: number, options: readonly [number, Uint8Array][]): Uint8Array {
    return this.block(5, concatenate(this.order.u32(interfaceId, 0, 0), this.options(options)));
  }

  options(list: readonly [number, Uint8Array][]): Uint8Array {
    if (list.length === 0) return new Uint8Array(0);
    const written = list.map(([code, value]) => concatenate(this.order.u16(code, value.length), pad(value)));
    return concatenate(...written, this.order.u32(0));
  }
}

function pad(bytes: Uint8Array): Uint8Array {
  return concatenate(bytes, new Uint8Array(-bytes.length & 3));
}
