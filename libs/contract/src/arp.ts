/** What ARP (RFC 826, RFC 5227) said: the engine fills it, as ARP belongs to no flow. */
import { field, optional, type RowOf } from './field.ts';
import { coreRecord } from './record-type.ts';

export const arpRecord = coreRecord(
  'arp',
  'ARP',
  'One operation of ARP between a sender and the address that it names (RFC 826), with how often it was said. A sender of more than 64 addresses has one row for the others; in a capture of thousands of senders there is one for all others.',
  {
    id: field('wirecase.record.id', 'id', 'Id of the row.', { label: 'Record' }),
    time: field('@timestamp', 'time', 'Packet time of the first packet of the row.', { label: 'Time', indexed: true }),
    end: field('event.end', 'time', 'Packet time of its last packet.', { label: 'End' }),
    packet: field('wirecase.packet.number', 'count', 'Number of its first packet.', { label: 'Packet' }),
    opcode: field('arp.opcode', 'integer', 'Operation as sent: 1 request, 2 reply, 3 and 4 reverse, 8 and 9 inverse.', {
      label: 'Operation',
      tshark: 'arp.opcode',
    }),
    meaning: field(
      'wirecase.arp.meaning',
      'keyword',
      'What it means: request, reply, probe (is the address free?), announcement (a request for the own address, RFC 5227), gratuitous_reply, rarp_request, rarp_reply, inarp_request, inarp_reply or other.',
      { label: 'Meaning' },
    ),
    senderMac: optional('arp.sender.mac', 'mac', 'MAC address that the sender says it has.', {
      label: 'Sender MAC',
      tshark: 'arp.src.hw_mac',
      indexed: true,
    }),
    senderIp: optional('arp.sender.ip', 'ip', 'IP address that the sender says it has; 0.0.0.0 in a probe.', {
      label: 'Sender',
      tshark: 'arp.src.proto_ipv4',
      indexed: true,
    }),
    targetMac: optional('arp.target.mac', 'mac', 'MAC address of the target in the first packet: zeros in most requests.', {
      label: 'Target MAC',
      tshark: 'arp.dst.hw_mac',
    }),
    targetIp: optional('arp.target.ip', 'ip', 'IP address asked for, or told.', { label: 'Target', tshark: 'arp.dst.proto_ipv4' }),
    gratuitous: field('arp.gratuitous', 'boolean', 'Whether the sender named its own address: nobody asked.', { label: 'Gratuitous' }),
    frameMac: optional(
      'wirecase.arp.frame_mac',
      'mac',
      'MAC address that the frame of the first packet came from, where it is not the one that the sender says it has.',
      { label: 'Frame from' },
    ),
    vlans: field('network.vlan.id', 'integers', 'VLAN id, empty without one.', { label: 'VLAN' }),
    count: field('wirecase.arp.count', 'count', 'Packets that the row stands for.', { label: 'Count' }),
    answers: optional('wirecase.arp.answers', 'count', 'Of requests: replies to the sender within 10 seconds.', { label: 'Answers' }),
    unsolicited: optional(
      'wirecase.arp.unsolicited',
      'count',
      'Of replies: those without a request from the target within the 10 seconds before, as far as the capture shows.',
      { label: 'Unsolicited' },
    ),
    targets: optional(
      'wirecase.arp.targets',
      'ips',
      'Of a row that stands for many addresses: those asked for or told, the first 1,000 in order of appearance.',
      { label: 'Targets' },
    ),
  },
);
export type ArpRow = RowOf<typeof arpRecord.fields>;
