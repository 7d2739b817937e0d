import { field, optional, recordType } from '@wirecase/contract';

export const tdsRecord = recordType(
  'tds',
  'TDS',
  'One message of weight to or from a Microsoft SQL Server (MS-TDS): a login or a batch with its outcome. Where only the login is encrypted, it has no user; where all is, nothing follows.',
  {
    command: field('wirecase.tds.command', 'keyword', 'prelogin, login, batch, rpc or attention.', { label: 'TDS command' }),
    user: optional('wirecase.tds.user', 'keyword', 'User of the login; the password, hardly hidden there, is not kept.', {
      label: 'TDS user',
      indexed: true,
    }),
    host: optional('wirecase.tds.host', 'keyword', 'Name that the client machine gives itself.', { label: 'TDS host' }),
    application: optional('wirecase.tds.application', 'keyword', 'Program that the client names.', { label: 'TDS application' }),
    server: optional('wirecase.tds.server', 'keyword', 'Server that the client means to reach.', { label: 'TDS server' }),
    database: optional('wirecase.tds.database', 'keyword', 'Database that the login asks for.', { label: 'TDS database' }),
    hasPassword: optional('wirecase.tds.password', 'boolean', 'Whether the login sent a password; empty when it was encrypted.', {
      label: 'Password in clear',
    }),
    statement: optional('wirecase.tds.statement', 'text', 'Text of a batch.', {
      label: 'TDS statement',
      aliases: ['tds.query'],
      tshark: 'tds.query',
    }),
    encryption: optional(
      'wirecase.tds.encryption',
      'keyword',
      'What the sides said of encryption before the login: off, on, unsupported or required.',
      {
        label: 'TDS encryption',
      },
    ),
    success: optional('wirecase.tds.success', 'boolean', 'Whether the server took it; empty when that was not seen.', {
      label: 'TDS success',
    }),
    errorCode: optional('wirecase.tds.error_code', 'integer', 'Number of the first error: 18456 is a login that failed.', {
      label: 'TDS error',
      aliases: ['tds.error.number'],
      tshark: 'tds.error.number',
    }),
    errorText: optional('wirecase.tds.error', 'text', 'Text of that error.', {
      label: 'TDS error text',
      aliases: ['tds.error.msgtext'],
      tshark: 'tds.error.msgtext',
    }),
  },
);
