import { field, optional, recordType } from '@wirecase/contract';

export const pop3Record = recordType('pop3', 'POP3', 'One POP3 command with its reply (RFC 1939). Points to the packet with the reply.', {
  command: field('wirecase.pop3.command', 'keyword', 'Command, upper case; `?` for a word that is none.', {
    label: 'POP3 command',
    aliases: ['pop.request.command'],
  }),
  argument: optional('wirecase.pop3.argument', 'keyword', 'What the command is about. Passwords are `***`.', {
    label: 'POP3 argument',
    aliases: ['pop.request.parameter'],
  }),
  user: optional('wirecase.pop3.user', 'keyword', 'User that was named last (USER, APOP).', { label: 'POP3 user', indexed: true }),
  success: optional('wirecase.pop3.success', 'boolean', 'Whether the server said +OK; empty when no reply was seen.', {
    label: 'POP3 success',
  }),
  reply: optional('wirecase.pop3.reply', 'text', 'Text of the reply, its first line.', { label: 'POP3 reply' }),
  bytes: field('wirecase.pop3.bytes', 'count', 'Bytes of the lines that follow the reply, as of a mail.', { label: 'POP3 bytes' }),
  tls: field('wirecase.pop3.tls', 'boolean', 'Whether the connection went on in TLS with this command (STLS).', { label: 'POP3 TLS' }),
});
