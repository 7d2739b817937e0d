/**
 * Bounds the rows of scans and floods: single-packet, unanswered flows that are too many a minute share a row with counts and samples.
 * Grouped by source and responder (a port scan), else by source and port (a sweep), else by source alone. A flood from many sources, each
 * with few flows, is grouped by what it hits: responder and port, else the responder, from ten times as many flows on. The first flows of
 * each minute keep rows of their own. All of it by packet time.
 */
import type { FlowRow } from '@wirecase/contract';
import { Flag, type FlowView } from '@wirecase/flow';
import { RateTable } from './rate-table.ts';
import { SampleSet } from './sample-set.ts';

/** Takes the rows of groups, and which flows (by the numbers of their first packets) they stand for. */
export interface CollapseListener {
  /** The first flow of a group, to be made the group's row. */
  rowOf(flow: FlowView): FlowRow;
  completed(row: FlowRow): void;
  member(first: number, member: number): void;
}

/** Ports and addresses kept in a row. */
const maxSamples = 1000;
/** Groups that are open at once. */
const maxGroups = 1 << 12;
/** A group that takes nothing for this long is written. */
const idleSeconds = 60;

/** What the flows of a group have in common beside the protocol: kinds up to `Flood` the source, the others the responder. */
const Kind = { Scan: 1, Sweep: 2, Flood: 3, Target: 4, Victim: 5 } as const;
/** Flows to one responder that keep rows of their own for each of one source: many clients are no flood yet. */
const sourcesPerVictim = 10;

/**
 * Words that name a group: source (4), IP protocol with version and kind, responder (4) and port, 0 where they may differ. Then two
 * hashes of them.
 */
const nameWords = 10;
const nameLow = 10;
const nameHigh = 11;

interface Group {
  name: Int32Array;
  row: FlowRow;
  first: number;
  lastSeconds: number;
  /** Ports of the responders; addresses of the responders, or of the sources where the group is by responder. */
  ports: SampleSet;
  ips: SampleSet;
}

export class FlowCollapser {
  private readonly listener: CollapseListener;
  private readonly sourceRates: RateTable;
  private readonly victimRates: RateTable;
  /** By hash of the name, in the order in which they were opened. */
  private readonly groups = new Map<number, Group>();
  private readonly scan = new Int32Array(nameWords + 2);
  private readonly sweep = new Int32Array(nameWords + 2);
  private readonly flood = new Int32Array(nameWords + 2);
  private readonly target = new Int32Array(nameWords + 2);
  private readonly victim = new Int32Array(nameWords + 2);

  /** `perMinute`: flows of one source of one kind that keep rows of their own; ten times as many of one responder. */
  constructor(listener: CollapseListener, perMinute: number) {
    this.listener = listener;
    this.sourceRates = new RateTable(perMinute);
    this.victimRates = new RateTable(perMinute * sourcesPerVictim);
  }

  /** Take the flow that ended into a group, if it is one too many. False: it gets a row of its own. */
  absorb(flow: FlowView): boolean {
    if (flow.packets(0) !== 1 || flow.packets(1) !== 0) return false;
    const seconds = flow.startMillis / 1000;
    const isScan = this.isTooMany(this.scan, Kind.Scan, flow, seconds);
    const isSweep = this.isTooMany(this.sweep, Kind.Sweep, flow, seconds);
    const isFlood = this.isTooMany(this.flood, Kind.Flood, flow, seconds);
    const isTarget = this.isTooMany(this.target, Kind.Target, flow, seconds);
    const isVictim = this.isTooMany(this.victim, Kind.Victim, flow, seconds);
    if (isScan) this.add(this.scan, flow, seconds);
    else if (isSweep) this.add(this.sweep, flow, seconds);
    else if (isFlood) this.add(this.flood, flow, seconds);
    else if (isTarget) this.add(this.target, flow, seconds);
    else if (isVictim) this.add(this.victim, flow, seconds);
    else return false;
    return true;
  }

  /** Write what is open. */
  finish(): void {
    for (const key of [...this.groups.keys()]) this.close(key);
  }

  private isTooMany(name: Int32Array, kind: number, flow: FlowView, seconds: number): boolean {
    const bySource = kind <= Kind.Flood;
    for (let i = 0; i < 4; i++) {
      name[i] = bySource ? flow.sourceWord(i) : 0;
      name[5 + i] = kind === Kind.Scan || !bySource ? flow.destinationWord(i) : 0;
    }
    name[4] = flow.ianaNumber | (flow.isIpv6 ? 1 << 8 : 0) | (kind << 16);
    name[9] = kind === Kind.Sweep || kind === Kind.Target ? flow.destinationPort : 0;
    let low = 0x2545f491;
    let high = 0x51ed270b;
    for (let i = 0; i < nameWords; i++) {
      low = Math.imul(low ^ name[i]!, 0x85ebca6b);
      low ^= low >>> 15;
      high = Math.imul(high ^ name[i]!, 0x9e3779b1);
      high ^= high >>> 13;
    }
    name[nameLow] = low;
    name[nameHigh] = high;
    return (bySource ? this.sourceRates : this.victimRates).isTooMany(low, high, seconds);
  }

  private add(name: Int32Array, flow: FlowView, seconds: number): void {
    const key = name[nameLow]! * 0x20_0000 + (name[nameHigh]! & 0x1f_ffff);
    const open = this.groups.get(key);
    if (open && seconds - open.lastSeconds <= idleSeconds && isSame(open.name, name)) return this.join(open, flow, seconds);
    if (open) this.close(key);
    this.open(key, name, flow, seconds);
  }

  private open(key: number, name: Int32Array, flow: FlowView, seconds: number): void {
    if (this.groups.size === maxGroups) this.close(this.groups.keys().next().value!);
    const row = this.listener.rowOf(flow);
    const ports = new SampleSet(1, maxSamples);
    if (row.destinationPort !== null) ports.add(row.destinationPort);
    const ips = new SampleSet(flow.isIpv6 ? 4 : 1, maxSamples);
    addIp(ips, name, flow);
    this.groups.set(key, { name: name.slice(), row, first: flow.firstPacket, lastSeconds: seconds, ports, ips });
  }

  private join(group: Group, flow: FlowView, seconds: number): void {
    const { name, row, ports, ips } = group;
    group.lastSeconds = Math.max(group.lastSeconds, seconds);
    const { startNs, endNs } = flow;
    if (startNs < row.start) row.start = startNs;
    if (endNs > row.end) row.end = endNs;
    row.sourcePackets++;
    row.packets++;
    row.sourceBytes += flow.frameBytes(0);
    row.bytes += flow.frameBytes(0);
    row.sourceIpBytes += flow.ipBytes(0);
    row.sourcePayloadBytes += flow.payloadBytes(0);
    row.truncated ||= flow.has(Flag.Truncated);
    row.aggregate++;
    if (row.sourcePort !== flow.sourcePort) row.sourcePort = null;
    if (row.destinationPort !== null) ports.add(flow.destinationPort);
    if (kindOf(name) !== Kind.Scan) addIp(ips, name, flow);
    this.listener.member(group.first, flow.firstPacket);
  }

  private close(key: number): void {
    const { row, ports, ips } = this.groups.get(key)!;
    this.groups.delete(key);
    if (row.aggregate > 1) {
      row.duration = row.end - row.start;
      row.communityId = null;
      row.firstBytes = [];
      row.firstMicros = [];
      row.aggregatePorts = Array.from({ length: ports.size }, (_, i) => ports.word(i));
      row.aggregateIps = Array.from({ length: ips.size }, (_, i) => ips.address(i));
      if (ports.size > 1) row.destinationPort = null;
    }
    this.listener.completed(row);
  }
}

function kindOf(name: Int32Array): number {
  return name[4]! >> 16;
}

function isBySource(name: Int32Array): boolean {
  return kindOf(name) <= Kind.Flood;
}

function addIp(ips: SampleSet, name: Int32Array, flow: FlowView): void {
  if (isBySource(name)) ips.add(flow.destinationWord(0), flow.destinationWord(1), flow.destinationWord(2), flow.destinationWord(3));
  else ips.add(flow.sourceWord(0), flow.sourceWord(1), flow.sourceWord(2), flow.sourceWord(3));
}

function isSame(a: Int32Array, b: Int32Array): boolean {
  for (let i = 0; i < nameWords; i++) if (a[i] !== b[i]) return false;
  return true;
}
