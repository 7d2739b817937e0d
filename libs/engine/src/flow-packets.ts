/** The packets of a flow, read in parts: a page of a flow of millions costs what the page costs. */

/** Where a packet is. */
export interface PacketRef {
  /** Number in the capture, from 1. */
  number: number;
  /** Offset of its record in the decompressed capture. */
  offset: number;
  /** Index in `PacketIndexReader.interfaces`. */
  interfaceId: number;
}

/** Packets in the order of their numbers; positions count from 0. */
export interface FlowPackets {
  readonly total: number;
  /** Those from position `from` to before `to`, as far as there are any. */
  slice(from: number, to: number): Promise<PacketRef[]>;
  /** Position of the first packet with this number or a later one; `total` when there is none. */
  positionOf(number: number): Promise<number>;
}

/** Packets that are all known. */
export class KnownPackets implements FlowPackets {
  private readonly refs: readonly PacketRef[];

  constructor(refs: readonly PacketRef[]) {
    this.refs = refs;
  }

  get total(): number {
    return this.refs.length;
  }

  async slice(from: number, to: number): Promise<PacketRef[]> {
    return this.refs.slice(from, to);
  }

  async positionOf(number: number): Promise<number> {
    const position = this.refs.findIndex((ref) => ref.number >= number);
    return position < 0 ? this.total : position;
  }
}

/** Parts whose packets follow one another. Only the parts that are asked for are read. */
export class JoinedPackets implements FlowPackets {
  readonly total: number;
  private readonly parts: readonly FlowPackets[];

  constructor(parts: readonly FlowPackets[]) {
    this.parts = parts.filter(({ total }) => total > 0);
    this.total = this.parts.reduce((sum, part) => sum + part.total, 0);
  }

  async slice(from: number, to: number): Promise<PacketRef[]> {
    const found: PacketRef[][] = [];
    let begin = 0;
    for (const part of this.parts) {
      const end = begin + part.total;
      if (begin < to && end > from) found.push(await part.slice(Math.max(0, from - begin), to - begin));
      begin = end;
    }
    return found.flat();
  }

  async positionOf(number: number): Promise<number> {
    let begin = 0;
    for (const part of this.parts) {
      const position = await part.positionOf(number);
      if (position < part.total) return begin + position;
      begin += part.total;
    }
    return this.total;
  }
}
