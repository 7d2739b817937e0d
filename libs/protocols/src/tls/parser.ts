/** TLS over TCP: the two hellos (RFC 5246, 8446), then only whether encryption began; everything else is skipped. */
import type { Direction, FlowContext, PacketMark, ProbeAnswer, ProtocolModule, ProtocolParser } from '@wirecase/contract';
import { alertName } from '../common/tls-alerts.ts';
import { cipherName } from '../common/tls-ciphers.ts';
import { tlsRecord } from './fields.ts';
import { ja3, ja3s, ja4 } from '../common/tls-fingerprint.ts';
import { parseClientHello, parseServerHello, type ClientHello, type ServerHello } from '../common/tls-hello.ts';
import { RecordLayer } from './record-layer.ts';

const CLIENT_HELLO = 1;
const CERTIFICATE = 11;
const TLS_1_3 = 0x0304;

class TlsParser implements ProtocolParser {
  private readonly context: FlowContext;
  private readonly layers: readonly [RecordLayer, RecordLayer];
  private client: ClientHello | null = null;
  private server: ServerHello | null = null;
  private serverDirection: Direction = 1;
  private at: PacketMark | null = null;
  private hasCertificate = false;
  private readonly isEncrypted: [boolean, boolean] = [false, false];
  private lastAlert: string | null = null;
  private isEmitted = false;
  private readonly weird = (name: string): void => this.context.weird(name);

  constructor(context: FlowContext) {
    this.context = context;
    this.layers = [this.layer(0), this.layer(1)];
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    if (!this.isEmitted) this.layers[direction].data(bytes, start, end);
    return this.wantsMore(direction);
  }

  gap(direction: Direction, missing: number): boolean {
    this.layers[direction].gap(missing);
    return this.wantsMore(direction);
  }

  end(): void {
    this.emit();
  }

  private wantsMore(direction: Direction): boolean {
    return !this.isEmitted && !this.layers[direction].isStopped;
  }

  private layer(direction: Direction): RecordLayer {
    return new RecordLayer({
      hello: (type, bytes, start, end) => this.hello(direction, type, bytes, start, end),
      handshake: (type) => {
        if (type === CERTIFICATE && direction === this.serverDirection) this.hasCertificate = true;
      },
      alert: (description) => {
        this.lastAlert = alertName(description);
      },
      encrypted: () => this.encrypted(direction),
      weird: this.weird,
    });
  }

  private hello(direction: Direction, type: number, bytes: Uint8Array, start: number, end: number): void {
    this.at = { packet: this.context.packet, timeNs: this.context.timeNs };
    if (type === CLIENT_HELLO) {
      // After a HelloRetryRequest the first ClientHello stays the one that names the client.
      this.client ??= parseClientHello(bytes, start, end, this.weird);
      return;
    }
    const hello = parseServerHello(bytes, start, end, this.weird);
    if (hello.isRetry || hello.version >= TLS_1_3) for (const layer of this.layers) layer.ignoresChangeCipher = true;
    if (hello.isRetry) return;
    this.server = hello;
    this.serverDirection = direction;
  }

  private encrypted(direction: Direction): void {
    this.isEncrypted[direction] = true;
    if (this.isEncrypted[0] && this.isEncrypted[1] && this.server) this.emit();
  }

  /** Whether the server went on from an earlier session; told only once its first flight is over. */
  private isResumed(): boolean | null {
    if (!this.server) return null;
    if (this.server.version >= TLS_1_3) return this.server.isPskAccepted;
    if (this.hasCertificate) return false;
    return this.isEncrypted[this.serverDirection] ? true : null;
  }

  private emit(): void {
    const { client, server, at } = this;
    if (this.isEmitted || !at || (!client && !server)) return;
    this.isEmitted = true;
    this.context.emit(
      tlsRecord,
      {
        version: server && versionName(server.version),
        versionProtocol: server && (server.version > 0x0300 ? 'tls' : 'ssl'),
        cipher: server && cipherName(server.cipher),
        nextProtocol: server?.alpn ?? null,
        alpn: client?.alpn ?? [],
        serverName: client?.serverName ?? null,
        ja3: client && ja3(client, this.context.platform),
        ja3s: server && ja3s(server, this.context.platform),
        ja4: client && ja4(client, this.context.platform),
        resumed: this.isResumed(),
        established: server !== null && this.isEncrypted[0] && this.isEncrypted[1],
        alert: this.lastAlert,
      },
      at,
    );
  }
}

/** 0x0303 -> 1.2; a draft of TLS 1.3 (0x7fNN) is written with its number. */
function versionName(version: number): string {
  if (version === 0x0300) return '3.0';
  if (version > 0x0300 && version <= TLS_1_3) return `1.${version - 0x0301}`;
  if (version >> 8 === 0x7f) return `1.3-draft${version & 255}`;
  return `0x${version.toString(16).padStart(4, '0')}`;
}

/** A handshake record of SSL 3.0 to TLS 1.3 that begins with a hello. */
function probe(bytes: Uint8Array, start: number, end: number): ProbeAnswer {
  const length = end - start;
  if (length > 0 && bytes[start] !== 22) return 'no';
  if (length > 1 && bytes[start + 1] !== 3) return 'no';
  if (length > 2 && bytes[start + 2]! > 4) return 'no';
  if (length < 6) return 'more';
  const recordBytes = (bytes[start + 3]! << 8) | bytes[start + 4]!;
  const type = bytes[start + 5]!;
  return (type === 1 || type === 2) && recordBytes > 0 && recordBytes <= 16_384 + 2048 ? 'yes' : 'no';
}

export const tls: ProtocolModule = {
  name: 'tls',
  records: [tlsRecord],
  transports: ['tcp'],
  ports: [443, 8443, 993, 995, 465, 563, 636, 853, 989, 990, 992, 2376, 3269, 4443, 5061, 5223, 5671, 5986, 6443, 6514, 6697, 8883, 9443],
  mayFollow: true,
  probe: (_transport, _direction, bytes, start, end) => probe(bytes, start, end),
  create: (context) => new TlsParser(context),
};
