/**
 * What one ICMP or ICMPv6 message says beside its quoted packet, read from a copy of its first bytes (network byte order). What is not
 * there is null.
 */
import { formatHex, formatIp, type IcmpRow } from '@wirecase/contract';

/** What a message may say. */
export type IcmpSaid = Pick<
  IcmpRow,
  | 'gateway'
  | 'mtu'
  | 'pointer'
  | 'target'
  | 'sourceLinkAddress'
  | 'targetLinkAddress'
  | 'flags'
  | 'lifetime'
  | 'hopLimit'
  | 'prefixes'
  | 'routers'
  | 'dnsServers'
>;

/** Routers, prefixes and servers that are told of one message. */
const MAX_LISTED = 16;
/** Bytes that nearly every message has. */
const HEADER_BYTES = 8;

/** `bytes`: the message from its type on, cut where the copy or the capture ends. */
export function readIcmp(bytes: Uint8Array, isVersion6: boolean): IcmpSaid {
  const said: IcmpSaid = {
    gateway: null,
    mtu: null,
    pointer: null,
    target: null,
    sourceLinkAddress: null,
    targetLinkAddress: null,
    flags: null,
    lifetime: null,
    hopLimit: null,
    prefixes: null,
    routers: null,
    dnsServers: null,
  };
  if (bytes.length < HEADER_BYTES) return said;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (isVersion6) readVersion6(bytes, view, said);
  else readVersion4(bytes, view, said);
  return said;
}

function readVersion4(bytes: Uint8Array, view: DataView, said: IcmpSaid): void {
  const type = bytes[0]!;
  // RFC 1191 4: routers that do not know of this field leave it 0.
  if (type === 3 && bytes[1] === 4) said.mtu = view.getUint16(6) || null;
  else if (type === 5) said.gateway = bytes.slice(4, 8);
  else if (type === 12 && bytes[1] === 0) said.pointer = bytes[4]!;
  else if (type === 9) readRouters(bytes, view, said);
}

/** RFC 1256 3: number of addresses, words of an entry, lifetime; then addresses with their preferences. */
function readRouters(bytes: Uint8Array, view: DataView, said: IcmpSaid): void {
  const entryBytes = 4 * Math.max(2, bytes[5]!);
  const entries = Math.min(bytes[4]!, MAX_LISTED, Math.floor((bytes.length - 8) / entryBytes));
  said.lifetime = view.getUint16(6);
  said.routers = Array.from({ length: entries }, (_, i) => bytes.slice(8 + i * entryBytes, 12 + i * entryBytes));
}

function readVersion6(bytes: Uint8Array, view: DataView, said: IcmpSaid): void {
  switch (bytes[0]) {
    case 2:
      said.mtu = view.getUint32(4);
      break;
    case 4:
      said.pointer = view.getUint32(4);
      break;
    case 133:
      readOptions(bytes, view, 8, said);
      break;
    case 134:
      readAdvertisement(bytes, view, said);
      break;
    case 135:
      readNeighbour(bytes, view, said);
      break;
    case 136:
      said.flags = flagsOf(bytes[4]!, ['router', 'solicited', 'override']);
      readNeighbour(bytes, view, said);
      break;
    case 137:
      if (bytes.length < 40) return;
      // RFC 4861 4.5: the target is the better first hop to the destination.
      said.gateway = bytes.slice(8, 24);
      said.target = bytes.slice(24, 40);
      readOptions(bytes, view, 40, said);
  }
}

function readNeighbour(bytes: Uint8Array, view: DataView, said: IcmpSaid): void {
  if (bytes.length < 24) return;
  said.target = bytes.slice(8, 24);
  readOptions(bytes, view, 24, said);
}

/** RFC 4861 4.2: hop limit, flags, router lifetime, reachable and retransmission time. */
function readAdvertisement(bytes: Uint8Array, view: DataView, said: IcmpSaid): void {
  said.hopLimit = bytes[4]!;
  said.flags = flagsOf(bytes[5]!, ['managed', 'other', 'home_agent']);
  said.lifetime = view.getUint16(6);
  if (bytes.length >= 16) readOptions(bytes, view, 16, said);
}

/** Names of the bits from the highest down. */
function flagsOf(byte: number, names: readonly string[]): string[] {
  return names.filter((_, i) => byte & (0x80 >> i));
}

/** RFC 4861 4.6: type, length in units of 8 bytes, value. What follows a length of 0 or beyond the end is not believed. */
function readOptions(bytes: Uint8Array, view: DataView, start: number, said: IcmpSaid): void {
  const prefixes: string[] = [];
  const dnsServers: Uint8Array[] = [];
  for (let at = start; at + 8 <= bytes.length;) {
    const length = bytes[at + 1]! * 8;
    const end = at + length;
    if (length === 0 || end > bytes.length) break;
    switch (bytes[at]) {
      case 1:
        said.sourceLinkAddress ??= macAt(bytes, at, length);
        break;
      case 2:
        said.targetLinkAddress ??= macAt(bytes, at, length);
        break;
      case 3:
        if (length >= 32 && prefixes.length < MAX_LISTED) prefixes.push(`${formatIp(bytes.subarray(at + 16, at + 32))}/${bytes[at + 2]}`);
        break;
      case 5:
        said.mtu ??= view.getUint32(at + 4);
        break;
      case 25:
        for (let one = at + 8; one + 16 <= end && dnsServers.length < MAX_LISTED; one += 16) dnsServers.push(bytes.slice(one, one + 16));
    }
    at = end;
  }
  if (prefixes.length > 0) said.prefixes = prefixes;
  if (dnsServers.length > 0) said.dnsServers = dnsServers;
}

/** Of Ethernet, where the option has one unit (RFC 2464 6). */
function macAt(bytes: Uint8Array, at: number, length: number): string | null {
  if (length !== 8) return null;
  return formatHex(bytes.subarray(at + 2, at + 8)).replace(/(..)(?=.)/g, '$1:');
}
