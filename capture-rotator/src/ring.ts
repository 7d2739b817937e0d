/**
 * What the rotator decides, without doing it: events in, decisions out. It owns three promises: a dead capture program is started again within two
 * seconds, every moment without capture becomes a gap with a reason, and a ring file goes only when it is ingested, not held, and the oldest.
 */
import type { RingCapture } from '@wirecase/store';

/** What an earlier run left behind. `at`: milliseconds since 1970 until which it surely captured. */
export interface LastRun {
  at: number;
  /** Whether it was ended on purpose. */
  wasStopped: boolean;
  /** How the capture program ended that went on without a rotator; null: it did not. */
  unseen: { reason: string; dropped: number } | null;
}

/**
 * `at`: milliseconds since 1970. Paths are those of closed files. `closedBytes`: of these, while they are no captures yet. `growingBytes`: of
 * the file that is written; null: none is.
 */
export type RingEvent =
  | { kind: 'began'; at: number; lastRun: LastRun | null; leftovers: readonly string[] }
  /** An earlier rotator's capture program still captures. */
  | { kind: 'adopted'; leftovers: readonly string[] }
  /** The capture program is being started, as was decided; `ended` follows, sooner or later. */
  | { kind: 'starting' }
  | { kind: 'capturing'; at: number }
  | { kind: 'closed'; path: string }
  | { kind: 'ended'; at: number; reason: string; dropped: number; leftovers: readonly string[] }
  /** Packets of the time that were not captured: lost by the capture program (or the kernel before it), and by the interface. */
  | { kind: 'dropped'; from: number; to: number; byProgram: number; byInterface: number }
  | { kind: 'space'; at: number; freeBytes: number; closedBytes: number; growingBytes: number | null; captures: readonly RingCapture[] }
  | { kind: 'stopped' };

export type RingDecision =
  | { kind: 'start'; delayMs: number }
  /** End the capture program, or forget a start that waits. */
  | { kind: 'end' }
  | { kind: 'ingest'; path: string }
  | { kind: 'gap'; from: number; to: number; reason: string; dropped: number }
  /** Something for the sensor's time line. */
  | { kind: 'say'; what: string; detail: string }
  /** `isNeeded`: an engine that starts again will miss it. */
  | { kind: 'delete'; captureId: string; isNeeded: boolean };

export interface RingOptions {
  /** Bytes kept at most, of captures and of files that will be some. */
  budgetBytes: number;
  /** Of a file that is closed by its size. */
  fileBytes: number;
  /** Free disk below which ready captures go before their time, and below half of which capturing pauses. */
  watermarkBytes: number;
}

const FIRST_DELAY_MS = 250;
/** With what a start takes, within two seconds of the end. */
const LONGEST_DELAY_MS = 1500;
/** A ring of fewer files would keep next to nothing with one of them always free. */
const FILES_WITH_ONE_FREE = 4;
/** What is kept free ahead of time at most, of the budget. */
const LARGEST_FREE_PART = 0.5;
/** As many files as were closed at once are kept free; one less each such time that passes without. */
const BURST_FORGOTTEN_MS = 60_000;
/** A run at least this long was a good one: the next restart does not wait. */
const GOOD_RUN_MS = 1_200;
/** Part of the watermark below which capturing pauses. */
export const LEAST_FREE = 0.5;
export const NO_SPACE = 'no space on the disk';
const dropReason = 'packets were dropped while capturing';
const interfaceDropReason = 'the interface dropped packets before they could be captured';

export class Ring {
  private readonly options: RingOptions;
  private delayMs = 0;
  /** Since when nothing is captured, and why; null while it is captured, and before the first run. */
  private silence: { from: number; reason: string } | null = null;
  private capturingSince: number | null = null;
  /** Until when drops of the capture program are told of; null: of this run none are. */
  private dropsToldUntil: number | null = null;
  /** The capture program: there is none, its start waits, or it is there until its `ended`. */
  private program: 'none' | 'due' | 'there' = 'none';
  private isStopping = false;
  private isPaused = false;
  /** Why we ended the capture program that is still there; null: we did not. */
  private endReason: string | null = null;
  /** Why more is kept than the budget allows; null: it is kept to. */
  private excessReason: string | null = null;
  private closedSinceLook = 0;
  private lookedAt = 0;
  /** Files that are closed at once: dumpcap writes what the kernel hands over a few times a second. */
  private burstFiles = 0;

  constructor(options: RingOptions) {
    this.options = options;
  }

  /** What a person should know now. */
  describe(): { isCapturing: boolean; detail: string } {
    const excess = this.excessReason === null ? '' : `; ${this.excessReason}`;
    if (this.capturingSince !== null)
      return { isCapturing: true, detail: `capturing since ${new Date(this.capturingSince).toISOString()}${excess}` };
    if (this.silence === null) return { isCapturing: false, detail: 'starting' };
    // Of a gap the first reason stays; what it waits for now may be another.
    const reason = this.isPaused ? NO_SPACE : this.silence.reason;
    return { isCapturing: false, detail: `not capturing since ${new Date(this.silence.from).toISOString()}: ${reason}` };
  }

  /** Take in what happened; the answer is to be done in order. */
  decide(event: RingEvent): RingDecision[] {
    switch (event.kind) {
      case 'began':
        return this.begin(event.lastRun, event.leftovers);
      case 'adopted':
        this.program = 'there';
        return event.leftovers.map(ingest);
      case 'starting':
        this.program = 'there';
        return [];
      case 'capturing':
        return this.noteCapturing(event.at);
      case 'closed':
        this.closedSinceLook++;
        return [ingest(event.path)];
      case 'ended':
        return this.restart(event.at, event.reason, event.dropped, event.leftovers);
      case 'dropped':
        return this.noteDrops(event.from, event.to, event.byProgram, event.byInterface);
      case 'space':
        return this.makeRoom(event);
      case 'stopped':
        this.isStopping = true;
        return [this.end()];
    }
  }

  private start(delayMs: number): RingDecision {
    this.program = 'due';
    return { kind: 'start', delayMs };
  }

  private end(): RingDecision {
    if (this.program === 'due') this.program = 'none';
    return { kind: 'end' };
  }

  private begin(lastRun: LastRun | null, leftovers: readonly string[]): RingDecision[] {
    const decisions: RingDecision[] = leftovers.map(ingest);
    if (lastRun) {
      const { at, wasStopped, unseen } = lastRun;
      this.silence = { from: at, reason: unseen?.reason ?? (wasStopped ? 'the rotator was stopped' : 'the rotator ended unexpectedly') };
      if (unseen && unseen.dropped > 0) decisions.push({ kind: 'gap', from: at, to: at, reason: dropReason, dropped: unseen.dropped });
    }
    return [...decisions, this.start(0)];
  }

  private noteDrops(from: number, to: number, byProgram: number, byInterface: number): RingDecision[] {
    const decisions: RingDecision[] = [];
    if (byProgram > 0) {
      this.dropsToldUntil = to;
      decisions.push({ kind: 'gap', from, to, reason: dropReason, dropped: byProgram });
    }
    if (byInterface > 0) decisions.push({ kind: 'gap', from, to, reason: interfaceDropReason, dropped: byInterface });
    return decisions;
  }

  private noteCapturing(at: number): RingDecision[] {
    this.capturingSince = at;
    this.dropsToldUntil = null;
    if (this.silence === null) return [];
    const { from, reason } = this.silence;
    this.silence = null;
    return [{ kind: 'gap', from, to: Math.max(from, at), reason, dropped: 0 }];
  }

  private restart(at: number, reason: string, dropped: number, leftovers: readonly string[]): RingDecision[] {
    const decisions: RingDecision[] = leftovers.map(ingest);
    this.program = 'none';
    if (dropped > 0) {
      decisions.push({ kind: 'gap', from: this.dropsToldUntil ?? this.capturingSince ?? at, to: at, reason: dropReason, dropped });
    }
    const wasGood = this.capturingSince !== null && at - this.capturingSince >= GOOD_RUN_MS;
    this.delayMs = wasGood ? 0 : Math.min(LONGEST_DELAY_MS, this.delayMs * 2 || FIRST_DELAY_MS);
    this.capturingSince = null;
    if (this.isStopping) return decisions;
    // The first reason stays: what follows is only that it cannot be started again.
    this.silence ??= { from: at, reason: this.endReason ?? reason };
    this.endReason = null;
    if (!this.isPaused) decisions.push(this.start(this.delayMs));
    return decisions;
  }

  /** `captures`: oldest first. */
  private makeRoom({ at, freeBytes, closedBytes, growingBytes, captures }: Extract<RingEvent, { kind: 'space' }>): RingDecision[] {
    const { budgetBytes, fileBytes, watermarkBytes } = this.options;
    const decisions: RingDecision[] = [];
    const doneBytes = captures.reduce((sum, capture) => sum + capture.bytes, closedBytes);
    const overBudget = doneBytes + (growingBytes ?? 0) - budgetBytes;
    // The file that grows counts as large as it may get before the next look.
    const dueBytes = doneBytes + (growingBytes === null ? 0 : Math.max(growingBytes, fileBytes)) + this.freeAhead(at);
    let excess = Math.max(dueBytes - budgetBytes, watermarkBytes - freeBytes);
    let freed = 0;
    // What an engine that starts again would read goes only when there is nothing else.
    const inOrder = [...captures.filter((capture) => !capture.isNeeded), ...captures.filter((capture) => capture.isNeeded)];
    for (const capture of inOrder) {
      if (excess <= 0) break;
      if (!capture.isReady || capture.isHeld) continue;
      decisions.push({ kind: 'delete', captureId: capture.id, isNeeded: capture.isNeeded });
      excess -= capture.bytes;
      freed += capture.bytes;
    }
    const deletes = decisions.length;
    if (Math.max(overBudget, watermarkBytes - freeBytes) <= freed) this.excessReason = null;
    else if (this.excessReason === null) {
      this.excessReason = `${overBudget > 0 ? 'over its budget' : 'the disk fills up'}: ${whatStays(captures)}`;
      decisions.push({ kind: 'say', what: 'no-room', detail: this.excessReason });
    }
    if (this.isStopping) return decisions;
    if (!this.isPaused && freeBytes < watermarkBytes * LEAST_FREE && deletes === 0) {
      this.isPaused = true;
      this.silence ??= this.capturingSince === null ? { from: at, reason: NO_SPACE } : null;
      if (this.program === 'there') this.endReason = NO_SPACE;
      decisions.push(this.end());
    } else if (this.isPaused && freeBytes >= watermarkBytes) {
      this.isPaused = false;
      // A capture program that is still ending is started again by its `ended`.
      if (this.program === 'none') decisions.push(this.start(0));
    }
    return decisions;
  }

  /** Bytes: the next files are begun before we hear that this one is closed, and on a busy link they are full before the oldest have gone. */
  private freeAhead(at: number): number {
    const { budgetBytes, fileBytes } = this.options;
    this.burstFiles = Math.max(this.closedSinceLook, this.burstFiles - (at - this.lookedAt) / BURST_FORGOTTEN_MS);
    this.closedSinceLook = 0;
    this.lookedAt = at;
    if (budgetBytes < FILES_WITH_ONE_FREE * fileBytes) return 0;
    return Math.min(Math.max(1, this.burstFiles) * fileBytes, budgetBytes * LARGEST_FREE_PART);
  }
}

function whatStays(captures: readonly RingCapture[]): string {
  const held = captures.filter((capture) => capture.isHeld).length;
  const waiting = captures.filter((capture) => !capture.isReady).length;
  return `${held} captures are held, ${waiting} wait for analysis, and nothing else may go`;
}

function ingest(path: string): RingDecision {
  return { kind: 'ingest', path };
}
