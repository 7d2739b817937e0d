/**
 * Port scans, vertical (many ports of one host) and horizontal (one port of many hosts), by counting first contacts that failed: refused,
 * or a SYN without answer. Fan-out alone is never a scan. State is bounded: contacts, sources and targets have caps, the oldest go first.
 */
import type { DetectContext, Detector, DetectorModule, Finding, FlowView, OptionValues } from '../detector.ts';
import { GenerationMap } from '../generation-map.ts';
import { HostTable, isInternal, MAX_HOSTS } from '../host-table.ts';
import { isProbe, isSyn, type Contact } from './contact.ts';
import type { Failure, Scan } from './failures.ts';
import { horizontalFinding, verticalFinding } from './finding.ts';
import { options } from './options.ts';
import { ScanTable } from './scan-table.ts';

/** Contacts remembered until their outcome is known. */
const MAX_CONTACTS = 65_536;
const PORTS = 65_536;
/** Failures that a source may have before its targets are told apart: most sources of a flood never get so far. */
const FEW = 8;

class PortScanDetector implements Detector {
  private readonly context: DetectContext;
  private readonly options: OptionValues<typeof options>;
  private readonly hosts = new HostTable();
  /** By the number of the flow's first packet. */
  private readonly contacts = new GenerationMap<Contact>(MAX_CONTACTS);
  /** SYNs that wait for an answer, oldest first, from `waitingFrom` on. */
  private waiting: Contact[] = [];
  private waitingFrom = 0;
  /** Nothing that waits was sent before. */
  private waitingSince = Infinity;
  /** By number of the source: its failures as long as they are few, `null` once they are counted in the tables. */
  private few: (Contact[] | null)[] = [];
  private readonly fewLimit: number;
  /** Key: source * MAX_HOSTS + destination. Target: protocol * 65,536 + port. */
  private readonly vertical: ScanTable;
  /** Key: source * 2^24 + protocol * 65,536 + port. Target: number of the destination. */
  private readonly horizontal: ScanTable;
  /** Answers that the capture shows, and those that it must have missed: in a one-sided capture silence proves nothing. */
  private seenAnswers = 0;
  private missedAnswers = 0;

  constructor(context: DetectContext, values: OptionValues<typeof options>) {
    this.context = context;
    this.options = values;
    this.fewLimit = Math.min(FEW, values.ports - 1, values.hosts - 1, values.internalHosts - 1);
    this.vertical = new ScanTable(values.window, (key, scan, threshold) => context.alert(this.verticalRow(key, scan, threshold)));
    this.horizontal = new ScanTable(values.window, (key, scan, threshold) => context.alert(this.horizontalRow(key, scan, threshold)));
  }

  attempted(flow: FlowView): void {
    if (!isProbe(flow)) return;
    if (this.hosts.isFull) this.startAfresh();
    const contact: Contact = {
      source: this.hosts.numberOf(flow.sourceIp),
      destination: this.hosts.numberOf(flow.destinationIp),
      ianaNumber: flow.ianaNumber,
      port: flow.destinationPort,
      packet: flow.firstPacket,
      seconds: this.context.seconds,
      timeNs: this.context.timeNs,
      state: 'waiting',
      isRefused: false,
      knownAtNs: 0n,
    };
    this.contacts.set(contact.packet, contact);
    if (!isSyn(flow)) return;
    this.waiting.push(contact);
    if (contact.seconds < this.waitingSince) this.waitingSince = contact.seconds;
  }

  answered(flow: FlowView, seen: boolean): void {
    if (seen) this.seenAnswers++;
    else this.missedAnswers++;
    const contact = this.contacts.get(flow.firstPacket);
    if (!contact) return;
    this.contacts.delete(flow.firstPacket);
    if (contact.state === 'failed') this.takeBack(contact);
    contact.state = 'answered';
  }

  refused(flow: FlowView): void {
    this.seenAnswers++;
    const contact = this.contacts.get(flow.firstPacket);
    if (!contact) return;
    this.contacts.delete(flow.firstPacket);
    if (contact.state === 'waiting') this.fail(contact, true, this.context.timeNs);
  }

  advance(): void {
    const sentBefore = this.context.seconds - this.options.answerWait;
    if (sentBefore >= this.waitingSince) this.judgeWaiting(sentBefore);
  }

  open(): Finding[] {
    const found: Finding[] = [];
    const { seconds } = this.context;
    this.vertical.eachOpen(seconds, (key, scan, threshold) => found.push(this.verticalRow(key, scan, threshold)));
    this.horizontal.eachOpen(seconds, (key, scan, threshold) => found.push(this.horizontalRow(key, scan, threshold)));
    return found;
  }

  finish(): void {
    this.judgeWaiting(Infinity);
    this.vertical.closeAll();
    this.horizontal.closeAll();
  }

  private verticalRow(key: number, scan: Scan, threshold: number): Finding {
    const source = this.hosts.addressOf(Math.floor(key / MAX_HOSTS));
    return verticalFinding(source, this.hosts.addressOf(key % MAX_HOSTS), scan, threshold, this.options.window);
  }

  private horizontalRow(key: number, scan: Scan, threshold: number): Finding {
    const source = this.hosts.addressOf(Math.floor(key / (256 * PORTS)));
    const victims = [...scan.targets].map((host) => this.hosts.addressOf(host));
    return horizontalFinding(source, victims, key % (256 * PORTS), scan, threshold, this.options.window);
  }

  /** SYNs sent at or before `sentBefore` that still wait have failed. */
  private judgeWaiting(sentBefore: number): void {
    while (this.waitingFrom < this.waiting.length) {
      const contact = this.waiting[this.waitingFrom]!;
      if (contact.state === 'waiting') {
        if (contact.seconds > sentBefore) {
          this.waitingSince = contact.seconds;
          return;
        }
        const deadlineNs = contact.timeNs + BigInt(Math.round(this.options.answerWait * 1e9));
        this.fail(contact, false, deadlineNs < this.context.timeNs ? deadlineNs : this.context.timeNs);
      }
      this.waitingFrom++;
      if (this.waitingFrom < 4096) continue;
      this.waiting = this.waiting.slice(this.waitingFrom);
      this.waitingFrom = 0;
    }
    this.waitingSince = Infinity;
  }

  private fail(contact: Contact, isRefused: boolean, knownAtNs: bigint): void {
    contact.state = 'failed';
    contact.isRefused = isRefused;
    contact.knownAtNs = knownAtNs;
    const few = this.few[contact.source];
    if (few === null) return this.count(contact);
    const recent = (few ?? []).filter((earlier) => earlier.seconds >= contact.seconds - this.options.window);
    recent.push(contact);
    if (recent.length <= this.fewLimit) this.few[contact.source] = recent;
    else {
      this.few[contact.source] = null;
      for (const earlier of recent) this.count(earlier);
    }
  }

  private takeBack(contact: Contact): void {
    const few = this.few[contact.source];
    if (few) this.few[contact.source] = few.filter((earlier) => earlier !== contact);
    else {
      this.vertical.takeBack(verticalKey(contact), portTarget(contact), contact.packet);
      this.horizontal.takeBack(horizontalKey(contact), contact.destination, contact.packet);
    }
  }

  private count(contact: Contact): void {
    const { packet, seconds, timeNs, isRefused, knownAtNs } = contact;
    const failure: Failure = { target: portTarget(contact), packet, seconds, timeNs, isRefused };
    const isInside = isInternal(this.hosts.addressOf(contact.source));
    const { ports, hosts, internalHosts } = this.options;
    const hostThreshold = isInside ? internalHosts : hosts;
    this.vertical.add(verticalKey(contact), failure, ports, knownAtNs, (refused) => refused >= ports || this.isSilenceProof(true));
    this.horizontal.add(
      horizontalKey(contact),
      { ...failure, target: contact.destination },
      hostThreshold,
      knownAtNs,
      (refused) => refused >= hostThreshold || this.isSilenceProof(false),
    );
  }

  /**
   * Whether missing answers mean anything: the capture shows more answers than it must have missed. A capture without any answer may hold
   * nothing but a scan of a silent host, or only the SYNs of ordinary clients; those try many hosts, never many ports of one.
   */
  private isSilenceProof(isVertical: boolean): boolean {
    return this.seenAnswers + this.missedAnswers === 0 ? isVertical : this.seenAnswers > this.missedAnswers;
  }

  /** A flood of forged addresses has used up the numbers for hosts: tell what is known and forget it. */
  private startAfresh(): void {
    this.vertical.closeAll();
    this.horizontal.closeAll();
    this.contacts.clear();
    this.waiting = [];
    this.waitingFrom = 0;
    this.waitingSince = Infinity;
    this.few = [];
    this.hosts.clear();
  }
}

const verticalKey = (contact: Contact): number => contact.source * MAX_HOSTS + contact.destination;
const horizontalKey = (contact: Contact): number => contact.source * 256 * PORTS + portTarget(contact);
const portTarget = (contact: Contact): number => contact.ianaNumber * PORTS + contact.port;

export const portScan: DetectorModule<typeof options> = {
  rule: {
    id: 'port-scan',
    name: 'Port scan',
    version: '1',
    doc:
      'A source failed on many ports of one host (scan.vertical) or on one port of many hosts (scan.horizontal) within the window. Only first ' +
      'contacts that were refused (RST, ICMP unreachable) or stayed unanswered count, so busy clients and servers stay quiet. Vulnerability ' +
      'scanners, monitors and peer-to-peer clients with dead peers look the same.',
  },
  options,
  create: (context, values) => new PortScanDetector(context, values),
};
