/** One attempt on one capture: claim it, have it parsed, write down how it went. What is not finished here the sweeper brings back. */
import { hostname } from 'node:os';
import { statfs } from 'node:fs/promises';
import { CaptureAttempts, DetectionRepository, sourcePaths, type Attempt, type Config } from '@wirecase/store';
import type { ParseLimits } from './messages.ts';
import type { Parser, ParserEnd } from './parser-process.ts';

/** A worker that was silent for this long has lost its captures. With the beat below four beats may be missed. */
export const STALE_MS = 3_500;
const HEARTBEAT_MS = 800;
/** Disk that unpacking leaves free. */
const WATERMARK_BYTES = 256 * 1024 * 1024;
/** The packet index counts packets with 32 bit. */
const MAX_PACKETS = 2 ** 31 - 1;

export type IngestEnd = ParserEnd | { kind: 'not-waiting' };

export class CaptureIngest {
  private readonly attempts: CaptureAttempts;
  private readonly detection: DetectionRepository;
  private readonly config: Config;
  private readonly parser: Parser;
  private readonly worker = `${hostname()}:${process.pid}`;

  constructor(attempts: CaptureAttempts, detection: DetectionRepository, config: Config, parser: Parser) {
    this.attempts = attempts;
    this.detection = detection;
    this.config = config;
    this.parser = parser;
  }

  /**
   * Take the capture if it waits, and parse it. May be called twice for the same capture, at once or later: it is parsed once. `signal`
   * ends the parser and hands the capture back. Throws only what the database throws; the capture is then taken again when it is stale.
   */
  async ingest(captureId: string, signal: AbortSignal): Promise<IngestEnd> {
    const claim = await this.attempts.claim(captureId, this.worker, STALE_MS);
    if (claim === null) return { kind: 'not-waiting' };
    const lost = new AbortController();
    const beating = setInterval(() => void this.beat(claim.attempt, lost), HEARTBEAT_MS);
    try {
      const { communityIdSeed } = this.config;
      const { sha256, entry } = claim.capture;
      const request = {
        attempt: claim.attempt,
        sha256: sha256!,
        entry,
        limits: await this.limits(),
        communityIdSeed,
        policy: await this.detection.policyFor(captureId),
        enrichment: sourcePaths(this.config.dataDir),
      };
      const end = await this.parser.run(request, AbortSignal.any([signal, lost.signal]));
      return lost.signal.aborted && end.kind === 'stopped' ? { kind: 'lost' } : await this.conclude(claim.attempt, end);
    } finally {
      clearInterval(beating);
    }
  }

  private async conclude(attempt: Attempt, end: ParserEnd): Promise<ParserEnd> {
    if (end.kind === 'failed') await this.attempts.fail(attempt, end.code, end.detail);
    if (end.kind === 'died') await this.attempts.recordDeath(attempt, `The parser ended unexpectedly on this capture: ${end.detail}.`);
    if (end.kind === 'stopped') await this.attempts.release(attempt);
    // `again` stays claimed until it is stale: a pause of a few seconds before what went away is asked for again.
    return end;
  }

  private async beat(attempt: Attempt, lost: AbortController): Promise<void> {
    try {
      if (!(await this.attempts.heartbeat(attempt))) lost.abort();
    } catch {
      // The database is away. The parser's own transaction notices and decides; nobody can claim the capture meanwhile.
    }
  }

  private async limits(): Promise<ParseLimits> {
    const disk = await statfs(this.config.dataDir);
    return { maxPlainBytes: Math.max(0, disk.bavail * disk.bsize - WATERMARK_BYTES), maxPackets: MAX_PACKETS };
  }
}
