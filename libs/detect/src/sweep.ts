/**
 * Sweeps: one source asks many hosts whether they are there, and gets no answer from most. Shared by the detectors of ARP scans and ping
 * sweeps. State is bounded: contacts and sources have caps; the contacts that are oldest go first, the sources all at once.
 */
import type { DetectContext } from './detector.ts';
import { GenerationMap } from './generation-map.ts';

const MAX_CONTACTS = 65_536;
const MAX_SOURCES = 65_536;
const MAX_PACKETS = 50;
/** Targets that a sweep names; further ones are counted. */
const MAX_TARGETS = 4096;
const TARGETS = 0x1_0000_0000;
/** Seconds in which a question is the same one again when it stayed without answer. */
const REPEAT = 900;
const NEAR = 64;

/** The first question to a target. */
interface Contact {
  source: Source;
  target: number;
  packet: number;
  seconds: number;
  timeNs: bigint;
  state: 'waiting' | 'failed' | 'answered';
}

/** A sweep that crossed its threshold and may still go on. */
export interface Sweep {
  source: number;
  /** The limit that it crossed. */
  threshold: number;
  targets: number[];
  /** Targets that did not answer; more than `targets` when there are very many. */
  silent: number;
  answered: number;
  packets: number[];
  startSeconds: number;
  endSeconds: number;
  startNs: bigint;
  endNs: bigint;
  detectedAtNs: bigint;
}

interface Source {
  readonly number: number;
  readonly key: number;
  /** Failures inside the window, oldest first; empty while a sweep is open. */
  failures: Contact[];
  /** Targets that answered in the window that runs, from `answersFrom` on (seconds), and in the one before. */
  answered: number;
  answeredBefore: number;
  answersFrom: number;
  sweep: Sweep | null;
}

export interface SweepLimits {
  /** Silent targets. */
  hosts: number;
  /** The same for targets whose numbers lie within 64 of each other; left out where numbers say nothing. */
  neighbours?: number;
  /** Seconds. */
  window: number;
  answerWait: number;
}

export class Sweeps {
  private readonly context: DetectContext;
  private readonly limits: SweepLimits;
  private readonly emit: (sweep: Sweep) => void;
  private readonly sources = new Map<number, Source>();
  /** By number of the source * 2^32 + target. */
  private readonly contacts = new GenerationMap<Contact>(MAX_CONTACTS);
  private waiting: Contact[] = [];
  private waitingFrom = 0;
  /** Sources with a sweep that is open. */
  private readonly sweeping = new Set<Source>();

  /** `emit` takes each sweep when it has ended. */
  constructor(context: DetectContext, limits: SweepLimits, emit: (sweep: Sweep) => void) {
    this.context = context;
    this.limits = limits;
    this.emit = emit;
  }

  /** `source` (any integer) asks for `target` (32 bits, unsigned). Only the first question within the window counts. */
  asked(sourceKey: number, target: number): void {
    const { seconds, timeNs, packet } = this.context;
    const source = this.sources.get(sourceKey) ?? this.enter(sourceKey);
    const key = source.number * TARGETS + target;
    const known = this.contacts.get(key);
    // Who asks again for what is not there is a monitor, or a client of it.
    if (known && seconds - known.seconds <= (known.state === 'failed' ? REPEAT : this.limits.window)) {
      if (known.state === 'failed') known.seconds = seconds;
      return;
    }
    const contact: Contact = { source, target, packet, seconds, timeNs, state: 'waiting' };
    this.contacts.set(key, contact);
    if (this.waitingFrom === this.waiting.length) this.context.wakeAt(seconds + this.limits.answerWait);
    this.waiting.push(contact);
  }

  /** `target` answered `source`; an answer that comes late takes the failure back. */
  answered(sourceKey: number, target: number): void {
    const source = this.sources.get(sourceKey);
    const contact = source && this.contacts.get(source.number * TARGETS + target);
    if (!contact || contact.state === 'answered') return;
    if (contact.state === 'failed' && !contact.source.sweep) {
      contact.source.failures = contact.source.failures.filter((failure) => failure !== contact);
    }
    contact.state = 'answered';
    this.shiftAnswers(contact.source);
    contact.source.answered++;
    if (contact.source.sweep) contact.source.sweep.answered++;
  }

  /** A router says that `target` cannot be reached by `source`. */
  refused(sourceKey: number, target: number): void {
    const source = this.sources.get(sourceKey);
    const contact = source && this.contacts.get(source.number * TARGETS + target);
    if (contact?.state === 'waiting') this.fail(contact);
  }

  /** Packet time moved on. */
  advance(): void {
    if (this.waitingFrom < this.waiting.length) this.judge(this.context.seconds - this.limits.answerWait);
  }

  /** Emit the sweeps without a silent target for longer than the window, and give those that may go on. */
  open(): Sweep[] {
    const { seconds } = this.context;
    for (const source of this.sweeping) if (seconds - source.sweep!.endSeconds > this.limits.window) this.close(source);
    return [...this.sweeping].map((source) => source.sweep!);
  }

  finish(): void {
    this.judge(Number.POSITIVE_INFINITY);
    for (const source of this.sources.values()) this.close(source);
  }

  private judge(askedBefore: number): void {
    while (this.waitingFrom < this.waiting.length) {
      const contact = this.waiting[this.waitingFrom]!;
      if (contact.state === 'waiting') {
        if (contact.seconds > askedBefore) {
          this.context.wakeAt(contact.seconds + this.limits.answerWait);
          return;
        }
        this.fail(contact);
      }
      this.waitingFrom++;
      if (this.waitingFrom < 4096) continue;
      this.waiting = this.waiting.slice(this.waitingFrom);
      this.waitingFrom = 0;
    }
  }

  private fail(contact: Contact): void {
    const { source, seconds } = contact;
    contact.state = 'failed';
    if (source.sweep && seconds - source.sweep.endSeconds > this.limits.window) this.close(source);
    if (source.sweep) {
      extend(source.sweep, contact);
      return;
    }
    const oldest = seconds - this.limits.window;
    const recent = source.failures.filter((failure) => failure.seconds >= oldest && failure.target !== contact.target);
    recent.push(contact);
    source.failures = recent.slice(-this.limits.hosts);
    // A client or monitor knows its hosts: most of them answer.
    this.shiftAnswers(source);
    const answered = source.answered + source.answeredBefore;
    const threshold = this.threshold(recent, contact);
    if (threshold > 0 && recent.length > answered) this.begin(source, contact, threshold);
  }

  /** The limit that the failures cross with `last`, 0 when they cross none. */
  private threshold(recent: readonly Contact[], last: Contact): number {
    const { hosts, neighbours } = this.limits;
    if (recent.length >= hosts) return hosts;
    if (neighbours === undefined || recent.length < neighbours) return 0;
    let near = 0;
    for (let i = 0; i < recent.length; i++) if (Math.abs(recent[i]!.target - last.target) < NEAR) near++;
    return near >= neighbours ? neighbours : 0;
  }

  private shiftAnswers(source: Source): void {
    const age = this.context.seconds - source.answersFrom;
    if (age <= this.limits.window) return;
    source.answeredBefore = age > 2 * this.limits.window ? 0 : source.answered;
    source.answered = 0;
    source.answersFrom = this.context.seconds;
  }

  private begin(source: Source, crossing: Contact, threshold: number): void {
    const deadlineNs = crossing.timeNs + BigInt(Math.round(this.limits.answerWait * 1e9));
    const first = source.failures[0]!;
    source.sweep = {
      source: source.key,
      threshold,
      targets: [],
      silent: 0,
      answered: source.answered + source.answeredBefore,
      packets: [],
      startSeconds: first.seconds,
      endSeconds: first.seconds,
      startNs: first.timeNs,
      endNs: first.timeNs,
      detectedAtNs: deadlineNs < this.context.timeNs ? deadlineNs : this.context.timeNs,
    };
    for (const failure of source.failures) extend(source.sweep, failure);
    source.failures = [];
    this.sweeping.add(source);
  }

  private close(source: Source): void {
    const { sweep } = source;
    source.sweep = null;
    this.sweeping.delete(source);
    if (sweep) this.emit(sweep);
  }

  private enter(key: number): Source {
    if (this.sources.size >= MAX_SOURCES) {
      for (const source of this.sources.values()) this.close(source);
      this.sources.clear();
      this.contacts.clear();
      this.waiting = [];
      this.waitingFrom = 0;
    }
    const source: Source = {
      number: this.sources.size,
      key,
      failures: [],
      answered: 0,
      answeredBefore: 0,
      answersFrom: this.context.seconds,
      sweep: null,
    };
    this.sources.set(key, source);
    return source;
  }
}

function extend(sweep: Sweep, failure: Contact): void {
  sweep.silent++;
  if (sweep.targets.length < MAX_TARGETS) sweep.targets.push(failure.target);
  if (sweep.packets.length < MAX_PACKETS) sweep.packets.push(failure.packet);
  sweep.endSeconds = failure.seconds;
  sweep.endNs = failure.timeNs;
}
