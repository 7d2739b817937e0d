/**
 * From which packet on an engine that starts again must read: the oldest file that holds a packet of an open flow or alert, or that lies
 * within the windows of the detectors. It never lies further back than 64 files, or than a gibibyte of smaller ones: neither a restart nor
 * the ring has to hold a connection of days. Flows that are older are ended at the cut and go on as new ones.
 */

/** How far back files are kept: so many whatever their size, and more while all of them are no more than so many bytes. */
export interface ReplayBound {
  files: number;
  bytes: number;
  /** Of the smallest files, too: each is opened and remembered. */
  filesAtMost: number;
}

/** A gibibyte is read again in seconds. Files that a quiet link closes by their age are small: 64 of them are an hour only. */
const replayBound: ReplayBound = { files: 64, bytes: 1024 * 1024 * 1024, filesAtMost: 2048 };
/** Twice the longest window of a detector. */
const windowSeconds = 600;

export interface PastFile {
  /** Packets of the sensor before the file. */
  firstPacket: number;
  /** Packet time of its last packet. */
  lastSeconds: number;
  /** Bytes of the file. */
  size: number;
}

/** What there is to read of a file again. */
interface ReplayFile {
  firstPacket: number;
  packets: number;
}

/**
 * The last of the files that follow one another without a gap up to `nextPacket`: where one was deleted or could not be read, what lies before
 * has packets whose numbers a replay would give to others.
 */
export function unbrokenEnd<F extends ReplayFile>(files: readonly F[], nextPacket: number): F[] {
  let first = nextPacket;
  let at = files.length;
  for (; at > 0 && files[at - 1]!.firstPacket + files[at - 1]!.packets === first; at--) first = files[at - 1]!.firstPacket;
  return files.slice(at);
}

export class ReplayPoint {
  private readonly bound: ReplayBound;
  private files: PastFile[] = [];
  private bytes = 0;

  constructor(bound = replayBound) {
    this.bound = bound;
  }

  /** A file was committed. */
  add(file: PastFile): void {
    this.makeRoom(file.size);
    this.files.push(file);
    this.bytes += file.size;
  }

  /**
   * Let go what is too far back once a file of `size` bytes follows. Answers the packets before what is kept: flows that began with this
   * packet or before are too old to be carried on.
   */
  makeRoom(size: number): number {
    const { files, bytes, filesAtMost } = this.bound;
    const isTooMuch = () => {
      const count = this.files.length + 1;
      return count > filesAtMost || (count > files && this.bytes + size > bytes);
    };
    while (isTooMuch()) this.bytes -= this.files.shift()!.size;
    return this.files[0]?.firstPacket ?? 0;
  }

  /** Packets before the first that is needed. `needed`: numbers of the oldest packets of what is open; `now`: packet time. */
  from(needed: readonly number[], now: number, nextPacket: number): number {
    const recent = this.files.find((file) => file.lastSeconds >= now - windowSeconds)?.firstPacket ?? nextPacket;
    const oldest = needed.reduce((least, packet) => Math.min(least, packet - 1), recent);
    const kept = this.files[0]?.firstPacket ?? nextPacket;
    const file = this.files.findLast(({ firstPacket }) => firstPacket <= oldest);
    return Math.max(kept, file?.firstPacket ?? kept);
  }
}
