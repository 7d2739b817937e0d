/**
 * IP datagrams from their fragments (RFC 791 3.2, RFC 8200 4.5). Where fragments overlap, bytes that came first stay, whatever comes
 * later: the policy "first" (Novak, Target-Based Fragmentation Reassembly, 2005) and what Zeek does; hosts differ, so every overlap is a
 * weird, and one with other bytes is another. A datagram is waited for as long as RFC 8200 says. Everything is bounded; when a bound is
 * reached the datagrams that wait longest are given up, which is counted.
 */
import { Datagram } from './datagram.ts';
import { decodeDatagram } from './decode.ts';
import type { Packet } from './packet.ts';
import { Weird } from './weird.ts';

export type { Datagram } from './datagram.ts';

export interface ReassemblyOptions {
  /** Seconds of packet time after its first fragment in which a datagram must be whole. */
  timeout: number;
  /** Datagrams that are remembered at once, whole ones for late copies of their fragments. */
  maxDatagrams: number;
  /** Bytes of all waiting fragments. */
  maxBytes: number;
}

export const defaultReassemblyOptions: ReassemblyOptions = { timeout: 60, maxDatagrams: 8192, maxBytes: 16 * 1024 * 1024 };

/** Told of datagrams that are not waited for any longer. */
export interface ReassemblyListener {
  datagramGivenUp(datagram: Datagram): void;
}

/** Room for two MAC addresses, an IP header with its options or extension headers, and the longest payload. */
const scratchBytes = 12 + 2048 + 65536;
const maxHeaderBytes = 2048;

export class Reassembler {
  private readonly listener: ReassemblyListener;
  private readonly options: ReassemblyOptions;
  private readonly datagrams = new Map<string, Datagram>();
  /** The same from `head` on, the oldest first, and some that were forgotten (a Map is slow at giving its first entry over and over). */
  private queue: Datagram[] = [];
  private head = 0;
  private bytes = 0;
  private readonly scratch = new Uint8Array(scratchBytes);
  /** Where `assemble` leaves a datagram; `bytes` and `view` are of the same memory. */
  readonly view = new DataView(this.scratch.buffer);

  constructor(listener: ReassemblyListener, options: Partial<ReassemblyOptions> = {}) {
    this.listener = listener;
    this.options = { ...defaultReassemblyOptions, ...options };
  }

  get assembled(): Uint8Array {
    return this.scratch;
  }

  /**
   * Take a fragment: `packet.isFragment` and bucket 0, decoded from `bytes`. Gives its datagram, which may be whole now. A copy of a
   * fragment whose datagram is whole already gives that one, with `data` empty.
   */
  add(packet: Packet, bytes: Uint8Array, view: DataView, number: number, seconds: number, nanos: number): Datagram {
    this.expire(seconds);
    const key = keyOf(packet, view);
    let datagram = this.datagrams.get(key);
    // A first fragment after the datagram was whole begins another one with the same identification.
    if (datagram && datagram.isComplete && packet.fragmentOffset === 0) {
      this.forget(datagram);
      datagram = undefined;
    }
    datagram ??= this.begin(key, packet, bytes, number, seconds, nanos);
    const wasComplete = datagram.isComplete;
    const body = bodyOffset(packet, view);
    const length = packet.ipOffset + packet.ipBytes - body;
    datagram.count(packet, length, number, seconds, nanos);
    if (wasComplete) {
      datagram.note(Weird.FragmentOverlap, number, seconds, nanos);
      return datagram;
    }
    this.store(datagram, packet, bytes, body, length, number, seconds, nanos);
    this.bound(datagram, number, seconds, nanos);
    return datagram;
  }

  /** The datagram was made use of: its bytes are no longer needed. */
  release(datagram: Datagram): void {
    this.bytes -= datagram.data.length;
    datagram.release();
  }

  /** Fragments of datagrams that are not whole yet. */
  get waiting(): number {
    let packets = 0;
    for (const datagram of this.datagrams.values()) if (!datagram.isComplete) packets += datagram.packets;
    return packets;
  }

  /** Give up what waits. */
  finish(): void {
    for (let oldest = this.oldest(); oldest; oldest = this.oldest()) this.giveUp(oldest);
  }

  /**
   * Decode `datagram`, whole or as far as it is known from its start, into `packet` as if it had come in one frame; positions are in
   * `view`. False when its first fragment is missing: then nothing tells its flow.
   */
  assemble(datagram: Datagram, packet: Packet): boolean {
    const isWhole = datagram.isComplete;
    const header = isWhole ? datagram.header : datagram.fragmentHeader;
    if (!header || datagram.data.length === 0) return false;
    const { scratch } = this;
    const captured = isWhole ? Math.min(datagram.prefixBytes, datagram.total) : datagram.prefixBytes;
    const wire = isWhole ? datagram.total : captured;
    if (datagram.macs) scratch.set(datagram.macs);
    scratch.set(header, 12);
    scratch.set(datagram.data.subarray(0, captured), 12 + header.length);
    stateLength(this.view, header.length + wire, isWhole);
    packet.reset(0, 12 + header.length + captured, datagram.frameBytes, datagram.linkType);
    packet.destinationMacOffset = datagram.macs ? 0 : -1;
    packet.sourceMacOffset = datagram.macs ? 6 : -1;
    packet.etherType = datagram.etherType;
    packet.vlanDepth = datagram.vlanDepth;
    packet.outerVlan = datagram.outerVlan;
    packet.innerVlan = datagram.innerVlan;
    packet.tunnelCount = datagram.tunnelCount;
    packet.tunnels.set(datagram.tunnels);
    decodeDatagram(packet, this.view, 12, header.length + captured, header.length + wire);
    if (datagram.isTruncated) packet.isTruncated = true;
    return true;
  }

  private store(
    datagram: Datagram,
    packet: Packet,
    bytes: Uint8Array,
    body: number,
    length: number,
    number: number,
    seconds: number,
    nanos: number,
  ): void {
    if (packet.fragmentOffset === 0 && !datagram.header) keepHeader(datagram, packet, bytes, body);
    const frameEnd = packet.frameOffset + packet.capturedLength;
    const captured = Math.max(0, Math.min(body + length, frameEnd) - body);
    const before = datagram.data.length;
    const weird = datagram.take(packet.fragmentOffset, length, !packet.moreFragments, bytes, body, captured);
    this.bytes += datagram.data.length - before;
    if (weird !== 0) datagram.note(weird, number, seconds, nanos);
  }

  private expire(seconds: number): void {
    for (let oldest = this.oldest(); oldest; oldest = this.oldest()) {
      if (Math.abs(seconds - oldest.firstSeconds) <= this.options.timeout) return;
      this.giveUp(oldest);
    }
  }

  /** Keep within the bounds; `kept` stays unless it is what breaks them. */
  private bound(kept: Datagram, number: number, seconds: number, nanos: number): void {
    const { maxBytes, maxDatagrams } = this.options;
    while (this.bytes > maxBytes || this.datagrams.size > maxDatagrams) {
      const oldest = this.oldest();
      if (!oldest || oldest === kept) break;
      if (!oldest.isComplete) oldest.note(Weird.FragmentTableFull, number, seconds, nanos);
      this.giveUp(oldest);
    }
    if (kept.isScattered) this.giveUp(kept);
  }

  private begin(key: string, packet: Packet, bytes: Uint8Array, number: number, seconds: number, nanos: number): Datagram {
    const datagram = new Datagram(key, packet, bytes, number, seconds, nanos);
    this.datagrams.set(key, datagram);
    this.queue.push(datagram);
    return datagram;
  }

  private oldest(): Datagram | undefined {
    while (this.queue[this.head]?.isForgotten) this.head++;
    if (this.head > 1024 && this.head * 2 > this.queue.length) {
      this.queue = this.queue.slice(this.head);
      this.head = 0;
    }
    return this.queue[this.head];
  }

  private forget(datagram: Datagram): void {
    this.datagrams.delete(datagram.key);
    datagram.isForgotten = true;
  }

  private giveUp(datagram: Datagram): void {
    this.forget(datagram);
    if (!datagram.isComplete) this.listener.datagramGivenUp(datagram);
    this.release(datagram);
  }
}

/** Start of the IP payload of a fragment. */
function bodyOffset(packet: Packet, view: DataView): number {
  return packet.ipVersion === 4 ? packet.ipOffset + (view.getUint8(packet.ipOffset) & 15) * 4 : packet.fragmentHeaderOffset + 8;
}

/** RFC 791 3.2: identification, addresses and protocol; RFC 8200 4.5: identification and addresses. */
function keyOf(packet: Packet, view: DataView): string {
  const { sourceWord0, sourceWord1, sourceWord2, sourceWord3, destinationWord0, destinationWord1, destinationWord2 } = packet;
  if (packet.ipVersion === 4) return `${sourceWord0} ${destinationWord0} ${packet.fragmentId} ${view.getUint8(packet.ipOffset + 9)}`;
  const source = `${sourceWord0} ${sourceWord1} ${sourceWord2} ${sourceWord3}`;
  return `${source} ${destinationWord0} ${destinationWord1} ${destinationWord2} ${packet.destinationWord3} ${packet.fragmentId}`;
}

/** Keep the headers before the fragmented part, with the mark of a fragment and without. */
function keepHeader(datagram: Datagram, packet: Packet, bytes: Uint8Array, body: number): void {
  if (body - packet.ipOffset > maxHeaderBytes) return;
  datagram.fragmentHeader = bytes.slice(packet.ipOffset, body);
  if (packet.ipVersion === 4) {
    datagram.header = datagram.fragmentHeader.slice();
    datagram.header[6] = datagram.header[7] = 0;
  } else {
    datagram.header = bytes.slice(packet.ipOffset, packet.fragmentHeaderOffset);
    datagram.header[packet.fragmentLinkOffset - packet.ipOffset] = bytes[packet.fragmentHeaderOffset]!;
  }
}

/** Write the length of the datagram behind 12 bytes into its header; 0, as for offloading, when it does not fit. */
function stateLength(view: DataView, length: number, isWhole: boolean): void {
  const isVersion6 = view.getUint8(12) >> 4 === 6;
  const stated = isVersion6 ? length - 40 : length;
  view.setUint16(isVersion6 ? 16 : 14, stated > 65535 ? 0 : stated);
  if (!isVersion6 && !isWhole) view.setUint16(18, 0x2000);
}
