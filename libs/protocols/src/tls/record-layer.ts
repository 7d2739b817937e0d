/** One direction's TLS records (RFC 8446 5.1) and, while they are in clear, the handshake messages in them. */
import { ByteBuffer } from '../common/byte-buffer.ts';

const CHANGE_CIPHER_SPEC = 20;
const ALERT = 21;
const HANDSHAKE = 22;
const APPLICATION_DATA = 23;
const RECORD_HEADER_BYTES = 5;
const HANDSHAKE_HEADER_BYTES = 4;
/** RFC 8446 5.2: 2^14 bytes and 256 of expansion; TLS 1.2 allows 2,048. */
const MAX_RECORD_BYTES = 16_384 + 2048;
const MAX_HELLO_BYTES = 65_536;
const CLIENT_HELLO = 1;
const SERVER_HELLO = 2;
const CERTIFICATE = 11;

export interface RecordEvents {
  /** A whole ClientHello (1) or ServerHello (2): body in `bytes[start, end)`. */
  hello(type: number, bytes: Uint8Array, start: number, end: number): void;
  /** Another handshake message in clear begins. */
  handshake(type: number): void;
  /** The whole Certificate message: body in `bytes[start, end)`. */
  certificates(bytes: Uint8Array, start: number, end: number): void;
  alert(description: number): void;
  /** Everything from here on is encrypted. */
  encrypted(): void;
  weird(name: string): void;
}

export class RecordLayer {
  private readonly events: RecordEvents;
  private readonly header = new Uint8Array(RECORD_HEADER_BYTES);
  private headerLength = 0;
  private recordType = 0;
  private recordLeft = 0;
  private readonly message = new ByteBuffer(MAX_HELLO_BYTES + HANDSHAKE_HEADER_BYTES);
  /** Bytes still to come of a handshake message that is not kept. */
  private messageSkip = 0;
  private alertBytes = 0;
  private isBegun = false;
  private hasChangedCipher = false;
  private isEncrypted = false;
  /** RFC 8446 D.4: in TLS 1.3 a change_cipher_spec means nothing; a second ClientHello may even follow it. */
  ignoresChangeCipher = false;
  /** Whether the framing is lost or not TLS: nothing more can be read. */
  isStopped = false;

  constructor(events: RecordEvents) {
    this.events = events;
  }

  data(bytes: Uint8Array, start: number, end: number): void {
    let offset = start;
    while (offset < end && !this.isStopped) {
      if (this.recordLeft > 0) {
        const next = Math.min(end, offset + this.recordLeft);
        this.content(bytes, offset, next);
        this.recordLeft -= next - offset;
        offset = next;
      } else {
        this.header[this.headerLength++] = bytes[offset++]!;
        if (this.headerLength === RECORD_HEADER_BYTES) this.beginRecord();
      }
    }
  }

  /** `missing` bytes were not seen: fine inside content that is skipped anyway. */
  gap(missing: number): void {
    const isHandshake = this.recordType === HANDSHAKE && !this.hasChangedCipher;
    if (isHandshake && this.message.length >= HANDSHAKE_HEADER_BYTES && this.message.bytes[0] === CERTIFICATE) this.skipMessage();
    const isSkippable = missing <= this.recordLeft && (isHandshake ? missing <= this.messageSkip : this.recordType !== ALERT);
    if (!isSkippable) this.isStopped = true;
    this.recordLeft -= missing;
    if (isHandshake) this.messageSkip -= missing;
  }

  private beginRecord(): void {
    const header = this.header;
    const isFirst = !this.isBegun;
    this.headerLength = 0;
    this.isBegun = true;
    if (isFirst && (header[0]! & 0x80) !== 0 && header[2] === CLIENT_HELLO) {
      // The hello of SSL 2.0, whose header has two bytes, is passed over: no fingerprint is defined on it.
      this.recordType = 0;
      this.recordLeft = (((header[0]! & 0x7f) << 8) | header[1]!) + 2 - RECORD_HEADER_BYTES;
      return;
    }
    this.recordType = header[0]!;
    this.recordLeft = (header[3]! << 8) | header[4]!;
    if (this.recordType < CHANGE_CIPHER_SPEC || this.recordType > 24 || header[1] !== 3 || this.recordLeft > MAX_RECORD_BYTES) {
      this.events.weird('tls_bad_record');
      this.isStopped = true;
      return;
    }
    this.alertBytes = 0;
    if (this.recordType === CHANGE_CIPHER_SPEC) this.hasChangedCipher = !this.ignoresChangeCipher;
    else if (this.recordType === APPLICATION_DATA || (this.recordType === HANDSHAKE && this.hasChangedCipher)) this.setEncrypted();
  }

  private setEncrypted(): void {
    if (this.isEncrypted) return;
    this.isEncrypted = true;
    this.events.encrypted();
  }

  private content(bytes: Uint8Array, start: number, end: number): void {
    if (this.hasChangedCipher || this.isEncrypted) return;
    if (this.recordType === HANDSHAKE) this.handshake(bytes, start, end);
    else if (this.recordType === ALERT) this.alert(bytes, start, end);
  }

  /** An alert is two bytes: level and description. */
  private alert(bytes: Uint8Array, start: number, end: number): void {
    for (let i = start; i < end; i++) if (++this.alertBytes === 2) this.events.alert(bytes[i]!);
  }

  private handshake(bytes: Uint8Array, start: number, end: number): void {
    let offset = start;
    while (offset < end && !this.isStopped) {
      if (this.messageSkip > 0) {
        const taken = Math.min(this.messageSkip, end - offset);
        this.messageSkip -= taken;
        offset += taken;
      } else offset = this.gather(bytes, offset, end);
    }
  }

  /** Gather the header of a handshake message, and its body when it is a hello. Returns the offset behind what was taken. */
  private gather(bytes: Uint8Array, start: number, end: number): number {
    const message = this.message;
    const headerEnd = Math.min(end, start + Math.max(0, HANDSHAKE_HEADER_BYTES - message.length));
    const isNew = message.length < HANDSHAKE_HEADER_BYTES;
    message.append(bytes, start, headerEnd);
    if (message.length < HANDSHAKE_HEADER_BYTES) return headerEnd;
    const type = message.bytes[0]!;
    const bodyBytes = this.bodyBytes();
    const isHello = type === CLIENT_HELLO || type === SERVER_HELLO;
    if (!isHello) {
      if (isNew) this.events.handshake(type);
      if (type !== CERTIFICATE || bodyBytes > MAX_HELLO_BYTES) {
        this.skipMessage();
        return headerEnd;
      }
    } else if (isNew && bodyBytes > MAX_HELLO_BYTES) {
      this.events.weird('tls_hello_too_long');
      this.isStopped = true;
      return end;
    }
    const bodyEnd = Math.min(end, headerEnd + HANDSHAKE_HEADER_BYTES + bodyBytes - message.length);
    message.append(bytes, headerEnd, bodyEnd);
    if (message.length === HANDSHAKE_HEADER_BYTES + bodyBytes) {
      if (isHello) this.events.hello(type, message.bytes, HANDSHAKE_HEADER_BYTES, message.length);
      else this.events.certificates(message.bytes, HANDSHAKE_HEADER_BYTES, message.length);
      message.clear();
    }
    return bodyEnd;
  }

  /** Of the message whose header is gathered. */
  private bodyBytes(): number {
    const { bytes } = this.message;
    return (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!;
  }

  /** The rest of the message being gathered is not kept. */
  private skipMessage(): void {
    this.messageSkip = HANDSHAKE_HEADER_BYTES + this.bodyBytes() - this.message.length;
    this.message.clear();
  }
}
