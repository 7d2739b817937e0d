/**
 * What tells a protocol by its first bytes where no parser makes records of it. Signatures are data, from the protocol's specification:
 * fixed bytes at the start, then a check of what follows from them (lengths, versions, types). No signature knows a host or a program's user.
 */
import type { Direction } from '@wirecase/contract';

/**
 * Judges one payload that begins with the fixed bytes: `length` bytes from `start`. Pure, reads a few hundred bytes at most.
 * `direction`: 0 from the originator.
 */
export type Check = (bytes: Uint8Array, start: number, length: number, direction: Direction) => boolean;

export interface Signature {
  /** Name in network.protocol. */
  readonly name: string;
  readonly transports: readonly ('tcp' | 'udp')[];
  /** Ports where it is usual; empty for a protocol that has none. */
  readonly ports: readonly number[];
  /** Bytes it begins with, hexadecimal, `..` for any byte; one of these. Empty: any. */
  readonly starts: readonly string[];
  readonly check: Check | null;
  /** Payloads of a flow that must match before it is believed. */
  readonly payloads: number;
  /** A number that is the same in all of these payloads: an id of session or source. */
  readonly token: ((bytes: Uint8Array, start: number) => number) | null;
  /** Too little is fixed: it is believed on its ports only. */
  readonly isPortBound: boolean;
  /** Other protocols follow inside it, which later payloads may show: a proxy, STUN before DTLS. */
  readonly isCarrier: boolean;
  /** A parser of this name follows: it wants the payloads that came before the flow was known. */
  readonly isParsed: boolean;
}

interface Details {
  starts?: readonly string[];
  check?: Check;
  payloads?: number;
  token?: (bytes: Uint8Array, start: number) => number;
  isPortBound?: boolean;
  isCarrier?: boolean;
  isParsed?: boolean;
}

export function signature(name: string, transport: 'tcp' | 'udp' | 'both', ports: readonly number[], details: Details): Signature {
  return {
    name,
    transports: transport === 'both' ? ['tcp', 'udp'] : [transport],
    ports,
    starts: details.starts ?? [],
    check: details.check ?? null,
    payloads: details.payloads ?? 1,
    token: details.token ?? null,
    isPortBound: details.isPortBound ?? false,
    isCarrier: details.isCarrier ?? false,
    isParsed: details.isParsed ?? false,
  };
}

/** A text as `starts` wants it. */
export function text(value: string): string {
  return Array.from(value, (character) => character.charCodeAt(0).toString(16).padStart(2, '0')).join('');
}

/** Whether `bytes[at, end)` begins with this ASCII text. */
export function isText(bytes: Uint8Array, at: number, end: number, value: string): boolean {
  if (end - at < value.length) return false;
  for (let i = 0; i < value.length; i++) if (bytes[at + i] !== value.charCodeAt(i)) return false;
  return true;
}

/** Whether this ASCII text is within `bytes[start, end)`. */
export function hasText(bytes: Uint8Array, start: number, end: number, value: string): boolean {
  for (let at = start; at + value.length <= end; at++) if (isText(bytes, at, end, value)) return true;
  return false;
}

/** Whether the `count` bytes from `at` are all 0. */
export function areZero(bytes: Uint8Array, at: number, count: number): boolean {
  for (let i = at; i < at + count; i++) if (bytes[i] !== 0) return false;
  return true;
}

/** Whether the `count` bytes from `at` are all ASCII that is shown. */
export function areShown(bytes: Uint8Array, at: number, count: number): boolean {
  for (let i = at; i < at + count; i++) if (bytes[i]! < 0x20 || bytes[i]! > 0x7e) return false;
  return true;
}
