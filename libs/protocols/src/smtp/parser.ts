/** SMTP over TCP (RFC 5321) until TLS begins: one record a mail. Commands and replies are paired in order (RFC 2920 allows pipelining). */
import type { ByteTarget, Direction, FlowContext, PacketMark, ProbeAnswer, ProtocolModule, ProtocolParser } from '@wirecase/contract';
import { DotReader } from '../common/dot-reader.ts';
import { mailTarget } from '../common/entity.ts';
import { LineReader } from '../common/line-reader.ts';
import { ReplyReader, type Reply } from '../common/reply.ts';
import { ntlmRecord } from '../common/ntlm-record.ts';
import { SaslExchange } from '../common/sasl.ts';
import { decodeText, rowText } from '../common/text.ts';
import { smtpRecord } from './fields.ts';
import { MailHeader } from './mail-header.ts';

/** RFC 5321 4.5.3.1.6: a line has at most 1,000 bytes; more is seen. */
const MAX_LINE_BYTES = 4096;
const MAX_TEXT_CHARACTERS = 512;
const MAX_RECIPIENTS = 100;
/** Commands waiting for their reply; beyond it replies are no longer told apart. */
const MAX_PENDING = 256;

class Mail {
  from: string | null = null;
  readonly recipients: string[] = [];
  readonly header = new MailHeader();
  bytes = 0;
  reply: Reply | null = null;
  at: PacketMark;
  /** Takes the mail as DATA has it, or as chunks have it. */
  text: DotReader | null = null;
  chunks: ByteTarget | null = null;

  constructor(at: PacketMark) {
    this.at = at;
  }
}

class SmtpParser implements ProtocolParser {
  private readonly context: FlowContext;
  private readonly lines: readonly [LineReader, LineReader] = [new LineReader(MAX_LINE_BYTES), new LineReader(MAX_LINE_BYTES)];
  private readonly replies = new ReplyReader();
  /** Commands without a reply yet, `.` for the end of a mail, with the mail they are about. */
  private readonly pending: { verb: string; mail: Mail | null }[] = [];
  /** Which way commands go: as the first of them shows. */
  private client: Direction = 0;
  /** `chunk`: `chunkLeft` bytes of BDAT (RFC 3030). */
  private phase: 'command' | 'auth' | 'mail' | 'chunk' | 'stopped' = 'command';
  private chunkLeft = 0;
  private isLastChunk = false;
  private banner: string | null = null;
  private helo: string | null = null;
  private authMethod: string | null = null;
  private readonly sasl: SaslExchange;
  private isTls = false;
  private mail: Mail | null = null;
  private hasEmitted = false;
  private lastReply: Reply | null = null;
  private readonly at: PacketMark;

  constructor(context: FlowContext) {
    this.context = context;
    this.sasl = new SaslExchange(context, 'smtp');
    this.at = { packet: context.packet, timeNs: context.timeNs };
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    const lines = this.lines[direction];
    let offset = start;
    while (offset < end && this.phase !== 'stopped') {
      if (this.phase === 'chunk' && direction === this.client) {
        offset = this.chunk(bytes, offset, end);
        continue;
      }
      const next = lines.take(bytes, offset, end);
      if (this.phase === 'mail' && direction === this.client) this.text(bytes, offset, next);
      offset = next;
      const line = lines.takeLine();
      if (line === null) continue;
      if (this.isReply(direction, line)) this.reply(line);
      else this.clientLine(line);
    }
    // TLS begins behind the reply to STARTTLS.
    if (this.phase === 'stopped') this.context.handOver(offset);
    return this.phase !== 'stopped';
  }

  /** Inside a mail the loss costs a part of it; elsewhere commands and replies can no longer be paired. */
  gap(direction: Direction, missing: number): boolean {
    this.lines[direction].forget();
    if (direction !== this.client) this.replies.forget();
    else if (this.phase === 'mail' && this.mail) {
      this.mail.bytes += missing;
      this.mail.text?.gap(missing);
      this.mail.header.end();
    } else if (this.phase === 'chunk') {
      this.chunkLeft -= missing;
      this.mail?.chunks?.gap(missing);
      if (this.chunkLeft < 0) this.phase = 'command';
    }
    if (this.phase !== 'mail' && this.phase !== 'chunk') this.pending.length = 0;
    return this.phase !== 'stopped';
  }

  end(): void {
    for (const { verb, mail } of this.pending.splice(0)) if (verb === '.' && mail) this.emit(mail);
    if (this.mail) this.abandon(this.mail);
    else if (!this.hasEmitted) this.emit(null);
  }

  private isReply(direction: Direction, line: string): boolean {
    if (direction !== this.client) return true;
    // The originator was guessed wrong where it is the one that greets.
    if (this.helo !== null || this.banner !== null || !/^220[ -]/.test(line)) return false;
    this.client = direction === 0 ? 1 : 0;
    return true;
  }

  private clientLine(line: string): void {
    if (this.phase === 'mail') this.mailLine(line);
    // An answer to a challenge is a credential; a command cannot come before the server's reply.
    else if (this.phase === 'auth') this.sasl.answer(line);
    else this.command(line);
  }

  private command(line: string): void {
    const parts = /^([A-Za-z]{1,16})(?:\s+(.*))?$/s.exec(line.trim());
    if (!parts) {
      this.context.weird('smtp_bad_command');
      this.wait('?', this.mail);
      return;
    }
    const verb = parts[1]!.toUpperCase();
    const argument = parts[2] ?? '';
    switch (verb) {
      case 'HELO':
      case 'EHLO':
      case 'LHLO':
        this.helo = rowText(argument, MAX_TEXT_CHARACTERS);
        break;
      case 'MAIL':
        // RFC 5321 4.1.1.2: it begins a mail: one that came to nothing is told of.
        if (this.mail) this.abandon(this.mail);
        this.open().from = path(argument);
        break;
      case 'RCPT':
        if (this.open().recipients.length < MAX_RECIPIENTS) this.open().recipients.push(path(argument));
        break;
      case 'AUTH':
        this.authMethod = rowText(argument.split(' ', 1)[0]!.toUpperCase(), 64);
        this.sasl.begin(this.authMethod, argument.split(' ')[1]);
        this.phase = 'auth';
        break;
      case 'BDAT':
        this.beginChunk(argument);
        return;
      case 'DATA':
        // No reply has come at all: only this side was captured.
        if (!this.lastReply) {
          this.open();
          this.phase = 'mail';
        }
        break;
      case 'RSET':
        if (this.mail) this.abandon(this.mail);
        break;
    }
    this.wait(verb, verb === 'QUIT' ? null : this.mail);
  }

  /** The mail at hand ends here, unsent. */
  private abandon(mail: Mail): void {
    this.endFile(mail, false);
    this.emit(mail);
    this.mail = null;
  }

  private open(): Mail {
    return (this.mail ??= new Mail({ packet: this.context.packet, timeNs: this.context.timeNs }));
  }

  /** Bytes of DATA, up to the end of a line. */
  private text(bytes: Uint8Array, start: number, end: number): void {
    const mail = this.open();
    mail.bytes += end - start;
    mail.text ??= new DotReader(mailTarget(this.context, this.client, null));
    mail.text.data(bytes, start, end);
  }

  private endFile(mail: Mail, isWhole: boolean): void {
    mail.text?.end();
    mail.chunks?.end(isWhole ? null : 'cut-off');
    mail.text = mail.chunks = null;
  }

  private beginChunk(argument: string): void {
    const parts = /^(\d{1,15})(\s+LAST)?$/i.exec(argument);
    if (!parts) {
      this.context.weird('smtp_bad_chunk');
      this.wait('BDAT', this.mail);
      return;
    }
    this.open();
    this.chunkLeft = Number(parts[1]);
    this.isLastChunk = parts[2] !== undefined;
    this.phase = 'chunk';
    if (this.chunkLeft === 0) this.endChunk();
  }

  /** Bytes of a BDAT chunk; its lines are the mail's as long as its header lasts. */
  private chunk(bytes: Uint8Array, start: number, end: number): number {
    const next = Math.min(end, start + this.chunkLeft);
    const mail = this.open();
    mail.bytes += next - start;
    mail.chunks ??= mailTarget(this.context, this.client, null);
    mail.chunks.data(bytes, start, next);
    this.chunkLeft -= next - start;
    let offset = start;
    while (offset < next && !mail.header.isDone) {
      offset = this.lines[this.client].take(bytes, offset, next);
      const line = this.lines[this.client].takeLine();
      if (line !== null) mail.header.line(line);
    }
    if (this.chunkLeft === 0) this.endChunk();
    return next;
  }

  private endChunk(): void {
    this.phase = 'command';
    if (this.isLastChunk) this.endMail();
    else this.wait('BDAT', this.mail);
  }

  private mailLine(line: string): void {
    const mail = this.open();
    if (line === '.') {
      this.phase = 'command';
      this.endMail();
    } else mail.header.line(line.startsWith('.') ? line.slice(1) : line);
  }

  private endMail(): void {
    const { mail } = this;
    this.lines[this.client].forget();
    mail?.header.end();
    if (mail) this.endFile(mail, true);
    this.mail = null;
    this.wait('.', mail);
  }

  private wait(verb: string, mail: Mail | null): void {
    if (this.pending.length < MAX_PENDING) this.pending.push({ verb, mail });
    else {
      this.context.weird('smtp_pending_limit');
      if (verb === '.' && mail) this.emit(mail);
    }
  }

  private reply(line: string): void {
    const reply = this.replies.take(line);
    if (!reply) return;
    this.lastReply = reply;
    if (this.banner === null && this.helo === null && this.pending.length === 0) {
      this.banner = rowText(reply.text, MAX_TEXT_CHARACTERS);
      return;
    }
    if (reply.code === 334) return this.sasl.challenge(reply.text);
    let asked = this.pending.shift();
    // 354 answers DATA only: after lost bytes it tells where we are.
    if (reply.code === 354) while (asked && asked.verb !== 'DATA') asked = this.pending.shift();
    if (this.phase === 'auth' && (!asked || asked.verb === 'AUTH')) this.phase = 'command';
    if (!asked) return;
    if (asked.mail) {
      asked.mail.reply = reply;
      asked.mail.at = { packet: this.context.packet, timeNs: this.context.timeNs };
    }
    this.answered(asked.verb, asked.mail, reply.code);
  }

  private answered(verb: string, mail: Mail | null, code: number): void {
    if (verb === 'DATA' && code === 354) {
      // A client that pipelines behind DATA breaks RFC 2920 3.1; its mail is read from here.
      this.open();
      this.phase = 'mail';
    } else if (verb === 'STARTTLS' && code === 220) {
      this.isTls = true;
      this.phase = 'stopped';
      this.end();
    } else if (verb === 'AUTH') this.login(code);
    else if (verb === '.' && mail) this.emit(mail);
  }

  /** RFC 4954 4, 6. */
  private login(code: number): void {
    this.sasl.finish(code === 235 ? 'success' : code === 535 ? 'failure' : 'unknown');
  }

  private emit(mail: Mail | null): void {
    this.hasEmitted = true;
    const reply = mail ? mail.reply : this.lastReply;
    this.context.emit(
      smtpRecord,
      {
        helo: this.helo,
        banner: this.banner,
        mailFrom: mail?.from ?? null,
        recipients: mail?.recipients ?? [],
        from: mail?.header.from ?? [],
        to: mail?.header.to ?? [],
        cc: mail?.header.cc ?? [],
        subject: mail?.header.subject ?? null,
        messageId: mail?.header.messageId ?? null,
        date: mail?.header.date ?? null,
        mailer: mail?.header.mailer ?? null,
        mimeType: mail?.header.mimeType ?? null,
        bytes: mail?.bytes ?? 0,
        replyCode: reply?.code ?? null,
        lastReply: reply && rowText(reply.text, MAX_TEXT_CHARACTERS),
        authMethod: this.authMethod,
        tls: this.isTls,
      },
      mail?.at ?? this.at,
    );
  }
}

/** `FROM:<a@b> SIZE=1` -> `a@b`. */
function path(argument: string): string {
  const parts = /^(?:FROM|TO)\s*:\s*(?:<([^>]*)>?|(\S*))/i.exec(argument);
  return rowText(parts ? (parts[1] ?? parts[2] ?? '') : argument, MAX_TEXT_CHARACTERS);
}

const ports = [25, 587, 2525];

function probe(bytes: Uint8Array, start: number, end: number, isUsualPort: boolean): ProbeAnswer {
  const length = end - start;
  const text = decodeText(bytes, start, Math.min(end, start + 512));
  const isCut = length < 512 && !text.includes('\n');
  if (/^220[ -]/.test(text)) {
    if (isUsualPort || /\bE?SMTP\b/i.test(text.split('\n', 1)[0]!)) return 'yes';
    return isCut ? 'more' : 'no';
  }
  if (/^(?:EHLO|HELO|LHLO)[ \r\n]/i.test(text) || /^MAIL FROM:/i.test(text)) return 'yes';
  return isCut && ['220 ', '220-', 'EHLO ', 'HELO ', 'LHLO ', 'MAIL FROM:'].some((word) => word.startsWith(text.toUpperCase()))
    ? 'more'
    : 'no';
}

export const smtp: ProtocolModule = {
  name: 'smtp',
  records: [smtpRecord, ntlmRecord],
  transports: ['tcp'],
  ports,
  probe(_transport, _direction, bytes, start, end, sourcePort, destinationPort) {
    // Cheap for what is none: a digit of a greeting or the letter of a command comes first.
    const first = start < end ? bytes[start]! | 0x20 : 0x65;
    if (first !== 0x32 && first !== 0x65 && first !== 0x68 && first !== 0x6c && first !== 0x6d) return 'no';
    return probe(bytes, start, end, ports.includes(sourcePort) || ports.includes(destinationPort));
  },
  create: (context) => new SmtpParser(context),
};
