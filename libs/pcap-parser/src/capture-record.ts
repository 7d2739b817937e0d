/** What the clock of a record is worth. */
export const TimeFlag = {
  Sound: 0,
  /** Outside int64 nanoseconds (1677-2262): the nearest time inside is given. */
  Clamped: 1,
  /** A fraction of a whole second or more was carried into the seconds. */
  Carried: 2,
  /** The record has no time (simple packet block): the time of the record before it is given. */
  Absent: 3,
} as const;

/** Last second whose nanoseconds fit int64. */
const maxSeconds = 9_223_372_036;

/**
 * One packet record. The same object is filled again for every record: copy what is kept. The packet's bytes are
 * `buffer[dataOffset, dataOffset + capturedLength)`, valid until the next call of the reader.
 */
export class CaptureRecord {
  /** Number in the capture, from 1. */
  number: number;
  /** Position of the record's (or block's) header in the capture, bytes, decompressed. */
  fileOffset: number;
  buffer: Uint8Array;
  view: DataView;
  dataOffset: number;
  /** Bytes of the packet in the buffer. */
  capturedLength: number;
  /** Bytes on the wire, never less than `capturedLength`. */
  originalLength: number;
  /** Time of capture: whole seconds since 1970 UTC (may be negative) and nanoseconds 0..999,999,999 after them. */
  seconds: number;
  nanos: number;
  /** `TimeFlag`: whether the time is as recorded. */
  timeFlag: number;
  linkType: number;
  /** Index in the reader's `interfaces`. */
  interfaceId: number;

  constructor() {
    this.number = 0;
    this.fileOffset = 0;
    this.buffer = new Uint8Array(0);
    this.view = new DataView(this.buffer.buffer);
    this.dataOffset = 0;
    this.capturedLength = 0;
    this.originalLength = 0;
    this.seconds = 0;
    this.nanos = 0;
    this.timeFlag = TimeFlag.Sound;
    this.linkType = 0;
    this.interfaceId = 0;
  }

  /** Nanoseconds since 1970 UTC, int64. Allocates; not for every packet. */
  timeNs(): bigint {
    return BigInt(this.seconds) * 1_000_000_000n + BigInt(this.nanos);
  }

  /** `nanos` may be a whole second or more; it is carried. The result lies within int64 nanoseconds. */
  setTime(seconds: number, nanos: number): void {
    this.timeFlag = TimeFlag.Sound;
    if (nanos >= 1_000_000_000) {
      const carry = Math.floor(nanos / 1_000_000_000);
      seconds += carry;
      nanos -= carry * 1_000_000_000;
      this.timeFlag = TimeFlag.Carried;
    }
    if (seconds >= maxSeconds) {
      seconds = maxSeconds;
      nanos = 0;
      this.timeFlag = TimeFlag.Clamped;
    } else if (seconds < -maxSeconds) {
      seconds = -maxSeconds;
      nanos = 0;
      this.timeFlag = TimeFlag.Clamped;
    }
    this.seconds = seconds;
    this.nanos = nanos;
  }
}
