/** NTLM messages (MS-NLMP 2.2.1, little-endian) inside other protocols: found in a token, joined to one record an authentication. */
import { formatHex, type FlowContext, type OwnRow } from '@wirecase/contract';
import { read16Le, read32Le } from './binary.ts';
import { ntlmRecord } from './ntlm-record.ts';
import { decodeText, decodeUtf16, rowText } from './text.ts';

const SIGNATURE = [0x4e, 0x54, 0x4c, 0x4d, 0x53, 0x53, 0x50, 0];
const CHALLENGE = 2;
const AUTHENTICATE = 3;
const UNICODE = 0x1;
const EXTENDED_SESSION_SECURITY = 0x8_0000;
const VERSION = 0x200_0000;
const MAX_TEXT_CHARACTERS = 256;
/** Bytes of a token in which a message is looked for: SPNEGO puts a short list of mechanisms before it. */
const MAX_SEARCH_BYTES = 4096;
/** 2.2.2.8: NTProofStr. */
const PROOF_BYTES = 16;
const MAX_ANSWER_BYTES = 2048;
/** AV_PAIRs of the challenge (2.2.2.1) that are kept. */
const MAX_PAIRS = 32;

type Row = OwnRow<typeof ntlmRecord>;
/** Offsets of the first byte, and behind the last. */
type Range = readonly [from: number, to: number];

/** Offset of an NTLM message in `bytes[start, end)`, which may be wrapped (SPNEGO), or -1. */
export function findNtlm(bytes: Uint8Array, start: number, end: number): number {
  const stop = Math.min(end - 12, start + MAX_SEARCH_BYTES);
  search: for (let at = start; at <= stop; at++) {
    for (let i = 0; i < 8; i++) if (bytes[at + i] !== SIGNATURE[i]) continue search;
    return at;
  }
  return -1;
}

/** The authentications of one connection. */
export class NtlmExchange {
  private readonly context: FlowContext;
  private readonly carrier: string;
  private row: Row;
  private hasBegun = false;
  /** The client's answer as programs for guessing take it; `null` without a challenge. */
  private answer: string | null = null;

  constructor(context: FlowContext, carrier: string) {
    this.context = context;
    this.carrier = carrier;
    this.row = this.empty();
  }

  /** Whether the client's part was seen and no outcome yet. */
  get isWaiting(): boolean {
    return this.row.version !== null;
  }

  /** User and domain of the client's last message, or `null`. */
  get user(): string | null {
    return this.row.user;
  }

  get domain(): string | null {
    return this.row.domain;
  }

  get host(): string | null {
    return this.row.host;
  }

  /** Read a token that may hold a message. Returns whether it does. */
  take(bytes: Uint8Array, start: number, end: number): boolean {
    const at = findNtlm(bytes, start, end);
    if (at < 0) return false;
    const type = read32Le(bytes, at + 8);
    if (type === CHALLENGE && end - at >= 32) {
      if (this.isWaiting) this.finish(null);
      this.challenge(bytes, at, end);
    } else if (type === AUTHENTICATE && end - at >= 64) {
      if (this.isWaiting) this.finish(null);
      this.authenticate(bytes, at, end);
    } else if (type !== 1) this.context.weird('ntlm_bad_message');
    return true;
  }

  /** The server's answer to the client's message: tell what is known and begin anew. */
  finish(success: boolean | null): void {
    if (!this.hasBegun) return;
    this.row.success = success;
    const { user, domain, version: proof } = this.row;
    if (user !== null && proof !== null && proof !== 'anonymous') {
      const outcome = success === null ? 'unknown' : success ? 'success' : 'failure';
      const kind = proof === 'NTLMv2' ? 'ntlmv2' : 'ntlmv1';
      this.context.login({ user: domain === null ? user : `${domain}\\${user}`, outcome, isClear: false, kind, secret: this.answer });
    }
    this.context.emit(ntlmRecord, this.row);
    this.row = this.empty();
    this.answer = null;
    this.hasBegun = false;
  }

  /** 2.2.1.2 CHALLENGE_MESSAGE. */
  private challenge(bytes: Uint8Array, at: number, end: number): void {
    const { row } = this;
    this.hasBegun = true;
    row.challenge = formatHex(bytes.subarray(at + 24, at + 32));
    if (end - at < 48) return;
    if (read32Le(bytes, at + 20) & VERSION && end - at >= 56) row.serverVersion = version(bytes, at + 48);
    const list = payload(bytes, at, at + 40, end);
    let offset = list ? list[0] : end;
    for (let pairs = 0; list && pairs < MAX_PAIRS && offset + 4 <= list[1]; pairs++) {
      const id = read16Le(bytes, offset);
      const next = offset + 4 + read16Le(bytes, offset + 2);
      if (id === 0 || next > list[1]) return;
      const value = () => rowText(decodeUtf16(bytes, offset + 4, next), MAX_TEXT_CHARACTERS) || null;
      if (id === 1) row.serverNetbios = value();
      else if (id === 3) row.serverDns = value();
      else if (id === 4) row.serverDomain = value();
      else if (id === 5) row.serverTree = value();
      offset = next;
    }
  }

  /** 2.2.1.3 AUTHENTICATE_MESSAGE. */
  private authenticate(bytes: Uint8Array, at: number, end: number): void {
    const { row } = this;
    const flags = read32Le(bytes, at + 60);
    const text = (offset: number): string | null => {
      const range = payload(bytes, at, at + offset, end);
      if (!range) return null;
      const raw = flags & UNICODE ? decodeUtf16(bytes, range[0], range[1]) : decodeText(bytes, range[0], range[1]);
      return rowText(raw, MAX_TEXT_CHARACTERS);
    };
    this.hasBegun = true;
    row.domain = text(28);
    row.user = text(36);
    row.host = text(44);
    const responseBytes = read16Le(bytes, at + 20);
    if (responseBytes > 24) row.version = 'NTLMv2';
    else if (responseBytes === 24) row.version = flags & EXTENDED_SESSION_SECURITY ? 'NTLMv1-ESS' : 'NTLMv1';
    else row.version = 'anonymous';
    this.answer = this.answerText(bytes, payload(bytes, at, at + 12, end), payload(bytes, at, at + 20, end));
    if (flags & VERSION && end - at >= 72) row.clientVersion = version(bytes, at + 64);
  }

  /** `user::domain:challenge:proof:rest` of version 2, `user::domain:lm:nt:challenge` of version 1. */
  private answerText(bytes: Uint8Array, lm: Range | null, nt: Range | null): string | null {
    const { user, domain, challenge, version } = this.row;
    if (challenge === null || !nt || nt[1] - nt[0] > MAX_ANSWER_BYTES) return null;
    const hex = ([from, to]: Range) => formatHex(bytes.subarray(from, to));
    const who = `${user ?? ''}::${domain ?? ''}`;
    if (version !== 'NTLMv2') return `${who}:${lm ? hex(lm) : ''}:${hex(nt)}:${challenge}`;
    return `${who}:${challenge}:${hex([nt[0], nt[0] + PROOF_BYTES])}:${hex([nt[0] + PROOF_BYTES, nt[1]])}`;
  }

  private empty(): Row {
    return {
      carrier: this.carrier,
      user: null,
      domain: null,
      host: null,
      version: null,
      success: null,
      serverNetbios: null,
      serverDns: null,
      serverDomain: null,
      serverTree: null,
      serverVersion: null,
      clientVersion: null,
      challenge: null,
    };
  }
}

/** Where the payload field described at `offset` (length, allocated, offset from the message) lies; `null` when empty or outside. */
function payload(bytes: Uint8Array, message: number, offset: number, end: number): Range | null {
  const length = read16Le(bytes, offset);
  const from = message + read32Le(bytes, offset + 4);
  return length === 0 || from + length > end ? null : [from, from + length];
}

/** 2.2.2.10 VERSION: `10.0.17763`; `null` when all zero. */
function version(bytes: Uint8Array, offset: number): string | null {
  const build = read16Le(bytes, offset + 2);
  return bytes[offset] === 0 && build === 0 ? null : `${bytes[offset]!}.${bytes[offset + 1]!}.${build}`;
}
