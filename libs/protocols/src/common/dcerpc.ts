/** Connection-oriented DCE/RPC (C706 12.6, MS-RPCE 2.2.2): interfaces bound, calls joined to their answers. Over TCP and named pipes. */
import { formatHex, type Direction, type FlowContext, type OwnRow } from '@wirecase/contract';
import { read16, read16Le, read32, read32Le } from './binary.ts';
import { endpointName, operationName } from './dcerpc-interfaces.ts';
import { dceRpcRecord } from './dcerpc-record.ts';
import { FrameReader } from './frame-reader.ts';
import { GssExchange } from './gss-exchange.ts';
import { decodeTerminated, rowText } from './text.ts';

export const RPC_HEADER_BYTES = 16;
/** Bytes kept of a fragment: headers stand at its begin, tokens of a bind are short. */
const MAX_FRAGMENT_BYTES = 16_384;
/** Interfaces bound and calls waiting; beyond it the oldest goes. */
const MAX_CONTEXTS = 128;
const MAX_CALLS = 256;
const REQUEST = 0;
const RESPONSE = 2;
const FAULT = 3;
const BIND = 11;
const BIND_ACK = 12;
const ALTER_CONTEXT = 14;
const ALTER_CONTEXT_RESPONSE = 15;
const AUTH3 = 16;
const FIRST_FRAGMENT = 1;
const LAST_FRAGMENT = 2;
const AUTHENTICATION_BYTES = 8;
const protections = [null, null, 'connect', 'call', 'packet', 'integrity', 'privacy'];

interface Call {
  row: OwnRow<typeof dceRpcRecord>;
  packet: number;
  timeNs: bigint;
}

export class RpcConnection {
  private readonly context: FlowContext;
  private readonly tokens: GssExchange;
  private readonly frames: readonly [FrameReader, FrameReader];
  /** UUIDs by context id. */
  private readonly bound = new Map<number, string>();
  private readonly calls = new Map<number, Call>();
  private pipe: string | null;
  private protection: string | null = null;

  /** `pipe`: name of the pipe until the server gives its own. */
  constructor(context: FlowContext, pipe: string | null) {
    this.context = context;
    this.tokens = new GssExchange(context, 'dce_rpc');
    this.pipe = pipe;
    this.frames = [new FrameReader(MAX_FRAGMENT_BYTES, rpcLength), new FrameReader(MAX_FRAGMENT_BYTES, rpcLength)];
  }

  /** The next bytes of one direction. */
  data(direction: Direction, bytes: Uint8Array, start: number, end: number): void {
    const frames = this.frames[direction];
    let offset = start;
    while (offset < end) {
      offset = frames.take(bytes, offset, end);
      if (frames.isWhole) this.pdu(frames.bytes, frames.start, frames.end);
      if (frames.isBroken) this.context.weird('dce_rpc_bad_pdu');
    }
  }

  gap(direction: Direction, missing: number): void {
    this.frames[direction].gap(missing);
  }

  end(): void {
    for (const call of this.calls.values()) this.context.emit(dceRpcRecord, call.row, call);
    this.calls.clear();
    this.tokens.finish(null);
  }

  private pdu(bytes: Uint8Array, start: number, end: number): void {
    const type = bytes[start + 2]!;
    const isLittle = (bytes[start + 4]! & 0x10) !== 0;
    const call = long(bytes, start + 12, isLittle);
    // Only what comes with the begin of a call tells something.
    if (end - start < RPC_HEADER_BYTES + 8) {
      if (type === AUTH3 || type > 19) this.context.weird('dce_rpc_bad_pdu');
      return;
    }
    switch (type) {
      case BIND:
      case ALTER_CONTEXT:
        this.bind(bytes, start, end, isLittle);
        this.authentication(bytes, start, end, isLittle);
        break;
      case BIND_ACK:
      case ALTER_CONTEXT_RESPONSE:
        if (type === BIND_ACK) this.secondaryAddress(bytes, start, end, isLittle);
        this.authentication(bytes, start, end, isLittle);
        break;
      case AUTH3:
        this.authentication(bytes, start, end, isLittle);
        break;
      case REQUEST:
        if (bytes[start + 3]! & FIRST_FRAGMENT) this.request(bytes, start, call, isLittle);
        break;
      case RESPONSE:
        if (bytes[start + 3]! & LAST_FRAGMENT) this.answer(call, null);
        break;
      case FAULT:
        this.answer(call, end - start >= 28 ? long(bytes, start + 24, isLittle) : 0);
        break;
    }
  }

  /** C706 12.6.4.3: presentation contexts, each an id, an interface with its version, and transfer syntaxes. */
  private bind(bytes: Uint8Array, start: number, end: number, isLittle: boolean): void {
    let offset = start + 28;
    for (let left = start + 25 <= end ? bytes[start + 24]! : 0; left > 0 && offset + 24 <= end; left--) {
      const id = short(bytes, offset, isLittle);
      if (this.bound.size >= MAX_CONTEXTS && !this.bound.has(id)) return this.context.weird('dce_rpc_context_limit');
      this.bound.set(id, uuidText(bytes, offset + 4, isLittle));
      offset += 24 + 20 * bytes[offset + 2]!;
    }
  }

  /** C706 12.6.4.4: a counted, terminated text. */
  private secondaryAddress(bytes: Uint8Array, start: number, end: number, isLittle: boolean): void {
    if (end - start < 26) return;
    const length = short(bytes, start + 24, isLittle);
    if (length > 1 && start + 26 + length <= end) this.pipe = rowText(decodeTerminated(bytes, start + 26, start + 26 + length), 256);
  }

  /** MS-RPCE 2.2.2.11: the security trailer stands before the token, which is last. */
  private authentication(bytes: Uint8Array, start: number, end: number, isLittle: boolean): void {
    const length = short(bytes, start + 10, isLittle);
    const trailer = end - length - AUTHENTICATION_BYTES;
    if (length === 0 || trailer < start + RPC_HEADER_BYTES) return;
    this.protection = protections[bytes[trailer + 1]!] ?? null;
    this.tokens.take(bytes, trailer + AUTHENTICATION_BYTES, end);
  }

  private request(bytes: Uint8Array, start: number, id: number, isLittle: boolean): void {
    const uuid = this.bound.get(short(bytes, start + 20, isLittle)) ?? null;
    const opnum = short(bytes, start + 22, isLittle);
    const call: Call = {
      row: {
        endpoint: uuid && endpointName(uuid),
        operation: uuid && operationName(uuid, opnum),
        uuid,
        opnum,
        namedPipe: this.pipe,
        rtt: null,
        fault: null,
        protection: this.protection,
      },
      packet: this.context.packet,
      timeNs: this.context.timeNs,
    };
    const earlier = this.calls.get(id);
    if (earlier) this.context.emit(dceRpcRecord, earlier.row, earlier);
    this.calls.delete(id);
    this.calls.set(id, call);
    if (this.calls.size <= MAX_CALLS) return;
    this.context.weird('dce_rpc_pending_limit');
    const [oldest, waiting] = this.calls.entries().next().value!;
    this.calls.delete(oldest);
    this.context.emit(dceRpcRecord, waiting.row, waiting);
  }

  private answer(id: number, fault: number | null): void {
    // The first call that is answered shows that the client was let in; its proof needs no answer of its own.
    if (this.tokens.isWaiting) this.tokens.finish(fault === null);
    const call = this.calls.get(id);
    if (!call) return;
    this.calls.delete(id);
    call.row.namedPipe = this.pipe;
    call.row.rtt = this.context.timeNs - call.timeNs;
    if (fault !== null) call.row.fault = `0x${fault.toString(16).padStart(8, '0')}`;
    this.context.emit(dceRpcRecord, call.row);
  }
}

/** Length of a fragment: C706 12.6.3.1, version 5.0 or 5.1, in the byte order that it names. */
export function rpcLength(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < RPC_HEADER_BYTES) return 0;
  if (bytes[start] !== 5 || bytes[start + 1]! > 1 || bytes[start + 2]! > 19 || (bytes[start + 4]! & 0xef) !== 0) return -1;
  const length = short(bytes, start + 8, (bytes[start + 4]! & 0x10) !== 0);
  return length < RPC_HEADER_BYTES ? -1 : length;
}

function short(bytes: Uint8Array, offset: number, isLittle: boolean): number {
  return isLittle ? read16Le(bytes, offset) : read16(bytes, offset);
}

function long(bytes: Uint8Array, offset: number, isLittle: boolean): number {
  return isLittle ? read32Le(bytes, offset) : read32(bytes, offset);
}

/** A UUID: three numbers in the byte order at hand, then bytes. */
function uuidText(bytes: Uint8Array, offset: number, isLittle: boolean): string {
  const first = long(bytes, offset, isLittle).toString(16).padStart(8, '0');
  const second = short(bytes, offset + 4, isLittle)
    .toString(16)
    .padStart(4, '0');
  const third = short(bytes, offset + 6, isLittle)
    .toString(16)
    .padStart(4, '0');
  return `${first}-${second}-${third}-${formatHex(bytes.subarray(offset + 8, offset + 10))}-${formatHex(bytes.subarray(offset + 10, offset + 16))}`;
}
