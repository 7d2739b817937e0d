/** What the two hellos of a handshake and what follows them say, over TCP or UDP: made into one record. */
import type { Direction, FlowContext, PacketMark } from '@wirecase/contract';
import { formatHex } from '@wirecase/contract';
import { alertName } from '../common/tls-alerts.ts';
import { cipherName } from '../common/tls-ciphers.ts';
import { ja3, ja3s, ja4 } from '../common/tls-fingerprint.ts';
import { parseClientHello, parseServerHello, type ClientHello, type ServerHello } from '../common/tls-hello.ts';
import { emitCertificates, type ShownCertificate } from './certificates.ts';
import { tlsRecord } from './fields.ts';

export const CLIENT_HELLO = 1;
export const SERVER_HELLO = 2;
export const CERTIFICATE = 11;
const TLS_1_3 = 0x0304;
const DTLS_1_0 = 0xfeff;
const DTLS_1_2 = 0xfefd;
const DTLS_1_3 = 0xfefc;

export class Handshake {
  isEmitted = false;
  private readonly context: FlowContext;
  private readonly isDtls: boolean;
  private client: ClientHello | null = null;
  private server: ServerHello | null = null;
  private serverDirection: Direction = 1;
  private at: PacketMark | null = null;
  private hasCertificate = false;
  /** What the server showed. */
  private chain: readonly ShownCertificate[] = [];
  private readonly isEncrypted: [boolean, boolean] = [false, false];
  private lastAlert: string | null = null;
  private readonly weird = (name: string): void => this.context.weird(name);

  constructor(context: FlowContext, isDtls: boolean) {
    this.context = context;
    this.isDtls = isDtls;
  }

  /** A whole hello: its body is `bytes[start, end)`. Returns whether change_cipher_spec means nothing from here on (RFC 8446 D.4). */
  hello(direction: Direction, type: number, bytes: Uint8Array, start: number, end: number): boolean {
    this.at = { packet: this.context.packet, timeNs: this.context.timeNs };
    if (type === CLIENT_HELLO) {
      // After a HelloRetryRequest or a cookie the first ClientHello stays the one that names the client.
      this.client ??= parseClientHello(bytes, start, end, this.weird, this.isDtls);
      return false;
    }
    const hello = parseServerHello(bytes, start, end, this.weird);
    if (hello.isRetry) return true;
    this.server = hello;
    this.serverDirection = direction;
    return isNew(hello.version);
  }

  /** Another handshake message in clear. */
  message(direction: Direction, type: number): void {
    if (type === CERTIFICATE && direction === this.serverDirection) this.hasCertificate = true;
  }

  /** The whole Certificate message: its body is `bytes[start, end)`. */
  certificates(direction: Direction, bytes: Uint8Array, start: number, end: number): void {
    const isServer = direction === this.serverDirection;
    const chain = emitCertificates(this.context, !isServer, bytes, start, end);
    if (isServer) this.chain = chain;
  }

  alert(description: number): void {
    this.lastAlert = alertName(description);
  }

  /** Everything from `direction` is encrypted from here on. */
  encrypted(direction: Direction): void {
    this.isEncrypted[direction] = true;
    if (this.isEncrypted[0] && this.isEncrypted[1] && this.server) this.emit();
  }

  emit(): void {
    const { client, server, at, chain } = this;
    if (this.isEmitted || !at || (!client && !server)) return;
    this.isEmitted = true;
    const own = chain[0];
    this.context.emit(
      tlsRecord,
      {
        version: server && versionName(server.version),
        versionProtocol: server && (this.isDtls ? 'dtls' : server.version > 0x0300 ? 'tls' : 'ssl'),
        cipher: server && cipherName(server.cipher),
        nextProtocol: server?.alpn ?? null,
        alpn: client?.alpn ?? [],
        serverName: client?.serverName ?? null,
        ja3: client && ja3(client, this.context.platform),
        ja3s: server && ja3s(server, this.context.platform),
        ja4: client && ja4(client, this.context.platform, this.isDtls ? 'd' : 't'),
        clientRandom: client && formatHex(client.random),
        encryptedHello: client && client.hasEncryptedHello,
        resumed: this.isResumed(),
        established: server !== null && this.isEncrypted[0] && this.isEncrypted[1],
        alert: this.lastAlert,
        serverSubject: own?.subject ?? null,
        serverIssuer: own?.issuer ?? null,
        serverNotBefore: own?.notBefore ?? null,
        serverNotAfter: own?.notAfter ?? null,
        serverSha1: own?.sha1 ?? null,
        serverSha256: own?.sha256 ?? null,
        selfSigned: own ? own.isSelfIssued : null,
        certificates: chain.map(({ sha256 }) => sha256),
      },
      at,
    );
  }

  /** Whether the server went on from an earlier session; told only once its first flight is over. */
  private isResumed(): boolean | null {
    if (!this.server) return null;
    if (isNew(this.server.version)) return this.server.isPskAccepted;
    if (this.hasCertificate) return false;
    return this.isEncrypted[this.serverDirection] ? true : null;
  }
}

/** TLS 1.3 and later, DTLS 1.3. */
function isNew(version: number): boolean {
  return (version >= TLS_1_3 && version < DTLS_1_3) || version === DTLS_1_3;
}

/** 0x0303 -> 1.2, 0xfefd -> 1.2; a draft of TLS 1.3 (0x7fNN) is written with its number. */
function versionName(version: number): string {
  if (version === 0x0300) return '3.0';
  if (version > 0x0300 && version <= TLS_1_3) return `1.${version - 0x0301}`;
  if (version === DTLS_1_0) return '1.0';
  if (version === DTLS_1_2) return '1.2';
  if (version === DTLS_1_3) return '1.3';
  if (version >> 8 === 0x7f) return `1.3-draft${version & 255}`;
  return `0x${version.toString(16).padStart(4, '0')}`;
}
