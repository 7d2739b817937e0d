/**
 * What ICMP said, as rows: by flow, direction, type and code, with counts. Per packet numbers are added up; what a message says is read
 * from a copy of the first, when the flow is over.
 */
import { icmpRecord, type RecordSink } from '@wirecase/contract';
import { decode, LinkType, Packet } from '@wirecase/decode';
import { type FlowTable, FlowView, noFlow } from '@wirecase/flow';
import { nanosecondsOf, type PacketClock } from '../clock.ts';
import { transportName } from '../flow-row.ts';
import type { IdMaker } from '../ids.ts';
import { SampleSet } from '../sample-set.ts';
import type { WeirdLog } from '../weird-log.ts';
import { readIcmp } from './icmp-message.ts';
import { icmpName, icmpReason, isIcmpError } from './icmp-names.ts';

/** Bytes of the first message that are kept: a router's advertisement with some prefixes. */
const MAX_KEPT = 512;
/** Kinds of one flow that have rows; a flow has two types at most, so that more of them have odd codes. Rows that are open. */
const MAX_KINDS = 16;
const MAX_OPEN = 1 << 16;
const MAX_QUOTED = 1000;
const MAX_IDENTIFIERS = 16;
/** Bytes of a message's header. */
const HEADER_BYTES = 8;

/** A row while it is counted. */
class Tally {
  direction = 0;
  type = 0;
  code = 0;
  count = 0;
  bytes = 0;
  packet = 0;
  firstSeconds = 0;
  firstNanos = 0;
  lastSeconds = 0;
  lastNanos = 0;
  lastSequence = 0;
  lastIdentifier = -1;
  identifiers: SampleSet | null = null;
  /** Of errors: who sent the first quoted packet and to whom; -1 for ports that are not known. */
  quoted: Quoted | null = null;
  ports: SampleSet | null = null;
  ips: SampleSet | null = null;
  message: Uint8Array = new Uint8Array(0);
  next: Tally | null = null;
}

interface Quoted {
  protocol: number;
  sourceIp: Uint8Array;
  sourcePort: number | null;
  destinationIp: Uint8Array;
  destinationPort: number | null;
  /** First packet of its flow, 0 when it has none that is open. */
  firstPacket: number;
}

export interface IcmpRecordsParts {
  sink: RecordSink;
  ids: IdMaker;
  nextRecordId: () => string;
  weirds: WeirdLog;
  table: FlowTable;
  clock: PacketClock;
}

export class IcmpRecords {
  private readonly parts: IcmpRecordsParts;
  private readonly flow: FlowView;
  private readonly quoted = new Packet();
  /** First kind of each open flow, by slot. */
  private readonly open = new Map<number, Tally>();

  constructor(parts: IcmpRecordsParts) {
    this.parts = parts;
    this.flow = new FlowView(parts.table);
  }

  /** A packet of ICMP just counted into `slot`, from `direction`. */
  packet(slot: number, direction: number, packet: Packet, view: DataView): void {
    const { icmpType, icmpCode } = packet;
    let tally = this.open.get(slot) ?? null;
    let kinds = 0;
    for (; tally; tally = tally.next) {
      if (tally.type === icmpType && tally.code === icmpCode && tally.direction === direction) break;
      if (++kinds === MAX_KINDS) return this.parts.weirds.add('icmp_kinds_full', slot);
    }
    tally ??= this.add(slot, direction, packet, view);
    if (!tally) return;
    const { seconds, nanos } = this.parts.clock;
    tally.count++;
    tally.bytes += packet.ipBytes;
    tally.lastSeconds = seconds;
    tally.lastNanos = nanos;
    if (tally.identifiers) this.numbered(tally, packet, view);
    else if (tally.ports && packet.payloadLength >= 20) this.quote(tally, packet, view);
  }

  /** The flow in `slot` is over. `id`: the flow's; null: it shares its row, and has none here. */
  close(slot: number, id: string | null): void {
    if (this.open.size === 0) return;
    const first = this.open.get(slot);
    if (!first) return;
    this.open.delete(slot);
    if (id === null) return;
    const flow = this.flow.at(slot);
    const ends = [flow.sourceIp, flow.destinationIp];
    const { isIpv6 } = flow;
    for (let tally: Tally | null = first; tally; tally = tally.next) this.write(tally, id, ends, isIpv6);
  }

  private add(slot: number, direction: number, packet: Packet, view: DataView): Tally | null {
    const first = this.open.get(slot);
    if (!first && this.open.size === MAX_OPEN) {
      this.parts.weirds.add('icmp_table_full', -1);
      return null;
    }
    const { clock } = this.parts;
    const isVersion6 = packet.ipVersion === 6;
    const tally = new Tally();
    tally.direction = direction;
    tally.type = packet.icmpType;
    tally.code = packet.icmpCode;
    tally.packet = clock.packet;
    tally.firstSeconds = clock.seconds;
    tally.firstNanos = clock.nanos;
    const start = packet.transportOffset;
    const end = Math.min(packet.payloadOffset + packet.payloadLength, start + MAX_KEPT);
    tally.message = new Uint8Array(view.buffer.slice(view.byteOffset + start, view.byteOffset + end));
    if (isIcmpError(tally.type, isVersion6)) {
      tally.ports = new SampleSet(1, MAX_QUOTED);
      tally.ips = new SampleSet(isVersion6 ? 4 : 1, MAX_QUOTED);
    } else if (isNumbered(tally.type, isVersion6)) tally.identifiers = new SampleSet(1, MAX_IDENTIFIERS);
    if (!first) this.open.set(slot, tally);
    else {
      let last = first;
      while (last.next) last = last.next;
      last.next = tally;
    }
    return tally;
  }

  private numbered(tally: Tally, packet: Packet, view: DataView): void {
    const at = packet.transportOffset;
    if (at < 0 || packet.payloadOffset - at < HEADER_BYTES) return;
    const identifier = view.getUint16(at + 4);
    tally.lastSequence = view.getUint16(at + 6);
    if (identifier === tally.lastIdentifier) return;
    tally.lastIdentifier = identifier;
    tally.identifiers!.add(identifier);
  }

  /** The packet that an error is about. */
  private quote(tally: Tally, packet: Packet, view: DataView): void {
    const { quoted } = this;
    decode(quoted, view, packet.payloadOffset, packet.payloadLength, packet.payloadLength, LinkType.Raw);
    if (quoted.ipVersion !== packet.ipVersion || quoted.destinationIpOffset < 0) return;
    tally.ips!.add(quoted.destinationWord0, quoted.destinationWord1, quoted.destinationWord2, quoted.destinationWord3);
    if (quoted.hasPorts) tally.ports!.add(quoted.destinationPort);
    tally.quoted ??= this.quotedOf(quoted, view);
  }

  private quotedOf(quoted: Packet, view: DataView): Quoted {
    const length = quoted.ipVersion === 4 ? 4 : 16;
    const bytesAt = (offset: number) => new Uint8Array(view.buffer.slice(view.byteOffset + offset, view.byteOffset + offset + length));
    return {
      protocol: quoted.ipProtocol,
      sourceIp: bytesAt(quoted.sourceIpOffset),
      sourcePort: quoted.hasPorts ? quoted.sourcePort : null,
      destinationIp: bytesAt(quoted.destinationIpOffset),
      destinationPort: quoted.hasPorts ? quoted.destinationPort : null,
      firstPacket: this.flowOf(quoted),
    };
  }

  private flowOf(quoted: Packet): number {
    if (quoted.bucket !== 0 || quoted.fragmentOffset > 0) return 0;
    const { table } = this.parts;
    const direction = table.direction;
    const slot = table.find(quoted);
    table.direction = direction;
    return slot === noFlow ? 0 : this.flow.at(slot).firstPacket;
  }

  private write(tally: Tally, flowId: string, ends: readonly Uint8Array[], isVersion6: boolean): void {
    const { ids, nextRecordId, sink } = this.parts;
    const { type, code, direction, message, quoted, identifiers, ports, ips } = tally;
    const isNumberedHere = identifiers !== null && identifiers.size > 0;
    sink.record(icmpRecord, {
      id: nextRecordId(),
      flowId,
      time: nanosecondsOf(tally.firstSeconds, tally.firstNanos),
      end: nanosecondsOf(tally.lastSeconds, tally.lastNanos),
      packet: tally.packet,
      sourceIp: ends[direction]!,
      destinationIp: ends[1 - direction]!,
      transport: isVersion6 ? 'ipv6-icmp' : 'icmp',
      icmpType: type,
      icmpCode: code,
      name: icmpName(type, isVersion6),
      reason: icmpReason(type, code, isVersion6),
      count: tally.count,
      bytes: tally.bytes,
      identifiers: isNumberedHere ? wordsOf(identifiers) : null,
      firstSequence: isNumberedHere ? (message[6]! << 8) | message[7]! : null,
      lastSequence: isNumberedHere ? tally.lastSequence : null,
      quotedTransport: quoted && transportName(quoted.protocol),
      quotedSourceIp: quoted && quoted.sourceIp,
      quotedSourcePort: quoted && quoted.sourcePort,
      quotedDestinationIp: quoted && quoted.destinationIp,
      quotedDestinationPort: quoted && quoted.destinationPort,
      quotedFlowId: quoted && quoted.firstPacket > 0 ? ids.id(quoted.firstPacket) : null,
      quotedPorts: ports && ports.size > 0 ? wordsOf(ports) : null,
      quotedIps: ips && ips.size > 0 ? Array.from({ length: ips.size }, (_, i) => ips.address(i)) : null,
      ...readIcmp(message, isVersion6),
    });
  }
}

/** Whether messages of this type have an identifier and a sequence number (RFC 792, RFC 4443 4). */
function isNumbered(type: number, isVersion6: boolean): boolean {
  if (isVersion6) return type === 128 || type === 129;
  return type === 0 || type === 8 || (type >= 13 && type <= 18);
}

function wordsOf(set: SampleSet): number[] {
  return Array.from({ length: set.size }, (_, i) => set.word(i));
}
