/** Failures at one host by all sources together: a scan that many sources share, or one that hides among decoys. */
import type { Contact } from './contact.ts';

const MAX_PACKETS = 50;
/** Failures kept while there is no scan. */
const MAX_RECENT = 128;
/** Failures between two looks at who they are of. */
const JUDGE_EACH = 4;
/** Seconds in which the failures must happen. */
const WINDOW = 20;
/** Seconds for which they are kept: a scanner among decoys may take its time. */
const KEPT = 1800;
/** Ports at each of which the same sources failed within `AT_ONCE` seconds, as a scanner does that sends each probe for its decoys too. */
const ROUNDS = 4;
const AT_ONCE = 0.5;
/** Failures by distinct source and port, and distinct ports. */
const FAILURES = 16;
const PORTS = 8;
/** Sources that make it a scan with one port each, and ports. */
const MANY = 20;
/** Sources that are named; more make it a flood from forged addresses, which is not for this detector. */
export const MAX_SOURCES = 512;

/** A scan of one host by several sources. */
export interface GroupScan {
  destination: number;
  threshold: number;
  /** Seconds. */
  window: number;
  /** Of the first failure of a source that is named. */
  startNs: bigint;
  endSeconds: number;
  endNs: bigint;
  detectedAtNs: bigint;
  sources: Map<number, { failures: number; startNs: bigint }>;
  ports: Set<number>;
  packets: number[];
}

export class Group {
  scan: GroupScan | null = null;
  private recent: Contact[] = [];
  /** How many of `recent` are at a port and of a source; null while they are too few to matter: most hosts are never failed at so often. */
  private counts: { ports: Map<number, number>; sources: Map<number, number> } | null = null;
  private added = 0;

  /** A contact has failed. `minimum`: sources that make it a scan; `knownAtNs` tells when that was known. */
  add(contact: Contact, minimum: number, knownAtNs: (contact: Contact) => bigint): void {
    if (this.scan) return extend(this.scan, contact);
    const { recent } = this;
    const oldest = contact.seconds - KEPT;
    while (recent.length >= MAX_RECENT || (recent.length > 0 && recent[0]!.seconds < oldest)) this.drop(recent.shift()!);
    if (recent.length === 0) this.recent = [contact];
    else recent.push(contact);
    if (this.counts) this.count(contact);
    else if (recent.length >= FAILURES) {
      this.counts = { ports: new Map(), sources: new Map() };
      for (const each of recent) this.count(each);
    }
    if (!this.counts) return;
    const { ports, sources } = this.counts;
    // The flood of a service is one port, a scan one source; a flood of all ports is looked at now and then.
    const isFew = ports.size < ROUNDS || recent.length < FAILURES || sources.size < Math.min(minimum, MANY);
    if (!isFew && ++this.added % JUDGE_EACH === 0) this.judge(minimum, knownAtNs);
  }

  private count({ source, target }: Contact): void {
    count(this.counts!.ports, target);
    count(this.counts!.sources, source);
  }

  private drop({ source, target }: Contact): void {
    if (!this.counts) return;
    discount(this.counts.ports, target);
    discount(this.counts.sources, source);
  }

  close(): GroupScan | null {
    const scan = this.look();
    this.scan = null;
    return scan;
  }

  /** The scan as it stands, without those who merely failed at the same time; null when there is none to be told. */
  look(): GroupScan | null {
    const { scan } = this;
    return scan && scan.sources.size <= MAX_SOURCES ? withoutBystanders(scan) : null;
  }

  private judge(minimum: number, knownAtNs: (contact: Contact) => bigint): void {
    const { recent } = this;
    const sources = new Map<number, Set<number>>();
    const ports = new Map<number, number>();
    const newest = recent.at(-1)!.seconds;
    for (const { source, target, seconds } of recent) {
      if (newest - seconds > WINDOW) continue;
      const known = sources.get(source);
      if (known?.has(target)) continue;
      ports.set(target, (ports.get(target) ?? 0) + 1);
      if (known) known.add(target);
      else sources.set(source, new Set([target]));
    }
    const isCrowd = ports.size >= PORTS && (isShared(sources, minimum) || isScattered(sources, ports));
    if (!isCrowd && !isInStep(recent, minimum)) return;
    const first = recent[0]!;
    const last = recent.at(-1)!;
    this.scan = {
      destination: first.destination,
      threshold: minimum,
      window: isCrowd ? WINDOW : KEPT,
      startNs: first.timeNs,
      endSeconds: last.seconds,
      endNs: last.timeNs,
      detectedAtNs: knownAtNs(last),
      sources: new Map(),
      ports: new Set(),
      packets: [],
    };
    for (const contact of recent) extend(this.scan, contact);
    this.recent = [];
    this.counts = null;
  }
}

function count(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function discount(counts: Map<number, number>, key: number): void {
  const rest = counts.get(key)! - 1;
  if (rest > 0) counts.set(key, rest);
  else counts.delete(key);
}

/** Whether several sources failed on several ports each, none of them on most: one scanner with the noise of others is a scan of its own. */
function isShared(sources: ReadonlyMap<number, ReadonlySet<number>>, minimum: number): boolean {
  let [several, all, most] = [0, 0, 0];
  for (const { size } of sources.values()) {
    if (size < 2) continue;
    several++;
    all += size;
    most = Math.max(most, size);
  }
  return several >= minimum && all >= FAILURES && 2 * most <= all;
}

/** Whether `minimum` sources or more failed on the same ports, at each of them at once. */
function isInStep(failures: readonly Contact[], minimum: number): boolean {
  const rounds = new Map<number, { seconds: number; sources: Set<number> }>();
  for (const { source, target, seconds } of failures) {
    const round = rounds.get(target);
    if (!round) rounds.set(target, { seconds, sources: new Set([source]) });
    else if (seconds - round.seconds <= AT_ONCE) round.sources.add(source);
  }
  const common = new Map<number, number>();
  for (const { sources } of rounds.values()) {
    if (sources.size >= minimum) for (const source of sources) count(common, source);
  }
  return [...common.values()].filter((times) => times >= ROUNDS).length >= minimum;
}

/** Whether many sources failed on as many ports, no port being that of a service which is merely down. */
function isScattered(sources: ReadonlyMap<number, ReadonlySet<number>>, ports: ReadonlyMap<number, number>): boolean {
  return sources.size >= MANY && ports.size >= MANY && Math.max(...ports.values()) <= ports.size / 4;
}

function extend(scan: GroupScan, { source, target, packet, seconds, timeNs }: Contact): void {
  scan.endSeconds = Math.max(scan.endSeconds, seconds);
  if (timeNs > scan.endNs) scan.endNs = timeNs;
  const known = scan.sources.get(source);
  if (known) known.failures++;
  else if (scan.sources.size <= MAX_SOURCES) scan.sources.set(source, { failures: 1, startNs: timeNs });
  scan.ports.add(target);
  if (scan.packets.length < MAX_PACKETS) scan.packets.push(packet);
}

/** Clients and monitors that happened to fail at the same time did much less than most. */
function withoutBystanders(scan: GroupScan): GroupScan {
  const counts = [...scan.sources.values()].map(({ failures }) => failures).toSorted((a, b) => a - b);
  const median = counts[counts.length >> 1]!;
  const sources = new Map([...scan.sources].filter(([, { failures }]) => 3 * failures >= median));
  const startNs = [...sources.values()].map((source) => source.startNs).reduce((first, start) => (start < first ? start : first));
  return { ...scan, sources, startNs };
}
