/** The fragments of one IP datagram: what they add up to, and the bytes seen so far. */
import type { Packet } from './packet.ts';
import { tunnelWords } from './packet.ts';
import { Weird, type WeirdCode } from './weird.ts';

/** Bytes of the datagram that one or several adjoining fragments brought: `[start, end)` on the wire, captured up to `capturedEnd`. */
interface Piece {
  start: number;
  end: number;
  capturedEnd: number;
}

/** Pieces that do not adjoin. The smallest MTU (68, RFC 791) makes 1,365 of a datagram. */
const maxPieces = 2048;
/** Oddities kept of one datagram. */
const maxNotes = 16;
const maxDatagramBytes = 65535;

/** An oddity of a fragment, and when. */
export interface FragmentNote {
  code: WeirdCode;
  packet: number;
  seconds: number;
  nanos: number;
}

export class Datagram {
  readonly key: string;
  /** Number of the fragment that came first. */
  readonly firstNumber: number;
  /** Sums of the fragments: packets, bytes of frames, of IP, of IP payload. Overlapping bytes count as often as they were sent. */
  packets = 0;
  frameBytes = 0;
  ipBytes = 0;
  payloadBytes = 0;
  firstSeconds: number;
  firstNanos: number;
  lastSeconds: number;
  lastNanos: number;
  /** Number of the fragment that came last. */
  lastNumber: number;
  /** Whether the capture cut a fragment short. */
  isTruncated = false;
  readonly notes: FragmentNote[] = [];
  /** Of the first fragment: its IP header, without the fragment header (IPv6) in `header`, with it in `fragmentHeader`. */
  header: Uint8Array | null = null;
  fragmentHeader: Uint8Array | null = null;
  /** Link fields of the fragment that came first: both MAC addresses (destination first) or none, VLANs, tunnels around it. */
  readonly macs: Uint8Array | null;
  readonly vlanDepth: number;
  readonly outerVlan: number;
  readonly innerVlan: number;
  readonly tunnelCount: number;
  readonly tunnels: Int32Array;
  readonly linkType: number;
  readonly etherType: number;
  /** Bytes by position in the datagram's payload, and how many of the array are in use. */
  data = new Uint8Array(0);
  /** What the receiver of datagrams keeps with this one. */
  tag: object | null = null;
  /** Whether it was given up, or another one took its place. */
  isForgotten = false;
  /** Length of the payload, -1 until the last fragment came. */
  total = -1;

  private readonly pieces: Piece[] = [];

  constructor(key: string, packet: Packet, bytes: Uint8Array, number: number, seconds: number, nanos: number) {
    this.key = key;
    this.firstNumber = this.lastNumber = number;
    this.firstSeconds = this.lastSeconds = seconds;
    this.firstNanos = this.lastNanos = nanos;
    const hasMacs = packet.destinationMacOffset >= 0 && packet.sourceMacOffset >= 0;
    this.macs = hasMacs ? new Uint8Array(12) : null;
    this.macs?.set(bytes.subarray(packet.destinationMacOffset, packet.destinationMacOffset + 6));
    this.macs?.set(bytes.subarray(packet.sourceMacOffset, packet.sourceMacOffset + 6), 6);
    this.vlanDepth = packet.vlanDepth;
    this.outerVlan = packet.outerVlan;
    this.innerVlan = packet.innerVlan;
    this.tunnelCount = packet.tunnelCount;
    this.tunnels = packet.tunnels.slice(0, packet.tunnelCount * tunnelWords);
    this.linkType = packet.linkType;
    this.etherType = packet.etherType;
  }

  get isComplete(): boolean {
    return this.total >= 0 && this.pieces.length === 1 && this.pieces[0]!.start === 0 && this.pieces[0]!.end >= this.total;
  }

  /** Bytes from the datagram's start that were captured without a hole. */
  get prefixBytes(): number {
    const first = this.pieces[0];
    return first?.start === 0 ? first.capturedEnd : 0;
  }

  /** Whether it holds more pieces than are followed. */
  get isScattered(): boolean {
    return this.pieces.length > maxPieces;
  }

  note(code: WeirdCode, packet: number, seconds: number, nanos: number): void {
    if (this.notes.length < maxNotes) this.notes.push({ code, packet, seconds, nanos });
  }

  /** Count a fragment with `payloadBytes` after its IP headers. */
  count(packet: Packet, payloadBytes: number, number: number, seconds: number, nanos: number): void {
    this.packets++;
    this.lastNumber = number;
    this.frameBytes += packet.frameBytes;
    this.ipBytes += packet.ipBytes;
    this.payloadBytes += payloadBytes;
    if (packet.isTruncated) this.isTruncated = true;
    if (seconds > this.lastSeconds || (seconds === this.lastSeconds && nanos > this.lastNanos)) {
      this.lastSeconds = seconds;
      this.lastNanos = nanos;
    } else if (seconds < this.firstSeconds || (seconds === this.firstSeconds && nanos < this.firstNanos)) {
      this.firstSeconds = seconds;
      this.firstNanos = nanos;
    }
  }

  /**
   * Take the bytes `[from, from + captured)` of `bytes`, on the wire `length` long, for position `start`; `isLast`: the datagram ends
   * there. Gives a `Weird` code, or 0.
   */
  take(start: number, length: number, isLast: boolean, bytes: Uint8Array, from: number, captured: number): WeirdCode | 0 {
    let weird: WeirdCode | 0 = 0;
    if (isLast && this.total < 0) this.total = Math.min(start + length, maxDatagramBytes);
    if (isLast ? start + length !== this.total && start + length <= maxDatagramBytes : this.total >= 0 && start + length > this.total)
      weird = Weird.FragmentSizeInconsistent;
    const end = Math.min(start + length, maxDatagramBytes);
    const capturedEnd = Math.min(start + captured, end);
    if (end <= start) return weird;
    this.reserve(capturedEnd);
    const overlap = this.fill(start, capturedEnd, bytes, from);
    this.cover(start, end, capturedEnd);
    return overlap === 0 ? weird : overlap;
  }

  /** Give up the bytes; the sums stay. */
  release(): void {
    this.data = new Uint8Array(0);
  }

  private reserve(length: number): void {
    if (length <= this.data.length) return;
    const larger = new Uint8Array(Math.min(maxDatagramBytes, Math.max(256, length, this.data.length * 2)));
    larger.set(this.data);
    this.data = larger;
  }

  /** Copy what no piece has yet: bytes that came first stay. */
  private fill(start: number, end: number, bytes: Uint8Array, from: number): WeirdCode | 0 {
    let weird: WeirdCode | 0 = 0;
    let at = start;
    for (const piece of this.pieces) {
      if (piece.end <= at) continue;
      if (piece.start >= end) break;
      if (piece.start > at) this.data.set(bytes.subarray(from + at - start, from + piece.start - start), at);
      const common = Math.min(end, piece.capturedEnd);
      for (let i = Math.max(at, piece.start); i < common; i++)
        if (this.data[i] !== bytes[from + i - start]) return this.fillRest(start, end, bytes, from, i);
      weird = Weird.FragmentOverlap;
      at = Math.min(end, piece.end);
    }
    if (at < end) this.data.set(bytes.subarray(from + at - start, from + end - start), at);
    return weird;
  }

  /** The same from `at` on, where bytes differ. */
  private fillRest(start: number, end: number, bytes: Uint8Array, from: number, at: number): WeirdCode {
    for (const piece of this.pieces) {
      if (piece.end <= at) continue;
      if (piece.start >= end) break;
      if (piece.start > at) this.data.set(bytes.subarray(from + at - start, from + piece.start - start), at);
      at = Math.min(end, piece.end);
    }
    if (at < end) this.data.set(bytes.subarray(from + at - start, from + end - start), at);
    return Weird.FragmentInconsistent;
  }

  /** Add `[start, end)` to the pieces; adjoining ones become one as long as their bytes were captured. */
  private cover(start: number, end: number, capturedEnd: number): void {
    const { pieces } = this;
    let index = pieces.length;
    while (index > 0 && pieces[index - 1]!.start > start) index--;
    pieces.splice(index, 0, { start, end, capturedEnd });
    for (let i = Math.max(0, index - 1); i + 1 < pieces.length;) {
      const piece = pieces[i]!;
      const next = pieces[i + 1]!;
      if (next.start > piece.end) {
        if (i > index) break;
        i++;
        continue;
      }
      if (piece.capturedEnd >= next.start) piece.capturedEnd = Math.max(piece.capturedEnd, next.capturedEnd);
      piece.end = Math.max(piece.end, next.end);
      pieces.splice(i + 1, 1);
    }
  }
}
