/** Kerberos with its KDC (RFC 4120 7.2), over UDP and TCP: each request joined to the reply that follows it. */
import type { Direction, FlowContext, PacketMark, ProbeAnswer, ProtocolModule, ProtocolParser } from '@wirecase/contract';
import { read32 } from '../common/binary.ts';
import { FrameReader } from '../common/frame-reader.ts';
import {
  AP_REQ,
  AS_REP,
  AS_REQ,
  emptyKerberosRow,
  KRB_ERROR,
  readKerberos,
  TGS_REP,
  TGS_REQ,
  type KerberosRow,
} from '../common/kerberos.ts';
import { kerberosRecord } from '../common/kerberos-record.ts';
import { replySecret, type Sealed, ticketSecret, timestampSecret } from '../common/kerberos-secret.ts';

/** A ticket with a long list of groups has some tens of kilobytes. */
const MAX_MESSAGE_BYTES = 65_536;
/** Requests waiting for their reply; beyond it the oldest is told without one. */
const MAX_PENDING = 32;
const LENGTH_BYTES = 4;

/** Errors that refuse a user: unknown, revoked, wrong password (RFC 4120 7.5.9). That preauthentication is required refuses nobody. */
const refusals = new Set([6, 18, 24]);

interface Request {
  row: KerberosRow;
  /** Its encrypted time stamp. */
  sealed: Sealed | null;
  at: PacketMark;
}

class KerberosParser implements ProtocolParser {
  private readonly context: FlowContext;
  private readonly frames: readonly [FrameReader, FrameReader];
  private readonly pending: Request[] = [];

  constructor(context: FlowContext) {
    this.context = context;
    this.frames = [new FrameReader(MAX_MESSAGE_BYTES, frameLength), new FrameReader(MAX_MESSAGE_BYTES, frameLength)];
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    if (this.context.transport === 'udp') {
      this.message(bytes, start, end);
      return true;
    }
    const frames = this.frames[direction];
    let offset = start;
    while (offset < end) {
      offset = frames.take(bytes, offset, end);
      if (frames.isWhole) this.message(frames.bytes, frames.start + LENGTH_BYTES, frames.end);
      if (frames.isBroken) this.context.weird('kerberos_bad_message');
    }
    return true;
  }

  gap(direction: Direction, missing: number): boolean {
    this.frames[direction].gap(missing);
    this.emitUnanswered();
    return true;
  }

  end(): void {
    this.emitUnanswered();
  }

  private message(bytes: Uint8Array, start: number, end: number): void {
    const message = readKerberos(bytes, start, end);
    if (!message) this.context.weird('kerberos_bad_message');
    else if (message.type === AS_REQ || message.type === TGS_REQ) {
      message.row.requestType = message.type === AS_REQ ? 'AS' : 'TGS';
      this.pending.push({ row: message.row, sealed: message.sealed, at: { packet: this.context.packet, timeNs: this.context.timeNs } });
      if (this.pending.length <= MAX_PENDING) return;
      this.context.weird('kerberos_pending_limit');
      this.emit(this.pending.shift()!);
    } else this.reply(message.type, message.row, message.sealed);
  }

  /** The reply says who and for what; what was asked for stays the request's. */
  private reply(type: number, reply: KerberosRow, sealed: Sealed | null): void {
    if (type === AP_REQ) return this.context.emit(kerberosRecord, reply);
    const request = this.pending.shift();
    const asked = request?.row ?? emptyKerberosRow();
    const proof = request?.sealed ?? null;
    if (type === AS_REP) asked.requestType ??= 'AS';
    else if (type === TGS_REP) asked.requestType ??= 'TGS';
    asked.success = reply.success;
    asked.client = reply.client ?? asked.client;
    asked.service = reply.service ?? asked.service;
    asked.realm = reply.realm ?? asked.realm;
    asked.error = reply.error;
    asked.errorCode = reply.errorCode;
    asked.errorText = reply.errorText;
    asked.encryption = reply.encryption;
    asked.replyEncryption = reply.replyEncryption;
    if (asked.requestType === 'AS' && (asked.success || refusals.has(asked.errorCode ?? 0))) this.loggedIn(asked, proof, sealed);
    else if (proof) this.showProof(asked, proof);
    else if (type === TGS_REP && sealed && asked.service !== null && !asked.service.startsWith('krbtgt/')) {
      const secret = ticketSecret(asked.service, asked.realm ?? '', sealed);
      this.context.credential({ kind: 'kerberos', user: asked.service, success: null, secret });
    }
    this.context.emit(kerberosRecord, asked);
  }

  /** One key proves the client in its request and seals the reply: where the request has no proof the reply is one. */
  private loggedIn({ client, success }: KerberosRow, proof: Sealed | null, sealed: Sealed | null): void {
    const secret = client === null ? null : proof ? timestampSecret(client, proof) : sealed && replySecret(client, sealed);
    const kind = secret === null ? undefined : 'kerberos';
    this.context.login({ user: client, outcome: success ? 'success' : 'failure', isClear: false, kind, secret });
  }

  /** A proof of which nobody said whether it was taken. */
  private showProof({ client }: KerberosRow, proof: Sealed): void {
    if (client !== null) this.context.credential({ kind: 'kerberos', user: client, success: null, secret: timestampSecret(client, proof) });
  }

  private emitUnanswered(): void {
    for (const request of this.pending.splice(0)) this.emit(request);
  }

  private emit({ row, sealed, at }: Request): void {
    if (sealed) this.showProof(row, sealed);
    this.context.emit(kerberosRecord, row, at);
  }
}

/** Over TCP four bytes of length stand before a message; the highest bit is reserved (RFC 4120 7.2.2). */
function frameLength(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < LENGTH_BYTES) return 0;
  const length = read32(bytes, start);
  return length > 0x7fff_ffff || length < 10 ? -1 : LENGTH_BYTES + length;
}

const types = new Set([AS_REQ, AS_REP, TGS_REQ, TGS_REP, KRB_ERROR]);

/** An application tag of Kerberos, a sequence in it, then the version 5 under [1] of a request or [0] of a reply. */
function probe(transport: 'tcp' | 'udp', bytes: Uint8Array, start: number, end: number): ProbeAnswer {
  const from = transport === 'tcp' ? start + LENGTH_BYTES : start;
  if (transport === 'tcp' && end - start >= 2 && bytes[start] !== 0) return 'no';
  if (from >= end) return transport === 'tcp' ? 'more' : 'no';
  if (!types.has(bytes[from]! - 0x60)) return 'no';
  const headers = Math.min(end, from + 32);
  if (headers - from < 16) return transport === 'tcp' ? 'more' : 'no';
  let at = skipHeader(bytes, from);
  if (bytes[at] !== 0x30) return 'no';
  at = skipHeader(bytes, at);
  const isVersion = bytes[at + 1] === 3 && bytes[at + 2] === 2 && bytes[at + 3] === 1 && bytes[at + 4] === 5;
  return isVersion && (bytes[at] === 0xa0 || bytes[at] === 0xa1) ? 'yes' : 'no';
}

/** Offset behind tag and length of the element at `at`. */
function skipHeader(bytes: Uint8Array, at: number): number {
  return bytes[at + 1]! < 0x80 ? at + 2 : at + 2 + (bytes[at + 1]! & 7);
}

export const kerberos: ProtocolModule = {
  name: 'kerberos',
  records: [kerberosRecord],
  transports: ['tcp', 'udp'],
  ports: [88],
  probe: (transport, _direction, bytes, start, end) => probe(transport, bytes, start, end),
  create: (context) => new KerberosParser(context),
};
