/** Telnet over TCP (RFC 854): options, and the names typed at prompts. What else is typed or shown is not kept. */
import type { Direction, FlowContext, PacketMark, ProbeAnswer, ProtocolModule, ProtocolParser } from '@wirecase/contract';
import { decodeText, rowText } from '../common/text.ts';
import { telnetRecord } from './fields.ts';

const TELNET_PORT = 23;
const IAC = 255;
const SB = 250;
const SE = 240;
const WILL = 251;
const DO = 253;
const TERMINAL_TYPE = 24;
const MAX_LINE_BYTES = 256;
const MAX_SUBNEGOTIATION_BYTES = 64;
const MAX_OPTIONS = 64;
const optionNames = new Map([
  [0, 'binary'],
  [1, 'echo'],
  [3, 'suppress-go-ahead'],
  [5, 'status'],
  [6, 'timing-mark'],
  [24, 'terminal-type'],
  [25, 'end-of-record'],
  [31, 'window-size'],
  [32, 'terminal-speed'],
  [33, 'remote-flow-control'],
  [34, 'linemode'],
  [35, 'x-display-location'],
  [36, 'environment'],
  [37, 'authentication'],
  [38, 'encryption'],
  [39, 'new-environment'],
  [40, 'tn3270e'],
  [44, 'com-port'],
  [46, 'start-tls'],
]);

/** One direction: where in a command it is, and the line of text at hand. */
class Side {
  state: 'text' | 'iac' | 'option' | 'sub' | 'sub-iac' = 'text';
  command = 0;
  readonly sub = new Uint8Array(MAX_SUBNEGOTIATION_BYTES);
  subLength = 0;
  readonly line = new Uint8Array(MAX_LINE_BYTES);
  lineLength = 0;
}

class TelnetParser implements ProtocolParser {
  private readonly context: FlowContext;
  private readonly sides: readonly [Side, Side] = [new Side(), new Side()];
  private readonly options = new Set<string>();
  private awaits: 'user' | 'password' | null = null;
  private user: string | null = null;
  private attempts = 0;
  /** The password typed last. */
  private secret: string | null = null;
  private isFailed = false;
  /** Of the attempts, those up to which the outcome was told. */
  private refused = 0;
  private terminal: string | null = null;
  private isEncrypted = false;
  private at: PacketMark;

  constructor(context: FlowContext) {
    this.context = context;
    this.at = this.here();
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    const side = this.sides[direction];
    if (this.user === null) this.at = this.here();
    for (let i = start; i < end; i++) this.byte(direction, side, bytes[i]!);
    // A prompt stands at the end of what the server said.
    if (direction === 1) this.prompt(side);
    return !this.isEncrypted;
  }

  gap(direction: Direction): boolean {
    const side = this.sides[direction];
    side.state = 'text';
    side.lineLength = 0;
    this.awaits = null;
    return !this.isEncrypted;
  }

  end(): void {
    if (this.refused < this.attempts) this.context.login({ user: this.user, outcome: 'unknown', isClear: true, secret: this.secret });
    this.context.emit(
      telnetRecord,
      {
        user: this.user,
        hasPassword: this.attempts > 0,
        attempts: this.attempts,
        isFailed: this.isFailed,
        terminal: this.terminal,
        options: [...this.options],
        isEncrypted: this.isEncrypted,
      },
      this.at,
    );
  }

  private byte(direction: Direction, side: Side, byte: number): void {
    switch (side.state) {
      case 'text':
        if (byte === IAC) side.state = 'iac';
        else this.character(direction, side, byte);
        break;
      case 'iac':
        side.command = byte;
        side.state = byte === SB ? 'sub' : byte >= WILL && byte < IAC ? 'option' : 'text';
        side.subLength = 0;
        if (byte === IAC) this.character(direction, side, byte);
        break;
      case 'option':
        side.state = 'text';
        if (side.command === WILL || side.command === DO) this.option(byte);
        break;
      case 'sub':
        if (byte === IAC) side.state = 'sub-iac';
        else if (side.subLength < MAX_SUBNEGOTIATION_BYTES) side.sub[side.subLength++] = byte;
        break;
      case 'sub-iac':
        side.state = byte === SE ? 'text' : 'sub';
        if (byte === SE) this.subnegotiated(side);
        break;
    }
  }

  private option(number: number): void {
    if (this.options.size < MAX_OPTIONS) this.options.add(optionNames.get(number) ?? `${number}`);
  }

  /** RFC 1091: terminal type IS; RFC 2946: encryption START. STARTTLS FOLLOWS is an old draft, still in use. */
  private subnegotiated(side: Side): void {
    const [option, verb] = side.sub;
    if (side.subLength < 2) return;
    if (option === TERMINAL_TYPE && verb === 0) this.terminal = rowText(decodeText(side.sub, 2, side.subLength), 64);
    else if ((option === 38 && verb === 3) || (option === 46 && verb === 1)) this.isEncrypted = true;
  }

  private character(direction: Direction, side: Side, byte: number): void {
    if (byte === 13 || byte === 10) {
      if (direction === 0) this.typed(side);
      else if (side.lineLength > 0) this.shown(side);
      side.lineLength = 0;
    } else if (direction === 0 && (byte === 8 || byte === 127)) side.lineLength = Math.max(0, side.lineLength - 1);
    else if (byte >= 32) {
      // Of what the server shows the end counts, of what is typed the begin.
      if (side.lineLength === MAX_LINE_BYTES && direction === 1) {
        side.line.copyWithin(0, MAX_LINE_BYTES / 2);
        side.lineLength = MAX_LINE_BYTES / 2;
      }
      if (side.lineLength < MAX_LINE_BYTES) side.line[side.lineLength++] = byte;
    }
  }

  private shown(side: Side): void {
    if (this.attempts > 0 && /incorrect|failed|denied|invalid/i.test(decodeText(side.line, 0, side.lineLength))) this.failed();
  }

  private failed(): void {
    this.isFailed = true;
    if (this.refused < this.attempts) this.context.login({ user: this.user, outcome: 'failure', isClear: true, secret: this.secret });
    this.refused = this.attempts;
  }

  private prompt(side: Side): void {
    const text = decodeText(side.line, 0, side.lineLength);
    if (/pass(?:word|code|phrase)?[^:>]{0,32}[:>] ?$/i.test(text)) this.await('password');
    else if (/(?:login|user ?name|user|account)[^:>]{0,32}[:>] ?$/i.test(text)) this.await('user');
  }

  private await(what: 'user' | 'password'): void {
    if (this.awaits !== what) this.sides[0].lineLength = 0;
    this.awaits = what;
  }

  private typed(side: Side): void {
    if (this.awaits === null || (this.awaits === 'user' && side.lineLength === 0)) return;
    if (this.awaits === 'user') {
      this.user = rowText(decodeText(side.line, 0, side.lineLength), MAX_LINE_BYTES);
      this.at = this.here();
    } else {
      this.attempts++;
      this.secret = decodeText(side.line, 0, side.lineLength);
    }
    this.awaits = null;
  }

  private here(): PacketMark {
    return { packet: this.context.packet, timeNs: this.context.timeNs };
  }
}

/** Options at the very begin, or on Telnet's port a prompt or an option somewhere in the first bytes. */
function probe(bytes: Uint8Array, start: number, end: number, isUsualPort: boolean): ProbeAnswer {
  const isOption = bytes[start] === IAC && bytes[start + 1]! >= SB && bytes[start + 1]! < IAC;
  if (end - start < 3) return bytes[start] === IAC ? 'more' : 'no';
  if (isOption && bytes[start + 2]! <= 50) return isUsualPort || (end - start >= 6 && bytes[start + 3] === IAC) ? 'yes' : 'no';
  if (!isUsualPort) return 'no';
  return /(?:login|username|password|user name) ?: ?$/i.test(decodeText(bytes, Math.max(start, end - 64), end)) ? 'yes' : 'no';
}

export const telnet: ProtocolModule = {
  name: 'telnet',
  records: [telnetRecord],
  transports: ['tcp'],
  ports: [TELNET_PORT, 2323],
  probe: (_transport, _direction, bytes, start, end, sourcePort, destinationPort) =>
    probe(bytes, start, end, telnet.ports.includes(sourcePort) || telnet.ports.includes(destinationPort)),
  create: (context) => new TelnetParser(context),
};
