/**
 * What ARP said, as rows: by operation, sender and address named, with counts. A sender of many addresses, and the senders of a flood,
 * share rows, so that a capture has no more than so many. Per packet one or two look-ups by numbers.
 */
import { arpRecord, type ArpRow, type RecordSink } from '@wirecase/contract';
import type { Packet } from '@wirecase/decode';
import { ArpPacket, macText } from './arp-packet.ts';
import { nanosecondsOf, type PacketClock } from './clock.ts';
import { SampleSet } from './sample-set.ts';

/** Rows of a capture with those that stand ready for senders, and addresses of one sender that have a row each. */
const MAX_TALLIES = 10_000;
const ROWS_PER_SENDER = 64;
const MAX_TARGETS = 1000;
/** Rows whose keys have one hash: more is made to be slow. */
const MAX_CHAIN = 16;
/** Seconds for which a request waits for its replies. */
const ANSWER_SECONDS = 10;
const REQUEST = 1;
const REPLY = 2;
/** Names of operations without special cases (IANA ARP parameters). */
const meanings: Readonly<Record<number, string>> = {
  [REQUEST]: 'request',
  [REPLY]: 'reply',
  3: 'rarp_request',
  4: 'rarp_reply',
  8: 'inarp_request',
  9: 'inarp_reply',
};
/** In place of an address: any. */
const any = -1;

/** A row while it is counted. MACs are numbers, addresses unsigned; `any` where the row stands for many. */
class Tally {
  operation = 0;
  vlan = 0;
  senderMac = any;
  senderIp = any;
  targetIp = any;
  targetMac = any;
  frameMac = any;
  count = 0;
  answers = 0;
  unsolicited = 0;
  packet = 0;
  firstSeconds = 0;
  firstNanos = 0;
  lastSeconds = 0;
  lastNanos = 0;
  /** Of the row of a sender: its addresses that have rows. */
  rows = 0;
  targets: SampleSet | null = null;
  next: Tally | null = null;
}

export interface ArpRecordsParts {
  sink: RecordSink;
  nextRecordId: () => string;
  clock: PacketClock;
}

export class ArpRecords {
  private readonly parts: ArpRecordsParts;
  private readonly view = new ArpPacket();
  /** By hash of the key, in order of appearance. */
  private readonly tallies = new Map<number, Tally>();
  private size = 0;

  constructor(parts: ArpRecordsParts) {
    this.parts = parts;
  }

  /** A packet of the bucket `Arp`. */
  packet(packet: Packet, view: DataView): void {
    const arp = this.view;
    if (!arp.read(packet, view)) return;
    const { operation, vlan, senderMac, senderIp, targetIp } = arp;
    const tally = this.find(operation, vlan, senderMac, senderIp, targetIp) ?? this.open(arp, packet, view);
    const { seconds, nanos } = this.parts.clock;
    tally.count++;
    tally.lastSeconds = seconds;
    tally.lastNanos = nanos;
    tally.targets?.add(targetIp | 0);
    if (operation === REPLY && senderIp !== targetIp) this.match(tally, arp, seconds);
  }

  /** Write the rows, and begin anew. */
  finish(): void {
    for (const first of this.tallies.values())
      for (let tally: Tally | null = first; tally; tally = tally.next)
        if (tally.count > 0) this.parts.sink.record(arpRecord, rowOf(tally, this.parts.nextRecordId()));
    this.tallies.clear();
    this.size = 0;
  }

  /** Whether the target of a reply asked for its sender. */
  private match(reply: Tally, { vlan, senderIp, targetMac, targetIp }: ArpPacket, seconds: number): void {
    const request = this.find(REQUEST, vlan, targetMac, targetIp, senderIp) ?? this.find(REQUEST, vlan, targetMac, targetIp, any);
    if (request && request.count > 0 && seconds - request.lastSeconds <= ANSWER_SECONDS) request.answers++;
    else reply.unsolicited++;
  }

  private find(operation: number, vlan: number, senderMac: number, senderIp: number, targetIp: number): Tally | null {
    let tally = this.tallies.get(hashOf(operation, vlan, senderMac, senderIp, targetIp)) ?? null;
    for (; tally; tally = tally.next) {
      if (tally.targetIp !== targetIp || tally.senderIp !== senderIp || tally.senderMac !== senderMac) continue;
      if (tally.operation === operation && tally.vlan === vlan) return tally;
    }
    return null;
  }

  /** The row of an address that the sender has not named before: its own, that of the sender, or that of all. */
  private open(arp: ArpPacket, packet: Packet, view: DataView): Tally {
    const { operation, vlan, senderMac, senderIp, targetIp } = arp;
    const sender = this.find(operation, vlan, senderMac, senderIp, any) ?? this.add(operation, vlan, senderMac, senderIp, any);
    let tally = sender;
    if (sender.senderMac !== any && sender.rows < ROWS_PER_SENDER) {
      tally = this.add(operation, vlan, senderMac, senderIp, targetIp);
      if (tally.targetIp !== any) sender.rows++;
    }
    if (tally.count > 0) return tally;
    tally.packet = this.parts.clock.packet;
    tally.firstSeconds = this.parts.clock.seconds;
    tally.firstNanos = this.parts.clock.nanos;
    if (tally.targetIp === any) tally.targets ??= new SampleSet(1, MAX_TARGETS);
    if (tally.senderMac === any) return tally;
    if (tally.targetIp !== any) tally.targetMac = arp.targetMac;
    const at = packet.sourceMacOffset;
    if (at >= 0) tally.frameMac = view.getUint16(at) * 0x1_0000_0000 + view.getUint32(at + 2);
    return tally;
  }

  /** A new row; that of all senders when there are too many. */
  private add(operation: number, vlan: number, senderMac: number, senderIp: number, targetIp: number): Tally {
    const hash = hashOf(operation, vlan, senderMac, senderIp, targetIp);
    const first = this.tallies.get(hash);
    let length = 0;
    let last: Tally | null = null;
    for (let other: Tally | null = first ?? null; other; other = other.next, length++) last = other;
    if (senderMac !== any && (this.size >= MAX_TALLIES || length >= MAX_CHAIN)) return this.ofAll(operation in meanings ? operation : 0);
    const tally = new Tally();
    tally.operation = operation;
    tally.vlan = vlan;
    tally.senderMac = senderMac;
    tally.senderIp = senderIp;
    tally.targetIp = targetIp;
    if (last) last.next = tally;
    else this.tallies.set(hash, tally);
    this.size++;
    return tally;
  }

  private ofAll(operation: number): Tally {
    return this.find(operation, 0, any, any, any) ?? this.add(operation, 0, any, any, any);
  }
}

function hashOf(operation: number, vlan: number, senderMac: number, senderIp: number, targetIp: number): number {
  let hash = Math.imul(senderIp ^ Math.imul(targetIp, 0x27d4eb2f) ^ Math.imul(operation + vlan * 16, 0x165667b1), 0x9e3779b1);
  hash ^= Math.imul((senderMac % 0x1_0000_0000) ^ Math.floor(senderMac / 0x1_0000_0000), 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}

function rowOf(tally: Tally, id: string): ArpRow {
  const { operation, senderMac, senderIp, targetIp, targetMac, frameMac, targets } = tally;
  const isOwn = senderIp !== any && senderIp === targetIp;
  return {
    id,
    time: nanosecondsOf(tally.firstSeconds, tally.firstNanos),
    end: nanosecondsOf(tally.lastSeconds, tally.lastNanos),
    packet: tally.packet,
    opcode: operation,
    meaning: meaningOf(operation, senderIp, isOwn),
    senderMac: textOf(senderMac),
    senderIp: ipBytes(senderIp),
    targetMac: textOf(targetMac),
    targetIp: ipBytes(targetIp),
    gratuitous: isOwn,
    frameMac: frameMac === senderMac ? null : textOf(frameMac),
    vlans: tally.vlan === 0 ? [] : [tally.vlan],
    count: tally.count,
    answers: operation === REQUEST ? tally.answers : null,
    unsolicited: operation === REPLY ? tally.unsolicited : null,
    targets: targets && Array.from({ length: targets.size }, (_, i) => targets.address(i)),
  };
}

/** RFC 5227 1.1: a probe has no sender yet; an announcement is a request for the own address. */
function meaningOf(operation: number, senderIp: number, isOwn: boolean): string {
  if (operation === REQUEST && senderIp === 0) return 'probe';
  if (operation === REQUEST && isOwn) return 'announcement';
  if (operation === REPLY && isOwn) return 'gratuitous_reply';
  return meanings[operation] ?? 'other';
}

function ipBytes(ip: number): Uint8Array | null {
  return ip === any ? null : Uint8Array.of(ip >>> 24, ip >>> 16, ip >>> 8, ip);
}

function textOf(mac: number): string | null {
  return mac === any ? null : macText(mac);
}
