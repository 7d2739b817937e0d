/** The row of a flow, from its slot. */
import type { FlowRow } from '@wirecase/contract';
import { communityId, type FlowView } from '@wirecase/flow';
import type { Identified } from './identification.ts';
import type { FlowTunnels } from './tunnels.ts';

const transports: Readonly<Record<number, string>> = {
  1: 'icmp',
  2: 'igmp',
  6: 'tcp',
  17: 'udp',
  33: 'dccp',
  41: 'ipv6',
  46: 'rsvp',
  47: 'gre',
  50: 'esp',
  51: 'ah',
  58: 'ipv6-icmp',
  88: 'eigrp',
  89: 'ospf',
  103: 'pim',
  112: 'vrrp',
  132: 'sctp',
  136: 'udplite',
};
/** Protocols whose ports (for ICMP types) mean something. */
const withPorts = new Set([1, 6, 17, 33, 58, 132, 136]);

/** Name of an IP protocol in `network.transport`, its number when it has none. */
export function transportName(ianaNumber: number): string {
  return transports[ianaNumber] ?? String(ianaNumber);
}

/** `id`: the flow's; `identified`: its protocols; `tunnels`: in which it was carried; `communityIdSeed`: 0 to 65535. */
export function flowRow(flow: FlowView, id: string, identified: Identified, tunnels: FlowTunnels | null, communityIdSeed: number): FlowRow {
  const { sourceIp, destinationIp, ianaNumber, startNs, endNs } = flow;
  const hasPorts = withPorts.has(ianaNumber);
  return {
    id,
    start: startNs,
    end: endNs,
    duration: endNs - startNs,
    sourceIp,
    sourcePort: hasPorts ? flow.sourcePort : null,
    destinationIp,
    destinationPort: hasPorts ? flow.destinationPort : null,
    sourceMac: flow.sourceMac,
    destinationMac: flow.destinationMac,
    transport: transportName(ianaNumber),
    ianaNumber,
    networkType: flow.isIpv6 ? 'ipv6' : 'ipv4',
    protocols: identified.protocols,
    identifiedBy: identified.identifiedBy,
    unusualPort: identified.unusualPort,
    communityId: communityId(ianaNumber, sourceIp, destinationIp, flow.sourcePort, flow.destinationPort, communityIdSeed),
    vlans: flow.vlans,
    sourcePackets: flow.packets(0),
    destinationPackets: flow.packets(1),
    sourceBytes: flow.frameBytes(0),
    destinationBytes: flow.frameBytes(1),
    packets: flow.packets(0) + flow.packets(1),
    bytes: flow.frameBytes(0) + flow.frameBytes(1),
    sourceIpBytes: flow.ipBytes(0),
    destinationIpBytes: flow.ipBytes(1),
    sourcePayloadBytes: flow.payloadBytes(0),
    destinationPayloadBytes: flow.payloadBytes(1),
    state: flow.state,
    history: flow.history,
    initiatorKnown: flow.isInitiatorKnown,
    rttMicros: flow.rttMicros,
    sourceRetransmissions: flow.retransmissions(0),
    destinationRetransmissions: flow.retransmissions(1),
    sourceZeroWindows: flow.zeroWindows(0),
    destinationZeroWindows: flow.zeroWindows(1),
    sourceGapBytes: flow.gapBytes(0),
    destinationGapBytes: flow.gapBytes(1),
    sourceTtl: flow.ttl(0),
    destinationTtl: flow.ttl(1),
    tunnelTypes: tunnels?.types ?? null,
    tunnelIds: tunnels?.ids ?? null,
    firstBytes: flow.firstBytes,
    firstMicros: flow.firstMicros,
    truncated: flow.isTruncated,
    oneSided: flow.packets(0) === 0 || flow.packets(1) === 0,
    aggregate: 1,
    aggregatePorts: null,
    aggregateIps: null,
    // Whoever writes the row may know more of the addresses than packets tell.
    direction: null,
    sourceCountry: null,
    sourceCity: null,
    sourceAsNumber: null,
    sourceAsName: null,
    sourceZone: null,
    sourceVendor: null,
    destinationCountry: null,
    destinationCity: null,
    destinationAsNumber: null,
    destinationAsName: null,
    destinationZone: null,
    destinationVendor: null,
  };
}
