/** POP3 over TCP (RFC 1939, 2449, 2595, 5034) until TLS begins: commands paired with their replies in order. */
import type { Direction, FlowContext, PacketMark, ProbeAnswer, ProtocolModule, ProtocolParser } from '@wirecase/contract';
import { DotReader } from '../common/dot-reader.ts';
import { mailTarget } from '../common/entity.ts';
import { LineReader } from '../common/line-reader.ts';
import { ntlmRecord } from '../common/ntlm-record.ts';
import { SaslExchange } from '../common/sasl.ts';
import { decodeText, rowText } from '../common/text.ts';
import { pop3Record } from './fields.ts';

const MAX_LINE_BYTES = 2048;
const MAX_SECRET_CHARACTERS = 1024;
const MAX_TEXT_CHARACTERS = 512;
const MAX_PENDING = 64;
const MASK = '***';
const known = new Set('USER PASS APOP AUTH CAPA STLS STAT LIST RETR DELE NOOP RSET TOP UIDL QUIT UTF8 LANG XTND'.split(' '));
/** Their replies have more lines, LIST's and UIDL's only without an argument. */
const longReplies = new Set(['RETR', 'TOP', 'CAPA']);
const lists = new Set(['LIST', 'UIDL']);

interface Command {
  verb: string;
  argument: string | null;
  user: string | null;
  at: PacketMark;
}

class Pop3Parser implements ProtocolParser {
  private readonly context: FlowContext;
  private readonly lines: readonly [LineReader, LineReader] = [new LineReader(MAX_LINE_BYTES), new LineReader(MAX_LINE_BYTES)];
  private readonly pending: Command[] = [];
  private user: string | null = null;
  /** The reply whose lines are coming. */
  private open: { command: Command; reply: string; bytes: number; lineBytes: number; mail: DotReader | null } | null = null;
  private isGreeted = false;
  /** What the client says is part of a login (AUTH), not a command. */
  private isAuthenticating = false;
  private readonly sasl: SaslExchange;
  /** The password given last, or the answer to the greeting. */
  private secret: string | null = null;
  /** What the greeting asks with (RFC 1939 7). */
  private stamp: string | null = null;
  private isStopped = false;

  constructor(context: FlowContext) {
    this.context = context;
    this.sasl = new SaslExchange(context, 'pop3');
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    const lines = this.lines[direction];
    let offset = start;
    while (offset < end && !this.isStopped) {
      const next = lines.take(bytes, offset, end);
      const line = lines.takeLine();
      if (direction === 0) {
        if (line !== null) this.clientLine(line);
      } else if (this.open) {
        this.open.mail?.data(bytes, offset, next);
        this.more(line, next - offset);
      } else if (line !== null) this.reply(line);
      offset = next;
    }
    // TLS begins behind the reply to STLS.
    if (this.isStopped) this.context.handOver(offset);
    return !this.isStopped;
  }

  /** Inside a long reply the loss costs a part of it; elsewhere commands and replies can no longer be paired. */
  gap(direction: Direction, missing: number): boolean {
    this.lines[direction].forget();
    if (direction === 1 && this.open) {
      this.open.bytes += missing;
      this.open.mail?.gap(missing);
    } else this.emitUnanswered();
    return !this.isStopped;
  }

  end(): void {
    this.open?.mail?.end();
    if (this.open) this.emit(this.open.command, true, this.open.reply, this.open.bytes + this.open.lineBytes);
    this.open = null;
    this.emitUnanswered();
  }

  private clientLine(line: string): void {
    if (this.isAuthenticating) this.sasl.answer(line);
    else this.command(line);
  }

  private command(line: string): void {
    const parts = /^([A-Za-z][A-Za-z0-9]{2,7})(?: +(.*))?$/s.exec(line.trimEnd());
    const verb = parts?.[1]!.toUpperCase();
    if (!verb || !known.has(verb)) {
      this.context.weird('pop3_bad_command');
      return this.wait('?', null);
    }
    const argument = parts![2] ?? null;
    if ((verb === 'USER' || verb === 'APOP') && argument) {
      this.user = rowText(verb === 'APOP' ? argument.split(' ', 1)[0]! : argument, MAX_TEXT_CHARACTERS);
    }
    this.isAuthenticating = verb === 'AUTH' && argument !== null;
    if (this.isAuthenticating) this.sasl.begin(...(argument!.split(' ', 2) as [string, string | undefined]));
    if (verb === 'PASS') this.secret = argument && argument.slice(0, MAX_SECRET_CHARACTERS);
    if (verb === 'APOP') this.secret = this.apop(argument);
    this.wait(verb, masked(verb, argument));
  }

  /** MD5 of time stamp and password; with the stamp as hashcat takes it (mode 20). */
  private apop(argument: string | null): string | null {
    const digest = /^\S+ ([0-9a-f]{32})$/i.exec(argument ?? '');
    return digest && this.stamp !== null ? `${digest[1]!.toLowerCase()}:${this.stamp}` : null;
  }

  private wait(verb: string, argument: string | null): void {
    this.pending.push({ verb, argument, user: this.user, at: { packet: this.context.packet, timeNs: this.context.timeNs } });
    if (this.pending.length <= MAX_PENDING) return;
    this.context.weird('pop3_pending_limit');
    this.emit(this.pending.shift()!, null, null, 0);
  }

  private reply(line: string): void {
    // A challenge of AUTH (RFC 5034 4): the answer to it is a credential.
    if (line.startsWith('+ ') || line === '+') return this.sasl.challenge(line.slice(2));
    const parts = /^(\+OK|-ERR)(?: +(.*))?$/is.exec(line.trimEnd());
    if (!parts) return this.context.weird('pop3_bad_reply');
    if (!this.isGreeted && this.pending[0]?.verb !== 'QUIT') {
      this.isGreeted = true;
      this.stamp = /<[^<>\s]{1,254}>/.exec(parts[2] ?? '')?.[0] ?? null;
      return;
    }
    this.isAuthenticating = false;
    const command = this.pending.shift();
    if (!command) return;
    const success = parts[1]!.toUpperCase() === '+OK';
    const reply = rowText(parts[2] ?? '', MAX_TEXT_CHARACTERS);
    const isLong = longReplies.has(command.verb) || (command.argument === null && (lists.has(command.verb) || command.verb === 'AUTH'));
    if (command.verb === 'PASS' || command.verb === 'APOP' || (command.verb === 'AUTH' && command.argument !== null))
      this.login(command, success);
    const isMail = success && command.verb === 'RETR';
    const mail = isMail ? new DotReader(mailTarget(this.context, 1, null)) : null;
    if (success && isLong) this.open = { command, reply, bytes: 0, lineBytes: 0, mail };
    else this.emit(command, success, reply, 0);
    if (command.verb !== 'STLS' || !success) return;
    this.emitUnanswered();
    this.isStopped = true;
  }

  private login({ verb, user }: Command, success: boolean): void {
    const outcome = success ? 'success' : 'failure';
    if (verb === 'AUTH') this.sasl.finish(outcome);
    else
      this.context.login({ user, outcome, isClear: verb === 'PASS', kind: verb === 'PASS' ? 'password' : 'digest', secret: this.secret });
  }

  /** A line of a long reply, or a part of one; a point alone ends it. */
  private more(line: string | null, length: number): void {
    const { open } = this;
    if (!open) return;
    open.lineBytes += length;
    if (line === null) return;
    if (line !== '.') {
      open.bytes += open.lineBytes;
      open.lineBytes = 0;
      return;
    }
    this.open = null;
    open.mail?.end();
    this.emit(open.command, true, open.reply, open.bytes);
  }

  private emitUnanswered(): void {
    for (const command of this.pending.splice(0)) this.emit(command, null, null, 0);
  }

  private emit(command: Command, success: boolean | null, reply: string | null, bytes: number): void {
    const { verb, argument, user } = command;
    const tls = verb === 'STLS' && success === true;
    this.context.emit(
      pop3Record,
      { command: verb, argument: argument && rowText(argument, MAX_TEXT_CHARACTERS), user, success, reply, bytes, tls },
      success === null ? command.at : undefined,
    );
  }
}

/** PASS is a password; APOP has the user, then a digest of it; AUTH a method, perhaps with a first answer. */
function masked(verb: string, argument: string | null): string | null {
  if (argument === null) return null;
  if (verb === 'PASS') return MASK;
  if (verb !== 'APOP' && verb !== 'AUTH') return argument;
  const [first, ...rest] = argument.split(' ');
  return rest.length > 0 ? `${first} ${MASK}` : first!;
}

function probe(direction: Direction, bytes: Uint8Array, start: number, end: number, isUsualPort: boolean): ProbeAnswer {
  // Cheap for what is none: only `+` begins a greeting.
  if (bytes[start] !== 0x2b && (direction === 1 || !isUsualPort)) return 'no';
  const text = decodeText(bytes, start, Math.min(end, start + 64));
  if (/^\+OK[ \r\n]/.test(text)) return 'yes';
  if (direction === 0 && isUsualPort && /^(?:USER |CAPA\r|STLS\r|AUTH\b|APOP )/i.test(text)) return 'yes';
  return text.length < 4 && '+OK '.startsWith(text) ? 'more' : 'no';
}

export const pop3: ProtocolModule = {
  name: 'pop3',
  records: [pop3Record, ntlmRecord],
  transports: ['tcp'],
  ports: [110],
  probe: (_transport, direction, bytes, start, end, sourcePort, destinationPort) =>
    probe(direction, bytes, start, end, sourcePort === 110 || destinationPort === 110),
  create: (context) => new Pop3Parser(context),
};
