/** Does what the ring decides: runs the capture program, hands closed files to the evidence, writes gaps down, deletes by budget. */
import { chown, lchown, mkdir, readdir, readFile, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { WirecaseError, type Sensor } from '@wirecase/contract';
import {
  compareRingFiles,
  isRingFile,
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
import type { GuardBounds } from './capture-guard.ts';
import { captureUid, type CaptureSettings } from './capture-program.ts';
import { CaptureRun, type CaptureEnd } from './capture-run.ts';
import { hasPackets } from './has-packets.ts';
import { InterfaceDrops } from './interface-drops.ts';
import { LEAST_FREE, NO_SPACE, Ring, type LastRun, type RingDecision } from './ring.ts';
import { RingIntake } from './ring-intake.ts';

export interface RotatorEvents {
  taken(received: Received): void;
  /** Something a person may want to know; `isRepeating`: said again and again while it lasts. */
  say(message: string, isRepeating: boolean): void;
}

/** Free disk that ring files never use up, beside room for two of them. */
const RESERVE_BYTES = 256 * 1024 * 1024;
const DROPS_MS = 60_000;

export class Rotator {
  private readonly sensor: Sensor;
  private readonly sensors: Sensors;
  private readonly directory: string;
  private readonly pool: Pool;
  private readonly evidence: EvidenceStore;
  private readonly events: RotatorEvents;
  private readonly intake: RingIntake;
  private ring: Ring | null = null;
  private run: CaptureRun | null = null;
  /** A run that is being started is to end as soon as it is. */
  private isEnding = false;
  /** Resolves when the last run's end is dealt with. */
  private dealtWith: Promise<void> = Promise.resolve();
  private lastCapturedAt: number | null = null;
  private starting: NodeJS.Timeout | null = null;
  private unwrittenGaps: CaptureGap[] = [];
  private readonly interfaceDrops: InterfaceDrops;
  private dropsSince = Date.now();

  /** The sensor's files lie in `ring/<its name>/` of `dataDir`. */
  constructor(dataDir: string, sensor: Sensor, pool: Pool, sensors: Sensors, evidence: EvidenceStore, events: RotatorEvents) {
    this.sensor = sensor;
    this.sensors = sensors;
    this.directory = join(dataDir, ringDirectory(sensor.name));
    this.pool = pool;
    this.evidence = evidence;
    this.events = events;
    this.interfaceDrops = new InterfaceDrops(sensor.interface);
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
    this.ring = new Ring({
      ...{ budgetBytes: this.sensor.budgetBytes, fileBytes: this.sensor.fileBytes },
      watermarkBytes: await this.watermarkBytes(),
    });
    await this.evidence.prepare();
    await this.interfaceDrops.more();
    const adopted = await CaptureRun.adopt(this.directory, await this.guardBounds(), this.runEvents(null));
    if (adopted) return this.adoptRun(adopted);
    const leftovers = await this.files();
    this.perform(this.ring.decide({ kind: 'began', at: Date.now(), lastRun: await this.lastRun(leftovers), leftovers }));
  }

  /** The capture went on without us: nothing was missed. */
  private async adoptRun(run: CaptureRun): Promise<void> {
    const { pid, prefix, settings } = run.kept;
    this.note('adopted', `${this.sensor.program} with process id ${pid} captures since ${new Date(Number(prefix)).toISOString()}`);
    const leftovers = (await this.files()).filter((path) => !basename(path).startsWith(`${prefix}_`));
    this.perform(this.ring!.decide({ kind: 'adopted', leftovers }));
    this.run = run;
    this.dealtWith = run.ended.then((end) => this.noteEnd(end));
    if (settings !== JSON.stringify(this.captureSettings)) run.stop();
  }

  describe(): { isCapturing: boolean; detail: string } {
    const { isCapturing, detail } = this.ring!.describe();
    const waiting =
      this.intake.size === 0 ? '' : `; ${this.intake.size} ${this.intake.size === 1 ? 'file waits' : 'files wait'} for ingest`;
    return { isCapturing, detail: `${this.sensor.name}: ${detail}${waiting}` };
  }

  /** What is due every second: remember that we capture, keep to the budget, write gaps down. Throws what the database throws. */
  async tend(): Promise<void> {
    await this.lookForDrops(Date.now()).catch((error: Error) => this.events.say(`drops are not told of: ${error.message}`, true));
    await this.lookAtSpace();
    await this.writeGaps();
    // Last: on a disk that is full it fails.
    if (this.ring!.describe().isCapturing) await this.remember(Date.now(), false);
  }

  /** Once a minute. */
  private async lookForDrops(now: number): Promise<void> {
    const from = this.dropsSince;
    if (now - from < DROPS_MS) return;
    this.dropsSince = now;
    const byProgram = (await this.run?.moreDropped()) ?? 0;
    const byInterface = await this.interfaceDrops.more();
    this.perform(this.ring!.decide({ kind: 'dropped', from, to: now, byProgram, byInterface }));
  }

  private async lookAtSpace(): Promise<void> {
    const look = { kind: 'space', at: Date.now(), freeBytes: await this.freeBytes(), ...(await this.ringBytes()) } as const;
    try {
      this.perform(this.ring!.decide({ ...look, captures: await ringCaptures(this.pool, this.sensor.id) }));
    } catch (error) {
      // Without the database nothing can be deleted, but a disk that fills up must still be seen.
      this.perform(this.ring!.decide({ ...look, captures: [] }));
      throw error;
    }
  }

  private async ringBytes(): Promise<{ closedBytes: number; growingBytes: number | null }> {
    const files = await this.files();
    // One may be ingested meanwhile.
    const sizes = await Promise.all(files.map(async (path) => (await stat(path).catch(() => null))?.size ?? 0));
    const growingBytes = this.run === null ? null : (sizes.pop() ?? null);
    return { closedBytes: sizes.reduce((sum, bytes) => sum + bytes, 0), growingBytes };
  }

  /** Tell the capture program to end, and wait for nothing. */
  end(): void {
    this.perform(this.ring!.decide({ kind: 'stopped' }));
  }

  /** End it, and take in what it leaves. */
  async stop(): Promise<void> {
    this.end();
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
          this.starting ??= setTimeout(() => (this.dealtWith = this.capture()), decision.delayMs);
          break;
        case 'end':
          if (this.starting) clearTimeout(this.starting);
          this.starting = null;
          this.isEnding = true;
          this.run?.stop();
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
        case 'say':
          this.note(decision.what, decision.detail);
          break;
        case 'delete':
          void this.delete(decision.captureId, decision.isNeeded);
          break;
      }
    }
  }

  private get captureSettings(): CaptureSettings {
    const { program, filter, snapLength, bufferMebibytes, fileBytes, fileSeconds } = this.sensor;
    return { program, interface: this.sensor.interface, filter, snapLength, bufferMebibytes, fileBytes, fileSeconds };
  }

  private runEvents(startedAt: number | null) {
    return {
      capturing: () => {
        if (startedAt !== null) this.note('started', `${this.sensor.program} captures from ${this.sensor.interface}`);
        this.perform(this.ring!.decide({ kind: 'capturing', at: startedAt === null ? Number(this.run!.kept.prefix) : Date.now() }));
      },
      closed: (name: string) => {
        this.perform(this.ring!.decide({ kind: 'closed', path: join(this.directory, name) }));
        // A busy link closes several files a second. What fails is tried again, and said, when it is due.
        this.lookAtSpace().catch(() => undefined);
      },
      unguarded: (error: Error) => this.events.say(`nothing bounds the ring if the rotator is killed: ${error.message}`, true),
    };
  }

  private async capture(): Promise<void> {
    this.starting = null;
    this.isEnding = false;
    this.perform(this.ring!.decide({ kind: 'starting' }));
    const now = Date.now();
    try {
      const bounds = await this.guardBounds();
      this.run = await CaptureRun.start(this.directory, this.captureSettings, String(now), bounds, this.runEvents(now));
      if (this.isEnding) this.run.stop();
      await this.noteEnd(await this.run.ended);
    } catch (error) {
      // The disk is full, or the directory is gone.
      await this.noteEnd({ reason: `${this.sensor.program} cannot be started: ${(error as Error).message}`, dropped: 0, isSilent: false });
    }
  }

  private async noteEnd(end: CaptureEnd): Promise<void> {
    this.run = null;
    const at = Date.now();
    const { dropped } = end;
    // dumpcap does not say each time that there was no room for its next file.
    const reason = end.isSilent && (await this.freeBytes()) < this.sensor.fileBytes ? NO_SPACE : end.reason;
    if (this.ring!.describe().isCapturing) this.lastCapturedAt = at;
    this.note('ended', `${this.sensor.program} ended: ${reason}`);
    await CaptureRun.forget(this.directory);
    this.perform(this.ring!.decide({ kind: 'ended', at, reason, dropped, leftovers: await this.files() }));
  }

  private async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.directory);
    return bavail * bsize;
  }

  /** Files of the ring; all of them are closed while nothing captures. */
  private async files(): Promise<string[]> {
    const names = (await readdir(this.directory)).filter(isRingFile);
    return names.sort(compareRingFiles).map((name) => join(this.directory, name));
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

  /** Without a rotator the capture goes on as long as it would with one that may delete nothing. */
  private async guardBounds(): Promise<GuardBounds> {
    return { budgetBytes: this.sensor.budgetBytes, leastFreeBytes: (await this.watermarkBytes()) * LEAST_FREE };
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
    const note: LastRun = { at, wasStopped, unseen: null };
    await writeFile(`${this.notePath}.part`, JSON.stringify(note));
    await rename(`${this.notePath}.part`, this.notePath);
  }

  /** Until when it was surely captured. The capture program may have gone on for longer than the rotator that started it. */
  private async lastRun(leftovers: readonly string[]): Promise<LastRun | null> {
    const noted = await this.notedRun();
    const unseen = await CaptureRun.unseenEnd(this.directory);
    if (noted === null || unseen === null) return noted;
    const written = await Promise.all(leftovers.map(async (path) => (await stat(path)).mtimeMs));
    const at = Math.round(Math.max(noted.at, ...written));
    await CaptureRun.forget(this.directory);
    return { ...noted, at, unseen };
  }

  private async notedRun(): Promise<LastRun | null> {
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
