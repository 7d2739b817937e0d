import { field, optional, recordType } from '@wirecase/contract';

export const ldapRecord = recordType(
  'ldap',
  'LDAP',
  'One LDAP operation with its result (RFC 4511), over TCP or UDP. Points to the packet with the result, or to the request when none was seen.',
  {
    messageId: field('wirecase.ldap.message_id', 'count', 'Number that ties the result to the request.', {
      label: 'LDAP message',
      aliases: ['message_id', 'ldap.messageID'],
      tshark: 'ldap.messageID',
    }),
    operation: field(
      'ldap.operation',
      'keyword',
      'bind simple, bind SASL, bind NTLM, unbind, search, modify, add, delete, modify dn, compare, abandon, extended.',
      { label: 'LDAP operation', aliases: ['opcode'] },
    ),
    dn: optional(
      'ldap.dn',
      'keyword',
      'Name that the operation is about: who binds, where the search begins, which entry is changed. For `extended` the object identifier of the request.',
      { label: 'LDAP name', aliases: ['object', 'base_object', 'ldap.baseObject', 'ldap.name'], indexed: true },
    ),
    result: optional('ldap.result', 'keyword', 'Result in words of RFC 4511, as `success` or `invalid credentials`.', {
      label: 'LDAP result',
      aliases: ['result'],
    }),
    resultCode: optional('wirecase.ldap.result_code', 'integer', 'Number of that result; 0 is success.', {
      label: 'Result code',
      aliases: ['ldap.resultCode'],
      tshark: 'ldap.resultCode',
    }),
    diagnostic: optional('wirecase.ldap.diagnostic_message', 'text', 'What the server says about it.', {
      label: 'LDAP diagnostic',
      aliases: ['diagnostic_message'],
    }),
    version: optional('wirecase.ldap.version', 'integer', 'Version that a bind asks for.', {
      label: 'LDAP version',
      aliases: ['ldap.version'],
      tshark: 'ldap.version',
    }),
    mechanism: optional('wirecase.ldap.sasl_mechanism', 'keyword', 'SASL mechanism of a bind, as GSS-SPNEGO.', {
      label: 'SASL mechanism',
      aliases: ['ldap.mechanism'],
      tshark: 'ldap.mechanism',
    }),
    hasPassword: optional(
      'wirecase.ldap.password_in_clear',
      'boolean',
      'Whether a simple bind sent a password in clear; the password itself is not kept.',
      {
        label: 'Password in clear',
      },
    ),
    scope: optional('wirecase.ldap.scope', 'keyword', 'How far a search goes: base, single or tree.', {
      label: 'Search scope',
      aliases: ['scope'],
    }),
    filter: optional('wirecase.ldap.filter', 'text', 'Filter of a search (RFC 4515).', { label: 'Search filter', aliases: ['filter'] }),
    attributes: field('wirecase.ldap.attributes', 'keywords', 'Attributes that a search asks for, or that are changed; at most 64.', {
      label: 'Attributes',
      aliases: ['attributes'],
    }),
    resultCount: optional('wirecase.ldap.result_count', 'count', 'Entries that a search found.', {
      label: 'Entries',
      aliases: ['result_count'],
    }),
    tls: field('wirecase.ldap.tls', 'boolean', 'Whether the connection went on in TLS with this operation (StartTLS).', {
      label: 'LDAP TLS',
    }),
  },
);
