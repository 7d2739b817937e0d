import { field, optional, recordType } from '@wirecase/contract';

export const imapRecord = recordType(
  'imap',
  'IMAP',
  'One IMAP command with its tagged response (RFC 9051). Points to the packet with the response.',
  {
    tag: field('wirecase.imap.tag', 'keyword', 'Tag that ties the response to the command.', {
      label: 'IMAP tag',
      aliases: ['imap.request_tag'],
    }),
    command: field('wirecase.imap.command', 'keyword', 'Command, upper case, as SELECT or UID FETCH; `?` for a word that is none.', {
      label: 'IMAP command',
      aliases: ['imap.request.command'],
    }),
    user: optional('wirecase.imap.user', 'keyword', 'User that logged in (LOGIN); passwords are not kept.', {
      label: 'IMAP user',
      aliases: ['imap.request.username'],
      indexed: true,
    }),
    mechanism: optional('wirecase.imap.mechanism', 'keyword', 'Method of AUTHENTICATE. What is said in it is not kept.', {
      label: 'IMAP login',
    }),
    mailbox: optional('wirecase.imap.mailbox', 'keyword', 'Folder that the command is about, or that was selected last.', {
      label: 'Mailbox',
      aliases: ['imap.request.folder'],
    }),
    status: optional('wirecase.imap.status', 'keyword', 'OK, NO or BAD; empty when no response was seen.', { label: 'IMAP status' }),
    reply: optional('wirecase.imap.reply', 'text', 'Text of that response.', { label: 'IMAP reply' }),
    bytes: field('wirecase.imap.bytes', 'count', 'Bytes of literals that came before it, as of mails fetched or stored.', {
      label: 'IMAP bytes',
    }),
    tls: field('wirecase.imap.tls', 'boolean', 'Whether the connection went on in TLS with this command (STARTTLS).', {
      label: 'IMAP TLS',
    }),
  },
);
