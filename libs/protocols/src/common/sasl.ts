/** SASL in protocols of lines (RFC 4422): PLAIN (RFC 4616), LOGIN, CRAM-MD5 (RFC 2195) and NTLM, whose tokens are base64. Others are passed over. */
import type { FlowContext, Login } from '@wirecase/contract';
import { NtlmExchange } from './ntlm.ts';
import { decodeText, rowText } from './text.ts';

/** Characters of a line that is decoded. */
const MAX_TOKEN_CHARACTERS = 8192;
const MAX_USER_CHARACTERS = 256;
const MAX_SECRET_CHARACTERS = 1024;

export class SaslExchange {
  private readonly context: FlowContext;
  private readonly ntlm: NtlmExchange;
  private mechanism = '';
  /** What the client said, decoded: at most two tokens. */
  private answers: string[] = [];
  /** CRAM-MD5: challenge and answer as sent. */
  private asked: string | null = null;
  private proof: string | null = null;

  constructor(context: FlowContext, carrier: string) {
    this.context = context;
    this.ntlm = new NtlmExchange(context, carrier);
  }

  /** The client begins, perhaps with its first answer. */
  begin(mechanism: string, initial: string | undefined): void {
    this.mechanism = mechanism.toUpperCase();
    this.answers = [];
    this.asked = this.proof = null;
    if (initial !== undefined && initial !== '') this.answer(initial);
  }

  /** A line of the client's after that. */
  answer(line: string): void {
    const token = decodeBase64(line);
    if (!token) return;
    if (this.mechanism === 'NTLM') this.ntlm.take(token, 0, token.length);
    else if (this.answers.length < 2) this.answers.push(decodeText(token, 0, token.length));
    if (this.mechanism === 'CRAM-MD5') this.proof = line.trim();
  }

  /** What the server asks with. */
  challenge(line: string): void {
    const token = decodeBase64(line);
    if (token && this.mechanism === 'CRAM-MD5') this.asked = line.trim();
    if (token && this.mechanism === 'NTLM') this.ntlm.take(token, 0, token.length);
  }

  /** The server's answer. */
  finish(outcome: Login['outcome']): void {
    if (this.mechanism === 'NTLM') return this.ntlm.finish(outcome === 'unknown' ? null : outcome === 'success');
    if (this.mechanism === 'CRAM-MD5') return this.finishCramMd5(outcome);
    const [user, secret] = this.credentials();
    const isClear = this.mechanism === 'PLAIN' || this.mechanism === 'LOGIN';
    this.context.login({ user: user === null ? null : rowText(user, MAX_USER_CHARACTERS), outcome, isClear, secret });
  }

  /** The answer is the user, a space, and 32 digits; hashcat takes it as mode 16400. */
  private finishCramMd5(outcome: Login['outcome']): void {
    const { asked, proof } = this;
    const said = /^(.*) [0-9a-f]{32}$/is.exec(this.answers[0] ?? '');
    const user = said && rowText(said[1]!, MAX_USER_CHARACTERS);
    const secret = said && asked !== null ? `$cram_md5$${asked}$${proof}` : null;
    this.context.login({ user, outcome, isClear: false, kind: 'digest', secret });
  }

  /** PLAIN: whom to act as, who, password, each behind a NUL; LOGIN: who, then the password. */
  private credentials(): [user: string | null, secret: string | null] {
    const [first, second] = this.mechanism === 'PLAIN' ? (this.answers[0]?.split('\0').slice(1) ?? []) : this.answers;
    return [first ?? null, second === undefined ? null : second.slice(0, MAX_SECRET_CHARACTERS)];
  }
}

/** `null` for what is no base64, as the `*` that cancels. Padding may be missing or wrong. */
export function decodeBase64(text: string): Uint8Array | null {
  const trimmed = text.trim();
  const encoded = trimmed.length > MAX_TOKEN_CHARACTERS ? undefined : /^([A-Za-z0-9+/]{2,})={0,2}$/.exec(trimmed)?.[1];
  if (encoded === undefined || encoded.length % 4 === 1) return null;
  return Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
}
