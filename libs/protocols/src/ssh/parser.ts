/** SSH over TCP (RFC 4253): version strings and the algorithms offered; of what follows encrypted, sizes tell how logins end. */
import type { Direction, FlowContext, PacketMark, ProbeAnswer, ProtocolModule, ProtocolParser } from '@wirecase/contract';
import { ByteBuffer } from '../common/byte-buffer.ts';
import { decodeText, rowText } from '../common/text.ts';
import { AuthWatch } from './auth.ts';
import { sshRecord } from './fields.ts';
import { hassh, parseKexInit, settled, SSH_MSG_KEXINIT, SSH_MSG_NEWKEYS, type KexInit } from './kexinit.ts';

/** RFC 4253 4.2: "The maximum length of the string is 255 characters". */
const MAX_BANNER_CHARACTERS = 255;
/** Lines that a server may send before its version; more are no greeting. */
const MAX_LINES_BEFORE = 64;
/** RFC 4253 6.1: a packet has at most 35,000 bytes. */
const MAX_PACKET_BYTES = 35_000;
/** packet_length, padding_length. */
const PACKET_HEADER_BYTES = 5;

/** What is known of one direction. */
class Side {
  phase: 'banner' | 'packet' | 'encrypted' | 'stopped' = 'banner';
  readonly pending = new ByteBuffer(PACKET_HEADER_BYTES + MAX_PACKET_BYTES);
  linesBefore = 0;
  banner: string | null = null;
  offer: KexInit | null = null;
}

class SshParser implements ProtocolParser {
  private readonly context: FlowContext;
  private readonly sides: readonly [Side, Side] = [new Side(), new Side()];
  private at: PacketMark | null = null;
  private isEmitted = false;
  private readonly auth: AuthWatch;

  constructor(context: FlowContext) {
    this.context = context;
    this.auth = new AuthWatch((outcome) => context.login({ user: null, outcome, isClear: false }));
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    const side = this.sides[direction];
    let offset = start;
    while (offset < end && side.phase !== 'stopped') {
      if (side.phase === 'banner') offset = this.banner(side, bytes, offset, end);
      else if (side.phase === 'packet') offset = this.packet(side, bytes, offset, end);
      else {
        this.encrypted(direction, end - offset);
        offset = end;
      }
    }
    return this.wantsMore(side);
  }

  /** What is read stands at the begin: nothing behind a gap can be placed. */
  gap(direction: Direction): boolean {
    this.stop(this.sides[direction]);
    return false;
  }

  end(): void {
    this.auth.end();
    this.emit();
  }

  /** Without both sides nothing is learned of the login. */
  private encrypted(direction: Direction, size: number): void {
    if (direction === 0) this.auth.fromClient();
    else this.auth.fromServer(size);
    if (this.auth.isDone || this.sides[1 - direction]!.phase === 'stopped') for (const side of this.sides) this.stop(side);
  }

  private wantsMore(side: Side): boolean {
    if (this.sides[0].phase === 'stopped' && this.sides[1].phase === 'stopped') this.emit();
    return !this.isEmitted && side.phase !== 'stopped';
  }

  /** Take one line, or what is there of it; returns the offset behind it. */
  private banner(side: Side, bytes: Uint8Array, start: number, end: number): number {
    const lineEnd = bytes.subarray(start, end).indexOf(10);
    const next = lineEnd < 0 ? end : start + lineEnd + 1;
    if (!side.pending.append(bytes, start, next)) {
      this.context.weird('ssh_banner_too_long');
      this.stop(side);
      return end;
    }
    if (lineEnd < 0) return end;
    const line = decodeText(side.pending.bytes, 0, side.pending.length).replace(/\r?\n$/, '');
    side.pending.clear();
    if (line.startsWith('SSH-')) this.version(side, line);
    else if (++side.linesBefore > MAX_LINES_BEFORE) this.stop(side);
    return next;
  }

  private version(side: Side, line: string): void {
    if (line.length > MAX_BANNER_CHARACTERS) this.context.weird('ssh_banner_too_long');
    side.banner = rowText(line, MAX_BANNER_CHARACTERS);
    this.mark();
    side.phase = majorVersion(line) === 2 ? 'packet' : 'stopped';
  }

  /** Gather the packet behind the banner; KEXINIT is the first that matters. */
  private packet(side: Side, bytes: Uint8Array, start: number, end: number): number {
    const pending = side.pending;
    let offset = this.fill(pending, bytes, start, end, PACKET_HEADER_BYTES);
    if (pending.length < PACKET_HEADER_BYTES) return offset;
    const header = pending.bytes;
    const length = ((header[0]! << 24) | (header[1]! << 16) | (header[2]! << 8) | header[3]!) >>> 0;
    if (length > MAX_PACKET_BYTES || length < 2 + header[4]!) {
      if (!side.offer) this.context.weird('ssh_bad_packet');
      this.stop(side);
      return end;
    }
    offset = this.fill(pending, bytes, offset, end, 4 + length);
    if (pending.length === 4 + length) this.message(side, pending.bytes, PACKET_HEADER_BYTES, 4 + length - header[4]!);
    return offset;
  }

  private fill(pending: ByteBuffer, bytes: Uint8Array, start: number, end: number, wanted: number): number {
    const next = Math.min(end, start + Math.max(0, wanted - pending.length));
    pending.append(bytes, start, next);
    return next;
  }

  private message(side: Side, bytes: Uint8Array, start: number, end: number): void {
    const number = bytes[start]!;
    if (side.offer) {
      // The key exchange, until the keys are taken into use.
      if (number === SSH_MSG_NEWKEYS) side.phase = 'encrypted';
    } else if (number === SSH_MSG_KEXINIT) {
      side.offer = parseKexInit(bytes, start, end);
      if (side.offer) this.mark();
      else {
        this.context.weird('ssh_bad_kexinit');
        this.stop(side);
      }
    } else if (number < 2 || number > 4) {
      // RFC 4253 4.2, 11: only ignore (2), unimplemented (3) and debug (4) may come before the offer.
      this.stop(side);
    }
    side.pending.clear();
  }

  private stop(side: Side): void {
    side.phase = 'stopped';
    side.pending.clear();
  }

  private mark(): void {
    this.at = { packet: this.context.packet, timeNs: this.context.timeNs };
  }

  private emit(): void {
    if (this.isEmitted || !this.at) return;
    this.isEmitted = true;
    const [client, server] = this.sides;
    const { platform } = this.context;
    const versions = [client, server].flatMap((side) => (side.banner === null ? [] : [majorVersion(side.banner) ?? 2]));
    const agreed = (list: 'kex' | 'hostKey' | 'cipher' | 'mac' | 'compression'): string | null =>
      client.offer && server.offer ? settled(client.offer[list], server.offer[list]) : null;
    this.context.emit(
      sshRecord,
      {
        client: client.banner,
        server: server.banner,
        hassh: client.offer && hassh(client.offer, true, platform),
        hasshServer: server.offer && hassh(server.offer, false, platform),
        version: versions.length > 0 ? Math.min(...versions) : null,
        kexAlgorithm: agreed('kex'),
        hostKeyAlgorithm: agreed('hostKey'),
        cipher: agreed('cipher'),
        mac: agreed('mac'),
        compression: agreed('compression'),
        clientKexAlgorithms: client.offer?.kex ?? [],
        serverHostKeyAlgorithms: server.offer?.hostKey ?? [],
        authSuccess: this.auth.isSuccess || (this.auth.attempts > 0 ? false : null),
        authAttempts: this.auth.attempts + (this.auth.isSuccess ? 1 : 0),
      },
      this.at,
    );
  }
}

/** `SSH-2.0-x` is 2, and so is 1.99 (RFC 4253 5.1); `null` when it is no version. */
function majorVersion(banner: string): number | null {
  const parts = /^SSH-(\d{1,3})\.(\d{1,3})-/.exec(banner);
  if (!parts) return null;
  return parts[1] === '1' && parts[2] !== '99' ? 1 : 2;
}

const greeting = [0x53, 0x53, 0x48, 0x2d];

function probe(bytes: Uint8Array, start: number, end: number): ProbeAnswer {
  for (let i = 0; i < 4; i++) {
    if (start + i === end) return 'more';
    if (bytes[start + i] !== greeting[i]) return 'no';
  }
  if (start + 4 === end) return 'more';
  return bytes[start + 4]! >= 0x30 && bytes[start + 4]! <= 0x39 ? 'yes' : 'no';
}

export const ssh: ProtocolModule = {
  name: 'ssh',
  records: [sshRecord],
  transports: ['tcp'],
  ports: [22, 2222],
  probe: (_transport, _direction, bytes, start, end) => probe(bytes, start, end),
  create: (context) => new SshParser(context),
};
