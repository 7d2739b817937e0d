/** Numbers for addresses, so that detectors key their state by integers. */

import type { FlowView } from './detector.ts';

/** Hosts that get a number; a detector starts afresh when they run out. */
export const MAX_HOSTS = 1 << 18;
/** Hosts that there is room for once there is one. */
const SMALLEST = 16;
/** The places of a table without hosts. Not written to. */
const noPlaces = new Int32Array(1);

/** An address as 32-bit words in network order; IPv4 has word 0 only, and 0 in the others. */
export interface FlowAddresses {
  readonly isIpv6: boolean;
  sourceWord(i: number): number;
  destinationWord(i: number): number;
}

export class HostTable {
  /** Open addressing, number of the host + 1 where a place is taken. Twice as many places as hosts or more. */
  private places = noPlaces;
  /** Four words a host. */
  private words = new Int32Array(0);
  private isV6 = new Uint8Array(0);
  private count = 0;

  get isFull(): boolean {
    return this.count >= MAX_HOSTS;
  }

  /** Number of a flow's originator; a new one when it has none yet, but -1 where `limit` hosts have numbers. */
  sourceOf(flow: FlowAddresses, limit?: number): number {
    return this.numberOf(flow.isIpv6, flow.sourceWord(0), flow.sourceWord(1), flow.sourceWord(2), flow.sourceWord(3), limit);
  }

  destinationOf(flow: FlowAddresses, limit?: number): number {
    const { isIpv6 } = flow;
    return this.numberOf(isIpv6, flow.destinationWord(0), flow.destinationWord(1), flow.destinationWord(2), flow.destinationWord(3), limit);
  }

  /** Number of the host with an address of 4 or 16 bytes in network order. */
  hostOf(address: Uint8Array): number {
    if (address.length === 4) return this.numberOf(false, wordAt(address, 0), 0, 0, 0);
    return this.numberOf(true, wordAt(address, 0), wordAt(address, 4), wordAt(address, 8), wordAt(address, 12));
  }

  /** A copy: 4 or 16 bytes in network byte order. */
  addressOf(host: number): Uint8Array {
    const address = new Uint8Array(this.isV6[host] ? 16 : 4);
    for (let i = 0; i < address.length; i++) address[i] = this.words[4 * host + (i >> 2)]! >>> (24 - 8 * (i & 3));
    return address;
  }

  /** As the function of that name, for a host that has a number. */
  isInternal(host: number): boolean {
    return isInternal(this.addressOf(host));
  }

  /** A number for the network of a host, /24 or /64: equal for its neighbours, and hardly ever for others. */
  networkOf(host: number): number {
    const word = this.words[4 * host]!;
    return this.isV6[host] ? mixed(word, this.words[4 * host + 1]!, 0x6a09e667, 0) : word >>> 8;
  }

  /** The same for /16 or /48, what one organisation has at one place. */
  siteOf(host: number): number {
    const word = this.words[4 * host]!;
    return this.isV6[host] ? mixed(word, this.words[4 * host + 1]! >>> 16, 0x3c6ef372, 0) : word >>> 16;
  }

  clear(): void {
    this.places.fill(0);
    this.count = 0;
  }

  /** Hosts that have a number; numbers are given from 0 up. */
  get size(): number {
    return this.count;
  }

  /** Word `i` of a host's address, as `numberOf` was given it. */
  wordOf(host: number, i: number): number {
    return this.words[4 * host + i]!;
  }

  isIpv6(host: number): boolean {
    return this.isV6[host] === 1;
  }

  /** Number of the host whose address has these words; -1 for a new one where `limit` hosts have numbers. */
  numberOf(isIpv6: boolean, word0: number, word1: number, word2: number, word3: number, limit = Number.POSITIVE_INFINITY): number {
    const { places, words } = this;
    const mask = places.length - 1;
    const version = isIpv6 ? 1 : 0;
    let place = (mixed(word0, word1, word2, word3) ^ version) & mask;
    for (let taken = places[place]!; taken !== 0; taken = places[place]!) {
      const at = 4 * (taken - 1);
      const isSame = words[at] === word0 && words[at + 1] === word1 && words[at + 2] === word2 && words[at + 3] === word3;
      if (isSame && this.isV6[taken - 1] === version) return taken - 1;
      place = (place + 1) & mask;
    }
    if (this.count >= limit) return -1;
    const host = this.count++;
    if (host === this.isV6.length) this.grow();
    this.words[4 * host] = word0;
    this.words[4 * host + 1] = word1;
    this.words[4 * host + 2] = word2;
    this.words[4 * host + 3] = word3;
    this.isV6[host] = version;
    if (2 * this.count > places.length) this.spread();
    else places[place] = host + 1;
    return host;
  }

  private grow(): void {
    const { words, isV6 } = this;
    const room = Math.max(SMALLEST, 2 * isV6.length);
    this.words = new Int32Array(4 * room);
    this.words.set(words);
    this.isV6 = new Uint8Array(room);
    this.isV6.set(isV6);
  }

  /** Twice as many places, all hosts in theirs. */
  private spread(): void {
    const { words, isV6 } = this;
    const places = new Int32Array(Math.max(4 * SMALLEST, 2 * this.places.length));
    const mask = places.length - 1;
    for (let host = 0; host < this.count; host++) {
      let place = (mixed(words[4 * host]!, words[4 * host + 1]!, words[4 * host + 2]!, words[4 * host + 3]!) ^ isV6[host]!) & mask;
      while (places[place] !== 0) place = (place + 1) & mask;
      places[place] = host + 1;
    }
    this.places = places;
  }
}

/** Four bytes in network order, int32. No view is made: this runs for each record. */
function wordAt(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}

/** A hash of four words, 32 bits. */
function mixed(word0: number, word1: number, word2: number, word3: number): number {
  let hash = word0 ^ Math.imul(word1, 0x9e3779b1) ^ Math.imul(word2, 0x85ebca6b) ^ Math.imul(word3, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Whether a flow goes from a host of the network to one outside it. */
export function isOutward(flow: FlowView): boolean {
  if (flow.isIpv6) return isInternal(flow.sourceIp) && !isInternal(flow.destinationIp);
  return isInternalIpv4(flow.sourceWord(0)) && !isInternalIpv4(flow.destinationWord(0));
}

/** The other way. */
export function isInward(flow: FlowView): boolean {
  return !isInternal(flow.sourceIp) && isInternal(flow.destinationIp);
}

/** Whether an address is of a private, shared, link-local or loopback range (RFC 1918, 6598, 3927, 4193, 4291). */
export function isInternal(address: Uint8Array): boolean {
  if (address.length === 16) {
    const [a, b] = [address[0]!, address[1]!];
    const isLoopback = address[15] === 1 && address.subarray(0, 15).every((byte) => byte === 0);
    return (a & 0xfe) === 0xfc || (a === 0xfe && (b & 0xc0) === 0x80) || isLoopback;
  }
  return isInternalIpv4((address[0]! << 24) | (address[1]! << 16));
}

/** The same for the address as a word in network order. */
function isInternalIpv4(word: number): boolean {
  const a = word >>> 24;
  const b = (word >>> 16) & 0xff;
  if (a === 10 || a === 127) return true;
  if (a === 172) return (b & 0xf0) === 16;
  if (a === 192) return b === 168;
  if (a === 169) return b === 254;
  return a === 100 && (b & 0xc0) === 64;
}
