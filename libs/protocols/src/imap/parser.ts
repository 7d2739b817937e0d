/** IMAP over TCP (RFC 9051, 3501) until TLS or compression begins: commands joined to their responses by tag. */
import type {
  ByteTarget,
  Direction,
  FileFault,
  FlowContext,
  OwnRow,
  PacketMark,
  ProbeAnswer,
  ProtocolModule,
  ProtocolParser,
} from '@wirecase/contract';
import { mailTarget } from '../common/entity.ts';
import { LineReader } from '../common/line-reader.ts';
import { ntlmRecord } from '../common/ntlm-record.ts';
import { SaslExchange } from '../common/sasl.ts';
import { decodeText, rowText } from '../common/text.ts';
import { imapRecord } from './fields.ts';
import { PartialMails } from './partial-mails.ts';

const MAX_LINE_BYTES = 8192;
const MAX_SECRET_CHARACTERS = 1024;
const MAX_TEXT_CHARACTERS = 512;
const MAX_PENDING = 64;
/** Characters kept of a command with literals: a name may come as one. */
const MAX_COMMAND_CHARACTERS = 4096;
const known = new Set(
  (
    'CAPABILITY NOOP LOGOUT STARTTLS AUTHENTICATE LOGIN ENABLE SELECT EXAMINE CREATE DELETE RENAME SUBSCRIBE UNSUBSCRIBE LIST LSUB ' +
    'NAMESPACE STATUS APPEND IDLE CLOSE UNSELECT EXPUNGE SEARCH FETCH STORE COPY MOVE CHECK ID GETQUOTA GETQUOTAROOT SETQUOTA SORT ' +
    'THREAD GETACL SETACL DELETEACL MYRIGHTS COMPRESS XLIST GETMETADATA SETMETADATA NOTIFY REPLACE UID'
  ).split(' '),
);
const withMailbox = new Set(
  'SELECT EXAMINE CREATE DELETE RENAME SUBSCRIBE UNSUBSCRIBE STATUS APPEND GETQUOTAROOT GETACL SETACL DELETEACL MYRIGHTS'.split(' '),
);

/** Behind these, numbers mean other mails. */
const selecting = new Set('SELECT EXAMINE CLOSE UNSELECT'.split(' '));

type Row = OwnRow<typeof imapRecord>;

interface Command {
  row: Row;
  at: PacketMark;
}

/** One direction: a line that literals interrupt, and how much of a literal is to come. */
class Side {
  readonly lines = new LineReader(MAX_LINE_BYTES);
  line = '';
  literalBytes = 0;
  /** Takes the literal when it is a mail. */
  mail: ByteTarget | null = null;
}

class ImapParser implements ProtocolParser {
  private readonly context: FlowContext;
  private readonly sides: readonly [Side, Side] = [new Side(), new Side()];
  private readonly pending = new Map<string, Command>();
  private readonly partial: PartialMails;
  private user: string | null = null;
  private mailbox: string | null = null;
  private bytes = 0;
  /** The client is answering a challenge. */
  private isAuthenticating = false;
  private readonly sasl: SaslExchange;
  /** The password given last. */
  private secret: string | null = null;
  private isStopped = false;
  private isTls = false;

  constructor(context: FlowContext) {
    this.context = context;
    this.sasl = new SaslExchange(context, 'imap');
    this.partial = new PartialMails(context);
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    const side = this.sides[direction];
    let offset = start;
    while (offset < end && !this.isStopped) {
      if (side.literalBytes > 0) {
        const next = Math.min(end, offset + side.literalBytes);
        side.literalBytes -= next - offset;
        this.bytes += next - offset;
        side.mail?.data(bytes, offset, next);
        if (direction === 0 && side.line.length < MAX_COMMAND_CHARACTERS)
          side.line += decodeText(bytes, offset, Math.min(next, offset + 512));
        if (side.literalBytes === 0) {
          side.line += '"';
          this.endMail(side, null);
        }
        offset = next;
        continue;
      }
      offset = side.lines.take(bytes, offset, end);
      const line = side.lines.takeLine();
      if (line !== null) this.line(direction, side, line);
    }
    if (this.isTls) this.context.handOver(offset);
    return !this.isStopped;
  }

  gap(direction: Direction, missing: number): boolean {
    const side = this.sides[direction];
    const inLiteral = Math.min(missing, side.literalBytes);
    side.literalBytes -= inLiteral;
    this.bytes += inLiteral;
    if (inLiteral > 0) side.mail?.gap(inLiteral);
    if (side.literalBytes === 0) this.endMail(side, null);
    if (inLiteral < missing) {
      side.lines.forget();
      side.line = '';
    }
    return !this.isStopped;
  }

  end(): void {
    for (const side of this.sides) this.endMail(side, 'cut-off');
    this.partial.close();
    for (const { row, at } of this.pending.values()) this.context.emit(imapRecord, row, at);
    this.pending.clear();
  }

  /** RFC 9051 4.3: a line that ends in `{n}` goes on behind n bytes. */
  private line(direction: Direction, side: Side, line: string): void {
    const literal = /\{(\d{1,10})\+?\}$/.exec(line);
    const begin = literal ? line.slice(0, literal.index) : line;
    if (side.line.length < MAX_COMMAND_CHARACTERS) side.line += begin;
    if (literal) {
      side.literalBytes = Number(literal[1]);
      side.line += side.literalBytes > 0 ? '"' : '""';
      if (side.literalBytes > 0) side.mail = this.mailOf(direction, side.line, side.literalBytes);
      return;
    }
    const whole = side.line;
    side.line = '';
    if (direction === 1) this.response(whole);
    else if (this.isAuthenticating) this.sasl.answer(whole);
    else this.command(whole);
  }

  private mailOf(direction: Direction, line: string, bytes: number): ByteTarget | null {
    if (isMail(direction, line)) return mailTarget(this.context, direction, bytes);
    return direction === 1 ? this.partial.literal(line, bytes) : null;
  }

  private endMail(side: Side, fault: FileFault | null): void {
    side.mail?.end(fault);
    side.mail = null;
  }

  private command(line: string): void {
    if (/^done$/i.test(line)) return; // Ends IDLE; the response is that of IDLE.
    const parts = /^(\S{1,64}) (UID )?([A-Za-z]{1,16})(?: (.*))?$/is.exec(line.trimEnd());
    const verb = parts?.[3]!.toUpperCase();
    if (!parts || !verb || !known.has(verb)) {
      this.context.weird('imap_bad_command');
      return;
    }
    const words = argumentsOf(parts[4] ?? '');
    let mechanism: string | null = null;
    if (verb === 'LOGIN') {
      this.user = words[0] === undefined ? null : rowText(words[0], MAX_TEXT_CHARACTERS);
      this.secret = words[1]?.slice(0, MAX_SECRET_CHARACTERS) ?? null;
    } else if (verb === 'AUTHENTICATE') {
      mechanism = rowText((words[0] ?? '').toUpperCase(), 64);
      this.sasl.begin(words[0] ?? '', words[1]);
      this.isAuthenticating = true;
    } else if (withMailbox.has(verb) && words[0] !== undefined) this.mailbox = rowText(words[0], MAX_TEXT_CHARACTERS);
    if (verb === 'FETCH') this.partial.fetch(parts[4] ?? '', this.pending.size === 0);
    const tag = rowText(parts[1]!, 64);
    const row: Row = {
      tag,
      command: parts[2] ? `UID ${verb}` : verb,
      user: this.user,
      mechanism,
      mailbox: this.mailbox,
      status: null,
      reply: null,
      bytes: 0,
      tls: false,
    };
    this.wait(tag, { row, at: { packet: this.context.packet, timeNs: this.context.timeNs } });
  }

  private wait(tag: string, command: Command): void {
    const earlier = this.pending.get(tag);
    if (earlier) this.context.emit(imapRecord, earlier.row, earlier.at);
    this.pending.delete(tag);
    this.pending.set(tag, command);
    if (this.pending.size <= MAX_PENDING) return;
    this.context.weird('imap_pending_limit');
    const [oldest, { row, at }] = this.pending.entries().next().value!;
    this.pending.delete(oldest);
    this.context.emit(imapRecord, row, at);
  }

  private login({ command, user, status }: Row): void {
    if (command !== 'LOGIN' && command !== 'AUTHENTICATE') return;
    const outcome = status === 'OK' ? 'success' : status === 'NO' ? 'failure' : 'unknown';
    if (command === 'AUTHENTICATE') this.sasl.finish(outcome);
    else this.context.login({ user, outcome, isClear: true, secret: this.secret });
  }

  private response(line: string): void {
    if (this.isAuthenticating && line.startsWith('+ ')) return this.sasl.challenge(line.slice(2));
    this.partial.response(line);
    const parts = /^(\S{1,64}) (OK|NO|BAD)(?: (.*))?$/is.exec(line.trimEnd());
    const command = parts && this.pending.get(rowText(parts[1]!, 64));
    if (!command) return;
    const { row } = command;
    this.pending.delete(row.tag);
    if (row.command === 'AUTHENTICATE') this.isAuthenticating = false;
    if (selecting.has(row.command)) this.partial.close();
    row.status = parts[2]!.toUpperCase();
    row.reply = rowText(parts[3] ?? '', MAX_TEXT_CHARACTERS);
    row.bytes = this.bytes;
    this.bytes = 0;
    row.tls = row.command === 'STARTTLS' && row.status === 'OK';
    this.isTls = row.tls;
    this.login(row);
    this.context.emit(imapRecord, row);
    if (!row.tls && !(row.command === 'COMPRESS' && row.status === 'OK')) return;
    this.end();
    this.isStopped = true;
  }
}

/** RFC 9051 6.3.12, 7.5.2: a mail that the client stores, or that the server gives whole; parts of mails have no header of their own. */
function isMail(direction: Direction, line: string): boolean {
  if (direction === 0) return /^\S{1,64} APPEND (?:"[^"]*"|[^\s"]+)(?: .*)? "$/is.test(line);
  return /^\* \d{1,10} FETCH \(.{0,4096}(?:BODY\[\]|RFC822) "$/is.test(line);
}

/** The first words of a command's arguments: atoms and quoted strings. */
function argumentsOf(text: string): string[] {
  const words: string[] = [];
  for (const [, quoted, atom] of text.slice(0, MAX_COMMAND_CHARACTERS).matchAll(/"((?:[^"\\]|\\.)*)"|([^\s"]+)/gs)) {
    words.push(quoted === undefined ? atom! : quoted.replace(/\\(.)/gs, '$1'));
    if (words.length === 2) break;
  }
  return words;
}

function probe(direction: Direction, bytes: Uint8Array, start: number, end: number, isUsualPort: boolean): ProbeAnswer {
  // Cheap for what is none: `*` begins a greeting, a letter, digit or point a tag.
  const first = bytes[start]!;
  if (first !== 0x2a && (direction === 1 || first < 0x2e || first > 0x7a)) return 'no';
  const text = decodeText(bytes, start, Math.min(end, start + 128));
  if (/^\* (?:OK|PREAUTH|BYE)[ \r]/i.test(text)) return isUsualPort || /imap/i.test(text) ? 'yes' : 'no';
  if (direction === 0 && /^[A-Za-z0-9.]{1,32} (?:CAPABILITY|STARTTLS|AUTHENTICATE PLAIN|ID \(|LOGIN \S+ \S+)/i.test(text)) return 'yes';
  return text.length < 5 && '* OK '.startsWith(text) ? 'more' : 'no';
}

export const imap: ProtocolModule = {
  name: 'imap',
  records: [imapRecord, ntlmRecord],
  transports: ['tcp'],
  ports: [143],
  probe: (_transport, direction, bytes, start, end, sourcePort, destinationPort) =>
    probe(direction, bytes, start, end, sourcePort === 143 || destinationPort === 143),
  create: (context) => new ImapParser(context),
};
