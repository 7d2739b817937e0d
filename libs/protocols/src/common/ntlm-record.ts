import { field, optional, recordType } from '@wirecase/contract';

/** Of every protocol that carries NTLM. */
export const ntlmRecord = recordType(
  'ntlm',
  'NTLM',
  'One NTLM authentication (MS-NLMP), inside SMB, LDAP, DCE/RPC, HTTP or another protocol. Points to the packet with the last of it. Neither responses nor keys are kept.',
  {
    carrier: field('wirecase.ntlm.carrier', 'keyword', 'Protocol in which it was said, as `smb`.', { label: 'NTLM in' }),
    user: optional('ntlm.user', 'keyword', 'User that logs on; empty when anonymous.', {
      label: 'NTLM user',
      aliases: ['username', 'ntlmssp.auth.username'],
      tshark: 'ntlmssp.auth.username',
      indexed: true,
    }),
    domain: optional('ntlm.domain', 'keyword', 'Domain of that user.', {
      label: 'NTLM domain',
      aliases: ['domainname', 'ntlmssp.auth.domain'],
      tshark: 'ntlmssp.auth.domain',
    }),
    host: optional('ntlm.host', 'keyword', 'Name that the client gives itself.', {
      label: 'NTLM host',
      aliases: ['hostname', 'ntlmssp.auth.hostname'],
      tshark: 'ntlmssp.auth.hostname',
      indexed: true,
    }),
    version: optional(
      'wirecase.ntlm.version',
      'keyword',
      'NTLMv1, NTLMv1-ESS (with extended session security), NTLMv2, or anonymous: by the length of the response. Version 1 is broken.',
      { label: 'NTLM version' },
    ),
    success: optional('wirecase.ntlm.success', 'boolean', 'Whether the server let the user in; empty when that was not seen.', {
      label: 'NTLM success',
      aliases: ['success'],
    }),
    serverNetbios: optional('wirecase.ntlm.server_nb_computer_name', 'keyword', 'NetBIOS name of the server, by its challenge.', {
      label: 'NTLM server',
      aliases: ['server_nb_computer_name'],
      tshark: 'ntlmssp.challenge.target_info.nb_computer_name',
    }),
    serverDns: optional('wirecase.ntlm.server_dns_computer_name', 'keyword', 'DNS name of the server, by its challenge.', {
      label: 'NTLM server name',
      aliases: ['server_dns_computer_name'],
      tshark: 'ntlmssp.challenge.target_info.dns_computer_name',
    }),
    serverDomain: optional('wirecase.ntlm.server_dns_domain_name', 'keyword', 'DNS name of its domain.', {
      label: 'NTLM server domain',
      tshark: 'ntlmssp.challenge.target_info.dns_domain_name',
    }),
    serverTree: optional('wirecase.ntlm.server_tree_name', 'keyword', 'DNS name of its forest.', {
      label: 'NTLM forest',
      aliases: ['server_tree_name'],
      tshark: 'ntlmssp.challenge.target_info.dns_tree_name',
    }),
    serverVersion: optional(
      'wirecase.ntlm.server_version',
      'keyword',
      'Windows version and build that the server claims, as `10.0.17763`.',
      {
        label: 'NTLM server version',
      },
    ),
    clientVersion: optional('wirecase.ntlm.client_version', 'keyword', 'Windows version and build that the client claims.', {
      label: 'NTLM client version',
    }),
    challenge: optional(
      'wirecase.ntlm.server_challenge',
      'keyword',
      'The 8 bytes that the server asks with, hexadecimal. A value that repeats, as 1122334455667788, is the mark of a tool that collects responses.',
      { label: 'NTLM challenge', aliases: ['ntlmssp.ntlmserverchallenge'], tshark: 'ntlmssp.ntlmserverchallenge' },
    ),
  },
);
