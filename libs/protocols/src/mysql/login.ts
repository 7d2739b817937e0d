/** How a login of MySQL is proven: what the server asks with, the answer to it, and by which method. */
import { formatHex } from '@wirecase/contract';
import { decodeTerminated } from '../common/text.ts';
import { MAX_PROOF_BYTES, MysqlReader } from './reader.ts';

/** Bytes of the question, and of the answers by the two methods that are read. */
const CHALLENGE_BYTES = 20;
const NATIVE_BYTES = 20;
const SHA2_BYTES = 32;
const NATIVE = 'mysql_native_password';
const SHA2 = 'caching_sha2_password';
const CONNECT_WITH_DB = 0x8;
const SECURE_CONNECTION = 0x8000;
const PLUGIN_AUTH = 0x8_0000;
const PLUGIN_AUTH_LENENC = 0x20_0000;

export class MysqlLogin {
  user = '';
  /** Null unless it was named. */
  database: string | null = null;
  /** Question and answer, hexadecimal; the method is empty where nobody names it. */
  private challenge: string | null;
  private proof: string | null = null;
  private method = '';
  /** The server asked anew: the client's next message is the answer. */
  private isAskedAnew = false;

  /** Of the greeting in `bytes[start, end)`. */
  constructor(bytes: Uint8Array, start: number, end: number) {
    this.challenge = challengeOf(bytes, start, end);
  }

  /** A handshake response behind its fixed part: user, proof, database, method, as the `capabilities` say. Before 4.1 the proof ends with a zero. */
  respond(capabilities: number, bytes: Uint8Array, start: number, end: number): void {
    const reader = new MysqlReader(bytes, start, end);
    this.user = reader.terminated();
    if (capabilities & PLUGIN_AUTH_LENENC) this.proof = reader.digits(reader.length());
    else if (capabilities & SECURE_CONNECTION) this.proof = reader.digits(reader.byte());
    else reader.terminated();
    if (capabilities & CONNECT_WITH_DB) this.database = reader.terminated();
    if (capabilities & PLUGIN_AUTH) this.method = reader.terminated();
  }

  /** AuthSwitchRequest, behind its first byte: another method, and another question. */
  askedAnew(bytes: Uint8Array, start: number, end: number): void {
    const reader = new MysqlReader(bytes, start, end);
    this.method = reader.terminated();
    this.challenge = reader.digits(CHALLENGE_BYTES);
    this.proof = null;
    this.isAskedAnew = true;
  }

  /** A message of the client during the login: the answer, if it was asked anew. */
  answer(bytes: Uint8Array, start: number, end: number): void {
    if (this.isAskedAnew) this.proof = formatHex(bytes.subarray(start, Math.min(end, start + MAX_PROOF_BYTES)));
    this.isAskedAnew = false;
  }

  /** By mysql_native_password as hashcat's mode 11200 takes it; by caching_sha2_password, for which there is no mode, likewise. */
  secret(): string | null {
    const { challenge, proof, method } = this;
    if (challenge?.length !== 2 * CHALLENGE_BYTES || proof === null) return null;
    if (proof.length === 2 * NATIVE_BYTES && (method === NATIVE || method === '')) return `$mysqlna$${challenge}*${proof}`;
    return proof.length === 2 * SHA2_BYTES && method === SHA2 ? `$mysqlcs2$${challenge}*${proof}` : null;
  }
}

/** Protocol 10, then a version as 8.0.36 or 5.5.5-10.11.6-MariaDB. */
export function isGreeting(bytes: Uint8Array, start: number, end: number): boolean {
  return bytes[start] === 10 && /^\d{1,2}\.\d{1,3}\.\d{1,3}/.test(decodeTerminated(bytes, start + 1, Math.min(end, start + 65)));
}

/** Protocol, version; thread (4 bytes), 8 bytes of the challenge, 19 of other things, 12 bytes of the challenge (MySQL: HandshakeV10). */
function challengeOf(bytes: Uint8Array, start: number, end: number): string | null {
  let at = start + 1;
  while (at < end && bytes[at] !== 0) at++;
  const second = at + 1 + 4 + 8 + 19;
  if (second + 12 > end) return null;
  return formatHex(bytes.subarray(at + 5, at + 13)) + formatHex(bytes.subarray(second, second + 12));
}
