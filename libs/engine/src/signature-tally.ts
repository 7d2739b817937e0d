/** Judges payloads by signatures; what needs several payloads is counted by flow. */
import type { Direction } from '@wirecase/contract';
import { type Signature, SignatureMatcher, signatures } from '@wirecase/protocols';

/** A signature that matched, but not often enough yet. */
interface Waiting {
  signature: Signature;
  token: number;
  payloads: number;
}

const matcher = new SignatureMatcher(signatures);

export class SignatureTally {
  private readonly waiting: (Waiting | undefined)[] = [];

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
    const before = this.waiting[slot];
    if (before?.signature.name === signature.name && before.token === token) {
      before.payloads++;
      return before.payloads >= signature.payloads ? signature : null;
    }
    while (this.waiting.length <= slot) this.waiting.push(undefined);
    if (!before) this.waiting[slot] = { signature, token, payloads: 1 };
    else {
      before.signature = signature;
      before.token = token;
      before.payloads = 1;
    }
    return null;
  }

  /** The flow in `slot` is over. */
  forget(slot: number): void {
    if (slot < this.waiting.length) this.waiting[slot] = undefined;
  }
}
