/**
 * One direction of a TCP connection put in order for a protocol parser. Bytes in order are handed on from the packet's buffer without
 * a copy; early ones wait in a bounded store. Where bytes overlap, those that came first win.
 */

/** Takes the stream. The buffer is reused after the call. */
export interface StreamReceiver {
  /** The next bytes of the stream: `bytes[start, end)`. */
  streamData(direction: number, bytes: Uint8Array, start: number, end: number): void;
  /** `missing` bytes were never seen; the next data follow them. */
  streamGap(direction: number, missing: number): void;
}

/** Bytes that wait for earlier ones in all streams of a capture together. */
export class StreamBudget {
  readonly maxStreamBytes: number;
  readonly maxTotalBytes: number;
  usedBytes = 0;

  constructor(maxStreamBytes = 256 * 1024, maxTotalBytes = 64 * 1024 * 1024) {
    this.maxStreamBytes = maxStreamBytes;
    this.maxTotalBytes = maxTotalBytes;
  }
}

interface Piece {
  /** int32 sequence number of the first byte. */
  seq: number;
  bytes: Uint8Array;
  /** Bytes on the wire after `bytes` that the capture cut off. */
  cut: number;
}

/** Pieces of one direction that wait at most. */
const maxPieces = 1024;

export class TcpStream {
  private readonly direction: number;
  private readonly receiver: StreamReceiver;
  private readonly budget: StreamBudget;
  /** Sequence number of the next byte, int32. */
  private next = 0;
  private isStarted = false;
  /** Waiting pieces in order, without overlap. */
  private pieces: Piece[] = [];
  private waitingBytes = 0;
  /** How often bytes were given up because the store was full. */
  overflows = 0;
  /** How often bytes came again that are not those that wait. */
  conflicts = 0;

  constructor(direction: number, receiver: StreamReceiver, budget: StreamBudget) {
    this.direction = direction;
    this.receiver = receiver;
    this.budget = budget;
  }

  /** Sequence number of the byte that is handed on next, int32. */
  get nextSeq(): number {
    return this.next;
  }

  /** The first byte of the stream has this sequence number (after a SYN). Without a call the first segment tells. */
  start(seq: number): void {
    if (this.isStarted) return;
    this.isStarted = true;
    this.next = seq | 0;
  }

  /** A segment: `bytes[start, end)` captured of `wireLength` bytes from sequence number `seq` on. */
  segment(seq: number, bytes: Uint8Array, start: number, end: number, wireLength: number): void {
    this.start(seq);
    const ahead = (seq - this.next) | 0;
    if (ahead > 0) {
      this.keep(seq, bytes, start, end, wireLength - (end - start));
      return;
    }
    if (wireLength <= -ahead) return;
    const from = start - ahead;
    const cut = Math.min(wireLength + ahead, wireLength - (end - start));
    const limit = this.pieces.length > 0 ? Math.max(0, (this.pieces[0]!.seq - this.next) | 0) : Number.MAX_SAFE_INTEGER;
    if (end - from > limit) this.compareNext(seq, bytes, start, end);
    this.deliver(bytes, from, Math.min(end, from + limit));
    if (end - from <= limit && cut > 0) this.skip(Math.min(cut, limit - Math.max(0, end - from)));
    this.drain();
    // What lies behind an earlier piece that overlapped.
    if (end - from > limit) this.segment(seq, bytes, start, end, wireLength);
  }

  /** The peer acknowledged up to `ack`: missing bytes before it are not waited for, if later ones are here. */
  acknowledged(ack: number): void {
    while (this.pieces.length > 0 && ((ack - this.pieces[0]!.seq) | 0) >= 0) this.jump();
  }

  /** The connection is over: hand on what waits. */
  end(): void {
    while (this.pieces.length > 0) this.jump();
  }

  /** Forget what waits. */
  discard(): void {
    this.budget.usedBytes -= this.waitingBytes;
    this.waitingBytes = 0;
    this.pieces = [];
  }

  private deliver(bytes: Uint8Array, from: number, to: number): void {
    if (to <= from) return;
    this.next = (this.next + (to - from)) | 0;
    this.receiver.streamData(this.direction, bytes, from, to);
  }

  private skip(missing: number): void {
    if (missing <= 0) return;
    this.next = (this.next + missing) | 0;
    this.receiver.streamGap(this.direction, missing);
  }

  /** Give up the bytes before the first waiting piece. */
  private jump(): void {
    this.skip((this.pieces[0]!.seq - this.next) | 0);
    this.drain();
  }

  /** Hand on pieces that are next. */
  private drain(): void {
    while (this.pieces.length > 0 && ((this.pieces[0]!.seq - this.next) | 0) <= 0) {
      const { seq, bytes, cut } = this.pieces.shift()!;
      this.waitingBytes -= bytes.length;
      this.budget.usedBytes -= bytes.length;
      const behind = (this.next - seq) | 0;
      this.deliver(bytes, behind, bytes.length);
      // What a later piece has was captured after all.
      const room = this.pieces.length > 0 ? (this.pieces[0]!.seq - this.next) | 0 : Number.MAX_SAFE_INTEGER;
      this.skip(Math.min(cut, bytes.length + cut - behind, room));
    }
  }

  /** Store a copy of the parts of an early segment that no waiting piece has. */
  private keep(seq: number, bytes: Uint8Array, start: number, end: number, cut: number): void {
    let from = start;
    let at = seq;
    let index = 0;
    while (from < end) {
      while (index < this.pieces.length && endOf(this.pieces[index]!, at) <= 0) index++;
      const piece = this.pieces[index];
      const room = piece ? (piece.seq - at) | 0 : Number.MAX_SAFE_INTEGER;
      if (room > 0) {
        const length = Math.min(room, end - from);
        const isLast = from + length === end;
        this.pieces.splice(index, 0, { seq: at, bytes: bytes.slice(from, from + length), cut: isLast && room > length ? cut : 0 });
        this.waitingBytes += length;
        this.budget.usedBytes += length;
        from += length;
        at = (at + length) | 0;
      } else {
        const covered = endOf(piece!, at);
        this.compare(piece!, at, bytes, from, end);
        from += covered;
        at = (at + covered) | 0;
      }
    }
    this.bound();
  }

  /** Compare a segment with the pieces that its bytes set free. */
  private compareNext(seq: number, bytes: Uint8Array, start: number, end: number): void {
    let next = this.pieces[0]!.seq;
    for (const piece of this.pieces) {
      if (piece.seq !== next) return;
      this.compare(piece, seq, bytes, start, end);
      next = (next + piece.bytes.length) | 0;
    }
  }

  /** Count it when `bytes[start, end)`, which begin at `seq`, differ where a waiting piece has them too. */
  private compare(piece: Piece, seq: number, bytes: Uint8Array, start: number, end: number): void {
    const ahead = (piece.seq - seq) | 0;
    const from = Math.max(0, ahead);
    const to = Math.min(end - start, ahead + piece.bytes.length);
    for (let i = from; i < to; i++) {
      if (bytes[start + i] === piece.bytes[i - ahead]) continue;
      this.conflicts++;
      return;
    }
  }

  private bound(): void {
    const { maxStreamBytes, maxTotalBytes } = this.budget;
    while (
      this.pieces.length > 0 &&
      (this.waitingBytes > maxStreamBytes || this.budget.usedBytes > maxTotalBytes || this.pieces.length > maxPieces)
    ) {
      this.overflows++;
      this.jump();
    }
  }
}

/** How far the piece's end lies behind `seq`. */
function endOf(piece: Piece, seq: number): number {
  return (piece.seq + piece.bytes.length - seq) | 0;
}
