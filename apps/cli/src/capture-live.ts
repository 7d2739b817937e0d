/** The engine over what comes, connection after connection: flows, windows and alerts go on over a cut, and the cut is a row. */
import { createHash, type Hash, randomUUID } from 'node:crypto';
import { alertRecord, type AlertRow, type CaptureSummary, type RecordSink, WirecaseError } from '@wirecase/contract';
import { Analyzer } from '@wirecase/engine';
import { nodePlatform } from '@wirecase/store/platform';
import type { Source } from './capture-sources.ts';
import { gapRecord } from './gap-record.ts';
import type { Output } from './output.ts';
import type { Writer } from './writer.ts';

interface Part {
  path: string;
  size: number;
  digest: Hash;
}

/** How often alerts are looked for, and what was gathered is written. */
const tickMs = 100;

export class LiveAnalysis {
  private readonly writer: Writer;
  private readonly output: Output;
  private readonly analyzer: Analyzer;
  /** Alerts by id, with the figures that were told last. */
  private readonly told = new Map<string, string>();
  /** What came over the connection at hand; null before its first byte. */
  private part: Part | null = null;
  /** What ended the connection before, until the next one has a packet. */
  private lostBy: string | null = null;
  /** Of the connections that have ended. */
  private lastTimeNs: bigint | null = null;

  constructor(writer: Writer, output: Output) {
    this.writer = writer;
    this.output = output;
    const sink: RecordSink = {
      record: (type, row) => (type.name === alertRecord.name ? this.tell(row as unknown as AlertRow) : writer.record(type, row)),
    };
    this.analyzer = new Analyzer({
      platform: nodePlatform,
      sink,
      // The digest of the whole is not known yet; ids differ from run to run.
      captureSha256: nodePlatform.digest('sha256', new TextEncoder().encode(randomUUID())),
      series: { atPacket: 0, atRecord: 0 },
      onParserError: (protocol, packet, error) =>
        process.stderr.write(`packet ${packet}: the ${protocol} parser failed: ${String(error)}\n`),
    });
    writer.begin();
  }

  /** Read until the connection ends. Throws `capture.empty`, and `capture.unreadable` for what is no capture: it is left out. */
  async read({ name, bytes, problem }: Source): Promise<void> {
    const tick = setInterval(() => this.tellOpen(), tickMs);
    let part: Part | null = null;
    try {
      for await (const chunk of bytes as AsyncIterable<Uint8Array>) {
        if (!part) {
          this.startNext();
          part = this.part = { path: name, size: 0, digest: createHash('sha256') };
        }
        part.size += chunk.length;
        part.digest.update(chunk);
        this.analyzer.push(chunk);
        if (this.lostBy !== null) this.tellGap();
      }
    } catch (error) {
      this.analyzer.skipFile();
      this.part = null;
      throw error;
    } finally {
      clearInterval(tick);
      this.tellOpen();
    }
    if (!part) throw new WirecaseError('capture.empty', (await problem()) ?? 'Nothing came.');
  }

  /** The connection is gone, and another one will be read. */
  lost(reason: string): void {
    this.lostBy = reason;
  }

  /** Nothing more comes: end what is open. Throws `capture.empty`, `capture.unreadable` when the last connection brought no capture. */
  end(): void {
    try {
      if (this.part) this.endPart(this.part, () => this.analyzer.finish());
      else this.analyzer.finishSeries();
    } catch (error) {
      this.analyzer.skipFile();
      this.analyzer.finishSeries();
      throw error;
    } finally {
      this.output.flush();
    }
  }

  private startNext(): void {
    const { part } = this;
    if (!part) return;
    try {
      this.endPart(part, () => this.analyzer.nextFile());
      this.writer.begin();
    } catch (error) {
      // Fewer bytes than tell a capture.
      if (!(error instanceof WirecaseError)) throw error;
      this.analyzer.skipFile();
    }
  }

  private endPart({ path, size, digest }: Part, sumUp: () => CaptureSummary): void {
    const { notes } = this.analyzer;
    const summary = sumUp();
    this.lastTimeNs = summary.lastTimeNs ?? this.lastTimeNs;
    this.writer.end({ path, size, sha256: digest.digest(), summary, notes });
  }

  private tellGap(): void {
    const { firstTimeNs } = this.analyzer;
    if (firstTimeNs === null) return;
    if (this.lastTimeNs !== null) this.writer.record(gapRecord, { start: this.lastTimeNs, end: firstTimeNs, reason: this.lostBy! });
    this.lostBy = null;
  }

  /** What goes on is told at its crossing, and then at its end. */
  private tellOpen(): void {
    for (const alert of this.analyzer.openAlerts(0)) if (!this.told.has(alert.id)) this.tell(alert);
    this.output.flush();
  }

  private tell(alert: AlertRow): void {
    const figures = `${alert.end} ${JSON.stringify(alert.evidence)}`;
    if (this.told.get(alert.id) !== figures) this.writer.record(alertRecord, alert);
    this.told.set(alert.id, figures);
  }
}
