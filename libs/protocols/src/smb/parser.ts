/** SMB over TCP (MS-SMB2 2.1) and over NetBIOS sessions (RFC 1002 4.3), until encryption begins. */
import type { Direction, FlowContext, ProbeAnswer, ProtocolModule, ProtocolParser } from '@wirecase/contract';
import { read16 } from '../common/binary.ts';
import { dceRpcRecord } from '../common/dcerpc-record.ts';
import { FrameReader } from '../common/frame-reader.ts';
import { gssRecords } from '../common/gss-exchange.ts';
import { SmbConnection } from './connection.ts';
import { smbRecord } from './fields.ts';
import { Smb1 } from './smb1.ts';
import { Smb2 } from './smb2.ts';

/** Bytes kept of a message: names and fragments of remote calls; what files hold may be longer. */
const MAX_MESSAGE_BYTES = 8192;
const LENGTH_BYTES = 4;
const SESSION_MESSAGE = 0;
/** First byte of `xSMB`. */
const SMB1 = 0xff;
const SMB2 = 0xfe;
const ENCRYPTED = 0xfd;
const COMPRESSED = 0xfc;

class SmbParser implements ProtocolParser {
  private readonly frames: readonly [FrameReader, FrameReader];
  private readonly connection: SmbConnection;
  private readonly smb1: Smb1;
  private readonly smb2: Smb2;

  constructor(context: FlowContext) {
    this.frames = [new FrameReader(MAX_MESSAGE_BYTES, frameLength), new FrameReader(MAX_MESSAGE_BYTES, frameLength)];
    this.connection = new SmbConnection(context);
    this.smb1 = new Smb1(this.connection);
    this.smb2 = new Smb2(this.connection);
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    const frames = this.frames[direction];
    let offset = start;
    while (offset < end) {
      offset = frames.take(bytes, offset, end);
      if (frames.passedBytes > 0) this.connection.continued(direction, bytes, offset - frames.passedBytes, offset);
      if (frames.isWhole) this.message(frames.bytes, frames.start, frames.end, frames.cutBytes);
      if (frames.isBroken) this.connection.context.weird('smb_bad_message');
    }
    return true;
  }

  gap(direction: Direction, missing: number): boolean {
    this.frames[direction].gap(missing);
    this.connection.lost(direction, missing);
    return true;
  }

  end(): void {
    this.connection.end();
  }

  private message(bytes: Uint8Array, frame: number, end: number, cutBytes: number): void {
    const start = frame + LENGTH_BYTES;
    if (bytes[frame] !== SESSION_MESSAGE || end - start < 4) return;
    if (bytes[start] === SMB1) this.smb1.frame(bytes, start, end, cutBytes);
    else if (bytes[start] === SMB2) this.smb2.frame(bytes, start, end, cutBytes);
    else if (bytes[start] === ENCRYPTED) this.connection.isEncrypted = true;
    else if (bytes[start] !== COMPRESSED) this.connection.context.weird('smb_bad_message');
  }
}

/** RFC 1002 4.3.1: a kind and a length, of 24 bits over TCP. Messages have SMB's mark, other kinds are short. */
function frameLength(bytes: Uint8Array, start: number, end: number): number {
  const kind = bytes[start]!;
  if (kind !== SESSION_MESSAGE && (kind < 0x81 || kind > 0x85)) return -1;
  if (end - start < 8 && (kind === SESSION_MESSAGE || end - start < LENGTH_BYTES)) return 0;
  const length = (bytes[start + 1]! << 16) | read16(bytes, start + 2);
  if (kind === SESSION_MESSAGE) return isMark(bytes, start + LENGTH_BYTES) ? LENGTH_BYTES + length : -1;
  return length > 255 ? -1 : LENGTH_BYTES + length;
}

function isMark(bytes: Uint8Array, at: number): boolean {
  return bytes[at]! >= COMPRESSED && bytes[at + 1] === 0x53 && bytes[at + 2] === 0x4d && bytes[at + 3] === 0x42;
}

/** A session message with SMB's mark, or the request for a session. */
function probe(bytes: Uint8Array, start: number, end: number, isUsualPort: boolean): ProbeAnswer {
  const kind = bytes[start]!;
  if (kind === 0x81 && isUsualPort) return end - start >= 4 && frameLength(bytes, start, end) === 72 ? 'yes' : 'no';
  if (kind !== SESSION_MESSAGE) return 'no';
  if (end - start < 8) return 'more';
  return isMark(bytes, start + LENGTH_BYTES) ? 'yes' : 'no';
}

export const smb: ProtocolModule = {
  name: 'smb',
  records: [smbRecord, dceRpcRecord, ...gssRecords],
  transports: ['tcp'],
  ports: [445, 139],
  probe: (_transport, _direction, bytes, start, end, sourcePort, destinationPort) =>
    probe(bytes, start, end, sourcePort === 139 || destinationPort === 139),
  create: (context) => new SmbParser(context),
};
