import { field, optional, recordType } from '@wirecase/contract';

export const mysqlRecord = recordType(
  'mysql',
  'MySQL',
  'One MySQL or MariaDB command with its response, until TLS begins. Points to the packet with the response.',
  {
    command: field('wirecase.mysql.command', 'keyword', 'login, query, init_db, statement_prepare, ping, quit, change_user and so on.', {
      label: 'MySQL command',
      aliases: ['cmd', 'mysql.command'],
    }),
    argument: optional(
      'wirecase.mysql.argument',
      'text',
      'Statement, database, or user of a login. What was sent to prove the password is not kept.',
      {
        label: 'MySQL statement',
        aliases: ['arg', 'mysql.query'],
      },
    ),
    user: optional('wirecase.mysql.user', 'keyword', 'User of the connection.', {
      label: 'MySQL user',
      aliases: ['mysql.user'],
      tshark: 'mysql.user',
      indexed: true,
    }),
    database: optional('wirecase.mysql.database', 'keyword', 'Database that was chosen last.', {
      label: 'MySQL database',
      aliases: ['mysql.schema'],
    }),
    serverVersion: optional('wirecase.mysql.server_version', 'keyword', 'Version that the server greets with.', {
      label: 'MySQL server',
      aliases: ['mysql.version'],
      tshark: 'mysql.version',
    }),
    success: optional('wirecase.mysql.success', 'boolean', 'Whether the server took it; empty when no response was seen.', {
      label: 'MySQL success',
      aliases: ['success'],
    }),
    rows: optional('wirecase.mysql.rows', 'count', 'Rows changed, or rows of the result.', { label: 'MySQL rows', aliases: ['rows'] }),
    errorCode: optional('wirecase.mysql.error_code', 'integer', 'Number of an error: 1045 is access denied.', {
      label: 'MySQL error',
      aliases: ['mysql.error_code'],
      tshark: 'mysql.error_code',
    }),
    response: optional('wirecase.mysql.response', 'text', 'Text of an error.', { label: 'MySQL response', aliases: ['response'] }),
    tls: field('wirecase.mysql.tls', 'boolean', 'Whether the connection went on in TLS instead of a login.', { label: 'MySQL TLS' }),
  },
);
