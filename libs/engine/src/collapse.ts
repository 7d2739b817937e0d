/**
 * Bounds the rows of scans and floods: single-packet, unanswered flows of one source that are too many a minute share a row with counts
 * and samples. Grouped by source and responder (a port scan), else by source and port (a sweep), else by source alone; the first flows of
 * each minute keep rows of their own. All of it by packet time.
 */
import { type FlowRow, formatIp } from '@wirecase/contract';
import { Flag, type FlowView } from '@wirecase/flow';

/** Takes the rows of groups, and which flows (by the numbers of their first packets) they stand for. */
export interface CollapseListener {
  /** The first flow of a group, to be made the group's row. */
  rowOf(flow: FlowView): FlowRow;
  completed(row: FlowRow): void;
  member(first: number, member: number): void;
}

/** Ports and addresses kept in a row. */
const maxSamples = 1000;
/** Sources, pairs ... whose rate is followed at once; and groups that are open at once. */
const maxRates = 1 << 16;
const maxGroups = 1 << 12;
/** A group that takes nothing for this long is written. */
const idleSeconds = 60;

/** A bucket that leaks: `level` flows, as of `seconds`. */
interface Rate {
  level: number;
  seconds: number;
}

interface Group {
  row: FlowRow;
  first: number;
  lastSeconds: number;
  ports: Set<number>;
  ips: Map<string, Uint8Array>;
}

export class FlowCollapser {
  private readonly listener: CollapseListener;
  private readonly perMinute: number;
  private readonly rates = new Map<string, Rate>();
  private readonly groups = new Map<string, Group>();

  /** `perMinute`: flows of one source of one kind that keep rows of their own. */
  constructor(listener: CollapseListener, perMinute: number) {
    this.listener = listener;
    this.perMinute = perMinute;
  }

  /** Take the flow that ended into a group, if it is one too many. False: it gets a row of its own. */
  absorb(flow: FlowView): boolean {
    if (flow.packets(0) !== 1 || flow.packets(1) !== 0) return false;
    const { ianaNumber, destinationPort } = flow;
    const source = `${formatIp(flow.sourceIp)} ${ianaNumber}`;
    const responder = formatIp(flow.destinationIp);
    const seconds = Number(flow.startNs / 1_000_000n) / 1000;
    const isScan = this.isTooMany(`${source} > ${responder}`, seconds);
    const isSweep = this.isTooMany(`${source} : ${destinationPort}`, seconds);
    const isFlood = this.isTooMany(source, seconds);
    if (isScan) this.add(`${source} > ${responder}`, flow, responder, seconds);
    else if (isSweep) this.add(`${source} : ${destinationPort}`, flow, responder, seconds);
    else if (isFlood) this.add(source, flow, responder, seconds);
    else return false;
    return true;
  }

  /** Write what is open. */
  finish(): void {
    for (const key of [...this.groups.keys()]) this.close(key);
  }

  private isTooMany(key: string, seconds: number): boolean {
    const rate = this.rates.get(key);
    if (!rate) {
      if (this.rates.size === maxRates) this.rates.delete(this.rates.keys().next().value!);
      this.rates.set(key, { level: 1, seconds });
      return this.perMinute < 1;
    }
    const elapsed = Math.max(0, seconds - rate.seconds);
    rate.level = Math.max(0, rate.level - (elapsed * this.perMinute) / 60) + 1;
    rate.seconds = Math.max(rate.seconds, seconds);
    if (rate.level <= this.perMinute) return false;
    // Full is full: a flood does not fill the bucket for hours.
    rate.level = this.perMinute + 1;
    return true;
  }

  private add(key: string, flow: FlowView, responder: string, seconds: number): void {
    const open = this.groups.get(key);
    if (open && seconds - open.lastSeconds > idleSeconds) this.close(key);
    const group = this.groups.get(key);
    if (group) this.join(group, flow, responder, seconds);
    else this.open(key, flow, responder, seconds);
  }

  private open(key: string, flow: FlowView, responder: string, seconds: number): void {
    if (this.groups.size === maxGroups) this.close(this.groups.keys().next().value!);
    const row = this.listener.rowOf(flow);
    const ports = new Set(row.destinationPort === null ? [] : [row.destinationPort]);
    const ips = new Map([[responder, row.destinationIp]]);
    this.groups.set(key, { row, first: flow.firstPacket, lastSeconds: seconds, ports, ips });
  }

  private join(group: Group, flow: FlowView, responder: string, seconds: number): void {
    const { row, ports, ips } = group;
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
    if (row.destinationPort !== null && ports.size < maxSamples) ports.add(flow.destinationPort);
    if (ips.size < maxSamples && !ips.has(responder)) ips.set(responder, flow.destinationIp);
    this.listener.member(group.first, flow.firstPacket);
  }

  private close(key: string): void {
    const { row, ports, ips } = this.groups.get(key)!;
    this.groups.delete(key);
    if (row.aggregate > 1) {
      row.duration = row.end - row.start;
      row.communityId = null;
      row.aggregatePorts = [...ports];
      row.aggregateIps = [...ips.values()];
      if (ports.size > 1) row.destinationPort = null;
    }
    this.listener.completed(row);
  }
}
