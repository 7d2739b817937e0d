/** Does what the ring decides: runs dumpcap, hands closed files to the evidence, writes gaps down, deletes by budget. */
import { chown, lchown, mkdir, readdir, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { WirecaseError, type Sensor } from '@wirecase/contract';
import {
  recordGap,
  ringCaptures,
  ringDirectory,
  ringFile,
  type CaptureGap,
  type EvidenceStore,
  type Pool,
  type Received,
  type Sensors,
} from '@wirecase/store';
import { captureUid, Dumpcap, type DumpcapEnd } from './dumpcap.ts';
import { hasPackets } from './has-packets.ts';
import { Ring, type LastRun, type RingDecision } from './ring.ts';
import { RingIntake } from './ring-intake.ts';

export interface RotatorEvents {
  taken(received: Received): void;
  /** Something a person may want to know; `isRepeating`: said again and again while it lasts. */
  say(message: string, isRepeating: boolean): void;
}

/** Free disk that ring files never use up, beside room for two of them. */
const RESERVE_BYTES = 256 * 1024 * 1024;
const FILE_SUFFIX = '.pcapng';

export class Rotator {
  private readonly sensor: Sensor;
  private readonly sensors: Sensors;
  private readonly directory: string;
  private readonly pool: Pool;
  private readonly evidence: EvidenceStore;
  private readonly events: RotatorEvents;
  private readonly intake: RingIntake;
  private ring: Ring | null = null;
  private dumpcap: Dumpcap | null = null;
  /** Resolves when the last run's end is dealt with. */
  private dealtWith: Promise<void> = Promise.resolve();
  private lastCapturedAt: number | null = null;
  private starting: NodeJS.Timeout | null = null;
  private unwrittenGaps: CaptureGap[] = [];

  /** The sensor's files lie in `ring/<its name>/` of `dataDir`. */
  constructor(dataDir: string, sensor: Sensor, pool: Pool, sensors: Sensors, evidence: EvidenceStore, events: RotatorEvents) {
    this.sensor = sensor;
    this.sensors = sensors;
    this.directory = join(dataDir, ringDirectory(sensor.name));
    this.pool = pool;
    this.evidence = evidence;
    this.events = events;
    this.intake = new RingIntake({
      adopt: (path) => this.adopt(path),
      taken: (_path, received) => events.taken(received),
      setAside: (path, reason) => this.setAside(path, reason),
      postponed: (path, error) => events.say(`${basename(path)} is not taken yet: ${(error as Error).message}`, true),
    });
  }

  async start(): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o750 });
    if (process.getuid!() === 0) await chown(this.directory, captureUid, captureUid);
    this.ring = new Ring({ budgetBytes: this.sensor.budgetBytes, watermarkBytes: await this.watermarkBytes() });
    await this.evidence.prepare();
    this.perform(this.ring.decide({ kind: 'began', at: Date.now(), lastRun: await this.lastRun(), leftovers: await this.files() }));
  }

  describe(): { isCapturing: boolean; detail: string } {
    const { isCapturing, detail } = this.ring!.describe();
    return {
      isCapturing,
      detail: `${this.sensor.name}: ${detail}${this.intake.size > 0 ? `; ${this.intake.size} files wait for ingest` : ''}`,
    };
  }

  /** What is due every second: remember that we capture, keep to the budget, write gaps down. Throws what the database throws. */
  async tend(): Promise<void> {
    if (this.ring!.describe().isCapturing) await this.remember(Date.now(), false);
    const disk = await statfs(this.directory);
    const look = { kind: 'space', at: Date.now(), freeBytes: disk.bavail * disk.bsize } as const;
    try {
      this.perform(this.ring!.decide({ ...look, captures: await ringCaptures(this.pool, this.sensor.id) }));
      await this.writeGaps();
    } catch (error) {
      // Without the database nothing can be deleted, but a disk that fills up must still be seen.
      this.perform(this.ring!.decide({ ...look, captures: [] }));
      throw error;
    }
  }

  /** End dumpcap, and take in what it leaves. */
  async stop(): Promise<void> {
    this.perform(this.ring!.decide({ kind: 'stopped' }));
    await this.dealtWith;
    if (this.lastCapturedAt !== null) await this.remember(this.lastCapturedAt, true);
    await this.intake.finish();
    // The database may be away; what is lost then is said here.
    await this.writeGaps().catch((error: Error) => this.events.say(`gaps are not written: ${error.message}`, false));
  }

  private async writeGaps(): Promise<void> {
    for (let gap = this.unwrittenGaps[0]; gap; gap = this.unwrittenGaps[0]) {
      await recordGap(this.pool, gap);
      this.unwrittenGaps.shift();
    }
  }

  private perform(decisions: readonly RingDecision[]): void {
    for (const decision of decisions) {
      switch (decision.kind) {
        case 'start':
          this.starting ??= setTimeout(() => this.startDumpcap(), decision.delayMs);
          break;
        case 'end':
          if (this.starting) clearTimeout(this.starting);
          this.starting = null;
          this.dumpcap?.stop();
          break;
        case 'ingest':
          this.intake.add(decision.path);
          break;
        case 'gap':
          this.unwrittenGaps.push({ sensor: this.sensor.name, ...decision });
          this.events.say(
            `gap of ${(decision.to - decision.from) / 1000} s: ${decision.reason} (${decision.dropped} packets dropped)`,
            false,
          );
          break;
        case 'delete':
          void this.delete(decision.captureId, decision.isNeeded);
          break;
      }
    }
  }

  private startDumpcap(): void {
    this.starting = null;
    const { filter, snapLength, bufferMebibytes, fileBytes, fileSeconds } = this.sensor;
    const options = { interface: this.sensor.interface, filter, snapLength, bufferMebibytes, fileBytes, fileSeconds };
    const dumpcap = new Dumpcap(
      { ...options, directory: this.directory, prefix: String(Date.now()) },
      {
        capturing: () => {
          this.note('started', `dumpcap captures from ${this.sensor.interface}`);
          this.perform(this.ring!.decide({ kind: 'capturing', at: Date.now() }));
        },
        closed: (name) => this.perform(this.ring!.decide({ kind: 'closed', path: join(this.directory, name) })),
      },
    );
    this.dumpcap = dumpcap;
    this.dealtWith = dumpcap.ended.then((end) => this.noteEnd(end));
  }

  private async noteEnd({ reason, dropped }: DumpcapEnd): Promise<void> {
    this.dumpcap = null;
    const at = Date.now();
    if (this.ring!.describe().isCapturing) this.lastCapturedAt = at;
    this.note('ended', `dumpcap ended: ${reason}`);
    this.perform(this.ring!.decide({ kind: 'ended', at, reason, dropped, leftovers: await this.files() }));
  }

  /** Files of the ring; all of them are closed while dumpcap does not run. */
  private async files(): Promise<string[]> {
    const names = (await readdir(this.directory)).filter((name) => name.endsWith(FILE_SUFFIX));
    return names.sort().map((name) => join(this.directory, name));
  }

  private async adopt(path: string): Promise<Received | null> {
    if (!(await hasPackets(path))) {
      await rm(path);
      return null;
    }
    // The capture user loses the file before it becomes evidence.
    if (process.getuid!() === 0) await lchown(path, 0, process.getgid!());
    const ring = ringFile(this.sensor.id, basename(path));
    return this.evidence.adoptFile(path, { name: `${this.sensor.name} ${basename(path)}`, origin: 'ring', createdBy: null, ring });
  }

  private async setAside(path: string, reason: string): Promise<void> {
    await rename(path, `${path}.rejected`);
    this.events.say(`${basename(path)} is no capture: ${reason}`, false);
  }

  private async delete(captureId: string, isNeeded: boolean): Promise<void> {
    try {
      await this.evidence.delete(captureId);
      const still = isNeeded ? ', although flows are open that began in it: the budget is too small for them' : '';
      this.note('deleted', `capture ${captureId}: the oldest of the ring that is ready${still}`);
    } catch (error) {
      // Somebody else deleted it, or the database is away: the next look at the space decides anew.
      if (!(error instanceof WirecaseError)) this.events.say(`capture ${captureId} is not deleted: ${(error as Error).message}`, true);
    }
  }

  private async watermarkBytes(): Promise<number> {
    const disk = await statfs(this.directory);
    return this.sensor.watermarkBytes ?? Math.min(RESERVE_BYTES + 2 * this.sensor.fileBytes, (disk.blocks * disk.bsize) / 10);
  }

  /** Say it, and keep it on the sensor's time line. */
  private note(kind: string, detail: string): void {
    this.events.say(detail, kind === 'ended');
    // Courtesy: the database may be away, and gaps are written later.
    this.sensors.note(this.sensor.id, kind, detail).catch(() => undefined);
  }

  /** The note lies beside the directory, not in it: that one belongs to the capture user. */
  private get notePath(): string {
    return `${this.directory}.json`;
  }

  private async remember(at: number, wasStopped: boolean): Promise<void> {
    this.lastCapturedAt = at;
    const note: LastRun = { at, wasStopped };
    await writeFile(`${this.notePath}.part`, JSON.stringify(note));
    await rename(`${this.notePath}.part`, this.notePath);
  }

  private async lastRun(): Promise<LastRun | null> {
    const text = await readFile(this.notePath, 'utf8').catch(() => null); // the first start has none
    if (text === null) return null;
    try {
      return JSON.parse(text) as LastRun;
    } catch {
      // Cut off by a crash of the machine: as if there were none.
      await rm(this.notePath, { force: true });
      return null;
    }
  }
}
