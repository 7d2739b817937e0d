import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { WirecaseError, captureStates, type Capture, type CaptureFilter, type CaptureState, type Page } from '@wirecase/contract';
import { CaptureRepository, ChangeListener, EvidenceStore, type Received, type VerifiedFile } from '@wirecase/store';
import { IngestHints } from './ingest-hints.ts';
import { Settings } from '../settings.ts';

/** What the routes do with captures. Every capture that begins to wait is hinted to the worker. */
@Injectable()
export class Captures {
  constructor(
    private readonly settings: Settings,
    private readonly repository: CaptureRepository,
    private readonly evidence: EvidenceStore,
    private readonly changes: ChangeListener,
    private readonly hints: IngestHints,
  ) {}

  find(id: string): Promise<Capture | null> {
    return this.repository.find(id);
  }

  get(id: string): Promise<Capture> {
    return this.repository.get(id);
  }

  /** Newest first. `cursor`: id of the last capture of the page before. */
  async list(limit: number, cursor: string | undefined, filter: CaptureFilter): Promise<Page<Capture>> {
    const started = performance.now();
    const [found, total] = await Promise.all([
      this.repository.list({ ...filter, limit: limit + 1, before: cursor }),
      this.repository.count(filter),
    ]);
    const items = found.slice(0, limit);
    return {
      items,
      nextCursor: found.length > limit ? items.at(-1)!.id : null,
      total: { value: total, relation: 'eq' },
      tookMs: Math.round(performance.now() - started),
      warnings: [],
    };
  }

  /**
   * What a search in these captures should say: nothing found in one that is not there, or not read yet, is no "nothing is wrong".
   * Throws `capture.not-found`.
   */
  async notYet(ids: readonly string[]): Promise<string[]> {
    const captures = await Promise.all(ids.map((id) => this.get(id)));
    return captures.flatMap(({ name, state }) =>
      state === 'ready' ? [] : [`${name} is ${state}: what it holds is found when it is ready.`],
    );
  }

  async countByState(): Promise<Record<CaptureState, number>> {
    const counts = await Promise.all(captureStates.map(async (state) => [state, await this.repository.count({ state })] as const));
    return Object.fromEntries(counts) as Record<CaptureState, number>;
  }

  /** Answers in a final state at once, else when the state changes, after `timeoutMs`, or when `signal` says that nobody waits any more. */
  wait(id: string, timeoutMs: number, signal: AbortSignal): Promise<Capture> {
    return this.repository.waitForChange(this.changes, id, timeoutMs, signal);
  }

  receive(stream: AsyncIterable<Uint8Array>, name: string, createdBy: string): Promise<Received> {
    return this.hinted(this.evidence.receive(stream, { name, origin: 'upload', createdBy }));
  }

  /** Take a complete file from the uploads directory; it is gone from there afterwards. */
  adopt(path: string, name: string, createdBy: string): Promise<Received> {
    return this.hinted(this.evidence.adoptFile(path, { name, origin: 'upload', createdBy }));
  }

  async takeSample(createdBy: string): Promise<Received> {
    // Adopting removes the file, so a copy is given.
    const directory = await mkdtemp(join(this.settings.config.dataDir, 'uploads', `receiving-${process.pid}-sample-`));
    try {
      const copy = join(directory, 'sample.pcapng');
      await copyFile(this.settings.sampleFile, copy);
      return await this.hinted(this.evidence.adoptFile(copy, { name: 'sample.pcapng', origin: 'sample', createdBy }));
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }

  openVerified(id: string): Promise<VerifiedFile> {
    return this.evidence.openVerified(id);
  }

  async retry(id: string): Promise<Capture> {
    const capture = await this.repository.retry(id);
    if (capture.state === 'stored') await this.hints.add(capture.id);
    return capture;
  }

  async reanalyze(id: string): Promise<Capture> {
    const capture = await this.repository.reanalyze(id);
    if (capture.state === 'stored') await this.hints.add(capture.id);
    return capture;
  }

  delete(id: string): Promise<Capture> {
    return this.evidence.delete(id);
  }

  /** The capture, or `capture.not-ready` saying what it waits for: packets are reachable only when parsing is done. */
  async ready(id: string): Promise<Capture> {
    const capture = await this.get(id);
    if (capture.state !== 'ready')
      throw new WirecaseError('capture.not-ready', `${capture.name} is ${capture.state}; packets can be read when it is ready.`);
    return capture;
  }

  private async hinted(receiving: Promise<Received>): Promise<Received> {
    const received = await receiving;
    for (const { id, state } of [received.capture, ...received.others]) if (state === 'stored') await this.hints.add(id);
    return received;
  }
}
