/**
 * The engine: the bytes of a capture in, rows out. Read this first: for each packet { decode, flow, protocols, detect }, and its place
 * into the packet index. Every packet ends in exactly one flow or one counted bucket.
 */
import { type AlertRow, type CaptureSummary, WirecaseError } from '@wirecase/contract';
import { Bucket, type Datagram, decode, IpProtocol, Packet, weirdNames } from '@wirecase/decode';
import { type FlowListener, type FlowTable, FlowView, noFlow, Slot, slotWords, TcpFlag } from '@wirecase/flow';
import { type CaptureNotes, CaptureReader, TimeFlag } from '@wirecase/pcap-parser';
import type { ArpRecords } from './arp-records.ts';
import { joined } from './byte-sink.ts';
import { interfacesOf, saidBy } from './capture-said.ts';
import { CaptureTally } from './capture-tally.ts';
import type { PacketClock } from './clock.ts';
import type { Conversations } from './conversations.ts';
import type { Detection } from './detection.ts';
import { type AnalyzerParts, EngineParts } from './engine-parts.ts';
import { FlowEnds } from './flow-ends.ts';
import { type DatagramReceiver, Fragments } from './fragments.ts';
import type { Hosts } from './hosts/hosts.ts';
import type { IcmpRecords } from './icmp/icmp-records.ts';
import type { Identification } from './identification.ts';
import { PacketIndexWriter } from './packet-index.ts';
import type { Quality } from './quality/quality.ts';
import { type Carried, endFlowsIn, openIn, type SeriesMeter } from './series.ts';
import { addOpenFlows, type Traffic } from './traffic.ts';
import type { Tunnels } from './tunnels.ts';
import type { WeirdLog } from './weird-log.ts';

/** Weirds of a record's time, by `TimeFlag`. */
const timeWeirds: Readonly<Record<number, string>> = {
  [TimeFlag.Clamped]: 'time_clamped',
  [TimeFlag.Carried]: 'time_fraction_carried',
  [TimeFlag.Absent]: 'time_absent',
};
/** Slot of weirds that belong to no flow. */
const noSlot = -1;

/** Analyses one capture: `push` its (decompressed) bytes in chunks of a few MiB, then `finish`. */
export class Analyzer implements FlowListener, DatagramReceiver {
  private reader = new CaptureReader();
  private readonly packet = new Packet();
  private readonly clock: PacketClock;
  private readonly table: FlowTable;
  private readonly flow: FlowView;
  private readonly weirds: WeirdLog;
  private readonly conversations: Conversations;
  private readonly identification: Identification;
  private readonly detection: Detection | null;
  private readonly hosts: Hosts | null;
  private readonly quality: Quality | null;
  private readonly ends: FlowEnds;
  private readonly arp: ArpRecords;
  private readonly icmp: IcmpRecords;
  private readonly fragments: Fragments;
  private readonly tunnels: Tunnels;
  private index: PacketIndexWriter;
  /** Packets in the files before this one. */
  private before: number;
  private readonly meter: SeriesMeter | undefined;
  private indexParts: readonly Uint8Array[] | null = null;
  private records = 0;
  /** Of the file at hand. */
  private tally = new CaptureTally();

  constructor(given: AnalyzerParts) {
    const { sink, series } = given;
    this.before = series?.atPacket ?? 0;
    this.records = series?.atRecord ?? 0;
    this.meter = series?.meter;
    this.index = new PacketIndexWriter(undefined, this.before + 1);
    const parts = new EngineParts(given, this, () => ++this.records);
    const { options, clock, table, ids, weirds, conversations, identification, detection, hosts, quality, icmp, tunnels } = parts;
    this.clock = clock;
    this.table = table;
    this.flow = new FlowView(table);
    this.weirds = weirds;
    this.conversations = conversations;
    this.identification = identification;
    this.detection = detection;
    this.hosts = hosts;
    this.quality = quality;
    this.arp = parts.arp;
    this.icmp = icmp;
    this.tunnels = tunnels;
    this.fragments = new Fragments({ receiver: this, table, index: this.index, clock, weirds, options: options.reassembly });
    this.ends = new FlowEnds({
      ...{ sink, ids, table, conversations, identification, detection, hosts, quality, icmp, tunnels, weirds, options },
      member: (first, member) => this.index.addMember(first, member),
    });
  }

  /** The next bytes of the capture; they are not kept. Throws `capture.empty`, `capture.unreadable`. */
  push(chunk: Uint8Array): void {
    this.reader.push(chunk);
    this.drain();
  }

  /** All bytes were pushed: end what is open and sum up. */
  finish(): CaptureSummary {
    this.reader.finish();
    this.drain();
    this.endAll(2 * this.before);
    this.indexParts = this.index.finish(this.reader.interfaces);
    return this.summary();
  }

  /** After `nextFile`: no file follows, what is open ends. Gives what that adds to the file before; the index tells the members of rows only. */
  finishSeries(): Pick<CaptureSummary, 'flows' | 'nonFlow' | 'weirds'> {
    // Rows of hosts and of quality have other ids than those of a file that begins at the same packet.
    this.endAll(2 * this.before + 1);
    this.indexParts = this.index.finish([]);
    return { flows: this.ends.flows, nonFlow: this.tally.nonFlow(), weirds: { ...this.weirds.counts } };
  }

  private endAll(file: number): void {
    this.fragments.finish();
    this.table.finish();
    this.ends.finish();
    this.tunnels.finish();
    this.arp.finish();
    this.detection?.finish();
    this.hosts?.finish(file);
    this.quality?.finish(file);
    if (this.table.history.dropped > 0) this.weirds.add('flow_history_full', noSlot);
    this.weirds.close(noSlot, null);
  }

  /**
   * The file at hand has ended, and the next bytes are another one of the same series: sum it up. Flows, windows and datagrams that are
   * open go on; rows of scans and tunnels are written a file. Numbers of packets and records run on.
   */
  nextFile(): CaptureSummary {
    this.reader.finish();
    this.drain();
    this.ends.finish();
    this.tunnels.finish();
    this.arp.finish();
    this.hosts?.finish(2 * this.before);
    this.quality?.finish(2 * this.before);
    this.weirds.close(noSlot, null);
    this.indexParts = this.index.finish(this.reader.interfaces);
    const summary = this.summary();
    this.skipFile();
    this.weirds.startFile();
    this.ends.startFile();
    return summary;
  }

  /** The file at hand is left out, and the next bytes are another one: it has no packets, or cannot be read on. */
  skipFile(): void {
    this.before += this.packets;
    this.tally = new CaptureTally();
    this.reader = new CaptureReader();
    this.index = new PacketIndexWriter(undefined, this.before + 1, this.index.segment + 1);
    this.fragments.startFile(this.index);
  }

  /** Packets of the file at hand so far. */
  get packets(): number {
    return this.tally.packets;
  }

  /** Earliest packet time of the file at hand so far, null before it has a packet. */
  get firstTimeNs(): bigint | null {
    return this.tally.sums().firstTimeNs;
  }

  /** Flows that are open. */
  get openFlows(): number {
    return this.table.size;
  }

  /** Ids of records go on after this number; what was told of hosts and counted until now is in rows that were written before. */
  continueRecords(atRecord: number): void {
    this.records = atRecord;
    this.hosts?.clear();
    this.quality?.clear();
  }

  /** Add the open flows as they stand to `traffic`. */
  addOpenTraffic(traffic: Traffic): void {
    addOpenFlows(
      traffic,
      this.table,
      this.flow,
      (slot) => this.identification.of(this.flow, this.conversations.protocolsIn(slot)).protocols[0],
    );
  }

  /** What the file at hand, or the next one, begins with. */
  carried(): Carried {
    const { flows, packets } = openIn(this.table);
    return { flows, packets: packets + this.fragments.waiting, atPacket: this.before + this.packets, atRecord: this.records };
  }

  /** End the open flows whose first packet's number is `chosen`, before their time. Answers how many there were. */
  endFlows(chosen: (first: number) => boolean, weird: string | null): number {
    return endFlowsIn(this.table, chosen, (slot) => weird !== null && this.weirds.add(weird, slot));
  }

  /** Alerts that go on, as they stand; those that are over go to the sink. `seconds`: the time it is at least, for a link that is quiet. */
  openAlerts(seconds: number): AlertRow[] {
    return this.detection?.open(seconds) ?? [];
  }

  /** The packet index, after `finish` or `nextFile`: parts that follow one another. */
  packetIndexParts(): readonly Uint8Array[] {
    if (!this.indexParts) throw new Error('packetIndexParts() before finish()');
    return this.indexParts;
  }

  /** The same in one piece. */
  packetIndex(): Uint8Array {
    return joined(this.packetIndexParts());
  }

  /** Comments, names and secrets that the capture holds beside its packets, as far as it was read; null for a format that has none. */
  get notes(): CaptureNotes | null {
    return this.reader.notes;
  }

  flowEnded(slot: number): void {
    this.ends.ended(slot);
  }

  flowWeird(slot: number, name: string): void {
    this.weirds.add(name, slot);
  }

  tableFull(): void {
    this.weirds.add('flow_table_full', noSlot);
  }

  private drain(): void {
    const { reader } = this;
    while (reader.next()) this.takePacket();
  }

  private takePacket(): void {
    const { reader, packet, clock } = this;
    clock.packet = this.before + reader.number;
    clock.seconds = reader.seconds;
    clock.nanos = reader.nanos;
    decode(packet, reader.view, reader.dataOffset, reader.capturedLength, reader.originalLength, reader.linkType);
    this.tally.packet(reader, packet.frameBytes);
    if (this.meter) this.meter.packet(reader.seconds, packet.frameBytes);
    this.detection?.advance();

    if (packet.isFragment && packet.bucket === 0) {
      this.index.add(this.fragments.take(packet, reader.buffer, reader.view), reader.fileOffset, reader.interfaceId);
      if (reader.timeFlag !== TimeFlag.Sound) this.weirds.add(timeWeirds[reader.timeFlag]!, noSlot);
      return;
    }
    const slot = packet.bucket === 0 ? this.takeFlowPacket() : noFlow;
    if (packet.bucket !== 0) this.tally.outside(packet.bucket, 1);
    if (packet.bucket === Bucket.Arp) {
      this.arp.packet(packet, reader.view);
      this.detection?.arp(packet, reader.view);
      this.hosts?.arp(packet, reader.view);
    } else if (packet.bucket !== 0) this.detection?.stray(packet, reader.view);
    this.index.add(slot === noFlow ? noFlow : this.indexOrdinal(slot), reader.fileOffset, reader.interfaceId);
    for (let i = 0; i < packet.weirdCount; i++) this.weirds.add(weirdNames[packet.weirds[i]!]!, slot);
    if (reader.timeFlag !== TimeFlag.Sound) this.weirds.add(timeWeirds[reader.timeFlag]!, slot);
  }

  takeDatagram(datagram: Datagram, packet: Packet, bytes: Uint8Array, view: DataView): number {
    if (packet.bucket !== 0) {
      this.tally.outside(packet.bucket, datagram.packets);
      return noFlow;
    }
    const { table } = this;
    const slot = table.trackDatagram(packet, view, datagram);
    const { direction, isNew } = table;
    if (isNew && this.meter) this.meter.flow();
    const { lastSeconds, lastNanos, packets, frameBytes } = datagram;
    if (packet.tunnelCount > 0) this.tunnels.carried(slot, direction, isNew, packet, lastSeconds, lastNanos, packets, frameBytes);
    this.conversations.packet(slot, direction, packet, bytes);
    if (packet.icmpType >= 0) this.icmp.packet(slot, direction, packet, view);
    this.detection?.packet(slot, direction, isNew, packet, view, packets);
    return slot;
  }

  takeLoose(packets: number): void {
    this.tally.outside(Bucket.IpFragment, packets);
  }

  private takeFlowPacket(): number {
    const { reader, packet, table } = this;
    const slot = table.track(packet, reader.view, reader.seconds, reader.nanos, this.clock.packet);
    const { direction, isNew } = table;
    if (isNew && this.meter) this.meter.flow();
    if (packet.tunnelCount > 0) this.tunnels.carried(slot, direction, isNew, packet, reader.seconds, reader.nanos, 1, packet.frameBytes);
    this.conversations.packet(slot, direction, packet, reader.buffer);
    if (packet.icmpType >= 0) this.icmp.packet(slot, direction, packet, reader.view);
    this.detection?.packet(slot, direction, isNew, packet, reader.view, 1);
    if (isNew && packet.ipProtocol === IpProtocol.Tcp && (packet.tcpFlags & (TcpFlag.Syn | TcpFlag.Ack)) === TcpFlag.Syn)
      this.hosts?.syn(packet, reader.view);
    return slot;
  }

  /** Ordinal of the flow in the current segment of the packet index. */
  private indexOrdinal(slot: number): number {
    const { words, doubles } = this.table;
    const base = slot * slotWords;
    if (words[base + Slot.IndexSegment] !== this.index.segment) {
      words[base + Slot.IndexSegment] = this.index.segment;
      words[base + Slot.IndexOrdinal] = this.index.addFlow(doubles[base / 2 + Slot.FirstPacketF64]!);
    }
    return words[base + Slot.IndexOrdinal]!;
  }

  private summary(): CaptureSummary {
    const { reader } = this;
    if (!reader.format) throw new WirecaseError('capture.empty', 'The file has no bytes.');
    return {
      format: reader.format,
      ...this.tally.sums(),
      damaged: [...reader.damaged],
      weirds: { ...this.weirds.counts },
      flows: this.ends.flows,
      dropped: reader.dropped,
      interfaces: interfacesOf(reader.interfaces),
      said: saidBy(reader.notes),
    };
  }
}
