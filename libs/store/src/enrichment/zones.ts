/** Networks by the operator's names, and on which side of the border an address is. */
import { isInNetwork, parseNetworkText, type Network, type Zone } from '@wirecase/contract';

interface Known {
  network: Network;
  zone: Zone;
}

export type Direction = 'internal' | 'inbound' | 'outbound' | 'external';

/** Where nobody says otherwise, these are inside: RFC 1918, 6598, 3927, 4193, 4291 and loopback. */
const privateNetworks: readonly Network[] = [
  ...['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16', '127.0.0.0/8'],
  ...['fc00::/7', 'fe80::/10', '::1/128'],
].map((text) => parseNetworkText(text)!);
/** Multicast and broadcast stay in the network of who sends. */
const groupNetworks: readonly Network[] = ['224.0.0.0/4', '255.255.255.255/32', 'ff00::/8'].map((text) => parseNetworkText(text)!);

export class Zones {
  private readonly known: readonly Known[];

  /** The narrowest network wins. */
  constructor(zones: readonly Zone[]) {
    this.known = zones
      .flatMap((zone) => {
        const network = parseNetworkText(zone.network);
        return network ? [{ network, zone }] : [];
      })
      .sort((a, b) => b.network.prefix - a.network.prefix);
  }

  /** Null where no zone has it. `address`: 4 or 16 bytes. */
  of(address: Uint8Array): Zone | null {
    return this.known.find(({ network }) => isInNetwork(address, network))?.zone ?? null;
  }

  isInside(address: Uint8Array): boolean {
    return this.of(address)?.isInside ?? privateNetworks.some((network) => isInNetwork(address, network));
  }
}

/** Of a flow from one side to the other. */
export function directionOf(isSourceInside: boolean, isDestinationInside: boolean): Direction {
  if (isSourceInside) return isDestinationInside ? 'internal' : 'outbound';
  return isDestinationInside ? 'inbound' : 'external';
}

export function isGroup(address: Uint8Array): boolean {
  return groupNetworks.some((network) => isInNetwork(address, network));
}
