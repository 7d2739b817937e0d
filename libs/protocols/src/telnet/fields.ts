import { field, optional, recordType } from '@wirecase/contract';

export const telnetRecord = recordType(
  'telnet',
  'Telnet',
  'One Telnet connection (RFC 854): what was agreed on and who logged in. Points to the packet in which the user was named, or to the last.',
  {
    user: optional('telnet.user', 'keyword', 'What was typed at the last prompt for a login name. Passwords are not kept.', {
      label: 'Telnet user',
      indexed: true,
    }),
    hasPassword: field('wirecase.telnet.password_in_clear', 'boolean', 'Whether something was typed at a prompt for a password.', {
      label: 'Password in clear',
    }),
    attempts: field('wirecase.telnet.logins', 'count', 'Prompts for a password that were answered.', { label: 'Logins tried' }),
    isFailed: field('wirecase.telnet.login_failed', 'boolean', 'Whether the server called a login incorrect.', { label: 'Login failed' }),
    terminal: optional('wirecase.telnet.terminal', 'keyword', 'Terminal type of the client (RFC 1091).', { label: 'Terminal' }),
    options: field('wirecase.telnet.options', 'keywords', 'Options that either side offered to use or asked for, by name; at most 64.', {
      label: 'Telnet options',
    }),
    isEncrypted: field('wirecase.telnet.encrypted', 'boolean', 'Whether the connection went on encrypted or in TLS.', {
      label: 'Telnet encrypted',
    }),
  },
);
