import { field, optional, recordType } from '@wirecase/contract';

export const dhcpv6Record = recordType('dhcpv6', 'DHCPv6', 'One DHCPv6 message (RFC 8415).', {
  type: field(
    'wirecase.dhcpv6.type',
    'keyword',
    'solicit, advertise, request, confirm, renew, rebind, reply, release, decline, reconfigure, information-request, relay-forw or relay-repl.',
    {
      label: 'DHCPv6 message',
    },
  ),
  transaction: field('wirecase.dhcpv6.transaction', 'integer', 'Number that ties messages together; of a relayed message its own.', {
    label: 'DHCPv6 transaction',
    aliases: ['dhcpv6.xid'],
    tshark: 'dhcpv6.xid',
  }),
  clientDuid: optional('wirecase.dhcpv6.client_duid', 'keyword', 'Identifier of the client, hexadecimal.', {
    label: 'Client DUID',
    indexed: true,
  }),
  serverDuid: optional('wirecase.dhcpv6.server_duid', 'keyword', 'Identifier of the server, hexadecimal.', { label: 'Server DUID' }),
  clientMac: optional('wirecase.dhcpv6.client_mac', 'mac', "MAC address in the client's identifier, where it has one.", {
    label: 'Client MAC',
  }),
  addresses: field('wirecase.dhcpv6.addresses', 'ips', 'Addresses and prefixes asked for or given; at most 16.', { label: 'Addresses' }),
  hostname: optional('wirecase.dhcpv6.fqdn', 'keyword', 'Name of the client (RFC 4704).', { label: 'Client name', indexed: true }),
  vendorClass: optional('wirecase.dhcpv6.vendor_class', 'keyword', 'What the client says of its kind, as `MSFT 5.0`.', {
    label: 'Vendor class',
  }),
  dnsServers: field('wirecase.dhcpv6.dns_servers', 'ips', 'Name servers that the client is told; at most 16.', { label: 'Name servers' }),
  requested: field('wirecase.dhcpv6.requested_options', 'integers', 'Options that the client asks for, by number; at most 64.', {
    label: 'Options asked for',
  }),
  status: optional('wirecase.dhcpv6.status', 'integer', 'Status that the server tells; 2 is no addresses available.', {
    label: 'DHCPv6 status',
  }),
});
