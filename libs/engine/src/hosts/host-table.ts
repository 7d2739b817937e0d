/** The hosts of a capture, at most so many: when they are too many, those of which nobody knows anything give way to one sum. */
import { addressOfKey, isUnicast, keyOfAddress, type AddressKey } from './address-key.ts';
import { DistinctCount } from './distinct-count.ts';
import { Host, type NoteBudget } from './host.ts';

const OVERFLOW_BITS = 1 << 16;
/** A sweep that frees less than this share is the last one. */
const WORTH_SWEEPING = 1 / 8;

/** The sum of hosts that have no row of their own. */
export class Overflow {
  readonly host: Host;
  private readonly distinct = new DistinctCount(OVERFLOW_BITS);

  constructor(address: Uint8Array, budget: NoteBudget) {
    this.host = new Host('', address, budget);
  }

  get hosts(): number {
    return this.distinct.estimate;
  }

  add(key: AddressKey): Host {
    this.distinct.add(key);
    return this.host;
  }

  absorb(host: Host): void {
    const sum = this.add(host.key);
    if (host.first !== null) sum.seen(host.first, host.last);
    sum.isHeard ||= host.isHeard;
    sum.packetsSent += host.packetsSent;
    sum.packetsReceived += host.packetsReceived;
    sum.bytesSent += host.bytesSent;
    sum.bytesReceived += host.bytesReceived;
    sum.flowsOut += host.flowsOut;
    sum.flowsIn += host.flowsIn;
  }
}

export class HostTable {
  private readonly maxHosts: number;
  private readonly maxNotes: number;
  private hosts = new Map<AddressKey, Host>();
  private budget: NoteBudget;
  private overflows = new Map<4 | 16, Overflow>();
  private isFull = false;

  constructor(maxHosts: number, maxNotes: number) {
    this.maxHosts = maxHosts;
    this.maxNotes = maxNotes;
    this.budget = { left: maxNotes };
  }

  /** The host of an address, new when it is not known; where there are too many, the one that stands for the others. Null: no host can have it. */
  of(address: Uint8Array): Host | null {
    return isUnicast(address) ? this.ofKey(keyOfAddress(address)) : null;
  }

  /** As `of`, for a unicast address. */
  ofKey(key: AddressKey): Host {
    const known = this.hosts.get(key);
    if (known) return known;
    if (this.hosts.size >= this.maxHosts && !this.makeRoom()) return this.overflowOf(key).add(key);
    const host = new Host(key, addressOfKey(key), this.budget);
    this.hosts.set(key, host);
    return host;
  }

  /** Null when nothing is known of it. */
  find(address: Uint8Array): Host | null {
    return this.hosts.get(keyOfAddress(address)) ?? null;
  }

  all(): IterableIterator<Host> {
    return this.hosts.values();
  }

  sums(): IterableIterator<Overflow> {
    return this.overflows.values();
  }

  clear(): void {
    this.hosts = new Map();
    this.overflows = new Map();
    this.budget = { left: this.maxNotes };
    this.isFull = false;
  }

  private makeRoom(): boolean {
    if (this.isFull) return false;
    const before = this.hosts.size;
    for (const [key, host] of this.hosts) {
      if (!host.isFaint) continue;
      this.hosts.delete(key);
      this.overflowOf(key).absorb(host);
    }
    this.isFull = before - this.hosts.size < before * WORTH_SWEEPING;
    return this.hosts.size < this.maxHosts;
  }

  private overflowOf(key: AddressKey): Overflow {
    const length = typeof key === 'number' ? 4 : 16;
    let overflow = this.overflows.get(length);
    if (!overflow) this.overflows.set(length, (overflow = new Overflow(new Uint8Array(length), this.budget)));
    return overflow;
  }
}
