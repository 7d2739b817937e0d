/** Finds the signature of a payload: those that may begin with its first byte, the surest first. */
import type { Direction } from '@wirecase/contract';
import type { Signature } from './signature.ts';

interface Compiled {
  readonly signature: Signature;
  /** Fixed bytes and what of each counts (0xff, or 0 for any). */
  readonly bytes: Uint8Array;
  readonly masks: Uint8Array;
}

export class SignatureMatcher {
  /** By transport and first byte. */
  private readonly tcp: readonly (readonly Compiled[])[];
  private readonly udp: readonly (readonly Compiled[])[];

  constructor(signatures: readonly Signature[]) {
    const sure = signatures.toSorted((a, b) => a.payloads - b.payloads);
    this.tcp = byFirstByte(sure.filter(({ transports }) => transports.includes('tcp')));
    this.udp = byFirstByte(sure.filter(({ transports }) => transports.includes('udp')));
  }

  /** The signature that knows `bytes[start, end)`, one whole payload or the first bytes of a stream; `null` for none. */
  match(
    transport: 'tcp' | 'udp',
    direction: Direction,
    bytes: Uint8Array,
    start: number,
    end: number,
    sourcePort: number,
    destinationPort: number,
  ): Signature | null {
    if (start >= end) return null;
    const list = (transport === 'tcp' ? this.tcp : this.udp)[bytes[start]!]!;
    for (let i = 0; i < list.length; i++) {
      const compiled = list[i]!;
      const { signature } = compiled;
      if (!beginsWith(compiled, bytes, start, end)) continue;
      if (signature.isPortBound && !signature.ports.includes(sourcePort) && !signature.ports.includes(destinationPort)) continue;
      if (signature.check === null || signature.check(bytes, start, end - start, direction)) return signature;
    }
    return null;
  }
}

function beginsWith({ bytes: wanted, masks }: Compiled, bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < wanted.length) return false;
  for (let i = 1; i < wanted.length; i++) if ((bytes[start + i]! & masks[i]!) !== wanted[i]) return false;
  return true;
}

function byFirstByte(signatures: readonly Signature[]): readonly (readonly Compiled[])[] {
  const compiled = signatures.flatMap((signature) =>
    (signature.starts.length > 0 ? signature.starts : ['']).map((pattern) => compile(signature, pattern)),
  );
  return Array.from({ length: 256 }, (_, first) =>
    compiled.filter(({ bytes, masks }) => bytes.length === 0 || masks[0] === 0 || bytes[0] === first),
  );
}

function compile(signature: Signature, pattern: string): Compiled {
  const pairs = pattern.match(/../g) ?? [];
  return {
    signature,
    bytes: Uint8Array.from(pairs, (pair) => (pair === '..' ? 0 : parseInt(pair, 16))),
    masks: Uint8Array.from(pairs, (pair) => (pair === '..' ? 0 : 0xff)),
  };
}
