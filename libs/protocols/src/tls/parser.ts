/** TLS over TCP: the two hellos (RFC 5246, 8446) and certificates, then only whether encryption began; everything else is skipped. */
import type { Direction, FlowContext, ProbeAnswer, ProtocolModule, ProtocolParser } from '@wirecase/contract';
import { read16 } from '../common/binary.ts';
import { tlsRecord } from './fields.ts';
import { Handshake } from './handshake.ts';
import { RecordLayer } from './record-layer.ts';
import { x509Record } from './x509-fields.ts';

class TlsParser implements ProtocolParser {
  private readonly handshake: Handshake;
  private readonly layers: readonly [RecordLayer, RecordLayer];

  constructor(context: FlowContext) {
    this.handshake = new Handshake(context, false);
    const layer = (direction: Direction) =>
      new RecordLayer({
        hello: (type, bytes, start, end) => {
          if (this.handshake.hello(direction, type, bytes, start, end)) for (const each of this.layers) each.ignoresChangeCipher = true;
        },
        handshake: (type) => this.handshake.message(direction, type),
        certificates: (bytes, start, end) => this.handshake.certificates(direction, bytes, start, end),
        alert: (description) => this.handshake.alert(description),
        encrypted: () => this.handshake.encrypted(direction),
        weird: (name) => context.weird(name),
      });
    this.layers = [layer(0), layer(1)];
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    if (!this.handshake.isEmitted) this.layers[direction].data(bytes, start, end);
    return this.wantsMore(direction);
  }

  gap(direction: Direction, missing: number): boolean {
    this.layers[direction].gap(missing);
    return this.wantsMore(direction);
  }

  end(): void {
    this.handshake.emit();
  }

  private wantsMore(direction: Direction): boolean {
    return !this.handshake.isEmitted && !this.layers[direction].isStopped;
  }
}

/** A handshake record of SSL 3.0 to TLS 1.3 that begins with a hello. */
function probe(bytes: Uint8Array, start: number, end: number): ProbeAnswer {
  const length = end - start;
  if (length > 0 && bytes[start]! >= 0x80) return probeOld(bytes, start, length);
  if (length > 0 && bytes[start] !== 22) return 'no';
  if (length > 1 && bytes[start + 1] !== 3) return 'no';
  if (length > 2 && bytes[start + 2]! > 4) return 'no';
  if (length < 6) return 'more';
  const recordBytes = (bytes[start + 3]! << 8) | bytes[start + 4]!;
  const type = bytes[start + 5]!;
  return (type === 1 || type === 2) && recordBytes > 0 && recordBytes <= 16_384 + 2048 ? 'yes' : 'no';
}

/** RFC 5246 E.2: a hello that servers of SSL 2.0 read too: length, 1, a version, sizes of ciphers, session id and challenge that fill it. */
function probeOld(bytes: Uint8Array, start: number, length: number): ProbeAnswer {
  if (length > 2 && bytes[start + 2] !== 1) return 'no';
  if (length > 4 && (bytes[start + 3] !== 3 || bytes[start + 4]! > 3) && read16(bytes, start + 3) !== 2) return 'no';
  if (length < 11) return 'more';
  const [ciphers, id, challenge] = [5, 7, 9].map((at) => read16(bytes, start + at)) as [number, number, number];
  const isWhole = 9 + ciphers + id + challenge === (read16(bytes, start) & 0x7fff);
  return isWhole && ciphers % 3 === 0 && ciphers > 0 && challenge >= 16 && challenge <= 32 ? 'yes' : 'no';
}

export const tls: ProtocolModule = {
  name: 'tls',
  records: [tlsRecord, x509Record],
  transports: ['tcp'],
  ports: [443, 8443, 993, 995, 465, 563, 636, 853, 989, 990, 992, 2376, 3269, 4443, 5061, 5223, 5671, 5986, 6443, 6514, 6697, 8883, 9443],
  mayFollow: true,
  probe: (_transport, _direction, bytes, start, end) => probe(bytes, start, end),
  create: (context) => new TlsParser(context),
};
