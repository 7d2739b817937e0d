import { field, optional, recordType } from '@wirecase/contract';

export const ftpRecord = recordType(
  'ftp',
  'FTP',
  'One FTP command with its last reply (RFC 959), or the greeting of the server. Points to the packet with the reply.',
  {
    user: optional('ftp.user', 'keyword', 'User that was named last.', { label: 'FTP user', aliases: ['user'], indexed: true }),
    command: optional('ftp.command', 'keyword', 'Command, upper case; empty for the greeting.', {
      label: 'FTP command',
      aliases: ['ftp.request.command', 'command'],
    }),
    argument: optional('wirecase.ftp.argument', 'keyword', 'What the command is about, as a file name. Passwords are `***`.', {
      label: 'FTP argument',
      aliases: ['ftp.request.arg', 'arg'],
      indexed: true,
    }),
    replyCode: optional('ftp.reply_code', 'integer', 'Code of the last reply, three digits; empty when none was seen.', {
      label: 'FTP reply',
      aliases: ['ftp.response.code', 'reply_code'],
    }),
    replyText: optional('wirecase.ftp.reply_text', 'text', 'Text of that reply, its lines joined.', {
      label: 'FTP reply text',
      aliases: ['reply_msg'],
    }),
    dataIp: optional('wirecase.ftp.data_ip', 'ip', 'Where the data connection goes to: by PORT, EPRT or the reply to PASV.', {
      label: 'Data address',
    }),
    dataPort: optional('wirecase.ftp.data_port', 'port', 'Port of the data connection.', { label: 'Data port' }),
    tls: field('wirecase.ftp.tls', 'boolean', 'Whether the connection went on in TLS with this command (AUTH TLS).', { label: 'FTP TLS' }),
  },
);
