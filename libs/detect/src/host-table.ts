/** Numbers for addresses, so that detectors key their state by integers. */

/** Hosts that get a number; a detector starts afresh when they run out. */
export const MAX_HOSTS = 1 << 18;

export class HostTable {
  private readonly v4 = new Map<number, number>();
  private readonly v6 = new Map<string, number>();
  /** 16 bytes a host, as many of them in use as `lengths` says; grows with the hosts. */
  private addresses = new Uint8Array(16 * 1024);
  private lengths = new Uint8Array(1024);
  private count = 0;

  get isFull(): boolean {
    return this.count >= MAX_HOSTS;
  }

  /** Number of the host with this address, 4 or 16 bytes, in network byte order; a new one when it has none yet. */
  numberOf(address: Uint8Array): number {
    if (address.length === 4) {
      const key = (address[0]! << 24) | (address[1]! << 16) | (address[2]! << 8) | address[3]!;
      return this.v4.get(key) ?? this.enter(this.v4, key, address);
    }
    const key = String.fromCharCode(...address);
    return this.v6.get(key) ?? this.enter(this.v6, key, address);
  }

  /** A copy. */
  addressOf(host: number): Uint8Array {
    return this.addresses.slice(16 * host, 16 * host + this.lengths[host]!);
  }

  clear(): void {
    this.v4.clear();
    this.v6.clear();
    this.count = 0;
  }

  private enter<Key>(numbers: Map<Key, number>, key: Key, address: Uint8Array): number {
    const host = this.count++;
    if (host === this.lengths.length) this.grow();
    numbers.set(key, host);
    this.addresses.set(address, 16 * host);
    this.lengths[host] = address.length;
    return host;
  }

  private grow(): void {
    const { addresses, lengths } = this;
    this.addresses = new Uint8Array(2 * addresses.length);
    this.addresses.set(addresses);
    this.lengths = new Uint8Array(2 * lengths.length);
    this.lengths.set(lengths);
  }
}

/** Whether an address is of a private, shared, link-local or loopback range (RFC 1918, 6598, 3927, 4193, 4291). */
export function isInternal(address: Uint8Array): boolean {
  const [a, b] = [address[0]!, address[1]!];
  if (address.length === 16) {
    const isLoopback = address[15] === 1 && address.subarray(0, 15).every((byte) => byte === 0);
    return (a & 0xfe) === 0xfc || (a === 0xfe && (b & 0xc0) === 0x80) || isLoopback;
  }
  if (a === 10 || a === 127) return true;
  if (a === 172) return (b & 0xf0) === 16;
  if (a === 192) return b === 168;
  if (a === 169) return b === 254;
  return a === 100 && (b & 0xc0) === 64;
}
