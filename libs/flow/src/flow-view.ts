/** One flow of the table in words an analyst uses: reads the slot it is set to. One view is reused for many flows. */
import { Flag, isIpv6, isOneWay, Slot, slotWords, TcpState } from './slot.ts';
import type { FlowTable } from './table.ts';

export class FlowView {
  slot = 0;
  private readonly table: FlowTable;

  constructor(table: FlowTable) {
    this.table = table;
  }

  /** Look at the flow in `slot`. */
  at(slot: number): this {
    this.slot = slot;
    return this;
  }

  /** Addresses: 4 or 16 bytes in network order, a copy. */
  get sourceIp(): Uint8Array {
    return this.address(0);
  }

  get destinationIp(): Uint8Array {
    return this.address(1);
  }

  /** Word `i` of an address, int32 in network order; IPv4 has its address in word 0 and 0 in the others. */
  sourceWord(i: number): number {
    return this.word(i === 0 ? Slot.SourceIp : Slot.SourceIpRest + i - 1);
  }

  destinationWord(i: number): number {
    return this.word(i === 0 ? Slot.DestinationIp : Slot.DestinationIpRest + i - 1);
  }

  /** For ICMP the type; 0 where the transport has no ports. */
  get sourcePort(): number {
    return this.word(Slot.Ports) >>> 16;
  }

  /** For ICMP the answering type, or the code where nothing answers. */
  get destinationPort(): number {
    return this.word(Slot.Ports) & 0xffff;
  }

  /** IANA protocol number of the IP payload. */
  get ianaNumber(): number {
    return this.word(Slot.Key) & 0xff;
  }

  get isIpv6(): boolean {
    return (this.word(Slot.Key) & isIpv6) !== 0;
  }

  /** Whether it is an ICMP message to which there is no answer. */
  get isOneWay(): boolean {
    return (this.word(Slot.Key) & isOneWay) !== 0;
  }

  /** Number of the first packet in the capture, from 1. */
  get firstPacket(): number {
    return this.double(Slot.FirstPacketF64);
  }

  /** TCP flags of the first packet, 0 for other transports. */
  get firstFlags(): number {
    return (this.word(Slot.FirstHeaders) >>> 16) & 0xff;
  }

  /** Time of the earliest and latest packet, nanoseconds since 1970. */
  get startNs(): bigint {
    return nanoseconds(this.double(Slot.FirstSecondsF64), this.word(Slot.FirstNanos));
  }

  /** Time of the earliest packet, whole milliseconds since 1970. */
  get startMillis(): number {
    return this.double(Slot.FirstSecondsF64) * 1000 + Math.floor(this.word(Slot.FirstNanos) / 1_000_000);
  }

  get endNs(): bigint {
    return nanoseconds(this.double(Slot.LastSecondsF64), this.word(Slot.LastNanos));
  }

  /** Packets from the originator (0) or responder (1). */
  packets(direction: number): number {
    return this.word(Slot.Packets + direction) >>> 0;
  }

  /** Bytes on the wire: frames, IP datagrams, transport payload. */
  frameBytes(direction: number): number {
    return this.double(Slot.FrameBytesF64 + direction);
  }

  ipBytes(direction: number): number {
    return this.double(Slot.IpBytesF64 + direction);
  }

  payloadBytes(direction: number): number {
    return this.double(Slot.PayloadBytesF64 + direction);
  }

  retransmissions(direction: number): number {
    return this.word(Slot.Retransmissions + direction) >>> 0;
  }

  /** Segments that closed the window, of TCP. */
  zeroWindows(direction: number): number {
    return this.word(Slot.ZeroWindows + direction) >>> 0;
  }

  /** Frame bytes of the first packets, those of the responder negative. */
  get firstBytes(): number[] {
    if (this.table.first.has(this.slot)) return this.table.first.bytes(this.slot);
    return [this.frameBytes(0) - this.frameBytes(1)];
  }

  /** Microseconds between the first packet of the capture's order and each of `firstBytes`. */
  get firstMicros(): number[] {
    return this.table.first.has(this.slot) ? this.table.first.micros(this.slot) : [0];
  }

  /** Bytes of the stream that were acknowledged or passed and never seen. */
  gapBytes(direction: number): number {
    if (this.ianaNumber !== 6) return 0;
    return this.table.holes.missing(this.table.words, this.slot * slotWords, direction);
  }

  /** TTL or hop limit of the first packet that way, `null` when there was none. */
  ttl(direction: number): number | null {
    return this.packets(direction) === 0 ? null : (this.word(Slot.FirstHeaders) >>> (8 * direction)) & 0xff;
  }

  /** Handshake time, microseconds. */
  get rttMicros(): number | null {
    return this.has(Flag.RttKnown) ? this.word(Slot.Rtt) : null;
  }

  /** VLAN ids of the first packet, outermost first (with more than two tags: the outermost and the innermost). */
  get vlans(): number[] {
    const vlans = this.word(Slot.Vlans);
    if (this.has(Flag.DoubleVlan)) return [vlans & 0xffff, vlans >>> 16];
    return this.has(Flag.Vlan) ? [vlans & 0xffff] : [];
  }

  /** Text of the MAC addresses in the first packet. */
  get sourceMac(): string | null {
    if (!this.has(Flag.Macs)) return null;
    return macText(this.word(Slot.Macs), this.word(Slot.Macs + 1) >>> 16);
  }

  get destinationMac(): string | null {
    if (!this.has(Flag.Macs)) return null;
    const middle = this.word(Slot.Macs + 1);
    const last = this.word(Slot.Macs + 2);
    return macText((middle << 16) | (last >>> 16), last & 0xffff);
  }

  /** Source address of the first frame as a 48-bit number, -1 when the link type has none. */
  get sourceMacNumber(): number {
    if (!this.has(Flag.Macs)) return -1;
    return (this.word(Slot.Macs) >>> 0) * 0x1_0000 + (this.word(Slot.Macs + 1) >>> 16);
  }

  get isInitiatorKnown(): boolean {
    return this.has(Flag.InitiatorKnown);
  }

  get isTruncated(): boolean {
    return this.has(Flag.Truncated);
  }

  /** Zeek's history letters. */
  get history(): string {
    return this.table.history.text(this.word(Slot.History));
  }

  /** Zeek's conn_state. */
  get state(): string {
    const originator = this.word(Slot.State);
    const responder = this.word(Slot.State + 1);
    if (this.ianaNumber === 6) return tcpConnState(originator, responder, this.payloadBytes(0) + this.payloadBytes(1));
    if (this.ianaNumber === 1 || this.ianaNumber === 58) return 'OTH';
    if (originator !== TcpState.Inactive) return responder !== TcpState.Inactive ? 'SF' : 'S0';
    return responder !== TcpState.Inactive ? 'SHR' : 'OTH';
  }

  has(flag: number): boolean {
    return (this.word(Slot.Flags) & flag) !== 0;
  }

  private word(offset: number): number {
    return this.table.words[this.slot * slotWords + offset]!;
  }

  private double(offset: number): number {
    return this.table.doubles[this.slot * (slotWords / 2) + offset]!;
  }

  /** Of the originator (0) or responder (1). */
  private address(end: number): Uint8Array {
    const count = this.isIpv6 ? 4 : 1;
    const bytes = new Uint8Array(4 * count);
    for (let i = 0; i < count; i++) {
      const word = end === 0 ? this.sourceWord(i) : this.destinationWord(i);
      bytes[4 * i] = word >>> 24;
      bytes[4 * i + 1] = word >>> 16;
      bytes[4 * i + 2] = word >>> 8;
      bytes[4 * i + 3] = word;
    }
    return bytes;
  }
}

/** Zeek's conn_state from the states of both ends. */
function tcpConnState(originator: number, responder: number, payloadBytes: number): string {
  const isOriginatorSilent = originator === TcpState.Inactive || originator === TcpState.Partial;
  const isResponderSilent = responder === TcpState.Inactive || responder === TcpState.Partial;
  if (responder === TcpState.Reset) {
    const isRefused = originator === TcpState.SynSent || originator === TcpState.SynAckSent;
    if (isRefused || (originator === TcpState.Reset && payloadBytes === 0)) return 'REJ';
    return isOriginatorSilent ? 'RSTRH' : 'RSTR';
  }
  if (originator === TcpState.Reset) return isResponderSilent ? 'RSTOS0' : 'RSTO';
  if (responder === TcpState.Closed && originator === TcpState.Closed) return 'SF';
  if (originator === TcpState.Closed) return isResponderSilent ? 'SH' : 'S2';
  if (responder === TcpState.Closed) return isOriginatorSilent ? 'SHR' : 'S3';
  if (originator === TcpState.SynSent && responder === TcpState.Inactive) return 'S0';
  if (originator === TcpState.Established && responder === TcpState.Established) return 'S1';
  return 'OTH';
}

function nanoseconds(seconds: number, nanos: number): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(nanos);
}

const hexBytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** `high`: bytes 0-3, `low`: bytes 4-5. */
function macText(high: number, low: number): string {
  const first = `${hexBytes[high >>> 24]}:${hexBytes[(high >>> 16) & 255]}:${hexBytes[(high >>> 8) & 255]}`;
  return `${first}:${hexBytes[high & 255]}:${hexBytes[low >>> 8]}:${hexBytes[low & 255]}`;
}
