/**
 * What a protocol parser and the engine owe each other. A parser gets bytes in order and a context; it never sees packets or flows,
 * so a new protocol is one folder in libs/protocols and one line in its registry.
 */
import type { Direction } from './direction.ts';
import type { FileStart, FileTarget } from './file.ts';
import type { Credential, CredentialKind } from './credential.ts';
import type { OwnRow, RecordType } from './record-type.ts';
import type { Platform } from './platform.ts';

/** A packet to point to. */
export interface PacketMark {
  readonly packet: number;
  readonly timeNs: bigint;
}

/** A login that was tried, as a parser saw it. Detectors hear of it; it is no row. */
export interface Login {
  /** As sent; null when it cannot be read. */
  readonly user: string | null;
  /** `unknown`: no answer was seen. */
  readonly outcome: 'success' | 'failure' | 'unknown';
  /** Whether the secret could be read on the wire. */
  readonly isClear: boolean;
}

/** A login with what was said to prove it. */
export interface ProvenLogin extends Login {
  /** `password` where it could be read; without it and with nothing readable there is no credential. */
  readonly kind?: CredentialKind;
  readonly secret?: string | null;
}

/** What a parser may know and say of its flow. */
export interface FlowContext {
  readonly platform: Platform;
  readonly transport: 'tcp' | 'udp';
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** Whether another protocol led here: a proxy's consent, an upgrade, frames that carry this one. */
  readonly isWithin: boolean;
  /** Packet time of the bytes being delivered, nanoseconds since 1970. */
  readonly timeNs: bigint;
  /** The same as whole seconds and nanoseconds, for what computes with the time of each packet. */
  readonly seconds: number;
  readonly nanos: number;
  /** Number of the packet whose bytes are being delivered. */
  readonly packet: number;
  /**
   * Emit a record: `own`, a new object each time, becomes the row; the engine adds the base fields (id, flow, packet, time, endpoints). The
   * record points to the packet being delivered, or to `at`: a query that was never answered points to the query.
   */
  emit<T extends RecordType>(type: T, own: OwnRow<T>, at?: PacketMark): void;
  /** A login was tried in the flow, and this is its outcome, at the packet being delivered. */
  login(login: ProvenLogin): void;
  /**
   * The originator has said all of a request for `target`: it is the responder's turn. Told where a request may also never end (HTTP).
   */
  requested(target: string): void;
  /** A credential was shown that is no login: a community, an answer to a challenge. */
  credential(credential: Credential): void;
  /** Count an oddity under its stable name. */
  weird(name: string): void;
  /**
   * What follows is another protocol (after STARTTLS, CONNECT, a proxy's consent): the parser is ended, and identification begins anew with
   * `bytes[rest, end)` of the delivery at hand, and with the next bytes of the other direction. TCP only; called within `data`.
   */
  handOver(rest: number): void;
  /**
   * Bytes of another protocol that this one's frames carry, the next of `direction` (TLS within TDS): it is identified and read beside this
   * one, which goes on. TCP only; called within `data`.
   */
  carry(direction: Direction, bytes: Uint8Array, start: number, end: number): void;
  /** A file begins: its bytes go to the target, whose `end` makes the record. */
  file(start: FileStart): FileTarget;
  /** Whether every byte of `direction` was delivered, up to its FIN. TCP only. */
  isWhole(direction: Direction): boolean;
  /** Id of the flow. */
  readonly flowId: string;
  /** Address of the originator and of the responder: 4 or 16 bytes. */
  readonly sourceIp: Uint8Array;
  readonly destinationIp: Uint8Array;
  /**
   * A flow with this end is expected: it is given to `parser` without being probed. The newest expectation of an end counts, for one flow
   * that begins within five minutes.
   */
  expect(expected: Expectation): void;
}

/** A flow that another one announced: FTP's data connection, TFTP's transfer. */
export interface Expectation {
  transport: 'tcp' | 'udp';
  /** One end of it. */
  ip: Uint8Array;
  port: number;
  /** Name in network.protocol. */
  protocol: string;
  create(context: FlowContext): ProtocolParser;
  /** UDP: whether a datagram may be of it; the flow of one that may not is probed as any other. Without it all may. */
  accepts?(bytes: Uint8Array, start: number, end: number): boolean;
}

export interface ProtocolParser {
  /**
   * Bytes `bytes[start, end)` of one direction: for TCP the next bytes of the stream in order, for UDP one datagram.
   * The buffer is reused: copy what is kept. Returns whether more data is wanted; after `false` from both directions the engine stops delivering.
   */
  data(direction: Direction, bytes: Uint8Array, start: number, end: number): boolean;
  /** TCP only: `missing` bytes of this direction were never seen; the next `data` follows after them. Returns whether more is wanted. */
  gap(direction: Direction, missing: number): boolean;
  /** The flow ended: emit what is pending. */
  end(): void;
}

/** `no`: not this protocol; `yes`: it is; `more`: cannot tell from so few bytes (TCP only). */
export type ProbeAnswer = 'no' | 'yes' | 'more';

export interface ProtocolModule {
  /** Name in network.protocol: lower case, as Zeek's service (`dns`, `http`, `tls`). */
  readonly name: string;
  readonly records: readonly RecordType[];
  readonly transports: readonly ('tcp' | 'udp')[];
  /** Ports on which it is expected; they order the probes, content decides. */
  readonly ports: readonly number[];
  /** Whether it may begin in the middle of a TCP stream that nothing knows: TLS after a STARTTLS unknown here. */
  readonly mayFollow?: boolean;
  /** Judge the first bytes of one direction. Pure and bounded: at most a few hundred bytes are looked at. */
  probe(
    transport: 'tcp' | 'udp',
    direction: Direction,
    bytes: Uint8Array,
    start: number,
    end: number,
    sourcePort: number,
    destinationPort: number,
  ): ProbeAnswer;
  create(context: FlowContext): ProtocolParser;
}
