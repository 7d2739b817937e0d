/** What ICMP (RFC 792), ICMPv6 (RFC 4443) and neighbour discovery (RFC 4861) said: the engine fills it from flows of these. */
import { field, optional, type RowOf } from './field.ts';
import { coreRecord } from './record-type.ts';

export const icmpRecord = coreRecord(
  'icmp',
  'ICMP',
  'Messages of one type and code that one host sent in a flow of ICMP or ICMPv6, with how many they were; what they say is of the first. Flows that share a row have none.',
  {
    id: field('wirecase.record.id', 'id', 'Id of the row.', { label: 'Record' }),
    flowId: field('wirecase.flow.id', 'id', 'The flow of the messages.', { label: 'Flow', indexed: true }),
    time: field('@timestamp', 'time', 'Packet time of the first message.', { label: 'Time', indexed: true }),
    end: field('event.end', 'time', 'Packet time of the last message.', { label: 'End' }),
    packet: field('wirecase.packet.number', 'count', 'Number of the packet with the first message.', { label: 'Packet' }),
    sourceIp: field('source.ip', 'ip', 'Who sent the messages.', { label: 'Source', indexed: true }),
    destinationIp: field('destination.ip', 'ip', 'To whom they were sent.', { label: 'Destination', indexed: true }),
    transport: field('network.transport', 'keyword', 'icmp or ipv6-icmp.', { label: 'Transport' }),
    icmpType: field('icmp.type', 'integer', 'Type of the messages.', { label: 'Type', aliases: ['icmpv6.type'] }),
    icmpCode: field('icmp.code', 'integer', 'Code of the messages.', { label: 'Code', aliases: ['icmpv6.code'] }),
    name: field('wirecase.icmp.name', 'keyword', 'Name of the type (IANA), as `echo_request`; `type_N` where it has none.', {
      label: 'Message',
    }),
    reason: optional('wirecase.icmp.reason', 'keyword', 'Name of the code, as `port_unreachable`.', { label: 'Reason' }),
    count: field('wirecase.icmp.count', 'count', 'Messages that the row stands for.', { label: 'Count' }),
    bytes: field('wirecase.icmp.bytes', 'count', 'IP bytes of all of them.', { label: 'Bytes' }),
    identifiers: optional('wirecase.icmp.identifiers', 'integers', 'Identifiers of echo and timestamp messages, the first 16.', {
      label: 'Identifiers',
      aliases: ['icmp.ident'],
    }),
    firstSequence: optional('wirecase.icmp.sequence.first', 'integer', 'Sequence number of the first message.', {
      label: 'First sequence',
      aliases: ['icmp.seq'],
    }),
    lastSequence: optional('wirecase.icmp.sequence.last', 'integer', 'Sequence number of the last message.', { label: 'Last sequence' }),
    gateway: optional('wirecase.icmp.gateway', 'ip', 'Where a redirect sends the packets.', { label: 'Gateway' }),
    mtu: optional('wirecase.icmp.mtu', 'count', 'Bytes that the next hop takes, of errors and router advertisements.', {
      label: 'MTU',
      aliases: ['icmp.mtu', 'icmpv6.mtu'],
    }),
    pointer: optional('wirecase.icmp.pointer', 'count', 'Position of what is wrong in the quoted packet.', { label: 'Pointer' }),
    quotedTransport: optional('wirecase.icmp.quoted.transport', 'keyword', 'Transport of the packet that the error quotes.', {
      label: 'Quoted transport',
    }),
    quotedSourceIp: optional('wirecase.icmp.quoted.source.ip', 'ip', 'Who sent the quoted packet.', { label: 'Quoted source' }),
    quotedSourcePort: optional('wirecase.icmp.quoted.source.port', 'port', 'From which port.', { label: 'Quoted source port' }),
    quotedDestinationIp: optional('wirecase.icmp.quoted.destination.ip', 'ip', 'To whom it was sent.', { label: 'Quoted destination' }),
    quotedDestinationPort: optional('wirecase.icmp.quoted.destination.port', 'port', 'To which port.', {
      label: 'Quoted destination port',
    }),
    quotedFlowId: optional('wirecase.icmp.quoted.flow_id', 'id', 'Flow of the quoted packet, where it was open.', { label: 'Quoted flow' }),
    quotedPorts: optional(
      'wirecase.icmp.quoted.ports',
      'integers',
      'Ports to which the quoted packets of all the messages were sent, the first 1,000 in order of appearance.',
      { label: 'Quoted ports' },
    ),
    quotedIps: optional(
      'wirecase.icmp.quoted.ips',
      'ips',
      'Addresses to which the quoted packets of all the messages were sent, the first 1,000 in order of appearance.',
      { label: 'Quoted hosts' },
    ),
    target: optional('wirecase.icmp.ndp.target', 'ip', 'Neighbour asked for or told; of a redirect for whom it is (RFC 4861 4.3 to 4.5).', {
      label: 'NDP target',
    }),
    sourceLinkAddress: optional('wirecase.icmp.ndp.source_mac', 'mac', 'Link-layer address that the sender says it has.', {
      label: 'NDP source MAC',
    }),
    targetLinkAddress: optional('wirecase.icmp.ndp.target_mac', 'mac', 'Link-layer address that the target is said to have.', {
      label: 'NDP target MAC',
    }),
    flags: optional(
      'wirecase.icmp.ndp.flags',
      'keywords',
      'Flags: router, solicited, override of neighbour advertisements; managed, other, home_agent of router advertisements.',
      { label: 'NDP flags' },
    ),
    lifetime: optional('wirecase.icmp.ndp.lifetime', 'integer', 'Seconds for which a router offers itself; 0: not as a default router.', {
      label: 'Router lifetime',
    }),
    hopLimit: optional('wirecase.icmp.ndp.hop_limit', 'integer', 'Hop limit that a router advises; 0: none.', {
      label: 'Advised hop limit',
    }),
    prefixes: optional('wirecase.icmp.ndp.prefixes', 'keywords', 'Prefixes that a router advertises.', { label: 'Prefixes' }),
    routers: optional('wirecase.icmp.routers', 'ips', 'Routers that an advertisement of ICMP names (RFC 1256).', { label: 'Routers' }),
    dnsServers: optional('wirecase.icmp.ndp.dns_servers', 'ips', 'DNS servers that a router advertises (RFC 8106).', {
      label: 'DNS servers',
    }),
  },
);
export type IcmpRow = RowOf<typeof icmpRecord.fields>;
