/** IP networks as people write them. */
import { parseIp } from './text.ts';

export interface Network {
  /** 4 or 16 bytes, network byte order. */
  address: Uint8Array;
  /** Bits of the address that every host in it shares. */
  prefix: number;
}

/** `10.0.0.0/8`, `2001:db8::/32`, or an address alone; null when it is none. */
export function parseNetworkText(text: string): Network | null {
  const [head, tail, ...rest] = text.split('/');
  const address = parseIp(head!);
  if (!address || rest.length > 0) return null;
  const bits = 8 * address.length;
  if (tail === undefined) return { address, prefix: bits };
  return /^\d{1,3}$/.test(tail) && Number(tail) <= bits ? { address, prefix: Number(tail) } : null;
}

/** Whether the address (4 or 16 bytes) lies in the network. IPv4 addresses lie in no IPv6 network. */
export function isInNetwork(address: Uint8Array, network: Network): boolean {
  if (address.length !== network.address.length) return false;
  const whole = network.prefix >> 3;
  for (let i = 0; i < whole; i++) if (address[i] !== network.address[i]) return false;
  const mask = 0xff00 >> (network.prefix & 7);
  return whole === address.length || ((address[whole]! ^ network.address[whole]!) & mask & 0xff) === 0;
}
