/** NTP over UDP (RFC 5905; control messages RFC 9327; private mode as ntpd has it): one record a message. */
import {
  formatIp,
  type Direction,
  type FlowContext,
  type OwnRow,
  type ProbeAnswer,
  type ProtocolModule,
  type ProtocolParser,
} from '@wirecase/contract';
import { read16, read32 } from '../common/binary.ts';
import { rowText } from '../common/text.ts';
import { ntpRecord } from './fields.ts';

const NTP_PORT = 123;
const HEADER_BYTES = 48;
const CONTROL = 6;
const PRIVATE = 7;
const CONTROL_BYTES = 12;
const PRIVATE_BYTES = 8;
const modes = ['reserved', 'symmetric_active', 'symmetric_passive', 'client', 'server', 'broadcast', 'control', 'private'];
/** Seconds from 1900 to 1970. */
const UNIX_SECONDS = 2_208_988_800n;
/** RFC 5905 6: seconds with the top bit clear are of the era that begins in 2036. */
const ERA_SECONDS = 0x1_0000_0000n;

type Row = OwnRow<typeof ntpRecord>;

class NtpParser implements ProtocolParser {
  private readonly context: FlowContext;

  constructor(context: FlowContext) {
    this.context = context;
  }

  data(_direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    if (isMessage(bytes, start, end)) this.context.emit(ntpRecord, message(bytes, start));
    else this.context.weird('ntp_bad_message');
    return true;
  }

  gap(): boolean {
    return false;
  }

  end(): void {
    // Nothing waits: each datagram is a record.
  }
}

/** `isMessage` holds. */
function message(bytes: Uint8Array, start: number): Row {
  const mode = bytes[start]! & 7;
  const row = emptyRow((bytes[start]! >> 3) & 7, modes[mode]!);
  if (mode === CONTROL) {
    row.isResponse = (bytes[start + 1]! & 0x80) !== 0;
    row.code = bytes[start + 1]! & 0x1f;
  } else if (mode === PRIVATE) {
    row.isResponse = (bytes[start]! & 0x80) !== 0;
    row.code = bytes[start + 3]!;
  } else readClock(row, bytes, start);
  return row;
}

/** The header of RFC 5905 7.3. */
function readClock(row: Row, bytes: Uint8Array, start: number): void {
  const stratum = bytes[start + 1]!;
  row.leap = bytes[start]! >> 6;
  row.stratum = stratum;
  row.poll = (bytes[start + 2]! << 24) >> 24;
  row.precision = (bytes[start + 3]! << 24) >> 24;
  row.rootDelay = shortFormat(bytes, start + 4);
  row.rootDispersion = shortFormat(bytes, start + 8);
  row.referenceId = referenceId(bytes, start + 12, stratum);
  row.referenceTime = timestamp(bytes, start + 16);
  row.originTime = timestamp(bytes, start + 24);
  row.receiveTime = timestamp(bytes, start + 32);
  row.transmitTime = timestamp(bytes, start + 40);
}

function emptyRow(version: number, mode: string): Row {
  return {
    version,
    mode,
    leap: null,
    stratum: null,
    poll: null,
    precision: null,
    rootDelay: null,
    rootDispersion: null,
    referenceId: null,
    referenceTime: null,
    originTime: null,
    receiveTime: null,
    transmitTime: null,
    isResponse: null,
    code: null,
  };
}

/** RFC 5905 7.3: text at stratum 0 and 1, an address above; nothing when it is zero. */
function referenceId(bytes: Uint8Array, offset: number, stratum: number): string | null {
  if (read32(bytes, offset) === 0) return null;
  if (stratum > 1) return formatIp(bytes.subarray(offset, offset + 4));
  let text = '';
  for (let i = offset; i < offset + 4 && bytes[i] !== 0; i++) text += String.fromCharCode(bytes[i]!);
  return rowText(text, 16);
}

/** 16 bits of seconds, 16 of fraction; nanoseconds. */
function shortFormat(bytes: Uint8Array, offset: number): bigint {
  return (BigInt(read32(bytes, offset)) * 1_000_000_000n) >> 16n;
}

/** 32 bits of seconds since 1900, 32 of fraction; nanoseconds since 1970, `null` for "not known" (zero). */
function timestamp(bytes: Uint8Array, offset: number): bigint | null {
  const seconds = BigInt(read32(bytes, offset));
  const fraction = BigInt(read32(bytes, offset + 4));
  if (seconds === 0n && fraction === 0n) return null;
  const era = seconds < 0x8000_0000n ? ERA_SECONDS : 0n;
  return (seconds + era - UNIX_SECONDS) * 1_000_000_000n + ((fraction * 1_000_000_000n) >> 32n);
}

function isMessage(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (length < PRIVATE_BYTES) return false;
  const version = (bytes[start]! >> 3) & 7;
  const mode = bytes[start]! & 7;
  if (version < 1 || version > 4) return false;
  if (mode === CONTROL) return length >= CONTROL_BYTES && read16(bytes, start + 10) <= length;
  if (mode === PRIVATE) return bytes[start + 2]! <= 3;
  return mode > 0 && length >= HEADER_BYTES && bytes[start + 1]! <= 16;
}

/** Six bits that most data would have too: NTP is believed on its own port only. */
function probe(bytes: Uint8Array, start: number, end: number, sourcePort: number, destinationPort: number): ProbeAnswer {
  if (sourcePort !== NTP_PORT && destinationPort !== NTP_PORT) return 'no';
  return isMessage(bytes, start, end) ? 'yes' : 'no';
}

export const ntp: ProtocolModule = {
  name: 'ntp',
  records: [ntpRecord],
  transports: ['udp'],
  ports: [NTP_PORT],
  probe: (_transport, _direction, bytes, start, end, sourcePort, destinationPort) => probe(bytes, start, end, sourcePort, destinationPort),
  create: (context) => new NtpParser(context),
};
