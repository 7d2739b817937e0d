/** The inventory of hosts: one row per address and capture, and what is told of an address over captures. */
import { field, optional, type RowOf } from './field.ts';
import { coreRecord } from './record-type.ts';

export const hostRecord = coreRecord(
  'host',
  'Hosts',
  'One address that sent something in a capture: its names, what it is, what it offers and uses, and with whom it speaks. Counted from the flows that ended in the capture. At most 20,000 a capture, and far fewer where most were only scanned or heard once: whenever there are so many, all of which so little is known (nobody answered, or a single flow, and no name, service, user or role) give way. One row for IPv4 and one for IPv6 tells the sums of these, and of those that come when nobody gives way.',
  {
    id: field('wirecase.host.id', 'id', 'Id of the row. The same capture gives the same ids again.', { label: 'Host' }),
    first: field('event.start', 'time', 'Packet time at which it was first seen: begin of its first flow, or first ARP packet.', {
      label: 'First seen',
      indexed: true,
    }),
    last: field('event.end', 'time', 'Packet time at which it was last seen.', { label: 'Last seen' }),
    ip: field('host.ip', 'ip', 'Address; 0.0.0.0 and :: in the rows of many hosts.', { label: 'Address', indexed: true }),
    hosts: field('wirecase.host.aggregate', 'count', 'Number of hosts that the row stands for, estimated; 1 for an ordinary row.', {
      label: 'Hosts in row',
    }),
    names: field('host.name', 'keywords', 'Its names, as first told; at most 32.', { label: 'Names', aliases: ['name', 'hostname'] }),
    nameSources: field(
      'wirecase.host.names',
      'json',
      '[{"name","source","first","last"}]: who told a name (dns, mdns, llmnr, nbns, dhcp, tls, quic, certificate, http, ntlm, kerberos, smb, rdp, smtp, tds) and when.',
      { label: 'Names told' },
    ),
    macs: field(
      'host.mac',
      'keywords',
      'MAC addresses that are its own: told by ARP or DHCP, or by frames of hosts that no router stands before.',
      {
        label: 'MAC',
      },
    ),
    macVendors: optional('wirecase.host.mac_vendor', 'keywords', 'Who made its network cards, by the MAC addresses.', { label: 'Vendor' }),
    zone: optional('wirecase.host.zone', 'keyword', "The operator's name for its network.", { label: 'Zone' }),
    country: optional('host.geo.country_iso_code', 'keyword', 'Country (ISO 3166-1), by offline data.', { label: 'Country' }),
    city: optional('host.geo.city_name', 'keyword', "City, by the operator's own database.", { label: 'City' }),
    asNumber: optional('host.as.number', 'count', "Autonomous system, by the operator's own database.", { label: 'AS' }),
    asName: optional('host.as.organization.name', 'keyword', 'Who runs that autonomous system.', { label: 'AS name' }),
    osName: optional(
      'host.os.name',
      'keyword',
      'Family of its operating system, guessed: Windows, Linux, Android, macOS, iOS, BSD, network device; Apple or Unix-like where more is not known.',
      { label: 'OS', aliases: ['os'] },
    ),
    osFull: optional('host.os.full', 'keyword', 'What is told of the system within its family: version or distribution.', {
      label: 'OS version',
    }),
    osConfidence: optional('wirecase.host.os_confidence', 'float', '0-1: how well the reasons bear the guess.', { label: 'OS confidence' }),
    osReasons: field(
      'wirecase.host.os_reasons',
      'json',
      '[{"source","value","os","weight"}]: what the guess rests on, and what speaks against it; at most 16.',
      { label: 'OS reasons' },
    ),
    roles: field(
      'wirecase.host.role',
      'keywords',
      'What it does for others: gateway, dns-server, dhcp-server, domain-controller, file-server, web-server, mail-server, database, printer, industrial and so on.',
      { label: 'Roles', aliases: ['role'] },
    ),
    services: field(
      'wirecase.host.service',
      'keywords',
      'What it offers, as tcp/22, and the protocols spoken there; ports that answered. At most 64 ports.',
      {
        label: 'Offers',
        aliases: ['service', 'offers'],
      },
    ),
    serviceDetails: field(
      'wirecase.host.services',
      'json',
      '[{"transport","port","protocols","product","flows","first","last"}] of what it offers; product is what the server says of itself.',
      { label: 'Services' },
    ),
    uses: field(
      'wirecase.host.uses',
      'keywords',
      'Protocols that it used as a client and that were answered; tcp/22 where none is known. At most 64.',
      {
        label: 'Uses',
        aliases: ['uses'],
      },
    ),
    useDetails: field('wirecase.host.used', 'json', '[{"transport","port","protocol","flows","first","last"}] of what it used.', {
      label: 'Services used',
    }),
    users: field('user.name', 'keywords', 'Users who logged in from it or at it, or tried to; at most 32.', {
      label: 'Users',
    }),
    userDetails: field(
      'wirecase.host.users',
      'json',
      '[{"user","service","side","outcome","logins","first","last"}]: side is client (from it) or server (at it), outcome the best one.',
      { label: 'Logins' },
    ),
    peers: field(
      'wirecase.host.peers',
      'count',
      'Addresses that it exchanged packets with, or sent some to: exact up to 32, estimated beyond.',
      {
        label: 'Peers',
      },
    ),
    topPeers: field('wirecase.host.top_peers', 'json', '[{"ip","flows","bytes"}] of the peers with the most bytes both ways; at most 10.', {
      label: 'Top peers',
    }),
    flowsOut: field('wirecase.host.flows.source', 'count', 'Flows that it began.', { label: 'Flows begun' }),
    flowsIn: field('wirecase.host.flows.destination', 'count', 'Flows that others began with it.', { label: 'Flows taken' }),
    packetsSent: field('host.network.egress.packets', 'count', 'Packets that it sent in flows.', { label: 'Packets sent' }),
    packetsReceived: field('host.network.ingress.packets', 'count', 'Packets sent to it in flows.', { label: 'Packets received' }),
    bytesSent: field('host.network.egress.bytes', 'count', 'Frame bytes that it sent in flows.', { label: 'Bytes sent' }),
    bytesReceived: field('host.network.ingress.bytes', 'count', 'Frame bytes sent to it in flows.', { label: 'Bytes received' }),
  },
);
export type HostRow = RowOf<typeof hostRecord.fields>;

/** Times here are RFC 3339 with nine digits. */
interface Seen {
  first: string;
  last: string;
}
export interface HostName extends Seen {
  name: string;
  source: string;
}
export interface HostService extends Seen {
  transport: string;
  port: number;
  protocols: string[];
  product: string | null;
  flows: number;
}
export interface HostUse extends Seen {
  transport: string;
  port: number;
  protocol: string | null;
  flows: number;
}
export interface HostUser extends Seen {
  user: string;
  service: string;
  side: 'client' | 'server';
  outcome: 'success' | 'failure' | 'unknown';
  logins: number;
}
export interface HostPeer {
  ip: string;
  flows: number;
  bytes: number;
}
export interface OsReason {
  source: string;
  value: string;
  os: string;
  weight: number;
}
