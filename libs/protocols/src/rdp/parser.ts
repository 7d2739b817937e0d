/** RDP over TCP (MS-RDPBCGR 2.2.1, little-endian inside TPKT): negotiation and settings, until TLS or its own encryption begins. */
import type { Direction, FlowContext, OwnRow, PacketMark, ProbeAnswer, ProtocolModule, ProtocolParser } from '@wirecase/contract';
import { read16, read16Le, read32Le } from '../common/binary.ts';
import { FrameReader } from '../common/frame-reader.ts';
import { decodeText, decodeUtf16, rowText } from '../common/text.ts';
import { rdpRecord } from './fields.ts';

const RDP_PORT = 3389;
const TPKT_BYTES = 4;
const MAX_MESSAGE_BYTES = 8192;
/** Messages of the settings exchange; what comes later tells nothing. */
const MAX_MESSAGES = 8;
const CONNECTION_REQUEST = 0xe0;
const CONNECTION_CONFIRM = 0xd0;
const DATA = 0xf0;
const NEGOTIATION_REQUEST = 1;
const NEGOTIATION_RESPONSE = 2;
const NEGOTIATION_FAILURE = 3;
const CS_CORE = 0xc001;
const CS_NET = 0xc003;
const SC_SECURITY = 0x0c02;
const MAX_CHANNELS = 31;
const protocols = [
  [1, 'tls'],
  [2, 'credssp'],
  [4, 'rdstls'],
  [8, 'credssp_ex'],
  [16, 'aad'],
] as const;
const failures = [
  '',
  'SSL_REQUIRED_BY_SERVER',
  'SSL_NOT_ALLOWED_BY_SERVER',
  'SSL_CERT_NOT_ON_SERVER',
  'INCONSISTENT_FLAGS',
  'HYBRID_REQUIRED_BY_SERVER',
  'SSL_WITH_USER_AUTH_REQUIRED_BY_SERVER',
];
const methods = new Map([
  [0, 'none'],
  [1, '40bit'],
  [2, '128bit'],
  [8, '56bit'],
  [16, 'fips'],
]);
const levels = ['none', 'low', 'client compatible', 'high', 'fips'];

class RdpParser implements ProtocolParser {
  private readonly context: FlowContext;
  private readonly frames: readonly [FrameReader, FrameReader];
  private readonly row: OwnRow<typeof rdpRecord> = {
    cookie: null,
    requested: [],
    selected: null,
    result: null,
    clientName: null,
    clientBuild: null,
    clientVersion: null,
    productId: null,
    keyboardLayout: null,
    width: null,
    height: null,
    channels: [],
    encryptionMethod: null,
    encryptionLevel: null,
  };
  private at: PacketMark;
  private messages = 0;
  private isStopped = false;

  constructor(context: FlowContext) {
    this.context = context;
    this.at = { packet: context.packet, timeNs: context.timeNs };
    this.frames = [new FrameReader(MAX_MESSAGE_BYTES, tpktLength), new FrameReader(MAX_MESSAGE_BYTES, tpktLength)];
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    const frames = this.frames[direction];
    let offset = start;
    while (offset < end && !this.isStopped) {
      offset = frames.take(bytes, offset, end);
      if (frames.isWhole) this.message(frames.bytes, frames.start + TPKT_BYTES, frames.end);
      // Fast-path messages have another form: the settings are over.
      if (frames.isBroken || this.messages >= MAX_MESSAGES) this.isStopped = true;
    }
    if (this.row.result === 'encrypted') this.context.handOver(offset);
    return !this.isStopped;
  }

  gap(direction: Direction, missing: number): boolean {
    this.frames[direction].gap(missing);
    return !this.isStopped;
  }

  end(): void {
    this.context.emit(rdpRecord, this.row, this.at);
  }

  /** X.224 (RFC 2126): length, code; then what it carries. */
  private message(bytes: Uint8Array, start: number, end: number): void {
    this.messages++;
    if (end - start < 3) return this.context.weird('rdp_bad_message');
    const code = bytes[start + 1]! & 0xf0;
    const header = Math.min(end, start + 1 + bytes[start]!);
    if (code === CONNECTION_REQUEST) this.request(bytes, start + 7, header);
    else if (code === CONNECTION_CONFIRM) this.confirm(bytes, start + 7, header);
    else if (code === DATA && (bytes[start + 3] === 0x7f || this.messages > 2)) this.settings(bytes, start + 3, end);
    else return;
    this.at = { packet: this.context.packet, timeNs: this.context.timeNs };
  }

  /** 2.2.1.1: a cookie or token, a line; then what is asked for. */
  private request(bytes: Uint8Array, start: number, end: number): void {
    const { row } = this;
    let offset = start;
    while (offset + 1 < end && !(bytes[offset] === 13 && bytes[offset + 1] === 10)) offset++;
    if (offset + 1 < end) {
      const line = decodeText(bytes, start, offset);
      row.cookie = rowText(/^Cookie: (?:mstshash|msts)=(.*)$/i.exec(line)?.[1] ?? line, 256);
      offset += 2;
    } else offset = start;
    if (offset + 8 > end || bytes[offset] !== NEGOTIATION_REQUEST) return;
    const asked = read32Le(bytes, offset + 4);
    row.requested = ['rdp', ...protocols.filter(([bit]) => asked & bit).map(([, name]) => name)];
  }

  private confirm(bytes: Uint8Array, start: number, end: number): void {
    const { row } = this;
    if (start + 8 > end) {
      row.selected = 'rdp';
      return;
    }
    const value = read32Le(bytes, start + 4);
    if (bytes[start] === NEGOTIATION_FAILURE) row.result = failures[value] || `${value}`;
    if (bytes[start] !== NEGOTIATION_RESPONSE) return;
    row.selected = protocols.find(([bit]) => value === bit)?.[1] ?? (value === 0 ? 'rdp' : `${value}`);
    if (value === 0) return;
    row.result = 'encrypted';
    this.isStopped = true;
  }

  /** MCS Connect (T.125): behind the key of GCC (`Duca`, `McDn`) and a length come blocks (2.2.1.3, 2.2.1.4). */
  private settings(bytes: Uint8Array, start: number, end: number): void {
    let offset = start;
    while (offset + 4 < end && !isKey(bytes, offset)) offset++;
    if (offset + 6 > end) return;
    offset += bytes[offset + 4]! & 0x80 ? 6 : 5;
    while (offset + 4 <= end) {
      const length = read16Le(bytes, offset + 2);
      if (length < 4) return this.context.weird('rdp_bad_settings');
      this.block(read16Le(bytes, offset), bytes, offset + 4, Math.min(end, offset + length));
      offset += length;
    }
  }

  private block(type: number, bytes: Uint8Array, start: number, end: number): void {
    const { row } = this;
    if (type === CS_CORE && end - start >= 128) {
      row.clientVersion = `${read16Le(bytes, start + 2)}.${read16Le(bytes, start)}`;
      row.width = read16Le(bytes, start + 4);
      row.height = read16Le(bytes, start + 6);
      row.keyboardLayout = read32Le(bytes, start + 12) | 0;
      row.clientBuild = read32Le(bytes, start + 16) | 0;
      row.clientName = rowText(decodeUtf16(bytes, start + 20, start + 52), 32);
      if (end - start >= 206) row.productId = rowText(decodeUtf16(bytes, start + 142, start + 206), 64) || null;
    } else if (type === CS_NET && end - start >= 4) {
      const count = Math.min(MAX_CHANNELS, read32Le(bytes, start));
      const channels: string[] = [];
      for (let i = 0; i < count && start + 16 + 12 * i <= end; i++) {
        const from = start + 4 + 12 * i;
        let to = from;
        while (to < from + 8 && bytes[to] !== 0) to++;
        channels.push(rowText(decodeText(bytes, from, to), 16));
      }
      row.channels = channels;
    } else if (type === SC_SECURITY && end - start >= 8) {
      const method = read32Le(bytes, start);
      row.encryptionMethod = methods.get(method) ?? `${method}`;
      row.encryptionLevel = levels[read32Le(bytes, start + 4)] ?? `${read32Le(bytes, start + 4)}`;
      this.isStopped = true;
    }
  }
}

function isKey(bytes: Uint8Array, at: number): boolean {
  const isClient = bytes[at] === 0x44 && bytes[at + 1] === 0x75 && bytes[at + 2] === 0x63 && bytes[at + 3] === 0x61;
  return isClient || (bytes[at] === 0x4d && bytes[at + 1] === 0x63 && bytes[at + 2] === 0x44 && bytes[at + 3] === 0x6e);
}

/** TPKT (RFC 1006 6): version 3, length with the header. */
function tpktLength(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start] !== 3 || (end - start > 1 && bytes[start + 1] !== 0)) return -1;
  if (end - start < TPKT_BYTES) return 0;
  const length = read16(bytes, start + 2);
  return length < 7 ? -1 : length;
}

/** A connection request or confirm of class 0 whose lengths agree; elsewhere than on RDP's port one with RDP's own words in it. */
function probe(bytes: Uint8Array, start: number, end: number, isUsualPort: boolean): ProbeAnswer {
  if (bytes[start] !== 3) return 'no';
  if (end - start < 7) return end - start > 1 && bytes[start + 1] !== 0 ? 'no' : 'more';
  const length = tpktLength(bytes, start, end);
  const code = bytes[start + 5]!;
  if (length < 11 || length > 1024 || bytes[start + 4] !== length - 5) return 'no';
  if (code !== CONNECTION_REQUEST && code !== CONNECTION_CONFIRM) return 'no';
  if (isUsualPort) return 'yes';
  const stop = Math.min(end, start + length);
  if (/^Cookie: mstshash=/.test(decodeText(bytes, start + 11, stop))) return 'yes';
  const kind = bytes[stop - 8]!;
  return length >= 19 && kind >= 1 && kind <= 3 && read16Le(bytes, stop - 6) === 8 ? 'yes' : 'no';
}

export const rdp: ProtocolModule = {
  name: 'rdp',
  records: [rdpRecord],
  transports: ['tcp'],
  ports: [RDP_PORT],
  probe: (_transport, _direction, bytes, start, end, sourcePort, destinationPort) =>
    probe(bytes, start, end, sourcePort === RDP_PORT || destinationPort === RDP_PORT),
  create: (context) => new RdpParser(context),
};
