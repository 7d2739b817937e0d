import { formatIp, isInNetwork, parseIp, parseNetworkText } from '@wirecase/contract';
import type { Request } from 'express';

const mappedIpv4 = parseNetworkText('::ffff:0:0/96')!;

/**
 * Address of who sent the request: of the connection, or as a trusted proxy names it (X-Forwarded-For). What a proxy passes on that is no
 * address counts for nothing, so that nobody keeps a row out of the audit log by it.
 */
export function clientAddress(request: Pick<Request, 'ip' | 'socket'>): string {
  return plainAddress(request.ip) ?? plainAddress(request.socket.remoteAddress) ?? '::';
}

/** Whether one of the networks holds the address. No networks hold every address. */
export function isFrom(networks: readonly string[], address: string): boolean {
  const bytes = parseIp(address);
  const holds = (text: string) => {
    const network = parseNetworkText(text);
    return bytes !== null && network !== null && isInNetwork(bytes, network);
  };
  return networks.length === 0 || networks.some(holds);
}

/** Whether an address as `clientAddress` gives it can lie in the network: IPv4 never comes as IPv6. */
export function isClientNetwork(text: string): boolean {
  const network = parseNetworkText(text);
  return network !== null && !(network.prefix >= mappedIpv4.prefix && isInNetwork(network.address, mappedIpv4));
}

/** Without the zone of a link-local address, IPv4 in IPv6 as IPv4; null when it is no address. */
function plainAddress(text: string | undefined): string | null {
  const bytes = parseIp((text ?? '').replace(/%.*$/, ''));
  if (!bytes) return null;
  return formatIp(isInNetwork(bytes, mappedIpv4) ? bytes.subarray(12) : bytes);
}
