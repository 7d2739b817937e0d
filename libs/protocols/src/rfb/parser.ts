/**
 * RFB, the protocol of VNC, over TCP (RFC 6143 7.1 to 7.3, network byte order): versions, security and its outcome, the desktop. What
 * follows is pictures and keys, which nobody reads here.
 */
import { formatHex, type Direction, type FlowContext, type OwnRow, type PacketMark, type ProbeAnswer, type ProtocolModule, type ProtocolParser } from '@wirecase/contract'; // prettier-ignore
import { read16, read32 } from '../common/binary.ts';
import { ByteBuffer } from '../common/byte-buffer.ts';
import { decodeText, rowText } from '../common/text.ts';
import { rfbRecord } from './fields.ts';
import {
  APPLE,
  MS_LOGON,
  NONE,
  PLAIN,
  securityName,
  TIGHT,
  tightName,
  TLS,
  UNIX_LOGIN,
  VENCRYPT,
  vencryptName,
  VNC,
  XVP,
} from './security.ts';

/** Of one direction, and of what is read at once. */
const MAX_PENDING_BYTES = 8192;
const MAX_TEXT_BYTES = 1024;
const MAX_CAPABILITIES = 256;
const VERSION_BYTES = 12;
/**
 * First versions in which the client chooses its security, and in which a refusal has a reason. Versions between are 3.3 (RFC 6143 7.1.1);
 * Apple's 3.889 and RealVNC's 4 and 5 go on as 3.8 does.
 */
const LISTS = '003.007';
const REASONS = '003.008';

/** So many bytes of one side are wanted next. */
type Wanted = readonly [from: Direction, bytes: number];
/** A part of the talk: asks for bytes and gets them, as the RFC has them one after the other. */
type Talk<Result = void> = Generator<Wanted, Result, Uint8Array>;
/** How who was asked ends: the server says the result, says none, or what follows cannot be read. */
type Proof = 'judged' | 'free' | 'hidden';

class RfbParser implements ProtocolParser {
  private readonly context: FlowContext;
  private readonly pending: readonly [ByteBuffer, ByteBuffer] = [new ByteBuffer(MAX_PENDING_BYTES), new ByteBuffer(MAX_PENDING_BYTES)];
  private readonly row: OwnRow<typeof rfbRecord> = emptyRow();
  private talk: Talk | null = null;
  private wanted: Wanted = [1, 0];
  private at: PacketMark | null = null;
  private server: Direction = 1;
  private client: Direction = 0;
  private hasTls = false;
  /** Something was shown to prove who the client is, and nobody has judged it yet. */
  private isProving = false;
  private isClear = false;
  private secret: string | null = null;

  constructor(context: FlowContext) {
    this.context = context;
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    if (!this.talk) {
      // Who speaks first is the server, also where it calls a client that listens.
      this.server = direction;
      this.client = direction === 0 ? 1 : 0;
      this.talk = this.conversation();
      this.go(this.talk.next());
    }
    if (this.wanted[1] === 0) return false;
    if (!this.pending[direction].append(bytes, start, end)) {
      this.context.weird('rfb_unexpected_data');
      this.over();
      return false;
    }
    this.listen();
    if (this.hasTls) this.context.handOver(end - this.pending[direction].length);
    return this.wanted[1] > 0;
  }

  gap(): boolean {
    this.over();
    return false;
  }

  end(): void {
    this.over();
  }

  /** Let the talk go on as long as there is what it wants. */
  private listen(): void {
    while (this.wanted[1] > 0) {
      const [from, length] = this.wanted;
      const buffer = this.pending[from];
      if (buffer.length < length) return;
      const taken = buffer.bytes.slice(0, length);
      buffer.bytes.copyWithin(0, length, buffer.length);
      buffer.length -= length;
      this.at = { packet: this.context.packet, timeNs: this.context.timeNs };
      this.go(this.talk!.next(taken));
    }
  }

  private go({ done, value }: IteratorResult<Wanted, void>): void {
    if (done) this.over();
    else this.wanted = value;
  }

  private over(): void {
    this.wanted = [0, 0];
    if (this.isProving) this.judged('unknown');
    if (this.at) this.context.emit(rfbRecord, this.row, this.at);
    this.at = null;
  }

  private *conversation(): Talk {
    const { row, server, client } = this;
    row.serverVersion = yield* this.version(server);
    if (row.serverVersion === null) return;
    // TigerVNC tells who is not wanted any more without waiting for a version.
    const assigned = row.serverVersion < LISTS ? yield* this.long(server) : null;
    if (assigned === 0) return yield* this.turnedAway();
    row.clientVersion = yield* this.version(client);
    if (row.clientVersion === null) return;
    const hasReasons = row.clientVersion >= REASONS;
    const type = assigned ?? (row.clientVersion < LISTS ? yield* this.long(server) : yield* this.choice());
    if (type === 0) return yield* this.turnedAway();
    row.security = securityName(type);
    const proof = yield* this.prove(type);
    if (proof === 'hidden') return;
    if (proof === 'judged' || hasReasons) {
      const isRefused = (yield* this.long(server)) !== 0;
      row.success = !isRefused;
      if (this.isProving) this.judged(isRefused ? 'failure' : 'success');
      if (isRefused && hasReasons) yield* this.reason();
      if (isRefused) return;
    }
    yield* this.desktop();
  }

  /** ClientInit and ServerInit (7.3): size, pixel format, name. */
  private *desktop(): Talk {
    const { row } = this;
    row.isShared = (yield [this.client, 1])[0] !== 0;
    const init = yield [this.server, 20];
    row.success = true;
    row.width = read16(init, 0);
    row.height = read16(init, 2);
    // Apple's servers put settings before the name, and a NUL between.
    const name = (yield* this.text(this.server))?.split('\0').findLast((part) => part !== '');
    row.desktop = name === undefined ? null : rowText(name, MAX_TEXT_BYTES);
  }

  private *version(from: Direction): Talk<string | null> {
    const bytes = yield [from, VERSION_BYTES];
    const version = /^RFB (\d{3}\.\d{3})\n$/.exec(decodeText(bytes, 0, VERSION_BYTES))?.[1] ?? null;
    if (version === null) this.context.weird('rfb_bad_version');
    return version;
  }

  /** The list of 3.7 and 3.8 and what the client takes of it; 0: nothing is offered, and the reason follows. */
  private *choice(): Talk<number> {
    const count = (yield [this.server, 1])[0]!;
    if (count === 0) return 0;
    this.row.offered = [...(yield [this.server, count])].map(securityName);
    return (yield [this.client, 1])[0]!;
  }

  /** The server wants nobody, or nobody any more: TigerVNC and RealVNC say so after some failures. */
  private *turnedAway(): Talk {
    this.row.success = false;
    yield* this.reason();
    if (/too many (?:security|authentication) failures/i.test(this.row.reason ?? '')) this.judged('failure');
  }

  private *prove(type: number): Talk<Proof> {
    const { row, server, client } = this;
    switch (type) {
      case NONE:
        return 'free';
      case XVP: {
        const [user, target] = yield [client, 2];
        row.user = rowText(decodeText(yield [client, user! + target!], 0, user!), MAX_TEXT_BYTES);
        return yield* this.challenge();
      }
      case VNC:
        return yield* this.challenge();
      case TIGHT:
        return yield* this.tight();
      case VENCRYPT:
        return yield* this.vencrypt();
      case APPLE: {
        // Generator and length of the key; prime and public key; user and password encrypted, and the client's public key.
        const length = read16(yield [server, 4], 2);
        if (2 * length > MAX_PENDING_BYTES) return 'hidden';
        yield [server, 2 * length];
        yield [client, 128 + length];
        return this.shown();
      }
      case MS_LOGON:
        // Generator, modulus and public key; the client's, then user and password encrypted.
        yield [server, 24];
        yield [client, 8 + 256 + 64];
        return this.shown();
      case TLS:
        this.hasTls = true;
        return 'hidden';
      default:
        return 'hidden';
    }
  }

  /** VNC authentication (7.2.2): the challenge encrypted with the password. */
  private *challenge(): Talk<Proof> {
    const challenge = formatHex(yield [this.server, 16]);
    this.secret = `$vnc$*${challenge}*${formatHex(yield [this.client, 16])}`;
    return this.shown();
  }

  /** Tight: tunnels and ways to log in, each a list of capabilities of 16 bytes and what the client takes. */
  private *tight(): Talk<Proof> {
    const { row, client } = this;
    const tunnels = yield* this.capabilities();
    if (tunnels < 0) return 'hidden';
    if (tunnels > 0 && (yield* this.long(client)) !== 0) return 'hidden';
    const ways = yield* this.capabilities();
    if (ways <= 0) return ways < 0 ? 'hidden' : 'free';
    const type = yield* this.long(client);
    row.security = `Tight/${tightName(type)}`;
    if (type === NONE) return 'free';
    if (type === VNC) return yield* this.challenge();
    if (type === VENCRYPT) return yield* this.vencrypt();
    if (type === UNIX_LOGIN) return yield* this.password();
    return 'hidden';
  }

  /** How many there are, -1 for too many. */
  private *capabilities(): Talk<number> {
    const count = yield* this.long(this.server);
    if (count > MAX_CAPABILITIES) return -1;
    if (count > 0) yield [this.server, 16 * count];
    return count;
  }

  /** VeNCrypt 0.2: version, an answer to it, types; TLS begins behind the server's word on the type, which Plain does without. */
  private *vencrypt(): Talk<Proof> {
    const { row, server, client } = this;
    yield [server, 2];
    const version = read16(yield [client, 2], 0);
    if (version !== 2 || (yield [server, 1])[0] !== 0) return 'hidden';
    const count = (yield [server, 1])[0]!;
    if (count === 0) return 'hidden';
    yield [server, 4 * count];
    const type = yield* this.long(client);
    row.security = `${row.security!.replace(/\/VeNCrypt$/, '')}/${vencryptName(type)}`;
    if (type === PLAIN) return yield* this.password();
    if (type > PLAIN) this.hasTls = (yield [server, 1])[0] === 1;
    return 'hidden';
  }

  /** Lengths of both, then user and password as they are. */
  private *password(): Talk<Proof> {
    const lengths = yield [this.client, 8];
    const [user, password] = [read32(lengths, 0), read32(lengths, 4)];
    if (user > MAX_TEXT_BYTES || password > MAX_TEXT_BYTES) return 'hidden';
    const bytes = user + password > 0 ? yield [this.client, user + password] : lengths.subarray(8);
    this.row.user = rowText(decodeText(bytes, 0, user), MAX_TEXT_BYTES);
    this.secret = decodeText(bytes, user, user + password);
    this.isClear = true;
    return this.shown();
  }

  private shown(): Proof {
    this.isProving = true;
    return 'judged';
  }

  private judged(outcome: 'success' | 'failure' | 'unknown'): void {
    const { isClear, secret } = this;
    const kind = isClear || secret === null ? undefined : 'digest';
    this.context.login({ user: this.row.user, outcome, isClear, kind, secret });
    this.isProving = false;
  }

  private *long(from: Direction): Talk<number> {
    return read32(yield [from, 4], 0);
  }

  /** A length and so much text; null where that is too much. */
  private *text(from: Direction): Talk<string | null> {
    const length = yield* this.long(from);
    if (length > MAX_TEXT_BYTES) {
      this.context.weird('rfb_long_text');
      return null;
    }
    return length === 0 ? '' : decodeText(yield [from, length], 0, length);
  }

  private *reason(): Talk {
    const text = yield* this.text(this.server);
    this.row.reason = text === null ? null : rowText(text, MAX_TEXT_BYTES);
  }
}

function emptyRow(): OwnRow<typeof rfbRecord> {
  return {
    serverVersion: null,
    clientVersion: null,
    offered: [],
    security: null,
    user: null,
    success: null,
    reason: null,
    isShared: null,
    desktop: null,
    width: null,
    height: null,
  };
}

/** `RFB 003.008` and a line feed. */
function probe(bytes: Uint8Array, start: number, end: number): ProbeAnswer {
  const length = Math.min(end - start, VERSION_BYTES);
  for (let i = 0; i < length; i++) {
    const byte = bytes[start + i]!;
    const isFit =
      i < 4 ? byte === [0x52, 0x46, 0x42, 0x20][i] : i === 7 ? byte === 0x2e : i === 11 ? byte === 10 : byte >= 0x30 && byte <= 0x39;
    if (!isFit) return 'no';
  }
  return length === VERSION_BYTES ? 'yes' : 'more';
}

export const rfb: ProtocolModule = {
  name: 'vnc',
  records: [rfbRecord],
  transports: ['tcp'],
  ports: [5900, 5901, 5902, 5903, 5500],
  probe: (_transport, _direction, bytes, start, end) => probe(bytes, start, end),
  create: (context) => new RfbParser(context),
};
