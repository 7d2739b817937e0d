/**
 * What hosts did in one window of packet time: typed arrays, a row a host, about 700 bytes. At most MAX_HOSTS hosts in a window; those
 * that come later in it (the forged sources of a flood) are not counted.
 */
import { HostTable } from '../host-table.ts';
import { BINS, Count, COUNTS, HISTOGRAMS, SKETCH_WORDS, SKETCHES, SUMS } from './layout.ts';
import { RowGroups } from './row-groups.ts';

export const MAX_HOSTS = 4096;
/** Packet numbers kept of a host. */
export const SAMPLES = 8;
/** Span of a row's packets, and the begin of its latest 100 ms. */
const Time = { First: 0, Last: 1, LastOut: 2, Burst: 3 } as const;
const TIMES = 4;
const BURST_SECONDS = 0.1;
/** Second word of the made-up IPv6 address under which a hardware address is held. */
const MAC_MARK = 0x4d414300;
const SMALLEST = 8;

export class WindowTable {
  readonly hosts = new HostTable();
  /** counts[hosts x COUNTS] and so on, row = host. */
  counts = new Int32Array(SMALLEST * COUNTS);
  sums = new Float64Array(SMALLEST * SUMS);
  readonly sketches = new RowGroups(SKETCHES, SKETCH_WORDS, SMALLEST);
  readonly histograms = new RowGroups(HISTOGRAMS, BINS, SMALLEST);
  private times = new Float64Array(SMALLEST * TIMES);
  private samples = new Float64Array(SMALLEST * SAMPLES);
  private sampleCounts = new Int32Array(SMALLEST);
  /** Packets sent in the latest 100 ms that began with one, and the most there were. */
  private bursts = new Int32Array(2 * SMALLEST);
  /** Where the host sent to last: four words and whether it is IPv6. */
  private peers = new Int32Array(5 * SMALLEST);

  get size(): number {
    return this.hosts.size;
  }

  /** Row of the host with this address, an empty one if it is new; -1 when there are too many. */
  rowOf(isIpv6: boolean, word0: number, word1: number, word2: number, word3: number): number {
    const { hosts } = this;
    const before = hosts.size;
    const row = hosts.numberOf(isIpv6, word0, word1, word2, word3, MAX_HOSTS);
    if (hosts.size > before) this.empty(row);
    return row;
  }

  /** Row of the host with this 48-bit hardware address. */
  rowOfMac(mac: number): number {
    return this.rowOf(true, 0, MAC_MARK, Math.floor(mac / 0x1_0000_0000), mac | 0);
  }

  /** The 48-bit hardware address of a host that is known by it, else -1. */
  macOf(row: number): number {
    const { hosts } = this;
    if (!hosts.isIpv6(row) || hosts.wordOf(row, 0) !== 0 || hosts.wordOf(row, 1) !== MAC_MARK) return -1;
    return hosts.wordOf(row, 2) * 0x1_0000_0000 + (hosts.wordOf(row, 3) >>> 0);
  }

  /** A packet from or to the host, or about it. */
  saw(row: number, seconds: number, packet: number): void {
    this.touch(row, seconds);
    this.sample(row, packet);
  }

  /** Something became known of the host that is of no packet of its own now. */
  touch(row: number, seconds: number): void {
    const at = row * TIMES;
    if (this.times[at + Time.First]! < 0) this.times[at + Time.First] = seconds;
    this.times[at + Time.Last] = seconds;
  }

  /** A packet that the host sent; answers the gap since the one before in seconds, -1 for the first. */
  sent(row: number, seconds: number): number {
    const at = row * TIMES;
    const { times, bursts } = this;
    const last = times[at + Time.LastOut]!;
    times[at + Time.LastOut] = seconds;
    if (seconds - times[at + Time.Burst]! >= BURST_SECONDS || last < 0) {
      times[at + Time.Burst] = seconds;
      bursts[2 * row] = 0;
    }
    const inBurst = ++bursts[2 * row]!;
    if (inBurst > bursts[2 * row + 1]!) bursts[2 * row + 1] = inBurst;
    return last < 0 ? -1 : seconds - last;
  }

  setPeer(row: number, isIpv6: boolean, word0: number, word1: number, word2: number, word3: number): void {
    const at = 5 * row;
    const { peers } = this;
    peers[at] = word0;
    peers[at + 1] = word1;
    peers[at + 2] = word2;
    peers[at + 3] = word3;
    peers[at + 4] = isIpv6 ? 1 : 0;
  }

  /** 4 or 16 bytes in network order. */
  peerOf(row: number): Uint8Array {
    const address = new Uint8Array(this.peers[5 * row + 4] === 1 ? 16 : 4);
    for (let i = 0; i < address.length; i++) address[i] = this.peers[5 * row + (i >> 2)]! >>> (24 - 8 * (i & 3));
    return address;
  }

  /** How much was counted of the host: packets, ARP, names asked for, logins. */
  activityOf(row: number): number {
    const at = row * COUNTS;
    const { counts } = this;
    const { PacketsOut, PacketsIn, ArpRequests, ArpReplies, DnsQueries, Logins } = Count;
    const packets = counts[at + PacketsOut]! + counts[at + PacketsIn]! + counts[at + ArpRequests]! + counts[at + ArpReplies]!;
    return packets + counts[at + DnsQueries]! + counts[at + Logins]!;
  }

  firstSeconds(row: number): number {
    return this.times[row * TIMES + Time.First]!;
  }

  lastSeconds(row: number): number {
    return this.times[row * TIMES + Time.Last]!;
  }

  /** Most packets that the host sent in 100 ms. */
  burstOf(row: number): number {
    return this.bursts[2 * row + 1]!;
  }

  /** Numbers of packets of the host: the first ones and the last. */
  packetsOf(row: number): number[] {
    return [...new Set(this.samples.subarray(row * SAMPLES, row * SAMPLES + this.sampleCounts[row]!))];
  }

  /** Add what a host did in a shorter window that follows what is here. */
  join(from: WindowTable, host: number): void {
    const { hosts } = from;
    const [a, b, c, d] = [hosts.wordOf(host, 0), hosts.wordOf(host, 1), hosts.wordOf(host, 2), hosts.wordOf(host, 3)];
    const row = this.rowOf(hosts.isIpv6(host), a, b, c, d);
    if (row < 0) return;
    for (let i = 0; i < COUNTS; i++) this.counts[row * COUNTS + i]! += from.counts[host * COUNTS + i]!;
    for (let i = 0; i < SUMS; i++) this.sums[row * SUMS + i]! += from.sums[host * SUMS + i]!;
    for (let sketch = 0; sketch < SKETCHES; sketch++) {
      const added = from.sketches.find(host, sketch);
      if (added < 0) continue;
      const at = this.sketches.open(row, sketch);
      for (let i = 0; i < SKETCH_WORDS; i++) this.sketches.words[at + i]! |= from.sketches.words[added + i]!;
    }
    for (let histogram = 0; histogram < HISTOGRAMS; histogram++) {
      const added = from.histograms.find(host, histogram);
      if (added < 0) continue;
      const at = this.histograms.open(row, histogram);
      for (let i = 0; i < BINS; i++) this.histograms.words[at + i]! += from.histograms.words[added + i]!;
    }
    this.bursts[2 * row + 1] = Math.max(this.burstOf(row), from.burstOf(host));
    for (let i = 0; i < 5; i++) this.peers[5 * row + i] = from.peers[5 * host + i]!;
    this.touch(row, from.firstSeconds(host));
    this.touch(row, from.lastSeconds(host));
    this.joinSamples(row, from, host);
  }

  clear(): void {
    this.hosts.clear();
  }

  /** Each packet once. */
  private joinSamples(row: number, { samples, sampleCounts }: WindowTable, host: number): void {
    const begin = host * SAMPLES;
    for (let at = begin; at < begin + sampleCounts[host]!; at++) {
      let earlier = begin;
      while (samples[earlier] !== samples[at]) earlier++;
      if (earlier === at) this.sample(row, samples[at]!);
    }
  }

  /** The first ones stay, the last place is of the newest. */
  private sample(row: number, packet: number): void {
    const count = this.sampleCounts[row]!;
    this.samples[row * SAMPLES + (count < SAMPLES ? count : SAMPLES - 1)] = packet;
    if (count < SAMPLES) this.sampleCounts[row] = count + 1;
  }

  private empty(row: number): void {
    if (row * COUNTS >= this.counts.length) this.grow();
    // Rows are short: `fill` costs more.
    for (let i = 0; i < COUNTS; i++) this.counts[row * COUNTS + i] = 0;
    for (let i = 0; i < SUMS; i++) this.sums[row * SUMS + i] = 0;
    for (let i = 0; i < TIMES; i++) this.times[row * TIMES + i] = -1;
    for (let i = 0; i < 5; i++) this.peers[5 * row + i] = 0;
    this.bursts[2 * row] = 0;
    this.bursts[2 * row + 1] = 0;
    this.sampleCounts[row] = 0;
    this.sketches.clear(row);
    this.histograms.clear(row);
  }

  private grow(): void {
    this.sketches.grow();
    this.histograms.grow();
    this.counts = twice(this.counts);
    this.sampleCounts = twice(this.sampleCounts);
    this.bursts = twice(this.bursts);
    this.peers = twice(this.peers);
    this.sums = twiceDouble(this.sums);
    this.times = twiceDouble(this.times);
    this.samples = twiceDouble(this.samples);
  }
}

function twice(values: Int32Array): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(2 * values.length);
  grown.set(values);
  return grown;
}

function twiceDouble(values: Float64Array): Float64Array<ArrayBuffer> {
  const grown = new Float64Array(2 * values.length);
  grown.set(values);
  return grown;
}

/** The made-up IPv6 address under which a 48-bit hardware address is held. */
export function addressOfMac(mac: number): Uint8Array {
  const address = new Uint8Array(16);
  const view = new DataView(address.buffer);
  view.setInt32(4, MAC_MARK);
  view.setUint32(8, Math.floor(mac / 0x1_0000_0000));
  view.setInt32(12, mac | 0);
  return address;
}
