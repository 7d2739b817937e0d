/** DTLS over UDP (RFC 6347, 9147): hellos and certificates, put together from their fragments, then only whether encryption began. */
import type { Direction, FlowContext, ProbeAnswer, ProtocolModule, ProtocolParser } from '@wirecase/contract';
import { read16 } from '../common/binary.ts';
import { RangeBuffer } from '../common/range-buffer.ts';
import { CERTIFICATE, CLIENT_HELLO, Handshake, SERVER_HELLO } from './handshake.ts';

const ALERT = 21;
const HANDSHAKE = 22;
const RECORD_HEADER_BYTES = 13;
const HANDSHAKE_HEADER_BYTES = 12;
const MAX_HELLO_BYTES = 16_384;
/** Records looked at in either direction before a handshake that does not come about is given up. */
const MAX_RECORDS = 64;

class DtlsParser implements ProtocolParser {
  private readonly context: FlowContext;
  private readonly handshake: Handshake;
  private readonly messages: readonly [Message, Message] = [new Message(), new Message()];
  private records = 0;

  constructor(context: FlowContext) {
    this.context = context;
    this.handshake = new Handshake(context, true);
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    let offset = start;
    while (offset < end && !this.handshake.isEmitted && this.records < MAX_RECORDS) offset = this.record(direction, bytes, offset, end);
    return !this.handshake.isEmitted && this.records < MAX_RECORDS;
  }

  gap(): boolean {
    return false;
  }

  end(): void {
    this.handshake.emit();
  }

  /** The record at `start`. Returns the offset behind it. */
  private record(direction: Direction, bytes: Uint8Array, start: number, end: number): number {
    this.records++;
    // RFC 9147 4: the header of encrypted records of DTLS 1.3 begins with the bits 001.
    if (bytes[start]! >> 5 === 1) {
      this.handshake.encrypted(direction);
      return end;
    }
    if (!isRecord(bytes, start, end)) {
      // Media (RTP) and STUN share the ports of WebRTC with DTLS (RFC 7983): not our concern.
      if (bytes[start]! >= 20 && bytes[start]! <= 63) this.context.weird('dtls_bad_record');
      return end;
    }
    const content = start + RECORD_HEADER_BYTES;
    const next = content + read16(bytes, start + 11);
    const limit = Math.min(next, end);
    if (read16(bytes, start + 3) > 0) this.handshake.encrypted(direction);
    else if (bytes[start] === HANDSHAKE) this.fragments(direction, bytes, content, limit);
    else if (bytes[start] === ALERT && limit - content >= 2) this.handshake.alert(bytes[content + 1]!);
    return next;
  }

  private fragments(direction: Direction, bytes: Uint8Array, start: number, end: number): void {
    let offset = start;
    while (offset + HANDSHAKE_HEADER_BYTES <= end) {
      const length = read24(bytes, offset + 9);
      const content = offset + HANDSHAKE_HEADER_BYTES;
      const limit = Math.min(end, content + length);
      this.fragment(direction, bytes, offset, content, limit);
      offset = content + length;
    }
  }

  private fragment(direction: Direction, bytes: Uint8Array, header: number, start: number, end: number): void {
    const type = bytes[header]!;
    const messageBytes = read24(bytes, header + 1);
    const isHello = type === CLIENT_HELLO || type === SERVER_HELLO;
    if (!isHello) this.handshake.message(direction, type);
    if (!isHello && type !== CERTIFICATE) return;
    const message = this.messages[direction];
    message.begin(type, read16(bytes, header + 4), messageBytes);
    if (messageBytes > MAX_HELLO_BYTES || !message.pieces.put(read24(bytes, header + 6), bytes, start, end)) {
      this.context.weird(isHello ? 'dtls_hello_too_long' : 'dtls_certificates_too_long');
      return;
    }
    if (message.isDone || message.pieces.contiguous < messageBytes) return;
    message.isDone = true;
    if (isHello) this.handshake.hello(direction, type, message.pieces.bytes, 0, messageBytes);
    else this.handshake.certificates(direction, message.pieces.bytes, 0, messageBytes);
  }
}

/** The hello or the certificates of a direction, being put together. */
class Message {
  readonly pieces = new RangeBuffer(MAX_HELLO_BYTES);
  isDone = false;
  private type = 0;
  private sequence = -1;
  private length = 0;

  /** A fragment says which message it is of: another one begins anew. */
  begin(type: number, sequence: number, length: number): void {
    if (type === this.type && sequence === this.sequence && length === this.length) return;
    this.type = type;
    this.sequence = sequence;
    this.length = length;
    this.isDone = false;
    this.pieces.clear();
  }
}

function read24(bytes: Uint8Array, offset: number): number {
  return (bytes[offset]! << 16) | (bytes[offset + 1]! << 8) | bytes[offset + 2]!;
}

/** A record header in clear: type 20-26, version fe ff or fe fd (DTLS 1.3 says 1.2), or 01 00 of old OpenSSL. */
function isRecord(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < RECORD_HEADER_BYTES || bytes[start]! < 20 || bytes[start]! > 26) return false;
  const version = read16(bytes, start + 1);
  return version === 0xfeff || version === 0xfefd || version === 0x0100;
}

/** A handshake record of epoch 0 with a hello (or the server's request for a cookie), whose fragment lies within the message. */
function probe(bytes: Uint8Array, start: number, end: number): ProbeAnswer {
  const header = start + RECORD_HEADER_BYTES;
  if (end - start < RECORD_HEADER_BYTES + HANDSHAKE_HEADER_BYTES || !isRecord(bytes, start, end) || bytes[start] !== HANDSHAKE) return 'no';
  const isHello = bytes[header]! >= CLIENT_HELLO && bytes[header]! <= 3;
  if (!isHello || read16(bytes, start + 3) !== 0) return 'no';
  return read24(bytes, header + 6) + read24(bytes, header + 9) <= read24(bytes, header + 1) ? 'yes' : 'no';
}

export const dtls: ProtocolModule = {
  name: 'dtls',
  records: [],
  transports: ['udp'],
  ports: [4433, 5684, 2221, 5246, 5349, 10161],
  probe: (_transport, _direction, bytes, start, end) => probe(bytes, start, end),
  create: (context) => new DtlsParser(context),
};
