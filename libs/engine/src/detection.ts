/** Tells the detectors what flows do, and makes alert rows of their findings. */
import { alertRecord, type AlertRow, type Platform, type RecordSink } from '@wirecase/contract';
import { decode, IpProtocol, LinkType, Packet } from '@wirecase/decode';
import { type DetectContext, type Detector, type DetectorModule, type Finding, optionValues } from '@wirecase/detect';
import { Flag, type FlowTable, FlowView, noFlow, Slot, slotWords, TcpFlag } from '@wirecase/flow';
import { ArpPacket } from './arp-packet.ts';
import type { PacketClock } from './clock.ts';
import { uuidText } from './ids.ts';

export interface DetectionParts {
  platform: Platform;
  modules: readonly DetectorModule[];
  table: FlowTable;
  clock: PacketClock;
  captureSha256: Uint8Array;
  sink: RecordSink;
  /** Whether alerts are told while they go on: their ids then leave out entities, which may become more. */
  isLive: boolean;
}

export class Detection {
  private readonly parts: DetectionParts;
  private readonly flow: FlowView;
  private readonly contexts: readonly DetectorContext[];
  private readonly detectors: readonly Detector[];
  /** Those that have the hook, so that the others cost nothing. */
  private readonly onAttempted: readonly With<'attempted'>[];
  private readonly onAnswered: readonly With<'answered'>[];
  private readonly onRefused: readonly With<'refused'>[];
  private readonly onArp: readonly With<'arp'>[];
  private readonly onPacket: readonly With<'packet'>[];
  private readonly onAdvance: readonly With<'advance'>[];
  private readonly arpView = new ArpPacket();
  /** Packet time, never going back. */
  private seconds = Number.NEGATIVE_INFINITY;
  /** The packet that an ICMP error is about. */
  private readonly quoted = new Packet();

  constructor(parts: DetectionParts) {
    this.parts = parts;
    this.flow = new FlowView(parts.table);
    this.contexts = parts.modules.map((module) => new DetectorContext(this, module, parts));
    this.detectors = parts.modules.map((module, i) => module.create(this.contexts[i]!, optionValues(module.options)));
    this.onAttempted = having('attempted', this.detectors);
    this.onAnswered = having('answered', this.detectors);
    this.onRefused = having('refused', this.detectors);
    this.onArp = having('arp', this.detectors);
    this.onPacket = having('packet', this.detectors);
    this.onAdvance = having('advance', this.detectors);
  }

  /** Packet time moved on. Before `packet`. */
  advance(): void {
    const { clock } = this.parts;
    const seconds = clock.seconds + clock.nanos * 1e-9;
    if (seconds > this.seconds) {
      this.seconds = seconds;
      for (let i = 0; i < this.contexts.length; i++) this.contexts[i]!.seconds = seconds;
    }
    for (let i = 0; i < this.onAdvance.length; i++) this.onAdvance[i]!.advance();
  }

  /** The packet just counted into `slot`, from `direction`; `isNew`: it began the flow. */
  packet(slot: number, direction: number, isNew: boolean, packet: Packet, view: DataView): void {
    const isTcp = packet.ipProtocol === IpProtocol.Tcp;
    const flags = packet.tcpFlags & (TcpFlag.Syn | TcpFlag.Ack | TcpFlag.Rst);
    if (isNew && direction === 0 && (!isTcp || ((flags & TcpFlag.Rst) === 0 && flags !== (TcpFlag.Syn | TcpFlag.Ack)))) {
      for (const detector of this.onAttempted) detector.attempted(this.flow.at(slot));
    }
    const { words } = this.parts.table;
    const counts = slot * slotWords + Slot.Packets;
    for (let i = 0; i < this.onPacket.length; i++) {
      this.onPacket[i]!.packet(packet, direction, isNew, words[counts]! >>> 0, words[counts + 1]! >>> 0);
    }
    const flagWord = slot * slotWords + Slot.Flags;
    if ((words[flagWord]! & Flag.Answered) === 0) {
      if (direction === 1) this.fromResponder(slot, flagWord, isTcp, flags);
      else if (isTcp && !isNew && flags === TcpFlag.Ack && this.flow.at(slot).firstFlags & TcpFlag.Syn)
        this.answered(slot, flagWord, false);
    }
    if (isIcmpUnreachable(packet)) this.unreachable(packet, view);
  }

  /** A packet of the bucket `Arp`. */
  arp(packet: Packet, view: DataView): void {
    if (!this.arpView.read(packet, view)) return;
    for (const detector of this.onArp) detector.arp(this.arpView);
  }

  finish(): void {
    for (const detector of this.detectors) detector.finish();
  }

  /** What crossed its threshold and may still go on, as it stands; what is over goes to the sink. `seconds`: at least that is the time. */
  open(seconds: number): AlertRow[] {
    if (seconds > this.seconds) {
      this.seconds = seconds;
      for (const context of this.contexts) context.seconds = seconds;
      for (const detector of this.onAdvance) detector.advance();
    }
    return this.detectors.flatMap((detector, i) => detector.open?.().map((finding) => this.rowOf(this.parts.modules[i]!, finding)) ?? []);
  }

  /** The first word of the responder. */
  private fromResponder(slot: number, flagWord: number, isTcp: boolean, flags: number): void {
    if (isTcp && flags & TcpFlag.Rst) this.refused(slot, flagWord);
    else this.answered(slot, flagWord, true);
  }

  private answered(slot: number, flagWord: number, seen: boolean): void {
    this.parts.table.words[flagWord]! |= Flag.Answered;
    for (const detector of this.onAnswered) detector.answered(this.flow.at(slot), seen);
  }

  private refused(slot: number, flagWord: number): void {
    this.parts.table.words[flagWord]! |= Flag.Answered;
    for (const detector of this.onRefused) detector.refused(this.flow.at(slot));
  }

  /** An ICMP error quotes the packet it is about: its flow, if the originator's packet, was refused. */
  private unreachable(packet: Packet, view: DataView): void {
    if (packet.payloadLength < 20) return;
    decode(this.quoted, view, packet.payloadOffset, packet.payloadLength, packet.payloadLength, LinkType.Raw);
    if (this.quoted.bucket !== 0 || this.quoted.fragmentOffset > 0) return;
    const { table } = this.parts;
    const direction = table.direction;
    const slot = table.find(this.quoted);
    const quotedDirection = table.direction;
    table.direction = direction;
    if (slot === noFlow || quotedDirection !== 0) return;
    const flagWord = slot * slotWords + Slot.Flags;
    if ((table.words[flagWord]! & Flag.Answered) === 0) this.refused(slot, flagWord);
  }

  alert(module: DetectorModule, finding: Finding): void {
    this.parts.sink.record(alertRecord, this.rowOf(module, finding));
  }

  private rowOf({ rule }: DetectorModule, finding: Finding): AlertRow {
    const { techniques, entities, evidence, ...row } = finding;
    return {
      ...row,
      id: this.idOf(rule.id, finding),
      ruleId: rule.id,
      ruleName: rule.name,
      ruleVersion: rule.version,
      techniques,
      entities,
      evidence,
    };
  }

  private idOf(ruleId: string, { alertClass, entities, evidence }: Finding): string {
    const { platform, captureSha256, isLive } = this.parts;
    const identity = JSON.stringify([ruleId, isLive ? alertClass : entities, evidence.packets[0] ?? 0]);
    const text = new TextEncoder().encode(identity);
    const input = new Uint8Array(text.length + captureSha256.length);
    input.set(text);
    input.set(captureSha256, text.length);
    return uuidText(platform.digest('sha256', input));
  }
}

/** What one detector may know and say. `seconds` is a field: detectors look at it for every packet. */
class DetectorContext implements DetectContext {
  readonly platform: Platform;
  seconds = Number.NEGATIVE_INFINITY;
  private readonly detection: Detection;
  private readonly module: DetectorModule;
  private readonly clock: PacketClock;

  constructor(detection: Detection, module: DetectorModule, { platform, clock }: DetectionParts) {
    this.platform = platform;
    this.detection = detection;
    this.module = module;
    this.clock = clock;
  }

  get timeNs(): bigint {
    return this.clock.timeNs;
  }

  get packet(): number {
    return this.clock.packet;
  }

  alert(finding: Finding): void {
    this.detection.alert(this.module, finding);
  }
}

type With<Hook extends keyof Detector> = Detector & Required<Pick<Detector, Hook>>;

function having<Hook extends keyof Detector>(hook: Hook, detectors: readonly Detector[]): With<Hook>[] {
  return detectors.filter((detector): detector is With<Hook> => detector[hook] !== undefined);
}

/** ICMP type 3 (RFC 792), ICMPv6 type 1 (RFC 4443 3.1): a destination, protocol or port that cannot be reached. */
function isIcmpUnreachable(packet: Packet): boolean {
  return packet.icmpType >= 0 && packet.icmpType === (packet.ipVersion === 4 ? 3 : 1);
}
