/** Core record types: what the engine itself fills. Protocol records are declared beside their parsers in libs/protocols. */
import { field, optional, type RowOf } from './field.ts';
import { coreRecord } from './record-type.ts';

export const flowRecord = coreRecord(
  'flow',
  'Flows',
  'One conversation between two endpoints: a 5-tuple between its first packet and its end or time-out (RFC 7011 calls it a bidirectional flow, Zeek a connection).',
  {
    id: field(
      'wirecase.flow.id',
      'id',
      'Id of the flow: first 8 bytes of the SHA-256 of the capture in which it began, then the number of its first packet. The same capture gives the same ids again.',
      { label: 'Flow', aliases: ['id'] },
    ),
    start: field('event.start', 'time', 'Packet time of the first packet, nanoseconds.', {
      label: 'Start',
      aliases: ['starttime', 'ts', '@timestamp', 'flow.start', 'frame.time_epoch'],
      indexed: true,
    }),
    end: field('event.end', 'time', 'Packet time of the last packet, nanoseconds.', { label: 'End', aliases: ['stoptime', 'flow.end'] }),
    duration: field('event.duration', 'duration', 'Time between first and last packet, nanoseconds.', {
      label: 'Duration',
      aliases: ['session.length', 'duration', 'flow.age'],
    }),
    sourceIp: field(
      'source.ip',
      'ip',
      'Originator: who sent the SYN; without one, who talked to the better-known port; else who spoke first.',
      { label: 'Source', aliases: ['ip.src', 'ipv6.src', 'id.orig_h', 'src_ip'], indexed: true },
    ),
    sourcePort: optional('source.port', 'port', 'Port of the originator; for ICMP the type.', {
      label: 'Source port',
      aliases: ['port.src', 'tcp.srcport', 'udp.srcport', 'id.orig_p', 'src_port'],
    }),
    destinationIp: field('destination.ip', 'ip', 'Responder.', {
      label: 'Destination',
      aliases: ['ip.dst', 'ipv6.dst', 'id.resp_h', 'dest_ip'],
      indexed: true,
    }),
    destinationPort: optional('destination.port', 'port', 'Port of the responder; for ICMP the code or answering type, as in Zeek.', {
      label: 'Destination port',
      aliases: ['port.dst', 'tcp.dstport', 'udp.dstport', 'id.resp_p', 'dest_port'],
      indexed: true,
    }),
    sourceMac: optional('source.mac', 'mac', 'MAC address of the originator in the first packet that had one.', {
      label: 'Source MAC',
      aliases: ['mac.src', 'eth.src'],
    }),
    destinationMac: optional('destination.mac', 'mac', 'MAC address of the responder in the first packet that had one.', {
      label: 'Destination MAC',
      aliases: ['mac.dst', 'eth.dst'],
    }),
    transport: field('network.transport', 'keyword', 'Transport protocol: tcp, udp, icmp, ipv6-icmp, sctp ... or its IANA number.', {
      label: 'Transport',
      aliases: ['ip.protocol', 'proto'],
    }),
    ianaNumber: field('network.iana_number', 'integer', 'IANA protocol number of the IP payload.', { label: 'IP protocol' }),
    networkType: field('network.type', 'keyword', 'ipv4 or ipv6.', { label: 'Network' }),
    protocols: field(
      'network.protocol',
      'keywords',
      'Protocols spoken in the flow, in order of discovery: told by content; where that says nothing, by the port of the responder. Of IP protocols without ports (icmp, ospf ...) the name of the protocol itself.',
      { label: 'Protocol', aliases: ['protocols', 'service', 'app_proto'] },
    ),
    identifiedBy: optional(
      'wirecase.flow.identified_by',
      'keyword',
      'How network.protocol is known: `content` (what was said, or the IP header for protocols without ports) or `port` (a guess).',
      { label: 'Identified by' },
    ),
    unusualPort: optional(
      'wirecase.flow.unusual_port',
      'boolean',
      'Whether a protocol known by content runs on a port where it is not usual. Empty when none is known, or it has no usual port.',
      { label: 'Unusual port' },
    ),
    communityId: optional('network.community_id', 'keyword', 'Community ID v1, the flow hash that Zeek, Suricata and Arkime share.', {
      label: 'Community ID',
      aliases: ['communityId', 'communityid', 'community_id'],
      indexed: true,
    }),
    vlans: field('network.vlan.id', 'integers', 'VLAN ids seen, outermost first.', { label: 'VLAN', aliases: ['vlan', 'vlan.id'] }),
    sourcePackets: field('source.packets', 'count', 'Packets from the originator.', {
      label: 'Packets →',
      aliases: ['packets.src', 'orig_pkts', 'flow.pkts_toserver'],
    }),
    destinationPackets: field('destination.packets', 'count', 'Packets from the responder.', {
      label: 'Packets ←',
      aliases: ['packets.dst', 'resp_pkts', 'flow.pkts_toclient'],
    }),
    sourceBytes: field('source.bytes', 'count', 'Frame bytes on the wire from the originator.', {
      label: 'Bytes →',
      aliases: ['bytes.src', 'flow.bytes_toserver'],
    }),
    destinationBytes: field('destination.bytes', 'count', 'Frame bytes on the wire from the responder.', {
      label: 'Bytes ←',
      aliases: ['bytes.dst', 'flow.bytes_toclient'],
    }),
    packets: field('network.packets', 'count', 'Packets both ways.', { label: 'Packets', aliases: ['packets'] }),
    bytes: field('network.bytes', 'count', 'Frame bytes both ways.', { label: 'Bytes', aliases: ['bytes'] }),
    sourceIpBytes: field(
      'wirecase.flow.ip_bytes.source',
      'count',
      "IP bytes (header and payload) from the originator, as Zeek's orig_ip_bytes.",
      { label: 'IP bytes →', aliases: ['orig_ip_bytes'] },
    ),
    destinationIpBytes: field('wirecase.flow.ip_bytes.destination', 'count', 'IP bytes from the responder.', {
      label: 'IP bytes ←',
      aliases: ['resp_ip_bytes'],
    }),
    sourcePayloadBytes: field(
      'wirecase.flow.payload_bytes.source',
      'count',
      'Transport payload bytes from the originator, retransmissions included.',
      { label: 'Payload →', aliases: ['databytes.src'] },
    ),
    destinationPayloadBytes: field(
      'wirecase.flow.payload_bytes.destination',
      'count',
      'Transport payload bytes from the responder, retransmissions included.',
      { label: 'Payload ←', aliases: ['databytes.dst'] },
    ),
    state: field(
      'wirecase.flow.state',
      'keyword',
      "Zeek's conn_state: S0 (unanswered), S1 (established), SF (established and closed), REJ (refused), S2, S3, RSTO, RSTR, RSTOS0, RSTRH, SH, SHR, OTH.",
      { label: 'State', aliases: ['conn_state', 'zeek.state'] },
    ),
    history: field(
      'wirecase.flow.history',
      'keyword',
      "Zeek's history: S syn, H syn-ack, A ack, D data, F fin, R reset, I inconsistent, Q multi-flag, C bad checksum, T retransmission, W zero window, G gap, ^ direction flipped; upper case from the originator.",
      { label: 'History', aliases: ['history', 'zeek.history'] },
    ),
    initiatorKnown: field(
      'wirecase.flow.initiator_known',
      'boolean',
      'Whether the first packet shows who began (SYN, or a request by protocol); false means guessed by port or order.',
      { label: 'Initiator known' },
    ),
    rttMicros: optional(
      'wirecase.flow.rtt_us',
      'integer',
      'TCP handshake time from SYN to the ACK of the SYN-ACK as far as seen, microseconds.',
      { label: 'RTT µs' },
    ),
    sourceRetransmissions: field('wirecase.flow.retrans.source', 'count', 'Segments sent again by the originator.', {
      label: 'Retransmissions →',
    }),
    destinationRetransmissions: field('wirecase.flow.retrans.destination', 'count', 'Segments sent again by the responder.', {
      label: 'Retransmissions ←',
    }),
    sourceZeroWindows: field(
      'wirecase.flow.window_zero.source',
      'count',
      'Segments by which the originator said that it can take no more (TCP window 0).',
      { label: 'Zero windows →' },
    ),
    destinationZeroWindows: field(
      'wirecase.flow.window_zero.destination',
      'count',
      'Segments by which the responder said that it can take no more (TCP window 0).',
      { label: 'Zero windows ←' },
    ),
    sourceGapBytes: field(
      'wirecase.flow.gap_bytes.source',
      'count',
      "Bytes of the originator's stream that were acknowledged or passed but never seen.",
      { label: 'Missed bytes →', aliases: ['missed_bytes'] },
    ),
    destinationGapBytes: field(
      'wirecase.flow.gap_bytes.destination',
      'count',
      "Bytes of the responder's stream that were acknowledged or passed but never seen.",
      { label: 'Missed bytes ←' },
    ),
    sourceTtl: optional('wirecase.flow.ttl.source', 'integer', "TTL or hop limit of the originator's first packet.", { label: 'TTL →' }),
    destinationTtl: optional('wirecase.flow.ttl.destination', 'integer', "TTL or hop limit of the responder's first packet.", {
      label: 'TTL ←',
    }),
    tunnelTypes: optional(
      'wirecase.flow.tunnel.type',
      'keywords',
      'Tunnels in which the flow was carried, outermost first: gre, vxlan, gtpu ...; empty when it was in none.',
      { label: 'Tunnel', aliases: ['tunnel'] },
    ),
    tunnelIds: optional(
      'wirecase.flow.tunnel.id',
      'keywords',
      'Ids of the innermost tunnels that carried the flow: one, or two where each direction has its own (GTP-U, L2TP, PPTP).',
      { label: 'Tunnel ids' },
    ),
    firstBytes: field(
      'wirecase.flow.first_packets.bytes',
      'integers',
      'Frame bytes of the first packets (at most 10) in the order of the capture; those from the responder are negative. Empty for a row that stands for several flows.',
      { label: 'First sizes' },
    ),
    firstMicros: field(
      'wirecase.flow.first_packets.us',
      'integers',
      'Microseconds from the first of these packets to each of them, negative where the capture is out of order; beyond 35 minutes the most that 32 bits say.',
      { label: 'First times µs' },
    ),
    truncated: field('wirecase.flow.truncated', 'boolean', 'Whether the capture cut packets of this flow short (snaplen).', {
      label: 'Truncated',
    }),
    oneSided: field('wirecase.flow.one_sided', 'boolean', 'Whether packets of only one direction were seen.', { label: 'One-sided' }),
    aggregate: field(
      'wirecase.flow.aggregate',
      'count',
      'Number of single-packet flows that this row stands for; 1 for an ordinary flow. Of a scan or flood the first flows keep their rows. Where the flows have different sources, the source is that of the first.',
      { label: 'Flows in row' },
    ),
    aggregatePorts: optional(
      'wirecase.flow.aggregate_ports',
      'integers',
      'Ports of responders that the row stands for, the first 1,000 in order of appearance; empty for an ordinary flow.',
      { label: 'Ports in row' },
    ),
    aggregateIps: optional(
      'wirecase.flow.aggregate_ips',
      'ips',
      'Responders that the row stands for, of a flood from many sources the sources; the first 1,000 in order of appearance; empty for an ordinary flow.',
      { label: 'Hosts in row' },
    ),
    direction: optional(
      'network.direction',
      'keyword',
      "internal, outbound, inbound or external: which sides are inside, by the operator's zones; where no zone says so, private addresses are.",
      { label: 'Direction' },
    ),
    sourceCountry: optional('source.geo.country_iso_code', 'keyword', 'Country of the originator (ISO 3166-1), by offline data.', {
      label: 'Country →',
      aliases: ['country.src'],
    }),
    sourceCity: optional('source.geo.city_name', 'keyword', "City of the originator, by the operator's own database.", { label: 'City →' }),
    sourceAsNumber: optional('source.as.number', 'count', "Autonomous system of the originator, by the operator's own database.", {
      label: 'AS →',
      aliases: ['asn.src'],
    }),
    sourceAsName: optional('source.as.organization.name', 'keyword', 'Who runs that autonomous system.', { label: 'AS name →' }),
    sourceZone: optional('wirecase.src.zone', 'keyword', "Zone of the originator: the operator's name for its network.", {
      label: 'Zone →',
    }),
    sourceVendor: optional('wirecase.src.oui', 'keyword', 'Who made the network card behind the MAC address of the originator.', {
      label: 'Vendor →',
    }),
    destinationCountry: optional('destination.geo.country_iso_code', 'keyword', 'Country of the responder (ISO 3166-1), by offline data.', {
      label: 'Country ←',
      aliases: ['country.dst'],
    }),
    destinationCity: optional('destination.geo.city_name', 'keyword', "City of the responder, by the operator's own database.", {
      label: 'City ←',
    }),
    destinationAsNumber: optional('destination.as.number', 'count', "Autonomous system of the responder, by the operator's own database.", {
      label: 'AS ←',
      aliases: ['asn.dst'],
    }),
    destinationAsName: optional('destination.as.organization.name', 'keyword', 'Who runs that autonomous system.', { label: 'AS name ←' }),
    destinationZone: optional('wirecase.dst.zone', 'keyword', "Zone of the responder: the operator's name for its network.", {
      label: 'Zone ←',
    }),
    destinationVendor: optional('wirecase.dst.oui', 'keyword', 'Who made the network card behind the MAC address of the responder.', {
      label: 'Vendor ←',
    }),
  },
);
export type FlowRow = RowOf<typeof flowRecord.fields>;

export const tunnelRecord = coreRecord(
  'tunnel',
  'Tunnels',
  'A tunnel between two endpoints: what is carried are flows of their own, which own the packets; these are counted here a second time, as what the tunnel carried.',
  {
    id: field('wirecase.tunnel.id', 'id', 'Id of the tunnel; flows name it in wirecase.flow.tunnel.id.', { label: 'Tunnel' }),
    start: field('event.start', 'time', 'Packet time of the first packet carried.', { label: 'Start', indexed: true }),
    end: field('event.end', 'time', 'Packet time of the last packet carried.', { label: 'End' }),
    tunnelType: field(
      'wirecase.tunnel.type',
      'keyword',
      'gre, pptp, erspan, ipip, 6in4, 4in6, 6in6, etherip, mpls, gtpu, vxlan, geneve, teredo, l2tp, gue, tzsp, capwap, ayiya or lisp.',
      { label: 'Type' },
    ),
    key: optional(
      'wirecase.tunnel.key',
      'keyword',
      'What tells tunnels between the same endpoints apart: VNI (VXLAN, GENEVE), TEID (GTP-U), key (GRE), session (ERSPAN), call (PPTP), tunnel:session (L2TP).',
      { label: 'Key', aliases: ['vni', 'teid'] },
    ),
    sourceIp: field('source.ip', 'ip', 'Endpoint that sent the first packet.', { label: 'Source', indexed: true }),
    sourcePort: optional('source.port', 'port', 'Its port in the first packet, of tunnels over UDP.', { label: 'Source port' }),
    destinationIp: field('destination.ip', 'ip', 'The other endpoint.', { label: 'Destination', indexed: true }),
    destinationPort: optional('destination.port', 'port', 'Its port in the first packet, of tunnels over UDP.', {
      label: 'Destination port',
    }),
    parentId: optional('wirecase.tunnel.parent_id', 'id', 'The tunnel in which this one was carried.', { label: 'Within tunnel' }),
    sourcePackets: field('source.packets', 'count', 'Packets carried from the source.', { label: 'Packets →' }),
    destinationPackets: field('destination.packets', 'count', 'Packets carried from the destination.', { label: 'Packets ←' }),
    sourceBytes: field('source.bytes', 'count', 'Frame bytes of these packets.', { label: 'Bytes →' }),
    destinationBytes: field('destination.bytes', 'count', 'Frame bytes of these packets.', { label: 'Bytes ←' }),
    flows: field('wirecase.tunnel.flows', 'count', 'Flows that began in it.', { label: 'Flows' }),
  },
);
export type TunnelRow = RowOf<typeof tunnelRecord.fields>;

export const weirdRecord = coreRecord(
  'weird',
  'Weirds',
  'Odd or malformed traffic, once per name and flow: the bytes break a rule, the count says how often.',
  {
    id: field('wirecase.record.id', 'id', 'Id of the row.', { label: 'Record' }),
    flowId: optional('wirecase.flow.id', 'id', 'The flow in which it was seen, if any.', { label: 'Flow', indexed: true }),
    time: field('@timestamp', 'time', 'Packet time of the first occurrence.', { label: 'Time' }),
    packet: field('wirecase.packet.number', 'count', 'Number of the first packet concerned.', { label: 'Packet' }),
    name: field('wirecase.weird.name', 'keyword', 'Stable name of the oddity.', { label: 'Weird' }),
    count: field('wirecase.weird.count', 'count', 'How often it was seen.', { label: 'Count' }),
  },
);
export type WeirdRow = RowOf<typeof weirdRecord.fields>;

export const alertRecord = coreRecord('alert', 'Alerts', "A detector's finding, with the evidence that made it fire.", {
  id: field('wirecase.alert.id', 'id', 'Id of the alert, derived from rule, entities and first packet.', { label: 'Alert' }),
  start: field('event.start', 'time', 'Packet time of the first packet counted.', { label: 'Start', indexed: true }),
  end: field('event.end', 'time', 'Packet time of the last packet counted.', { label: 'End' }),
  severity: field('event.severity', 'integer', '0-100: low < 40 <= medium < 70 <= high < 90 <= critical.', { label: 'Severity' }),
  ruleId: field('rule.id', 'keyword', 'Stable id of the detector.', { label: 'Rule id' }),
  ruleName: field('rule.name', 'keyword', 'Name of the detector.', { label: 'Rule' }),
  ruleVersion: field('rule.version', 'keyword', "Version of the detector's definition.", { label: 'Rule version' }),
  techniques: field('threat.technique.id', 'keywords', 'MITRE ATT&CK techniques.', { label: 'Technique' }),
  sourceIp: optional('source.ip', 'ip', 'The attacker, where there is one.', { label: 'Source', indexed: true }),
  destinationIp: optional('destination.ip', 'ip', 'The victim, where there is one.', { label: 'Destination', indexed: true }),
  alertClass: field('wirecase.alert.class', 'keyword', 'Class of finding, e.g. scan.vertical.', { label: 'Class' }),
  confidence: field('wirecase.alert.confidence', 'float', '0-1: how sure the detector is.', { label: 'Confidence' }),
  detectedAt: field('wirecase.alert.detected_at', 'time', 'Packet time at which the threshold was crossed.', { label: 'Detected' }),
  entities: field('wirecase.alert.entities', 'json', 'Every attacker and victim: [{"role","ip","mac"}]; ip or mac may be absent.', {
    label: 'Entities',
  }),
  evidence: field(
    'wirecase.alert.evidence',
    'json',
    '{"metric","value","threshold","window","packets","ml"}: what was measured against what, the numbers of the packets that crossed it, and what the traffic classifier says of the host, with its reasons.',
    { label: 'Evidence' },
  ),
  explanation: field('wirecase.alert.explanation', 'text', 'The finding in a sentence an analyst can repeat aloud.', {
    label: 'Explanation',
  }),
  suppressedBy: optional(
    'wirecase.alert.suppressed_by',
    'keyword',
    'Why nobody was told of it: id of the suppression that matched, or allow-list. Absent: it is not suppressed.',
    { label: 'Suppressed by' },
  ),
});
export type AlertRow = RowOf<typeof alertRecord.fields>;

/**
 * An alert as it is searched and served: the detector's row, which nobody changes, and what people made of it. Triage is kept by the
 * alert's id, so it outlives the row: the same capture analysed again gives the same ids.
 */
export const triagedAlertRecord = coreRecord('alert', 'Alerts', alertRecord.doc, {
  ...alertRecord.fields,
  tacticIds: field('threat.tactic.id', 'keywords', 'MITRE ATT&CK tactics that its techniques serve.', { label: 'Tactic id' }),
  tactics: field('threat.tactic.name', 'keywords', 'Their names, in the order of an attack: Discovery, Impact ...', { label: 'Tactic' }),
  relatedIps: field('related.ip', 'ips', 'Addresses of every attacker and victim that the alert names.', { label: 'Entities' }),
  state: field('wirecase.alert.state', 'keyword', 'Where people are with it: new, in_progress or closed.', { label: 'State' }),
  verdict: optional(
    'wirecase.alert.verdict',
    'keyword',
    'What a closed alert was: true_positive, benign_positive (it happened, and was allowed) or false_positive.',
    { label: 'Verdict' },
  ),
  assignee: optional('wirecase.alert.assignee', 'keyword', 'Name of the user who looks after it.', { label: 'Assignee' }),
  comments: field('wirecase.alert.comments', 'count', 'Comments that people wrote on it.', { label: 'Comments' }),
});
