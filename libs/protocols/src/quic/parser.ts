/**
 * QUIC over UDP: the Initial packets of both sides are opened (RFC 9001 5.2), their CRYPTO frames put together, and the hellos read.
 * Everything after them is encrypted with keys that nobody but the two ends has.
 */
import {
  formatHex,
  type Direction,
  type FlowContext,
  type PacketMark,
  type ProbeAnswer,
  type ProtocolModule,
  type ProtocolParser,
} from '@wirecase/contract';
import { read32 } from '../common/binary.ts';
import { RangeBuffer } from '../common/range-buffer.ts';
import { cipherName } from '../common/tls-ciphers.ts';
import { ja3, ja3s, ja4 } from '../common/tls-fingerprint.ts';
import { parseClientHello, parseServerHello, type ClientHello, type ServerHello } from '../common/tls-hello.ts';
import { quicRecord } from './fields.ts';
import { findGoogleHello, type GoogleHello } from './google-hello.ts';
import { InitialKeys, openInitial } from './initial-keys.ts';
import { type LongHeader, readLongHeader, readVarint, varintBytes } from './long-header.ts';
import { reserved, type Version, versionOf } from './versions.ts';

const CLIENT_HELLO = 1;
const SERVER_HELLO = 2;
const HANDSHAKE_HEADER_BYTES = 4;
const MAX_HELLO_BYTES = 16_384;
/** Datagrams looked at before a handshake that does not come about is given up. */
const MAX_DATAGRAMS = 32;
/** Initials that may fail to open: each costs a derivation of keys. */
const MAX_FAILURES = 8;
/** RFC 9000 12.4: frame types that Initial packets may have. */
const PADDING = 0;
const PING = 1;
const ACK = 2;
const ACK_ECN = 3;
const CRYPTO = 6;

class QuicParser implements ProtocolParser {
  private readonly context: FlowContext;
  /** Of the client's first packet. */
  private first: { version: Version; destinationId: Uint8Array } | null = null;
  private serverId: Uint8Array | null = null;
  /** Which way the client talks, once one of its packets was opened. */
  private client: Direction = 0;
  private keys: InitialKeys | null = null;
  private readonly crypto: readonly [RangeBuffer, RangeBuffer] = [new RangeBuffer(MAX_HELLO_BYTES), new RangeBuffer(MAX_HELLO_BYTES)];
  private clientHello: ClientHello | null = null;
  private serverHello: ServerHello | null = null;
  private google: GoogleHello | null = null;
  private at: PacketMark | null = null;
  private datagrams = 0;
  private failures = 0;
  private isEmitted = false;
  private readonly weird = (name: string): void => this.context.weird(name);

  constructor(context: FlowContext) {
    this.context = context;
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    if (this.isEmitted) return false;
    this.datagrams++;
    // RFC 9000 12.2: a datagram may hold several packets; those with a short header are last.
    let offset = start;
    while (offset < end) {
      const header = readLongHeader(bytes, offset, end);
      if (!header) break;
      this.packet(direction, bytes, offset, header);
      offset = header.end;
    }
    if (this.google === null && (offset === start || this.first?.version.isGoogle)) this.googlePacket(direction, bytes, start, end);
    if ((this.clientHello && this.serverHello) || this.datagrams >= MAX_DATAGRAMS) this.emit();
    return !this.isEmitted;
  }

  gap(): boolean {
    return false;
  }

  end(): void {
    this.emit();
  }

  private packet(direction: Direction, bytes: Uint8Array, start: number, header: LongHeader): void {
    this.first ??= { version: header.version, destinationId: header.destinationId };
    this.at ??= this.mark();
    if (direction !== this.client && header.sourceId.length > 0) this.serverId ??= header.sourceId;
    if (!header.isInitial || header.version.salt === null) return;
    const payload = this.open(direction, bytes, start, header);
    if (payload) this.frames(direction, payload);
  }

  /** The payload of an Initial. Keys that do not fit may be those before a Retry, or of the first packet seen being the server's. */
  private open(direction: Direction, bytes: Uint8Array, start: number, header: LongHeader): Uint8Array | null {
    const { platform } = this.context;
    const known = this.keys && openInitial(bytes, start, header, this.keys.of(direction === this.client ? 0 : 1), platform);
    if (known || this.failures >= MAX_FAILURES) return known;
    const keys = new InitialKeys(header.version, header.destinationId, platform);
    const payload = openInitial(bytes, start, header, keys.of(0), platform);
    if (!payload) {
      this.failures++;
      return direction === this.client ? null : this.openUpgraded(bytes, start, header);
    }
    // It opens with a client's keys, so that the client sent it.
    if (!this.keys) this.first = { version: header.version, destinationId: header.destinationId };
    this.keys = keys;
    if (this.client !== direction) this.serverId = null;
    this.client = direction;
    this.crypto[direction].clear();
    return payload;
  }

  /** RFC 9368 2.3, RFC 9369 4.1: a server may answer in another version; the keys follow from the id of the client's first packet still. */
  private openUpgraded(bytes: Uint8Array, start: number, header: LongHeader): Uint8Array | null {
    const { first } = this;
    if (!this.keys || !first || header.version.name === first.version.name) return null;
    const keys = new InitialKeys(header.version, first.destinationId, this.context.platform);
    const payload = openInitial(bytes, start, header, keys.of(1), this.context.platform);
    if (payload) this.keys = keys;
    return payload;
  }

  private frames(direction: Direction, payload: Uint8Array): void {
    const end = payload.length;
    let offset = 0;
    while (offset < end) {
      const type = payload[offset]!;
      if (type === PADDING || type === PING) offset++;
      else if (type === CRYPTO) offset = this.cryptoFrame(direction, payload, offset + 1);
      else if (type === ACK || type === ACK_ECN) offset = afterAck(payload, offset, end);
      else return;
      if (offset < 0) return this.weird('quic_bad_frame');
    }
  }

  /** RFC 9000 19.6. Returns the offset behind the frame, -1 if it is broken. */
  private cryptoFrame(direction: Direction, payload: Uint8Array, start: number): number {
    const end = payload.length;
    const at = readVarint(payload, start, end);
    if (at < 0) return -1;
    const lengthAt = start + varintBytes(payload[start]!);
    const length = readVarint(payload, lengthAt, end);
    if (length < 0) return -1;
    const dataAt = lengthAt + varintBytes(payload[lengthAt]!);
    if (dataAt + length > end) return -1;
    if (!this.crypto[direction].put(at, payload, dataAt, dataAt + length)) this.weird('quic_hello_too_long');
    this.hello(direction);
    return dataAt + length;
  }

  private hello(direction: Direction): void {
    const { bytes, contiguous } = this.crypto[direction];
    if (contiguous < HANDSHAKE_HEADER_BYTES) return;
    const messageEnd = HANDSHAKE_HEADER_BYTES + ((bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!);
    if (contiguous < messageEnd) return;
    if (bytes[0] === CLIENT_HELLO && !this.clientHello) {
      this.clientHello = parseClientHello(bytes, HANDSHAKE_HEADER_BYTES, messageEnd, this.weird);
      this.at = this.mark();
    } else if (bytes[0] === SERVER_HELLO && !this.serverHello) {
      const hello = parseServerHello(bytes, HANDSHAKE_HEADER_BYTES, messageEnd, this.weird);
      if (hello.isRetry) return;
      this.serverHello = hello;
      this.at = this.mark();
    }
  }

  /** Google QUIC to Q046: its public header says which version, its hello is in clear. */
  private googlePacket(direction: Direction, bytes: Uint8Array, start: number, end: number): void {
    const version = this.first?.version ?? publicVersion(bytes, start, end);
    if (!version) return;
    if (!this.first) {
      this.first = { version, destinationId: bytes.slice(start + 1, start + 9) };
      this.client = direction;
      this.at = this.mark();
    }
    this.google = findGoogleHello(bytes, start, end);
    if (this.google) this.at = this.mark();
  }

  private mark(): PacketMark {
    return { packet: this.context.packet, timeNs: this.context.timeNs };
  }

  private emit(): void {
    const { first, clientHello, serverHello, google, at } = this;
    if (this.isEmitted || !first || !at) return;
    this.isEmitted = true;
    const { platform } = this.context;
    this.context.emit(
      quicRecord,
      {
        version: first.version.name,
        destinationId: formatHex(first.destinationId),
        serverId: this.serverId && formatHex(this.serverId),
        isDecrypted: clientHello !== null || google !== null,
        serverName: clientHello?.serverName ?? google?.serverName ?? null,
        alpn: clientHello?.alpn ?? [],
        cipher: serverHello && cipherName(serverHello.cipher),
        ja3: clientHello && ja3(clientHello, platform),
        ja3s: serverHello && ja3s(serverHello, platform),
        ja4: clientHello && ja4(clientHello, platform, 'q'),
        clientRandom: clientHello && formatHex(clientHello.random),
        encryptedHello: clientHello && clientHello.hasEncryptedHello,
        userAgent: google?.userAgent ?? null,
      },
      at,
    );
  }
}

/** RFC 9000 19.3. Returns the offset behind the frame, -1 if it is broken. */
function afterAck(payload: Uint8Array, start: number, end: number): number {
  let offset = start + 1;
  let left = 4;
  for (let i = 0; i < left; i++) {
    const value = readVarint(payload, offset, end);
    if (value < 0) return -1;
    offset += varintBytes(payload[offset]!);
    // The third number says how many pairs follow the fourth; with ECN three counts more.
    if (i === 2) left += 2 * Math.min(value, end) + (payload[start] === ACK_ECN ? 3 : 0);
  }
  return offset;
}

/** Google's public header to Q043: flags with version and an id of eight bytes, the id, the version. */
function publicVersion(bytes: Uint8Array, start: number, end: number): Version | null {
  if (end - start < 14 || bytes[start]! >= 0x40 || (bytes[start]! & 0x09) !== 0x09) return null;
  const version = versionOf(read32(bytes, start + 9));
  return version?.isGoogle ? version : null;
}

/** A long header of a known version, or Google's public header. A version is 32 bits that chance does not give. */
function probe(bytes: Uint8Array, start: number, end: number): ProbeAnswer {
  if (end - start < 16) return 'no';
  const header = readLongHeader(bytes, start, end);
  if (header?.version === reserved && !isFirst(bytes[start]!, header, end - start)) return 'no';
  return header || publicVersion(bytes, start, end) ? 'yes' : 'no';
}

/** RFC 9000 7.2, 14.1, 17.2: what a client begins with has an id of at least 8 bytes and fills 1,200. Half of a reserved version is chance. */
function isFirst(firstByte: number, { destinationId, isInitial }: LongHeader, length: number): boolean {
  return isInitial && (firstByte & 0x40) !== 0 && destinationId.length >= 8 && length >= 1200;
}

export const quic: ProtocolModule = {
  name: 'quic',
  records: [quicRecord],
  transports: ['udp'],
  ports: [443, 80, 784, 853, 4433, 8443],
  probe: (_transport, _direction, bytes, start, end) => probe(bytes, start, end),
  create: (context) => new QuicParser(context),
};
