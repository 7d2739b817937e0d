/** FTP's control connection (RFC 959, 2428, 4217): commands paired with their replies in order, until TLS begins. */
import type { Direction, FlowContext, PacketMark, ProbeAnswer, ProtocolModule, ProtocolParser } from '@wirecase/contract';
import { LineReader } from '../common/line-reader.ts';
import { ReplyReader, type Reply } from '../common/reply.ts';
import { decodeText, rowText } from '../common/text.ts';
import { channelOfCommand, channelOfReply, type DataChannel } from './data-channel.ts';
import { FtpDataParser, type Transfer } from './data-parser.ts';
import { ftpRecord } from './fields.ts';

const MAX_LINE_BYTES = 4096;
const MAX_TEXT_CHARACTERS = 512;
/** Commands waiting for their reply; beyond it the oldest is emitted without one. */
const MAX_PENDING = 64;
const MASK = '***';
/** Their argument is a secret, or holds one. */
const secrets = new Set(['PASS', 'ACCT', 'ADAT', 'SITE']);
/** Arguments of other words are not kept: a password typed too early must not be taken for a command. */
const known = new Set(
  (
    'USER PASS ACCT CWD CDUP SMNT QUIT REIN PORT PASV TYPE STRU MODE RETR STOR STOU APPE ALLO REST RNFR RNTO ABOR DELE RMD MKD PWD LIST ' +
    'NLST SITE SYST STAT HELP NOOP AUTH ADAT PROT PBSZ CCC MIC CONF ENC FEAT OPTS LANG EPRT EPSV MDTM MLSD MLST SIZE HOST CLNT XCWD XMKD XPWD ' +
    'XRMD XCUP XCRC XMD5 XSHA1 HASH AVBL MFMT'
  ).split(' '),
);

/** Commands that use the data connection. */
const transfers = new Set(['RETR', 'STOR', 'STOU', 'APPE', 'LIST', 'NLST', 'MLSD']);

interface Command {
  verb: string;
  argument: string | null;
  at: PacketMark;
}

class FtpParser implements ProtocolParser {
  private readonly context: FlowContext;
  private readonly lines: readonly [LineReader, LineReader] = [new LineReader(MAX_LINE_BYTES), new LineReader(MAX_LINE_BYTES)];
  private readonly replies = new ReplyReader();
  private readonly pending: Command[] = [];
  private user: string | null = null;
  /** What was masked last: servers repeat it in their replies. */
  private secret: string | null = null;
  /** The transfer for which a data connection was arranged last. */
  private transfer: Transfer | null = null;
  /** Whether the next transfer begins in the middle (REST). */
  private isResumed = false;
  private isGreeted = false;
  private isStopped = false;

  constructor(context: FlowContext) {
    this.context = context;
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    const lines = this.lines[direction];
    let offset = start;
    while (offset < end && !this.isStopped) {
      offset = lines.take(bytes, offset, end);
      const line = lines.takeLine();
      if (line === null) continue;
      if (direction === 0) this.command(line);
      else this.reply(line);
    }
    // TLS begins behind the reply to AUTH.
    if (this.isStopped) this.context.handOver(offset);
    return !this.isStopped;
  }

  /** Commands and replies can no longer be paired. */
  gap(direction: Direction): boolean {
    this.lines[direction].forget();
    this.replies.forget();
    this.emitUnanswered();
    return !this.isStopped;
  }

  end(): void {
    this.emitUnanswered();
  }

  private command(line: string): void {
    // RFC 854: urgent commands (ABOR) come with telnet's IAC, IP and DM before them.
    const parts = /^[^A-Za-z]{0,8}([A-Za-z][A-Za-z0-9]{2,7})(?: +(.*))?$/s.exec(line.trimEnd());
    const verb = parts?.[1]!.toUpperCase();
    if (!verb || !known.has(verb)) {
      this.context.weird('ftp_bad_command');
      this.wait('?', null);
      return;
    }
    const argument = parts![2] ?? null;
    if (verb === 'USER') this.user = argument && rowText(argument, MAX_TEXT_CHARACTERS);
    if (argument && secrets.has(verb)) this.secret = argument;
    const channel = argument && channelOfCommand(verb, argument);
    if (channel) this.expect(channel);
    this.ask(verb, argument);
    this.wait(verb, argument && (secrets.has(verb) ? MASK : argument));
  }

  /** A data connection goes to `channel`; behind a router that changes addresses, to the server all the same. */
  private expect(channel: DataChannel): void {
    const { context } = this;
    const transfer: Transfer = { controlFlowId: context.flowId, verb: null, argument: null, isPart: false, isFailed: false };
    this.transfer = transfer;
    const create = (flow: FlowContext) => new FtpDataParser(flow, transfer);
    for (const ip of channel.ip ? [channel.ip, context.destinationIp] : [context.destinationIp])
      context.expect({ transport: 'tcp', ip, port: channel.port, protocol: 'ftp-data', create });
  }

  /** What the client wants of the data connection that it arranged. */
  private ask(verb: string, argument: string | null): void {
    if (verb === 'REST') this.isResumed = argument !== null && !/^0*$/.test(argument.trim());
    if (!transfers.has(verb) || !this.transfer) return;
    this.transfer.verb = verb;
    this.transfer.argument = argument;
    this.transfer.isPart = this.isResumed || verb === 'APPE';
    this.isResumed = false;
  }

  private wait(verb: string, argument: string | null): void {
    this.pending.push({ verb, argument, at: { packet: this.context.packet, timeNs: this.context.timeNs } });
    if (this.pending.length <= MAX_PENDING) return;
    this.context.weird('ftp_pending_limit');
    this.emit(this.pending.shift()!, null);
  }

  private reply(line: string): void {
    const reply = this.replies.take(line);
    // RFC 959 4.2.1: 1yz says that another reply follows, but for 120, which comes before the greeting.
    if (!reply || reply.code < 200) return;
    // The first 220 is the greeting, also when the client did not wait for it.
    const isGreeting = reply.code === 220 && !this.isGreeted && this.pending[0]?.verb !== 'REIN';
    this.isGreeted = true;
    const command = isGreeting ? null : (this.pending.shift() ?? null);
    if (!command && !isGreeting) return;
    const channel = channelOfReply(reply.code, reply.text);
    if (channel) this.expect(channel);
    if (command && reply.code >= 400 && transfers.has(command.verb) && this.transfer) this.transfer.isFailed = true;
    if (this.secret) reply.text = reply.text.replaceAll(this.secret, MASK);
    this.emit(command, reply);
    if (command?.verb !== 'AUTH' || reply.code !== 234) return;
    this.emitUnanswered();
    this.isStopped = true;
  }

  /** RFC 959 5.4: 230 and 202 let in, 332 asks for more, 421 hangs up. */
  private login(code: number): void {
    if (code === 332) return;
    const outcome = code >= 200 && code < 300 ? 'success' : code >= 400 && code !== 421 ? 'failure' : 'unknown';
    this.context.login({ user: this.user, outcome, isClear: !anonymous.has(this.user?.toLowerCase() ?? ''), secret: this.secret });
  }

  private emitUnanswered(): void {
    for (const command of this.pending.splice(0)) this.emit(command, null);
  }

  private emit(command: Command | null, reply: Reply | null): void {
    const verb = command?.verb ?? null;
    if (verb === 'PASS') this.login(reply?.code ?? 0);
    const channel = (verb && channelOfCommand(verb, command?.argument ?? '')) || (reply && channelOfReply(reply.code, reply.text));
    this.context.emit(
      ftpRecord,
      {
        user: this.user,
        command: verb,
        argument: command?.argument == null ? null : rowText(command.argument, MAX_TEXT_CHARACTERS),
        replyCode: reply?.code ?? null,
        replyText: reply && rowText(reply.text, MAX_TEXT_CHARACTERS),
        dataIp: channel?.ip ?? null,
        dataPort: channel?.port ?? null,
        tls: verb === 'AUTH' && reply?.code === 234,
      },
      reply ? undefined : command?.at,
    );
  }
}

/** RFC 1635: whoever comes as one of these gives no secret. */
const anonymous = new Set(['anonymous', 'ftp']);

const FTP_PORT = 21;

function probe(direction: Direction, bytes: Uint8Array, start: number, end: number, isUsualPort: boolean): ProbeAnswer {
  const text = decodeText(bytes, start, Math.min(end, start + 512));
  const line = text.split('\n', 1)[0]!;
  const isCut = !text.includes('\n') && text.length < 512;
  if (/^220[ -]/.test(text)) {
    if (/\bE?SMTP\b/i.test(line)) return 'no';
    if (isUsualPort || /ftp|filezilla/i.test(line)) return 'yes';
    return isCut ? 'more' : 'no';
  }
  if (direction === 0 && isUsualPort && /^(?:USER|AUTH|FEAT|SYST|HOST|OPTS|PASS)\b/i.test(text)) return 'yes';
  // USER alone is POP3 and IRC too; these are FTP's only.
  if (/^(?:AUTH TLS|EPSV|PASV|FEAT|SYST)\r?\n/i.test(text)) return 'yes';
  const words = ['220', 'USER', 'AUTH TLS\r', 'EPSV\r', 'PASV\r', 'FEAT\r', 'SYST\r'];
  return isCut && text.length < 10 && words.some((word) => word.startsWith(text.toUpperCase())) ? 'more' : 'no';
}

export const ftp: ProtocolModule = {
  name: 'ftp',
  records: [ftpRecord],
  transports: ['tcp'],
  ports: [FTP_PORT, 2121],
  probe(_transport, direction, bytes, start, end, sourcePort, destinationPort) {
    // Cheap for what is none: `2` of a greeting or a letter comes first.
    const first = start < end ? bytes[start]! : 0x32;
    if (first !== 0x32 && (first < 0x41 || first > 0x7a)) return 'no';
    return probe(direction, bytes, start, end, ftp.ports.includes(sourcePort) || ftp.ports.includes(destinationPort));
  },
  create: (context) => new FtpParser(context),
};
