import { field, optional, recordType } from '@wirecase/contract';

export const redisRecord = recordType(
  'redis',
  'Redis',
  'One Redis command with its reply (RESP 2 and 3). Points to the packet with the reply.',
  {
    command: field('wirecase.redis.command', 'keyword', 'Command, upper case.', { label: 'Redis command', aliases: ['cmd.name'] }),
    key: optional('wirecase.redis.key', 'keyword', 'First argument: mostly the key. Of AUTH and HELLO only a user name.', {
      label: 'Redis key',
      aliases: ['cmd.key'],
      indexed: true,
    }),
    value: optional('wirecase.redis.value', 'text', 'Second argument of commands that write. Passwords are `***`.', {
      label: 'Redis value',
      aliases: ['cmd.value'],
    }),
    arguments: field('wirecase.redis.arguments', 'integer', 'How many arguments there are.', { label: 'Redis arguments' }),
    success: optional('wirecase.redis.success', 'boolean', 'Whether the reply is no error; empty when none was seen.', {
      label: 'Redis success',
      aliases: ['success'],
    }),
    reply: optional('wirecase.redis.reply', 'text', 'Begin of the reply: status, number, error or value.', {
      label: 'Redis reply',
      aliases: ['reply.value'],
    }),
  },
);
