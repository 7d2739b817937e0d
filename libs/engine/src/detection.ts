/** Tells the detectors what flows do. */
import { type AlertRow, type Login, type PacketMark, type Platform, type RecordSink, type RecordType } from '@wirecase/contract';
import { Bucket, IpProtocol, type Packet } from '@wirecase/decode';
import {
  type DetectContext,
  type Detector,
  type DetectorModule,
  type Evidence,
  type Finding,
  kindOfPort,
  optionValues,
} from '@wirecase/detect';
import { Flag, type FlowTable, FlowView, noFlow, Slot, slotWords, TcpFlag } from '@wirecase/flow';
import { AlertRows } from './alert-rows.ts';
import { ArpPacket } from './arp-packet.ts';
import { BridgeMessage } from './bridge-message.ts';
import type { PacketClock } from './clock.ts';
import type { SpeechListener } from './conversation-context.ts';
import { having, listeners, type With } from './detector-hooks.ts';
import { IcmpDetection } from './icmp-detection.ts';
import type { Identified } from './identification.ts';

/** Of a flow whose responder has answered and said something. */
const SETTLED = Flag.Answered | Flag.Served;
/** Of TCP packets with which a connection begins or ends. */
const TURNS = TcpFlag.Syn | TcpFlag.Fin | TcpFlag.Rst;
/** Seconds of silence, by whole ones, behind which a word is told of. */
const PAUSE = 2;
/** Seconds that packets may be out of order, and packets in a row beyond that which say that time went back. */
const MAX_DISORDER = 1;
const LATE_PACKETS = 16;
const SCTP_ABORT = 6;
const none: readonly string[] = [];

export interface DetectionParts {
  platform: Platform;
  modules: readonly DetectorModule[];
  table: FlowTable;
  clock: PacketClock;
  captureSha256: Uint8Array;
  sink: RecordSink;
  /** Names of the protocols that the content of the flow in a slot has shown so far. */
  protocolsIn(slot: number): readonly string[];
  /** Rule id -> option -> value, where it is not the default. */
  options: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export class Detection implements SpeechListener {
  private readonly parts: DetectionParts;
  private readonly flow: FlowView;
  private readonly rows: AlertRows;
  private readonly contexts: readonly DetectorContext[];
  private readonly detectors: readonly Detector[];
  /** Those that have the hook, so that the others cost nothing. */
  private readonly onAttempted: readonly With<'attempted'>[];
  private readonly onAnswered: readonly With<'answered'>[];
  private readonly onRefused: readonly With<'refused'>[];
  private readonly onEstablished: readonly With<'established'>[];
  private readonly onServed: readonly With<'served'>[];
  private readonly onWoken: readonly With<'woken'>[];
  private readonly onStalled: readonly With<'stalled'>[];
  private readonly onResumed: readonly With<'resumed'>[];
  private readonly onClosed: readonly With<'closed'>[];
  private readonly onEnded: readonly With<'ended'>[];
  private readonly onDisplaced: readonly With<'displaced'>[];
  private readonly onLogin: readonly With<'login'>[];
  private readonly onRequested: readonly With<'requested'>[];
  private readonly onRecord: ReadonlyMap<RecordType, readonly With<'record'>[]>;
  private readonly onArp: readonly With<'arp'>[];
  private readonly onStray: readonly With<'stray'>[];
  private readonly onBridge: readonly With<'bridge'>[];
  private readonly onPacket: readonly With<'packet'>[];
  private readonly onLone: readonly With<'lone'>[];
  private readonly onReflectable: readonly With<'reflectable'>[];
  private readonly onAdvance: readonly { detector: With<'advance'>; context: DetectorContext }[];
  private readonly onSettle: readonly With<'settle'>[];
  private readonly onOpinion: readonly With<'opinionOf'>[];
  private readonly icmp: IcmpDetection;
  private readonly arpView = new ArpPacket();
  private readonly bridgeMessage = new BridgeMessage();
  /** Packet time, never going back. */
  seconds = Number.NEGATIVE_INFINITY;
  /** The packet that detectors are told about. */
  mark: PacketMark;
  /** When the first detector wants to be woken. */
  private wakeSeconds = Number.POSITIVE_INFINITY;
  /** What is added to the time of packets. */
  shift = 0;
  /** Packets in a row that are older than `seconds`. */
  private late = 0;

  constructor(parts: DetectionParts) {
    this.parts = parts;
    this.mark = parts.clock;
    this.flow = new FlowView(parts.table);
    this.rows = new AlertRows({ ...parts, evidenceOf: (finding) => this.withOpinion(finding) });
    this.contexts = parts.modules.map((module) => new DetectorContext(this, module, parts.platform));
    this.detectors = parts.modules.map((module, i) =>
      module.create(this.contexts[i]!, optionValues(module.options, parts.options[module.rule.id])),
    );
    this.onAttempted = having('attempted', this.detectors);
    this.onAnswered = having('answered', this.detectors);
    this.onRefused = having('refused', this.detectors);
    this.onEstablished = having('established', this.detectors);
    this.onServed = having('served', this.detectors);
    this.onWoken = having('woken', this.detectors);
    this.onStalled = having('stalled', this.detectors);
    this.onResumed = having('resumed', this.detectors);
    this.onClosed = having('closed', this.detectors);
    this.onEnded = having('ended', this.detectors);
    this.onDisplaced = having('displaced', this.detectors);
    this.onLogin = having('login', this.detectors);
    this.onRequested = having('requested', this.detectors);
    this.onRecord = listeners(parts.modules, this.detectors);
    this.onArp = having('arp', this.detectors);
    this.onStray = having('stray', this.detectors);
    this.onBridge = having('bridge', this.detectors);
    this.onPacket = having('packet', this.detectors);
    this.onLone = having('lone', this.detectors);
    this.icmp = new IcmpDetection(parts.table, this.detectors);
    this.onReflectable = having('reflectable', this.detectors);
    this.onAdvance = having('advance', this.detectors).map((detector) => ({
      detector,
      context: this.contexts[this.detectors.indexOf(detector)]!,
    }));
    this.onSettle = having('settle', this.detectors);
    this.onOpinion = having('opinionOf', this.detectors);
  }

  /** Packet time moved on. Before `packet`. */
  advance(): void {
    const { clock } = this.parts;
    const seconds = clock.seconds + clock.nanos * 1e-9 + this.shift;
    if (seconds < this.seconds - MAX_DISORDER) this.follow(seconds);
    else if (this.late > 0) this.late = 0;
    if (seconds > this.seconds) this.seconds = seconds;
    if (this.seconds >= this.wakeSeconds) this.wake();
  }

  wakeAt(seconds: number): void {
    if (seconds < this.wakeSeconds) this.wakeSeconds = seconds;
  }

  /** Those whose time has come; what the others asked for stands. */
  private wake(): void {
    this.wakeSeconds = Number.POSITIVE_INFINITY;
    for (let i = 0; i < this.onAdvance.length; i++) {
      const { detector, context } = this.onAdvance[i]!;
      if (this.seconds >= context.wakeSeconds) {
        context.wakeSeconds = Number.POSITIVE_INFINITY;
        detector.advance();
      }
      this.wakeAt(context.wakeSeconds);
    }
  }

  /** A capture whose time went back for good (files joined, a clock set) goes on from the time it had reached. */
  private follow(seconds: number): void {
    if (++this.late < LATE_PACKETS) return;
    this.late = 0;
    this.shift += this.seconds - seconds;
  }

  /** The packet just counted into `slot`, from `direction`, as `packets` of which it was put together; `isNew`: it began the flow. */
  packet(slot: number, direction: number, isNew: boolean, packet: Packet, view: DataView, packets: number): void {
    const { words } = this.parts.table;
    const flagWord = slot * slotWords + Slot.Flags;
    const counts = slot * slotWords + Slot.Packets;
    const isTcp = packet.ipProtocol === IpProtocol.Tcp;
    if (this.parts.table.quietSeconds >= PAUSE && packet.payloadBytes > 0) this.woken(slot, direction, packet.payloadBytes);
    if (isTcp && direction === 0 && (packet.tcpWindow === 0 || (words[flagWord]! & Flag.Stalled) !== 0))
      this.window(slot, flagWord, packet);
    // In the middle of a connection, where most packets are, there is nothing to tell.
    if (isTcp && (words[flagWord]! & SETTLED) === SETTLED && words[counts + direction]! > packets + 1 && (packet.tcpFlags & TURNS) === 0)
      return;
    const flags = packet.tcpFlags & (TcpFlag.Syn | TcpFlag.Ack | TcpFlag.Rst);
    if (isNew && direction === 0 && (!isTcp || ((flags & TcpFlag.Rst) === 0 && flags !== (TcpFlag.Syn | TcpFlag.Ack)))) {
      for (let i = 0; i < this.onAttempted.length; i++) this.onAttempted[i]!.attempted(this.flow.at(slot));
    }
    // All fragments of a datagram are one: the first word of a side is that also in pieces.
    const originatorPackets = (words[counts]! >>> 0) - (direction === 0 ? packets - 1 : 0);
    const responderPackets = (words[counts + 1]! >>> 0) - (direction === 1 ? packets - 1 : 0);
    const isEarly = (direction === 0 ? originatorPackets : responderPackets) <= 2 || responderPackets === 0;
    const isLone = originatorPackets === 0 || (isTcp && direction === 0 && (words[flagWord]! & Flag.Refused) !== 0);
    const isIcmp = packet.icmpType >= 0;
    const isOfService = !isTcp && (kindOfPort[packet.sourcePort]! | kindOfPort[packet.destinationPort]!) !== 0;
    if (isEarly || isIcmp || isOfService || (flags & TcpFlag.Syn) !== 0) {
      for (let i = 0; i < this.onPacket.length; i++) {
        this.onPacket[i]!.packet(packet, direction, isNew, originatorPackets, responderPackets);
      }
    } else if (isLone) {
      for (let i = 0; i < this.onLone.length; i++) this.onLone[i]!.lone(packet, direction, isNew, originatorPackets, responderPackets);
    }
    if (isIcmp) this.icmp.packet(packet, view);
    if (isOfService && packet.ipProtocol === IpProtocol.Udp)
      for (let i = 0; i < this.onReflectable.length; i++) this.onReflectable[i]!.reflectable(packet);
    if ((words[flagWord]! & Flag.Answered) === 0) {
      if (direction === 1) this.fromResponder(slot, flagWord, isTcp ? (flags & TcpFlag.Rst) !== 0 : isAbort(packet, view));
      else if (isTcp && !isNew && flags === TcpFlag.Ack && this.flow.at(slot).firstFlags & TcpFlag.Syn)
        this.answered(slot, flagWord, false);
    } else if (isTcp && direction === 0 && flags === TcpFlag.Ack && words[counts] === 2) {
      for (let i = 0; i < this.onEstablished.length; i++) this.onEstablished[i]!.established(this.flow.at(slot));
    }
    if (direction === 1 && packet.payloadBytes > 0 && (words[flagWord]! & Flag.Served) === 0) {
      words[flagWord]! |= Flag.Served;
      for (let i = 0; i < this.onServed.length; i++) this.onServed[i]!.served(this.flow.at(slot));
    }
    if (isTcp && (packet.tcpFlags & (TcpFlag.Fin | TcpFlag.Rst)) !== 0 && (words[flagWord]! & Flag.Closed) !== 0) this.closed(slot);
    if (isIcmp) this.unreachable(this.icmp.refusedBy(packet, view));
  }

  /** A word in the flow in `slot`, in which nobody had sent anything for a while. */
  private woken(slot: number, direction: number, payloadBytes: number): void {
    const { table, protocolsIn } = this.parts;
    const counts = slot * slotWords + Slot.Packets;
    if (table.words[counts] === 0 || table.words[counts + 1] === 0) return;
    for (let i = 0; i < this.onWoken.length; i++) this.onWoken[i]!.woken(this.flow.at(slot), direction, payloadBytes, protocolsIn(slot));
  }

  /** The originator's window is closed, or was. */
  private window(slot: number, flagWord: number, packet: Packet): void {
    const { words } = this.parts.table;
    const isCaptured = packet.payloadOffset >= packet.transportOffset + 16;
    const isClosed = packet.tcpWindow === 0;
    const wasClosed = (words[flagWord]! & Flag.Stalled) !== 0;
    if (!isCaptured || isClosed === wasClosed || (packet.tcpFlags & TURNS) !== 0) return;
    words[flagWord]! ^= Flag.Stalled;
    if (isClosed) for (let i = 0; i < this.onStalled.length; i++) this.onStalled[i]!.stalled(this.flow.at(slot));
    else for (let i = 0; i < this.onResumed.length; i++) this.onResumed[i]!.resumed(this.flow.at(slot));
  }

  /** The flow in `slot` is over; `identified`: what its content showed. */
  ended(slot: number, identified: Identified | null): void {
    const { words } = this.parts.table;
    const counts = slot * slotWords + Slot.Packets;
    if (words[counts] === 0 || words[counts + 1] === 0) return;
    for (let i = 0; i < this.onEnded.length; i++) this.onEnded[i]!.ended(this.flow.at(slot), identified?.protocols ?? none);
    if (!identified?.unusualPort) return;
    for (const detector of this.onDisplaced) detector.displaced(this.flow.at(slot), identified.protocols[0]!);
  }

  login(slot: number, service: string, login: Login, at: PacketMark): void {
    this.mark = at;
    for (const detector of this.onLogin) detector.login(this.flow.at(slot), service, login);
    this.mark = this.parts.clock;
  }

  requested(slot: number, target: string, at: PacketMark): void {
    this.mark = at;
    for (const detector of this.onRequested) detector.requested(this.flow.at(slot), target);
    this.mark = this.parts.clock;
  }

  record(type: RecordType, row: object, at: PacketMark): void {
    const detectors = this.onRecord.get(type);
    if (!detectors) return;
    this.mark = at;
    for (let i = 0; i < detectors.length; i++) detectors[i]!.record(type, row);
    this.mark = this.parts.clock;
  }

  /** A packet of the bucket `Arp`. */
  arp(packet: Packet, view: DataView): void {
    if (!this.arpView.read(packet, view)) return;
    for (let i = 0; i < this.onArp.length; i++) this.onArp[i]!.arp(this.arpView);
  }

  /** A packet of another bucket; `view` holds its frame. */
  stray(packet: Packet, view: DataView): void {
    const at = packet.sourceMacOffset;
    if (at < 0) return;
    const mac = view.getUint16(at) * 0x1_0000_0000 + view.getUint32(at + 2);
    for (let i = 0; i < this.onStray.length; i++) this.onStray[i]!.stray(mac);
    if (packet.bucket !== Bucket.Stp || !this.bridgeMessage.read(packet, view)) return;
    for (let i = 0; i < this.onBridge.length; i++) this.onBridge[i]!.bridge(this.bridgeMessage);
  }

  finish(): void {
    for (const detector of this.onSettle) detector.settle();
    for (const detector of this.detectors) detector.finish();
  }

  /** What crossed its threshold and may still go on, as it stands; what is over goes to the sink. `seconds`: at least that is the time. */
  open(seconds: number): AlertRow[] {
    if (seconds > this.seconds) {
      this.seconds = seconds;
      this.wake();
    }
    return this.detectors.flatMap(
      (detector, i) => detector.open?.().map((finding) => this.rows.rowOf(this.parts.modules[i]!, finding)) ?? [],
    );
  }

  /** The first word of the responder. */
  private fromResponder(slot: number, flagWord: number, isRefusal: boolean): void {
    if (isRefusal) this.refused(slot, flagWord);
    else this.answered(slot, flagWord, true);
  }

  private closed(slot: number): void {
    for (let i = 0; i < this.onClosed.length; i++) this.onClosed[i]!.closed(this.flow.at(slot));
  }

  private answered(slot: number, flagWord: number, seen: boolean): void {
    this.parts.table.words[flagWord]! |= Flag.Answered;
    for (let i = 0; i < this.onAnswered.length; i++) this.onAnswered[i]!.answered(this.flow.at(slot), seen);
  }

  private refused(slot: number, flagWord: number): void {
    this.parts.table.words[flagWord]! |= Flag.Answered | Flag.Refused;
    for (let i = 0; i < this.onRefused.length; i++) this.onRefused[i]!.refused(this.flow.at(slot));
  }

  /** ICMP says that the originator's packet in the flow of `slot` could not be delivered. */
  private unreachable(slot: number): void {
    if (slot === noFlow) return;
    const flagWord = slot * slotWords + Slot.Flags;
    if ((this.parts.table.words[flagWord]! & Flag.Answered) === 0) this.refused(slot, flagWord);
  }

  alert(module: DetectorModule, finding: Finding): void {
    this.rows.tell(module, finding);
  }

  /** The evidence with what another detector says of the same hosts. */
  private withOpinion(finding: Finding): Evidence {
    if (finding.evidence.ml !== undefined) return finding.evidence;
    for (const detector of this.onOpinion) {
      const ml = detector.opinionOf(finding);
      if (ml) return { ...finding.evidence, ml };
    }
    return finding.evidence;
  }
}

/** What one detector may know and say. */
class DetectorContext implements DetectContext {
  readonly platform: Platform;
  /** When it wants to be woken next. */
  wakeSeconds = Number.POSITIVE_INFINITY;
  private readonly detection: Detection;
  private readonly module: DetectorModule;

  constructor(detection: Detection, module: DetectorModule, platform: Platform) {
    this.platform = platform;
    this.detection = detection;
    this.module = module;
  }

  get seconds(): number {
    return this.detection.seconds;
  }

  get shift(): number {
    return this.detection.shift;
  }

  get timeNs(): bigint {
    return this.detection.mark.timeNs;
  }

  get packet(): number {
    return this.detection.mark.packet;
  }

  wakeAt(seconds: number): void {
    if (seconds >= this.wakeSeconds) return;
    this.wakeSeconds = seconds;
    this.detection.wakeAt(seconds);
  }

  alert(finding: Finding): void {
    this.detection.alert(this.module, finding);
  }
}

/** SCTP whose first chunk is ABORT (RFC 9260 3.3.7): nobody listens at that port. */
function isAbort(packet: Packet, view: DataView): boolean {
  return packet.ipProtocol === IpProtocol.Sctp && packet.payloadLength > 0 && view.getUint8(packet.payloadOffset) === SCTP_ABORT;
}
