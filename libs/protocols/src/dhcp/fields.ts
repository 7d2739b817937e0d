import { field, optional, recordType } from '@wirecase/contract';

export const dhcpRecord = recordType(
  'dhcp',
  'DHCP',
  'One DHCP message for IPv4 (RFC 2131, 2132), or BOOTP message with the same options. Those of one exchange have the same transaction id.',
  {
    messageType: optional('wirecase.dhcp.message_type', 'keyword', 'DISCOVER, OFFER, REQUEST, DECLINE, ACK, NAK, RELEASE, INFORM ...', {
      label: 'DHCP message',
      aliases: ['dhcp.option.dhcp', 'msg_types'],
    }),
    transactionId: field('wirecase.dhcp.transaction_id', 'count', 'Number that the client chose for the exchange.', {
      label: 'DHCP transaction',
      aliases: ['dhcp.id'],
      tshark: 'dhcp.id',
    }),
    clientMac: optional('dhcp.client_mac', 'mac', 'Hardware address of the client.', {
      label: 'Client MAC',
      aliases: ['dhcp.mac', 'dhcp.hw.mac_addr'],
      tshark: 'dhcp.hw.mac_addr',
      indexed: true,
    }),
    clientIp: optional('wirecase.dhcp.client_ip', 'ip', 'Address that the client already has (ciaddr).', {
      label: 'Client address',
      aliases: ['client_addr'],
    }),
    assignedIp: optional('dhcp.assigned_ip', 'ip', 'Address that the server gives or offers (yiaddr).', {
      label: 'Assigned address',
      aliases: ['assigned_addr'],
      indexed: true,
    }),
    requestedIp: optional('wirecase.dhcp.requested_ip', 'ip', 'Address that the client asks for (option 50).', {
      label: 'Requested address',
      aliases: ['requested_addr', 'dhcp.option.requested_ip_address'],
      tshark: 'dhcp.option.requested_ip_address',
    }),
    serverIp: optional('dhcp.server_ip', 'ip', 'Server that speaks or is spoken to (option 54).', {
      label: 'DHCP server',
      aliases: ['server_addr', 'dhcp.option.dhcp_server_id'],
      tshark: 'dhcp.option.dhcp_server_id',
    }),
    relayIp: optional('wirecase.dhcp.relay_ip', 'ip', 'Relay agent that passed the message on (giaddr).', { label: 'Relay' }),
    hostname: optional('dhcp.hostname', 'keyword', 'Name that the client gives itself (option 12).', {
      label: 'Host name',
      aliases: ['dhcp.host', 'host_name', 'dhcp.option.hostname'],
      tshark: 'dhcp.option.hostname',
      indexed: true,
    }),
    clientFqdn: optional('wirecase.dhcp.client_fqdn', 'keyword', 'Full name that the client asks to be known by (option 81, RFC 4702).', {
      label: 'Client FQDN',
      aliases: ['client_fqdn'],
    }),
    domain: optional('wirecase.dhcp.domain', 'keyword', 'Domain that the server gives (option 15).', {
      label: 'Domain',
      aliases: ['domain'],
    }),
    vendorClass: optional('dhcp.vendor_class', 'keyword', 'What the client says of its system (option 60), as `MSFT 5.0`.', {
      label: 'Vendor class',
      aliases: ['dhcp.option.vendor_class_id'],
      tshark: 'dhcp.option.vendor_class_id',
    }),
    parameters: field(
      'wirecase.dhcp.parameters',
      'integers',
      'Numbers of the options that the client asks for (option 55); their order tells its system.',
      { label: 'Options asked for', aliases: ['dhcp.option.request_list_item'], tshark: 'dhcp.option.request_list_item' },
    ),
    leaseSeconds: optional('wirecase.dhcp.lease_seconds', 'count', 'Seconds for which the address is given (option 51).', {
      label: 'Lease',
      aliases: ['lease_time'],
    }),
    subnetMask: optional('wirecase.dhcp.subnet_mask', 'ip', 'Subnet mask given (option 1).', { label: 'Subnet mask' }),
    routers: field('wirecase.dhcp.routers', 'ips', 'Routers given (option 3).', { label: 'Routers' }),
    dnsServers: field('wirecase.dhcp.dns_servers', 'ips', 'Name servers given (option 6).', { label: 'Name servers' }),
    message: optional('wirecase.dhcp.message', 'text', 'Why the server refuses, or what the client says of an error (option 56).', {
      label: 'DHCP text',
      aliases: ['server_message', 'client_message'],
    }),
  },
);
