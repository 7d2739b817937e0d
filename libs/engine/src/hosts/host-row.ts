/** The row of a host. */
import {
  formatIp,
  formatTime,
  type HostName,
  type HostPeer,
  type HostRow,
  type HostService,
  type HostUse,
  type HostUser,
  type OsReason,
} from '@wirecase/contract';
import { addressOfKey } from './address-key.ts';
import type { Host, ServiceNote } from './host.ts';
import { guessOs } from './os-guess.ts';

const TOP_PEERS = 10;

/** `hosts`: how many the row stands for; `macs`: its own. */
export function hostRow(host: Host, id: string, hosts: number, macs: readonly string[]): HostRow {
  const os = guessOs(host.reasons.values());
  const offers = [...host.offers.values()].sort((a, b) => a.port - b.port);
  const uses = [...host.uses.values()].sort((a, b) => b.flows - a.flows);
  return {
    id,
    first: host.first ?? 0n,
    last: host.last,
    ip: host.address,
    hosts,
    names: [...new Map([...host.names.values()].map(({ name }) => [name.toLowerCase(), name])).values()],
    nameSources: [...host.names.values()].map(({ name, source, first, last }): HostName => ({ name, source, ...seen(first, last) })),
    macs,
    macVendors: null,
    zone: null,
    country: null,
    city: null,
    asNumber: null,
    asName: null,
    osName: os?.name ?? null,
    osFull: os?.full ?? null,
    osConfidence: os?.confidence ?? null,
    osReasons: [...host.reasons.values()]
      .sort((a, b) => b.weight - a.weight)
      .map(({ source, value, os: family, full, weight }): OsReason => ({ source, value, os: full ?? family, weight })),
    roles: host.roles,
    services: [...new Set(offers.flatMap(({ transport, port, protocols }) => [`${transport}/${port}`, ...protocols]))],
    serviceDetails: offers.map(({ transport, port, protocols, flows, first, last }): HostService => ({
      ...{ transport, port, protocols, product: host.products.get(`${transport}/${port}`) ?? null, flows },
      ...seen(first, last),
    })),
    uses: [...new Set(uses.map((use) => use.protocols[0] ?? portOf(use)))],
    useDetails: uses.map(({ transport, port, protocols, flows, first, last }): HostUse => ({
      ...{ transport, port, protocol: protocols[0] ?? null, flows },
      ...seen(first, last),
    })),
    users: [...new Set([...host.users.values()].map(({ user }) => user))],
    userDetails: [...host.users.values()].map(({ user, service, side, outcome, logins, first, last }): HostUser => ({
      user,
      service,
      side,
      outcome,
      logins,
      ...seen(first, last),
    })),
    peers: host.peers.size,
    topPeers: host.peers.top(TOP_PEERS).map(([key, { flows, bytes }]): HostPeer => ({ ip: formatIp(addressOfKey(key)), flows, bytes })),
    flowsOut: host.flowsOut,
    flowsIn: host.flowsIn,
    packetsSent: host.packetsSent,
    packetsReceived: host.packetsReceived,
    bytesSent: host.bytesSent,
    bytesReceived: host.bytesReceived,
  };
}

const seen = (first: bigint, last: bigint) => ({ first: formatTime(first), last: formatTime(last) });
const portOf = ({ transport, port }: ServiceNote) => `${transport}/${port}`;
