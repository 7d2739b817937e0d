import { mutants, runProtocol, textBytes, type Delivery } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { pop3 } from './parser.ts';

const client = (text: string): Delivery => [0, textBytes(text)];
const server = (text: string): Delivery => [1, textBytes(text)];
const run = (deliveries: readonly Delivery[], pieceBytes = 0) => runProtocol(pop3, deliveries, { destinationPort: 110, pieceBytes });

/** RFC 1939 10, shortened. */
const session: Delivery[] = [
  server('+OK POP3 server ready\r\n'),
  client('USER mrose\r\n'),
  server('+OK send PASS\r\n'),
  client('PASS s3cret word\r\n'),
  server('+OK maildrop has 2 messages\r\n'),
  client('LIST\r\nLIST 2\r\n'),
  server('+OK 2 messages\r\n1 120\r\n2 200\r\n.\r\n+OK 2 200\r\n'),
  client('RETR 1\r\n'),
  server('+OK 120 octets\r\nSubject: x\r\n\r\n..dot\r\n-ERR in a mail\r\n.\r\n'),
  client('DELE 9\r\n'),
  server('-ERR no such message\r\n'),
  client('QUIT\r\n'),
];

describe('pop3', () => {
  it('tells commands with their replies, passwords masked', () => {
    const { records, weirds, logins } = run(session);
    expect(records).toMatchObject([
      { packet: 3, command: 'USER', argument: 'mrose', user: 'mrose', success: true },
      { packet: 5, command: 'PASS', argument: '***', user: 'mrose', success: true, reply: 'maildrop has 2 messages' },
      { packet: 7, command: 'LIST', argument: null, success: true, bytes: 14 },
      { packet: 7, command: 'LIST', argument: '2', success: true, bytes: 0 },
      { packet: 9, command: 'RETR', argument: '1', success: true, bytes: 37 },
      { packet: 11, command: 'DELE', success: false, reply: 'no such message' },
      { packet: 12, command: 'QUIT', success: null },
    ]);
    expect(JSON.stringify(records)).not.toContain('s3cret');
    expect(logins).toEqual([{ user: 'mrose', outcome: 'success', isClear: true }]);
    expect(weirds).toEqual({});
  });

  it('gives the same records wherever segments are cut', () => {
    const { records } = run(session);
    for (const pieceBytes of [1, 2, 5]) expect(run(session, pieceBytes).records).toEqual(records);
  });

  it('keeps nothing of what is said in a login', () => {
    const { records } = run([
      server('+OK\r\n'),
      client('AUTH PLAIN\r\n'),
      server('+ \r\n'),
      client('AGFubgBzM2NyZXQ=\r\n'),
      server('-ERR no\r\n'),
      client('APOP ann c4c9334bac560ecc979e58001b3e22fb\r\n'),
      server('+OK\r\n'),
    ]);
    expect(records).toMatchObject([
      { command: 'AUTH', argument: 'PLAIN', success: false },
      { command: 'APOP', argument: 'ann ***', user: 'ann' },
    ]);
  });

  it('leaves to TLS what follows its beginning', () => {
    const { records, handedOver } = run([server('+OK\r\n'), client('STLS\r\n'), server('+OK go\r\n'), client('\x16\x03\x01')]);
    expect(records).toMatchObject([{ command: 'STLS', tls: true }]);
    expect(handedOver).toBe(0);
  });

  it('pairs anew after a gap, and counts the bytes lost of a mail', () => {
    expect(run([server('+OK\r\n'), client('STAT\r\n'), [1, 9], client('NOOP\r\n'), server('+OK\r\n')]).records).toMatchObject([
      { command: 'STAT', success: null },
      { command: 'NOOP', success: true },
    ]);
    expect(run([server('+OK\r\n'), client('RETR 1\r\n'), server('+OK\r\nab'), [1, 500], server('c\r\n.\r\n')]).records).toMatchObject([
      { command: 'RETR', bytes: 505 },
    ]);
  });

  it('bounds what waits for a reply', () => {
    expect(run([client('NOOP\r\n'.repeat(100))])).toMatchObject({ records: { length: 100 }, weirds: { pop3_pending_limit: 36 } });
  });

  it.each([
    ['+OK hello\r\n', 1, 50_000, 'yes'],
    ['+O', 1, 50_000, 'more'],
    ['USER ann\r\n', 0, 110, 'yes'],
    ['USER ann\r\n', 0, 50_000, 'no'],
    ['+PONG\r\n', 1, 110, 'no'],
  ] as const)('judges %j', (text, direction, port, answer) => {
    const bytes = textBytes(text);
    expect(pop3.probe('tcp', direction, bytes, 0, bytes.length, 40_000, port)).toBe(answer);
  });

  it('takes any bytes (5,000 mutants)', () => {
    const commands = textBytes('USER a\r\nPASS b\r\nLIST\r\nRETR 1\r\nQUIT\r\n');
    const replies = textBytes('+OK\r\n+OK\r\n+OK\r\n+OK\r\n1 2\r\n.\r\n+OK\r\nx\r\n.\r\n');
    for (const mutant of mutants(commands, 2500)) expect(run([[0, mutant], [1, replies]]).records.length).toBeLessThan(20); // prettier-ignore
    for (const mutant of mutants(replies, 2500)) expect(run([[0, commands], [1, mutant]]).records.length).toBeLessThan(20); // prettier-ignore
  });
});
