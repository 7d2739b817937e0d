import { field, optional, recordType } from '@wirecase/contract';

export const postgresqlRecord = recordType(
  'postgresql',
  'PostgreSQL',
  'One PostgreSQL request with its outcome (protocol 3), until TLS begins: a login, a statement, an end. Points to the packet that completes it.',
  {
    command: field(
      'wirecase.postgresql.command',
      'keyword',
      'startup, ssl_request, gssenc_request, cancel, query, parse, copy or terminate.',
      {
        label: 'PostgreSQL command',
        aliases: ['frontend'],
      },
    ),
    argument: optional(
      'wirecase.postgresql.argument',
      'text',
      'Statement. Passwords in statements stay as they are said; those of a login are not kept.',
      {
        label: 'PostgreSQL statement',
        aliases: ['frontend_arg', 'pgsql.query'],
      },
    ),
    user: optional('wirecase.postgresql.user', 'keyword', 'User of the connection.', {
      label: 'PostgreSQL user',
      aliases: ['user'],
      indexed: true,
    }),
    database: optional('wirecase.postgresql.database', 'keyword', 'Database of the connection.', {
      label: 'PostgreSQL database',
      aliases: ['database'],
    }),
    application: optional('wirecase.postgresql.application', 'keyword', 'Name of the program that the client gives.', {
      label: 'PostgreSQL application',
      aliases: ['application_name'],
    }),
    authentication: optional(
      'wirecase.postgresql.authentication',
      'keyword',
      'How the server asked for the password: ok, clear, md5, sasl, gss or sspi.',
      {
        label: 'PostgreSQL login',
      },
    ),
    success: optional('wirecase.postgresql.success', 'boolean', 'Whether it went through; empty when that was not seen.', {
      label: 'PostgreSQL success',
      aliases: ['success'],
    }),
    rows: optional('wirecase.postgresql.rows', 'count', 'Rows that came, or were changed.', {
      label: 'PostgreSQL rows',
      aliases: ['rows'],
    }),
    errorCode: optional('wirecase.postgresql.error_code', 'keyword', 'SQLSTATE of an error, as 28P01 for a wrong password.', {
      label: 'SQLSTATE',
    }),
    errorText: optional('wirecase.postgresql.error', 'text', 'Text of the error.', { label: 'PostgreSQL error' }),
    serverVersion: optional('wirecase.postgresql.server_version', 'keyword', 'Version that the server tells.', {
      label: 'PostgreSQL server',
    }),
    tls: field('wirecase.postgresql.tls', 'boolean', 'Whether the connection went on in TLS.', { label: 'PostgreSQL TLS' }),
  },
);
