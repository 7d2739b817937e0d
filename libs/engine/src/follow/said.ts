/** What somebody said in a flow, as it is handed on. */
import type { Direction } from '@wirecase/contract';

/** A packet, and when it came: whole seconds since 1970 and nanoseconds. */
export interface Mark {
  packet: number;
  seconds: number;
  nanos: number;
}

/** Bytes of one direction that one packet (or the fragments of one datagram) brought, or bytes that the capture does not have. */
export interface Said extends Mark {
  direction: Direction;
  /** Position in all that this direction said, gaps counted. */
  offset: number;
  /** Bytes said; of a gap 0 when nobody knows how many. */
  length: number;
  /** A copy; null for a gap. */
  bytes: Uint8Array | null;
  /** `missing`: no packet has them. `cut`: the packet was captured without its end. */
  gap: 'missing' | 'cut' | null;
}

/** Packets of the flow that go by while bytes or fragments wait for earlier ones; then what is missing is given up. */
export const maxWaitPackets = 4096;
