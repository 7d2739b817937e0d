import { mutants, runProtocol, textBytes, type Delivery } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { redis } from './parser.ts';

const resp = (...words: string[]) => `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;
const client = (text: string): Delivery => [0, textBytes(text)];
const server = (text: string): Delivery => [1, textBytes(text)];
const run = (deliveries: readonly Delivery[], pieceBytes = 0) => runProtocol(redis, deliveries, { destinationPort: 6379, pieceBytes });

describe('redis', () => {
  const script: Delivery[] = [
    client(resp('AUTH', 'ann', 's3cret')),
    server('+OK\r\n'),
    client(resp('SET', 'k', 'v\r\nw') + resp('GET', 'absent') + resp('LRANGE', 'l', '0', '-1') + 'PING\r\n'),
    server('+OK\r\n$-1\r\n*2\r\n$1\r\na\r\n*1\r\n:5\r\n+PONG\r\n'),
    client(resp('CONFIG', 'SET', 'requirepass', 's3cret') + resp('AUTH', 's3cret')),
    server('-ERR no\r\n'),
  ];

  it('pairs commands and replies, passwords masked', () => {
    const { records, weirds, logins } = run(script);
    expect(records).toMatchObject([
      { packet: 2, command: 'AUTH', key: 'ann', value: null, success: true, reply: 'OK' },
      { packet: 4, command: 'SET', key: 'k', value: 'v\\x0d\\x0aw', arguments: 2, success: true },
      { command: 'GET', key: 'absent', success: true, reply: '' },
      { command: 'LRANGE', key: 'l', value: null, arguments: 3, reply: '[a, [5]]' },
      { command: 'PING', key: null, reply: 'PONG' },
      { packet: 6, command: 'CONFIG', key: 'SET', value: 'requirepass ***', success: false, reply: 'ERR no' },
      { packet: 5, command: 'AUTH', key: null, success: null },
    ]);
    expect(JSON.stringify(records)).not.toContain('s3cret');
    expect(logins).toEqual([{ user: 'ann', outcome: 'success', isClear: true }]);
    expect(weirds).toEqual({});
  });

  it('gives the same records wherever segments are cut', () => {
    const { records } = run(script);
    for (const pieceBytes of [1, 2, 5]) expect(run(script, pieceBytes).records).toEqual(records);
  });

  it('does not pair where the server does not answer', () => {
    const { records } = run([
      client(resp('CLIENT', 'REPLY', 'OFF') + resp('PING') + resp('CLIENT', 'REPLY', 'ON') + resp('PING')),
      server('+OK\r\n+PONG\r\n'),
    ]);
    expect(records.map(({ command, reply }) => [command, reply])).toEqual([
      ['CLIENT', null],
      ['PING', null],
      ['CLIENT', 'OK'],
      ['PING', 'PONG'],
    ]);
  });

  it('passes over the one reply that the client does not want, and keeps the order of the commands', () => {
    const { records } = run([
      client(resp('SET', 'a', '1') + resp('CLIENT', 'REPLY', 'SKIP') + resp('SET', 'b', '2') + resp('GET', 'a')),
      server('+OK\r\n$1\r\n1\r\n'),
    ]);
    expect(records.map(({ command, key, reply }) => [command, key, reply])).toEqual([
      ['SET', 'a', 'OK'],
      ['CLIENT', 'REPLY', null],
      ['SET', 'b', null],
      ['GET', 'a', '1'],
    ]);
  });

  describe('RESP 3', () => {
    it('writes lists, sets and maps as such, and passes over attributes', () => {
      const { records, weirds } = run([
        client(resp('HELLO', '3') + resp('HGETALL', 'h') + resp('SMEMBERS', 's') + resp('XRANGE', 'x', '-', '+') + resp('GET', 'n')),
        server('%2\r\n+proto\r\n:3\r\n+modules\r\n*0\r\n'),
        server('|1\r\n+ttl\r\n*2\r\n:1\r\n:2\r\n%1\r\n$1\r\na\r\n|1\r\n+x\r\n:9\r\n$1\r\nb\r\n'),
        server('~2\r\n:1\r\n:2\r\n*2\r\n*2\r\n$1\r\ni\r\n*2\r\n$1\r\nk\r\n$1\r\nv\r\n*-1\r\n_\r\n'),
      ]);
      expect(records.map(({ command, reply }) => [command, reply])).toEqual([
        ['HELLO', '{proto: 3, modules: []}'],
        ['HGETALL', '{a: b}'],
        ['SMEMBERS', '{1, 2}'],
        ['XRANGE', '[[i, [k, v]], ]'],
        ['GET', ''],
      ]);
      expect(weirds).toEqual({});
    });

    it('pairs on behind a subscription, which is answered by pushes', () => {
      const { records } = run([
        client(resp('HELLO', '3') + resp('SUBSCRIBE', 'c')),
        server('%1\r\n+proto\r\n:3\r\n>3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n'),
        client(resp('PING')),
        server('>3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$2\r\nhi\r\n+PONG\r\n'),
      ]);
      expect(records.map(({ command, reply }) => [command, reply])).toEqual([
        ['HELLO', '{proto: 3}'],
        ['SUBSCRIBE', null],
        ['PING', 'PONG'],
      ]);
    });

    it('tells of the login within HELLO', () => {
      const { records, logins } = run([
        client(resp('HELLO', '3', 'AUTH', 'ann', 's3cret') + resp('PING')),
        server('-WRONGPASS no\r\n-NOAUTH no\r\n'),
      ]);
      expect(records).toMatchObject([{ command: 'HELLO', key: 'ann', success: false }, { command: 'PING' }]);
      expect(logins).toEqual([{ user: 'ann', outcome: 'failure', isClear: true }]);
      expect(JSON.stringify(records)).not.toContain('s3cret');
    });
  });

  it('bounds texts, depth and what waits', () => {
    expect(run([client(resp('SET', 'x'.repeat(100_000), 'y'.repeat(100_000)))]).records).toMatchObject([{ key: 'x'.repeat(256) }]);
    expect(run([server('*1\r\n'.repeat(100))]).weirds).toEqual({ redis_bad_value: 1 });
    expect(run([client(resp('PING').repeat(1100))])).toMatchObject({ records: { length: 1100 }, weirds: { redis_pending_limit: 76 } });
  });

  it.each([
    [resp('COMMAND'), 0, 40_001, 'yes'],
    ['*1\r\n$4', 0, 40_001, 'more'],
    ['+OK\r\n', 1, 40_001, 'no'],
    ['+OK\r\n', 1, 6379, 'yes'],
    ['* OK IMAP\r\n', 1, 6379, 'no'],
  ] as const)('judges %j', (text, direction, port, answer) => {
    const bytes = textBytes(text);
    expect(redis.probe('tcp', direction, bytes, 0, bytes.length, 40_000, port)).toBe(answer);
  });

  it('takes any bytes (5,000 mutants)', () => {
    const commands = textBytes(resp('SET', 'k', 'v') + resp('GET', 'k'));
    for (const mutant of mutants(commands, 5000)) expect(run([[0, mutant], [1, textBytes('+OK\r\n$1\r\nv\r\n')]]).records.length).toBeLessThan(20); // prettier-ignore
  });
});
