/**
 * Port scans, vertical (many ports or protocols of one host), horizontal (one port of many hosts) and by several sources at once, by
 * counting first contacts that failed: refused, without answer, or such as begin no conversation. Fan-out alone is never a scan. State is
 * bounded: contacts, pairs and hosts have caps; what was not touched for longest goes first.
 */
import type { DetectContext, Detector, DetectorModule, EndedFlow, Finding, FlowView, OptionValues } from '../detector.ts';
import { GenerationMap } from '../generation-map.ts';
import { HostTable, MAX_HOSTS } from '../host-table.ts';
import { type Contact, isRefusedSynAck, PORTS, Silence, silenceOf } from './contact.ts';
import { groupFinding, horizontalFinding, verticalFinding } from './finding.ts';
import { Group, type GroupScan } from './group.ts';
import { HostsAtPort, type HostScan, type SweepLimits } from './hosts-at-port.ts';
import { options } from './options.ts';
import { Pair, type PairLimits, type PortScan } from './pair.ts';
import { WaitingContacts } from './waiting-contacts.ts';

/** Contacts remembered until their outcome is known. */
const MAX_CONTACTS = 65_536;
/** Pairs of source and host, pairs of source and port, and hosts that are followed. */
const MAX_PAIRS = 65_536;
const TARGETS = 256 * PORTS;

class PortScanDetector implements Detector {
  private readonly context: DetectContext;
  private readonly options: OptionValues<typeof options>;
  private readonly limits: PairLimits;
  private readonly hosts = new HostTable();
  /** By the number of the flow's first packet. */
  private readonly contacts = new GenerationMap<Contact>(MAX_CONTACTS);
  /** Those that wait for an answer. */
  private readonly waiting = new WaitingContacts();
  /** By number of the source: its only contact so far, `null` once there are more. Most sources of a flood never get so far. */
  private firsts: (Contact | null)[] = [];
  /** Key: source * MAX_HOSTS + destination. */
  private readonly pairs = new GenerationMap<Pair>(MAX_PAIRS, (_key, pair) => this.endPair(pair));
  /** Key: source * TARGETS + protocol and port. */
  private readonly atPorts = new GenerationMap<HostsAtPort>(MAX_PAIRS, (_key, hosts) => this.endHosts(hosts));
  /** By destination. */
  private readonly groups = new GenerationMap<Group>(MAX_PAIRS, (_key, group) => this.endGroup(group));
  /** Those with a scan that may still go on. */
  private readonly scanning = new Set<Pair>();
  private readonly sweeping = new Set<HostsAtPort>();
  private readonly sharing = new Set<Group>();
  /** Answers that the capture shows, and those that it must have missed: in a one-sided capture silence proves nothing. */
  private seenAnswers = 0;
  private missedAnswers = 0;

  constructor(context: DetectContext, values: OptionValues<typeof options>) {
    this.context = context;
    this.options = values;
    const { ports, rawPercent, burst, faintPorts, window, slowWindow } = values;
    const rawOf = (most: number): number => Math.min(most, Math.ceil((most * rawPercent) / 100));
    this.limits = { ports, rawPorts: rawOf(ports), burst, faintPorts, rawFaintPorts: rawOf(faintPorts), window, slowWindow };
  }

  attempted(flow: FlowView): void {
    const silence = silenceOf(flow);
    if (silence === Silence.NoProbe) return;
    if (this.hosts.isFull) this.startAfresh();
    const { seconds, timeNs } = this.context;
    const contact: Contact = {
      source: this.hosts.sourceOf(flow),
      destination: this.hosts.destinationOf(flow),
      target: flow.ianaNumber * PORTS + flow.destinationPort,
      sourcePort: flow.sourcePort,
      silence,
      packet: flow.firstPacket,
      seconds,
      timeNs,
      state: 'waiting',
      tries: 1,
    };
    this.contacts.add(contact.packet, contact);
    this.ask(contact);
    if (silence === Silence.Odd) this.addToGroup(contact);
    if (silence === Silence.Nothing || silence === Silence.Odd) return;
    if (this.waiting.since === Infinity) this.context.wakeAt(seconds + this.options.answerWait);
    this.waiting.add(contact);
  }

  private ask(contact: Contact): void {
    const first = this.firsts[contact.source];
    if (first === undefined) {
      this.firsts[contact.source] = contact;
      return;
    }
    const oldest = contact.seconds - this.options.slowWindow;
    if (first !== null) {
      this.firsts[contact.source] = null;
      this.pairOf(first).ask(first, oldest);
      if (first.state !== 'waiting') this.hostsOf(first).settle(first, this.options, this.mostHosts);
    }
    const pair = this.pairOf(contact);
    pair.ask(contact, oldest);
    this.judgePair(pair, contact);
  }

  answered(flow: FlowView, seen: boolean): void {
    if (seen) this.seenAnswers++;
    else this.missedAnswers++;
    const contact = this.contacts.take(flow.firstPacket);
    if (!contact) return;
    const wasFailed = contact.state === 'filtered';
    contact.state = 'open';
    if (this.firsts[contact.source] === contact) return;
    if (this.scanning.size > 0) this.pairs.get(pairKey(contact))?.settle(contact);
    const hosts = this.hostsOf(contact);
    if (wasFailed) hosts.takeBack(contact);
    hosts.settle(contact, this.options, this.mostHosts);
  }

  refused(flow: FlowView): void {
    this.seenAnswers++;
    const contact = this.contacts.take(flow.firstPacket);
    if (!contact) return;
    this.fail(contact, 'closed');
  }

  closed(flow: EndedFlow): void {
    if (!isRefusedSynAck(flow)) return;
    if (this.hosts.isFull) this.startAfresh();
    const contact: Contact = {
      source: this.hosts.destinationOf(flow),
      destination: this.hosts.sourceOf(flow),
      target: flow.ianaNumber * PORTS + flow.sourcePort,
      sourcePort: flow.destinationPort,
      silence: Silence.Nothing,
      packet: flow.firstPacket,
      seconds: this.context.seconds,
      timeNs: flow.startNs,
      state: 'waiting',
      tries: 1,
    };
    this.ask(contact);
    this.fail(contact, 'closed');
  }

  advance(): void {
    const sentBefore = this.context.seconds - this.options.answerWait;
    if (sentBefore >= this.waiting.since) this.judgeWaiting(sentBefore);
  }

  open(): Finding[] {
    const { seconds } = this.context;
    const { window } = this.options;
    for (const pair of this.scanning) if (seconds - pair.scan!.endSeconds > pair.scan!.window) this.endPair(pair);
    for (const hosts of this.sweeping) if (seconds - hosts.scan!.endSeconds > hosts.scan!.window) this.endHosts(hosts);
    for (const group of this.sharing) if (seconds - group.scan!.endSeconds > window) this.endGroup(group);
    const found = [...this.scanning].map(({ scan }) => (this.isShared(scan!) ? null : this.verticalRow(scan!)));
    for (const { scan } of this.sweeping) found.push(this.horizontalRow(scan!));
    for (const group of this.sharing) {
      const scan = group.look();
      if (scan) found.push(this.groupRow(scan));
    }
    return found.filter((finding) => finding !== null);
  }

  finish(): void {
    this.judgeWaiting(Infinity);
    this.endAll();
  }

  /** Contacts of at or before `sentBefore` that still wait have failed. */
  private judgeWaiting(sentBefore: number): void {
    const { waiting, context } = this;
    for (let late = waiting.takeSentBefore(sentBefore); late; late = waiting.takeSentBefore(sentBefore)) this.fail(late, 'filtered');
    if (waiting.since < Infinity) context.wakeAt(waiting.since + this.options.answerWait);
  }

  private fail(contact: Contact, state: 'closed' | 'filtered'): void {
    const wasKnown = contact.state !== 'waiting' || contact.silence === Silence.Odd;
    contact.state = state;
    if (!wasKnown && (state === 'closed' || contact.silence === Silence.Failure)) this.addToGroup(contact);
    if (this.firsts[contact.source] === contact) return;
    const pair = this.pairOf(contact);
    pair.settle(contact);
    this.judgePair(pair, contact);
    if (wasKnown) return;
    const hosts = this.hostsOf(contact);
    hosts.settle(contact, this.options, this.mostHosts);
    if (hosts.scan || hosts.tried < this.options.neighbours) return;
    const limits = this.sweepLimits(contact);
    const crossing = hosts.crossed(limits, this.isSilenceProof(false), this.missedAnswers > this.seenAnswers, this.hosts);
    if (!crossing) return;
    hosts.open(crossing, this.knownAtNs(contact));
    this.sweeping.add(hosts);
  }

  private judgePair(pair: Pair, contact: Contact): void {
    if (pair.scan || pair.tried < this.limits.rawPorts || this.groups.get(contact.destination)?.scan?.sources.has(contact.source)) return;
    const crossing = pair.crossed(this.limits, contact.seconds, this.isSilenceProof(true));
    if (!crossing) return;
    pair.open(crossing, this.knownAtNs(contact));
    this.scanning.add(pair);
  }

  private addToGroup(contact: Contact): void {
    if (contact.tries > 1) return;
    let group = this.groups.get(contact.destination);
    if (group?.scan && contact.seconds - group.scan.endSeconds > this.options.window) this.endGroup(group);
    if (!group) this.groups.add(contact.destination, (group = new Group()));
    group.add(contact, this.options.sources, this.knownAtNs);
    if (group.scan) this.sharing.add(group);
  }

  private pairOf(contact: Contact): Pair {
    const key = pairKey(contact);
    let pair = this.pairs.get(key);
    if (!pair) this.pairs.add(key, (pair = new Pair()));
    else if (pair.scan && contact.seconds - pair.scan.endSeconds > pair.scan.window) this.endPair(pair);
    return pair;
  }

  private hostsOf(contact: Contact): HostsAtPort {
    const key = contact.source * TARGETS + contact.target;
    let hosts = this.atPorts.get(key);
    if (!hosts) this.atPorts.add(key, (hosts = new HostsAtPort()));
    else if (hosts.scan && contact.seconds - hosts.scan.endSeconds > hosts.scan.window) this.endHosts(hosts);
    return hosts;
  }

  private sweepLimits({ source, destination }: Contact): SweepLimits {
    const { neighbours, siteHosts, hosts, internalHosts, slowNeighbours, window, slowWindow } = this.options;
    const limits = { neighbours, siteHosts, hosts, slowNeighbours, window, slowWindow };
    if (!this.hosts.isInternal(source)) return limits;
    // Peers and servers outside are of few providers, and out of reach all at once.
    if (this.hosts.isInternal(destination)) return { ...limits, hosts: internalHosts };
    return { ...limits, siteHosts: Number.POSITIVE_INFINITY, slowNeighbours: Number.POSITIVE_INFINITY, hosts: internalHosts };
  }

  private get mostHosts(): number {
    return Math.max(this.options.hosts, this.options.internalHosts);
  }

  /**
   * Whether missing answers mean anything: the capture shows more answers than it must have missed. A capture without any answer may hold
   * nothing but a scan of a silent host, or only the SYNs of ordinary clients; those try many hosts, never many ports of one.
   */
  private isSilenceProof(isVertical: boolean): boolean {
    return this.seenAnswers + this.missedAnswers === 0 ? isVertical : this.seenAnswers > this.missedAnswers;
  }

  private endPair(pair: Pair): void {
    this.scanning.delete(pair);
    const scan = pair.close();
    if (scan && !this.isShared(scan)) this.context.alert(this.verticalRow(scan));
  }

  private endHosts(hosts: HostsAtPort): void {
    this.sweeping.delete(hosts);
    const scan = hosts.close();
    if (scan) this.context.alert(this.horizontalRow(scan));
  }

  private endGroup(group: Group): void {
    this.sharing.delete(group);
    const scan = group.close();
    if (scan) this.context.alert(this.groupRow(scan));
  }

  /** What several sources did together is told as one. */
  private isShared({ source, destination }: PortScan): boolean {
    return this.groups.get(destination)?.scan?.sources.has(source) === true;
  }

  private verticalRow(scan: PortScan): Finding {
    return verticalFinding(this.addressOf(scan.source), this.addressOf(scan.destination), scan);
  }

  private horizontalRow(scan: HostScan): Finding {
    return horizontalFinding(this.addressOf(scan.source), [...scan.hosts].map(this.addressOf), scan);
  }

  private groupRow(scan: GroupScan): Finding {
    return groupFinding([...scan.sources.keys()].map(this.addressOf), this.addressOf(scan.destination), scan);
  }

  /** The packet time at which the outcome of a contact was known, asked when it has become known; an odd packet fails when it is sent. */
  private readonly knownAtNs = ({ state, timeNs }: Contact): bigint => {
    if (state !== 'filtered') return state === 'closed' ? this.context.timeNs : timeNs;
    const deadlineNs = timeNs + BigInt(Math.round(this.options.answerWait * 1e9));
    return deadlineNs < this.context.timeNs ? deadlineNs : this.context.timeNs;
  };

  private readonly addressOf = (host: number): Uint8Array => this.hosts.addressOf(host);

  private endAll(): void {
    this.pairs.clear();
    this.atPorts.clear();
    this.groups.clear();
  }

  /** A flood of forged addresses has used up the numbers for hosts: tell what is known and forget it. */
  private startAfresh(): void {
    this.endAll();
    this.contacts.clear();
    this.waiting.clear();
    this.firsts = [];
    this.hosts.clear();
  }
}

const pairKey = (contact: Contact): number => contact.source * MAX_HOSTS + contact.destination;

export const portScan: DetectorModule<typeof options> = {
  rule: {
    id: 'port-scan',
    name: 'Port scan',
    version: '6',
    needs: ['both-directions', 'answers'],
    doc:
      'A source failed on many ports of one host (scan.vertical) or many IP protocols of it (scan.protocol), on one port of many hosts ' +
      '(scan.horizontal), or several sources failed on the ports of one host at once, of whom all but one may be decoys ' +
      '(scan.distributed). Only first contacts that were refused (RST, ABORT, ICMP unreachable), stayed unanswered or begin no conversation ' +
      '(FIN, NULL, XMAS, SYN with FIN, refused SYN+ACK) count, so busy clients and servers stay quiet. A probe each half an hour is found where ' +
      'no port or host is tried again and again. Vulnerability scanners, monitors and clients of a server that is down look the same.',
  },
  options,
  create: (context, values) => new PortScanDetector(context, values),
};
