import { field, optional, recordType } from '@wirecase/contract';

/** Of the KDC's own exchange, and of every protocol that carries a ticket. */
export const kerberosRecord = recordType(
  'kerberos',
  'Kerberos',
  'One Kerberos request with its reply (RFC 4120): for a ticket (AS, TGS), or a ticket shown to a service (AP) inside another protocol. Points to the packet with the reply. Nothing encrypted is kept.',
  {
    requestType: optional('wirecase.kerberos.request_type', 'keyword', 'AS, TGS or AP; empty when only the reply was seen.', {
      label: 'Request',
      aliases: ['request_type'],
    }),
    carrier: optional('wirecase.kerberos.carrier', 'keyword', 'AP: the protocol in which the ticket was shown, as `smb`.', {
      label: 'Kerberos in',
    }),
    client: optional(
      'kerberos.client',
      'keyword',
      'Who asks, and the realm behind the last slash: `ann/EXAMPLE.TEST`. A TGS request says it only in its reply.',
      {
        label: 'Kerberos client',
        aliases: ['client', 'krb5.cname'],
        indexed: true,
      },
    ),
    service: optional('kerberos.service', 'keyword', 'What the ticket is for: `krbtgt/EXAMPLE.TEST`, `cifs/files`.', {
      label: 'Kerberos service',
      aliases: ['service', 'krb5.sname'],
      indexed: true,
    }),
    realm: optional('wirecase.kerberos.realm', 'keyword', 'Realm of the service.', {
      label: 'Realm',
      aliases: ['krb5.realm', 'kerberos.realm'],
    }),
    success: optional('wirecase.kerberos.success', 'boolean', 'Whether a ticket was given or taken; empty when no answer was seen.', {
      label: 'Kerberos success',
      aliases: ['success'],
    }),
    error: optional('kerberos.error', 'keyword', 'Error by the name of RFC 4120, as KDC_ERR_PREAUTH_REQUIRED.', {
      label: 'Kerberos error',
      aliases: ['error_msg', 'krb5.error_code'],
    }),
    errorCode: optional('wirecase.kerberos.error_code', 'integer', 'Number of that error.', {
      label: 'Kerberos error code',
      aliases: ['kerberos.error_code'],
      tshark: 'kerberos.error_code',
    }),
    errorText: optional(
      'wirecase.kerberos.error_text',
      'text',
      'What the KDC says of the error in words of its own, as CLIENT_NOT_FOUND.',
      {
        label: 'Kerberos error text',
        tshark: 'kerberos.e_text',
      },
    ),
    encryption: optional(
      'kerberos.encryption',
      'keyword',
      'Cipher of the ticket. rc4-hmac can be broken by guessing passwords (Kerberoasting).',
      { label: 'Ticket cipher', aliases: ['cipher', 'krb5.ticket_encryption'] },
    ),
    replyEncryption: optional('wirecase.kerberos.reply_encryption', 'keyword', "Cipher of the reply, which is the client's key's.", {
      label: 'Reply cipher',
      aliases: ['krb5.encryption'],
    }),
    offered: field('wirecase.kerberos.offered_encryption', 'keywords', 'Ciphers that the client offers; at most 32.', {
      label: 'Ciphers offered',
    }),
    preauthentication: field(
      'wirecase.kerberos.padata',
      'integers',
      'Types of preauthentication data in the request; 2 is the encrypted time stamp, 128 asks for group data. At most 32.',
      { label: 'Preauthentication' },
    ),
    options: field('wirecase.kerberos.options', 'keywords', 'Options asked for, as forwardable and renewable.', { label: 'Options' }),
    from: optional('wirecase.kerberos.from', 'time', 'When the ticket shall begin.', { label: 'Ticket from', aliases: ['from'] }),
    till: optional('wirecase.kerberos.till', 'time', 'When the ticket shall end.', { label: 'Ticket till', aliases: ['till'] }),
  },
);
