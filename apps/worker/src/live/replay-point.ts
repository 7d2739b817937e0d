/**
 * From which packet on an engine that starts again must read: the oldest file that holds a packet of an open flow or alert, or that lies
 * within the windows of the detectors. It never lies more than `maxFiles` back, so that neither a restart nor the ring has to hold a
 * connection of days: flows that are older are ended at the cut and go on as new ones.
 */

/** Files that a restart may have to read. */
export const maxReplayFiles = 64;
/** Twice the longest window of a detector. */
const windowSeconds = 600;

export interface PastFile {
  /** Packets of the sensor before the file. */
  firstPacket: number;
  /** Packet time of its last packet. */
  lastSeconds: number;
}

export class ReplayPoint {
  private files: PastFile[] = [];

  /** A file was committed. */
  add(file: PastFile): void {
    this.files.push(file);
    if (this.files.length > maxReplayFiles) this.files.shift();
  }

  /** Flows that began with this packet or before are too old to be carried on; with the file at hand there are `maxFiles`. */
  get oldestKept(): number {
    return this.files.length < maxReplayFiles ? 0 : this.files[1]!.firstPacket;
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
