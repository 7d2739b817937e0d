/**
 * The engine of one sensor: reads the ring while dumpcap writes it, tells alerts at once, and commits each file when it is closed, with
 * everything that ended in it. Flows and windows go on from file to file. Whatever goes wrong ends the process; the next one reads again
 * from the oldest file that holds something open, without writing what was committed.
 */
import { randomUUID } from 'node:crypto';
import { watch } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { WirecaseError, type Platform } from '@wirecase/contract';
import { Analyzer, type Carried } from '@wirecase/engine';
import {
  compareRingFiles,
  isRingFile,
  ringFile,
  type EngineState,
  type Enricher,
  type EvidenceStore,
  type Pool,
  type SensorEngineSession,
  type SeriesFile,
} from '@wirecase/store';
import { writeWhole } from '../ingest/write-whole.ts';
import { Outlet } from './outlet.ts';
import { RateMeter } from './rate-meter.ts';
import { ReplayPoint, unbrokenEnd } from './replay-point.ts';
import { GrowingFile } from './ring-file.ts';
import { Teller } from './teller.ts';

export interface SensorEngineParts {
  session: SensorEngineSession;
  pool: Pool;
  evidence: EvidenceStore;
  platform: Platform;
  /** With the zones of now. */
  enricher(): Promise<Enricher>;
  sensor: { id: string; name: string };
  /** Where the sensor's ring files are written. */
  directory: string;
  say(kind: string, detail: string): void;
  signal: AbortSignal;
}

const readBytes = 1024 * 1024;
/** How long a new byte may go unseen when the file system does not tell. */
const pollMs = 100;
const maxDeaths = 3;
/** Longer than the rotator needs to start dumpcap again. */
const endAfterMs = 10_000;
/** What dumpcap may hold back of the packets, and a bit. */
const silenceSeconds = 1.5;

interface FileAtHand {
  name: string;
  captureId: string;
  growing: GrowingFile;
  isBegun: boolean;
  carriedIn: Carried;
  deaths: number;
}

export class SensorEngine {
  private readonly parts: SensorEngineParts;
  private readonly outlet = new Outlet();
  private readonly meter = new RateMeter();
  private readonly replayPoint = new ReplayPoint();
  private readonly buffer = new Uint8Array(readBytes);
  private readonly teller: Teller;
  private analyzer!: Analyzer;
  private state!: EngineState;
  private lastSeconds = 0;
  private wake: () => void = () => undefined;
  /** Since when there is no file. */
  private restingSince = Number.POSITIVE_INFINITY;

  constructor(parts: SensorEngineParts) {
    this.parts = parts;
    this.teller = new Teller({ pool: parts.pool, sensorId: parts.sensor.id, meter: this.meter, outlet: this.outlet });
  }

  /** Runs until the signal; throws what PostgreSQL and the file system throw. */
  async run(): Promise<void> {
    const { session, directory, signal } = this.parts;
    await mkdir(directory, { recursive: true, mode: 0o750 });
    const watcher = watch(directory, () => this.wake());
    signal.addEventListener('abort', () => this.wake());
    try {
      this.state = await session.state();
      await this.replay();
      while (!signal.aborted) {
        const file = await this.nextFile();
        if (file === null) await this.rest();
        else {
          this.restingSince = Number.POSITIVE_INFINITY;
          await this.follow(file);
        }
      }
    } finally {
      watcher.close();
    }
  }

  /** While dumpcap captures there is always a file: without one for a while the capture has ended, and with it what is open. */
  private async rest(): Promise<void> {
    const now = performance.now();
    this.restingSince = Math.min(this.restingSince, now);
    const isOpen = this.analyzer.openFlows > 0 || this.teller.isWaiting || this.analyzer.carried().packets > 0;
    if (now - this.restingSince > endAfterMs && isOpen) await this.endSeries();
    await this.pause();
  }

  private async endSeries(): Promise<void> {
    const { session, evidence, say, enricher } = this.parts;
    const last = await session.lastCommitted();
    if (last) this.outlet.open(session.writer(last.captureId), await enricher());
    const summary = this.analyzer.finishSeries();
    const { atPacket, atRecord } = this.analyzer.carried();
    this.state = { ...this.state, nextPacket: atPacket, nextRecord: atRecord, replayFrom: atPacket, openFlows: new Float64Array() };
    if (last) {
      await writeWhole(evidence.paths(last.captureId).indexTail, this.analyzer.packetIndexParts(), randomUUID());
      const end = { captureId: last.captureId, summary, alerts: this.outlet.ended, state: this.state };
      await session.commitEnd(this.outlet.writer!, end);
    } else say('end-incomplete', `${summary.flows} flows ended in ring files that are gone`);
    this.outlet.writer = null;
    this.outlet.ended = [];
    this.teller.continueWith([]);
    this.analyzer = this.newAnalyzer(atPacket, atRecord);
  }

  private newAnalyzer(atPacket: number, atRecord: number): Analyzer {
    const { platform, sensor, say } = this.parts;
    return new Analyzer({
      platform,
      sink: this.outlet,
      // Ids of flows and alerts come from the sensor's id: a file that grows has no digest.
      captureSha256: platform.digest('sha256', new TextEncoder().encode(`sensor ${sensor.id}`)),
      series: { atPacket, atRecord, meter: this.meter },
      onParserError: (protocol, packet, error) => say('parser-error', `${protocol}, packet ${packet}: ${String(error)}`),
    });
  }

  private async replay(): Promise<void> {
    const { session, say } = this.parts;
    const { replayFrom, nextPacket, nextRecord, openFlows } = this.state;
    const files = unbrokenEnd(await session.committed(replayFrom), nextPacket);
    this.analyzer = this.newAnalyzer(files[0]?.firstPacket ?? nextPacket, files[0]?.firstRecord ?? nextRecord);
    for (const file of files) await this.replayFile(file);
    const committed = new Set(openFlows);
    this.analyzer.endFlows((first) => !committed.has(first), null);
    this.analyzer.continueRecords(nextRecord);
    this.meter.takeMinutes();
    const { flows, atPacket } = this.analyzer.carried();
    if (files.length > 0) say('replay', `read ${files.length} files again for ${flows.length} open flows`);
    if (flows.length < openFlows.length)
      say(
        'replay-incomplete',
        `${openFlows.length - flows.length} open flows are in ring files that are gone; what follows of them is new flows`,
      );
    if (atPacket !== nextPacket) say('replay-incomplete', `the ring files end at packet ${atPacket}, the series at ${nextPacket}`);
  }

  private async replayFile(file: SeriesFile): Promise<void> {
    const growing = await GrowingFile.open(null, this.parts.evidence.paths(file.captureId).original);
    if (growing === null) return;
    try {
      for (let bytes = await growing.read(this.buffer); bytes.length > 0; bytes = await growing.read(this.buffer))
        this.analyzer.push(bytes);
    } finally {
      await growing.close();
    }
    this.analyzer.nextFile();
    this.replayPoint.add(file);
    this.lastSeconds = file.lastSeconds;
  }

  /** The oldest file after the last one: in the ring, or taken in already. */
  private async nextFile(): Promise<FileAtHand | null> {
    const { session, evidence, directory, sensor } = this.parts;
    const { names, waiting } = await this.filesAfter(this.state.lastFile);
    const [name] = names;
    if (name === undefined) return null;
    const { captureId } = ringFile(sensor.id, name);
    const growing = await GrowingFile.open(join(directory, name), evidence.paths(captureId).original);
    if (growing === null) {
      // Begun, and gone before it held a packet; or its evidence was deleted.
      await session.forget({ captureId, sensorId: sensor.id, file: name }, { ...this.state, lastFile: name });
      this.state.lastFile = name;
      return null;
    }
    const row = waiting.find((file) => file.captureId === captureId);
    const isBegun = row !== undefined;
    return { name, captureId, growing, isBegun, carriedIn: this.analyzer.carried(), deaths: row?.deaths ?? 0 };
  }

  /** Names of the files after this one, in order, and the rows of those that have one. */
  private async filesAfter(last: string | null): Promise<{ names: string[]; waiting: SeriesFile[] }> {
    // The ring first: what leaves it between the two looks has a row by then.
    const inRing = (await readdir(this.parts.directory)).filter(isRingFile);
    const waiting = await this.parts.session.waiting();
    const all = new Set([...inRing, ...waiting.map(({ file }) => file)]);
    const names = [...all].filter((name) => last === null || compareRingFiles(name, last) > 0);
    return { names: names.sort(compareRingFiles), waiting };
  }

  private async follow(file: FileAtHand): Promise<void> {
    const { session, signal, enricher } = this.parts;
    const writer = session.writer(file.captureId);
    this.outlet.open(writer, await enricher());
    let problem: WirecaseError | null =
      file.deaths < maxDeaths ? null : new WirecaseError('capture.poison', 'The engine ended on it three times.');
    let isClosed = false;
    try {
      while (!signal.aborted) {
        const bytes = await file.growing.read(this.buffer);
        if (bytes.length > 0) {
          problem ??= this.take(bytes);
          if (this.analyzer.packets > 0 && !file.isBegun) await this.begin(file);
          await session.drain(writer);
          await this.tell(file, 0);
        } else if (isClosed) {
          return await this.end(file, problem);
        } else {
          // What was written before it left the ring is read first.
          isClosed = await file.growing.isClosed();
          // Everything up to about now was read: silence is known as such although no packet says so.
          await this.tell(file, Date.now() / 1000 - silenceSeconds);
          if (!isClosed) await this.pause();
        }
      }
    } finally {
      await file.growing.close();
    }
  }

  /** A file that cannot be read is passed over when it is closed; a bug ends the process. */
  private take(bytes: Uint8Array): WirecaseError | null {
    try {
      this.analyzer.push(bytes);
      return null;
    } catch (error) {
      if (error instanceof WirecaseError) return error;
      throw error;
    }
  }

  private async begin(file: FileAtHand): Promise<void> {
    const { session, sensor } = this.parts;
    await session.begin({ captureId: file.captureId, sensorId: sensor.id, file: file.name }, `${sensor.name} ${file.name}`);
    file.isBegun = true;
  }

  /** The file is closed and read to its end. */
  private async end(file: FileAtHand, problem: WirecaseError | null): Promise<void> {
    const { session, sensor, evidence, say } = this.parts;
    const reference = { captureId: file.captureId, sensorId: sensor.id, file: file.name };
    if (problem !== null || this.analyzer.packets === 0) {
      this.outlet.writer = null;
      const firstPacket = this.state.nextPacket;
      this.analyzer.skipFile();
      this.meter.takeMinutes();
      this.state = { ...this.state, nextPacket: this.analyzer.carried().atPacket, lastFile: file.name };
      if (problem === null) return session.forget(reference, this.state);
      say('passed-over', `${file.name}: ${problem.title}. ${problem.message}`);
      this.replayPoint.add({ firstPacket, lastSeconds: this.lastSeconds, size: file.growing.position });
      return session.passOver(reference, problem.code, problem.message, this.state);
    }
    const { nextPacket: firstPacket, nextRecord: firstRecord } = this.state;
    const tooOld = this.replayPoint.makeRoom(file.growing.position);
    const cut = this.analyzer.endFlows((first) => first <= tooOld, 'flow_cut_by_ring');
    if (cut > 0) say('flows-cut', `${cut} flows are open for longer than a restart reads back: they end here and go on as new ones`);
    const open = this.analyzer.openAlerts(this.lastSeconds);
    const summary = this.analyzer.nextFile();
    const carried = this.analyzer.carried();
    const ended = this.outlet.ended;
    this.outlet.ended = [];
    this.outlet.traffic.nextFile();
    // What goes on moves on with the files, so that it does not leave with the first of them.
    const alerts = [...ended, ...open];
    this.lastSeconds = Number(summary.lastTimeNs ?? 0n) / 1e9;
    this.replayPoint.add({ firstPacket, lastSeconds: this.lastSeconds, size: file.growing.position });
    const oldest = [carried.flows[0], ...open.map((alert) => (alert.evidence as { packets: number[] }).packets[0])];
    this.state = {
      nextPacket: carried.atPacket,
      nextRecord: carried.atRecord,
      replayFrom: this.replayPoint.from(
        oldest.filter((packet) => packet !== undefined),
        this.lastSeconds,
        carried.atPacket,
      ),
      lastFile: file.name,
      openFlows: carried.flows,
    };
    await writeWhole(evidence.paths(file.captureId).index, this.analyzer.packetIndexParts(), randomUUID());
    await session.commit(this.outlet.writer!, {
      ...{ file: reference, summary, firstPacket, firstRecord, alerts, withdrawn: this.teller.notAmong(alerts) },
      tops: this.outlet.traffic.tops(this.analyzer),
      ...{ carriedIn: file.carriedIn.packets, carriedOut: carried.packets, minutes: this.meter.takeMinutes(), state: this.state },
    });
    this.outlet.writer = null;
    this.teller.continueWith(open);
  }

  /** What is new of it; silence is known until `seconds` since 1970. */
  private async tell(file: FileAtHand, seconds: number): Promise<void> {
    await this.teller.tellAlerts(file.captureId, this.analyzer, seconds);
    await this.teller.tellRates(file.growing, this.analyzer, async () => (await this.filesAfter(file.name)).names.length);
  }

  private async pause(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pollMs);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
