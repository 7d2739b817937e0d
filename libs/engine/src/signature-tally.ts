/** Judges payloads by signatures; what needs several payloads is counted by flow. */
import type { Direction } from '@wirecase/contract';
import { type Signature, SignatureMatcher, signatures } from '@wirecase/protocols';
import type { PacketClock } from './clock.ts';

/** Bytes of payloads that are kept for parsers, of all flows. */
const MAX_KEPT_BYTES = 1 << 22;

/** A payload that came before its flow was known. */
export interface Kept {
  direction: Direction;
  bytes: Uint8Array;
  packet: number;
  seconds: number;
  nanos: number;
}

/** A signature that matched, but not often enough yet. */
interface Waiting {
  signature: Signature;
  token: number;
  payloads: number;
  kept: Kept[];
}

const nothing: readonly Kept[] = [];

const matcher = new SignatureMatcher(signatures);

export class SignatureTally {
  private readonly waiting: (Waiting | undefined)[] = [];
  private readonly clock: PacketClock;
  private keptBytes = 0;

  constructor(clock: PacketClock) {
    this.clock = clock;
  }

  /** The signature that this payload of the flow in `slot` completes, or `null`. */
  take(
    slot: number,
    transport: 'tcp' | 'udp',
    direction: Direction,
    bytes: Uint8Array,
    start: number,
    end: number,
    sourcePort: number,
    destinationPort: number,
  ): Signature | null {
    const signature = matcher.match(transport, direction, bytes, start, end, sourcePort, destinationPort);
    if (!signature || signature.payloads === 1) return signature;
    const token = signature.token?.(bytes, start) ?? 0;
    let waiting = this.waiting[slot];
    if (waiting?.signature.name === signature.name && waiting.token === token) {
      waiting.payloads++;
      if (waiting.payloads >= signature.payloads) return signature;
    } else {
      this.forget(slot);
      while (this.waiting.length <= slot) this.waiting.push(undefined);
      waiting = this.waiting[slot] = { signature, token, payloads: 1, kept: [] };
    }
    if (signature.isParsed) this.keep(waiting.kept, direction, bytes, start, end);
    return null;
  }

  /** Payloads of the flow in `slot` that came before the one that completed its signature. */
  keptOf(slot: number): readonly Kept[] {
    return this.waiting[slot]?.kept ?? nothing;
  }

  private keep(kept: Kept[], direction: Direction, bytes: Uint8Array, start: number, end: number): void {
    if (this.keptBytes + end - start > MAX_KEPT_BYTES) return;
    this.keptBytes += end - start;
    const { packet, seconds, nanos } = this.clock;
    kept.push({ direction, bytes: bytes.slice(start, end), packet, seconds, nanos });
  }

  /** The flow in `slot` is over. */
  forget(slot: number): void {
    const waiting = this.waiting[slot];
    if (!waiting) return;
    for (const { bytes } of waiting.kept) this.keptBytes -= bytes.length;
    this.waiting[slot] = undefined;
  }
}
