/** A parser of messages that tell their own length, over TCP or in datagrams: finds them; what they say is for the protocol. */
import type { Direction, FlowContext, ProtocolParser } from '@wirecase/contract';
import { type FrameLength, FrameReader } from './frame-reader.ts';

export interface Framing {
  /** Bytes kept of a message. */
  limit: number;
  lengthOf: FrameLength;
  /** Weird of what is no message. */
  broken: string;
}

export abstract class FramedParser implements ProtocolParser {
  protected readonly context: FlowContext;
  private readonly frames: readonly [FrameReader, FrameReader];
  private readonly broken: string;

  constructor(context: FlowContext, { limit, lengthOf, broken }: Framing) {
    this.context = context;
    this.frames = [new FrameReader(limit, lengthOf), new FrameReader(limit, lengthOf)];
    this.broken = broken;
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    const frames = this.frames[direction];
    let offset = start;
    while (offset < end) {
      offset = frames.take(bytes, offset, end);
      if (frames.isBroken) this.context.weird(this.broken);
      if (frames.isWhole) this.message(direction, frames.bytes, frames.start, frames.end, frames.cutBytes);
    }
    // A datagram holds whole messages: what is left is no begin of the next.
    if (this.context.transport === 'udp') frames.gap(1);
    return true;
  }

  gap(direction: Direction, missing: number): boolean {
    this.frames[direction].gap(missing);
    return true;
  }

  abstract end(): void;

  /** A message, `bytes[start, end)`; `cutBytes`: those behind `end` that were too many. */
  protected abstract message(direction: Direction, bytes: Uint8Array, start: number, end: number, cutBytes: number): void;
}
