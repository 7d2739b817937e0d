import { field, optional, recordType } from '@wirecase/contract';

export const snmpRecord = recordType('snmp', 'SNMP', 'One SNMP message (RFC 1157, 3416, 3412).', {
  version: field('wirecase.snmp.version', 'keyword', '1, 2c or 3.', { label: 'SNMP version', aliases: ['snmp.version'] }),
  communityHash: optional(
    'snmp.community_hash',
    'keyword',
    'First 8 hexadecimal digits of the SHA-256 of the community, which is a password sent in clear: tells communities apart without showing them. That of `public` is efa1f375.',
    { label: 'Community (hash)' },
  ),
  user: optional('wirecase.snmp.user', 'keyword', 'User of version 3 (RFC 3414).', { label: 'SNMP user', indexed: true }),
  engineId: optional('wirecase.snmp.engine_id', 'keyword', 'Id of the engine that version 3 speaks to, hexadecimal.', { label: 'Engine' }),
  isEncrypted: field('wirecase.snmp.encrypted', 'boolean', 'Whether the request itself is encrypted (version 3 with privacy).', {
    label: 'SNMP encrypted',
  }),
  pdu: optional(
    'wirecase.snmp.pdu',
    'keyword',
    'get-request, get-next-request, get-response, set-request, trap, get-bulk-request, inform-request, trap2 or report.',
    { label: 'PDU' },
  ),
  requestId: optional('wirecase.snmp.request_id', 'integer', 'Number that ties a response to its request.', {
    label: 'SNMP request',
    aliases: ['snmp.request_id'],
  }),
  errorStatus: optional('wirecase.snmp.error_status', 'integer', 'Error that a response tells; 0 is none (RFC 3416 3).', {
    label: 'SNMP error',
  }),
  variables: field('wirecase.snmp.variables', 'keywords', 'Object identifiers that are asked for or told; at most 64.', {
    label: 'Variables',
    aliases: ['snmp.variable', 'snmp.name'],
  }),
});
