import { mutants, runProtocol, textBytes, type Delivery } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { telnet } from './parser.ts';

const client = (text: string): Delivery => [0, textBytes(text)];
const server = (text: string): Delivery => [1, textBytes(text)];
const run = (deliveries: readonly Delivery[], pieceBytes = 0) => runProtocol(telnet, deliveries, { destinationPort: 23, pieceBytes });

const session: Delivery[] = [
  server('\xff\xfd\x18\xff\xfb\x01\xff\xfd\x1f'), // DO terminal type, WILL echo, DO window size
  client('\xff\xfb\x18\xff\xfe\x1f'), // WILL terminal type, WONT window size
  server('\xff\xfa\x18\x01\xff\xf0'),
  client('\xff\xfa\x18\x00XTERM\xff\xf0'),
  server('\r\nDebian 12\r\nhost login: '),
  client('a'),
  server('a'),
  client('nx'),
  server('nx'),
  client('\x7fn\r\0'),
  server('\b n\r\nPassword: '),
  client('s3cret\r\0'),
  server('\r\nLogin incorrect\r\nhost login: '),
  client('bob\r\0'),
  server('bob\r\nPassword: '),
  client('s3cret\r\0'),
  server('\r\n$ '),
  client('ls -l\r\0'),
];

describe('telnet', () => {
  it('tells options and the user, never the password', () => {
    const { records, weirds, logins } = run(session);
    expect(records).toEqual([
      {
        record: 'telnet',
        packet: 14,
        user: 'bob',
        hasPassword: true,
        attempts: 2,
        isFailed: true,
        terminal: 'XTERM',
        options: ['terminal-type', 'echo', 'window-size'],
        isEncrypted: false,
      },
    ]);
    expect(JSON.stringify(records)).not.toContain('s3cret');
    expect(logins).toEqual([
      { user: 'ann', outcome: 'failure', isClear: true },
      { user: 'bob', outcome: 'unknown', isClear: true },
    ]);
    expect(weirds).toEqual({});
  });

  it('gives the same wherever segments are cut', () => {
    const { records } = run(session);
    for (const pieceBytes of [1, 2, 5]) expect(run(session, pieceBytes).records).toEqual(records);
  });

  it('takes characters back that were typed and deleted', () => {
    expect(run([server('login: '), client('anx\x7fn\r\n')]).records).toMatchObject([{ user: 'ann' }]);
  });

  it('takes nothing typed at no prompt for a name', () => {
    expect(run([server('$ '), client('s3cret\r\n')]).records).toMatchObject([{ user: null, hasPassword: false }]);
    expect(run([server('login: '), [1, 100], client('s3cret\r\n')]).records).toMatchObject([{ user: null }]);
  });

  it('stops where encryption begins', () => {
    const { records, wantsMore } = run([client('\xff\xfa\x26\x03\x00\xff\xf0'), server('x')]);
    expect(records).toMatchObject([{ isEncrypted: true }]);
    expect(wantsMore).toEqual([false, false]);
  });

  it('bounds lines, options and subnegotiations', () => {
    const options = Array.from({ length: 250 }, (_, i) => `\xff\xfb${String.fromCharCode(i)}`).join('');
    const { records } = run([
      server(`${'x'.repeat(100_000)} login: `),
      client(`${'y'.repeat(100_000)}\r\n`),
      client(`${options}\xff\xfa\x18\0${'z'.repeat(9999)}\xff\xf0`),
    ]);
    expect(records[0]!['options']).toHaveLength(64);
    expect((records[0]!['user'] as string).length).toBe(256);
    expect((records[0]!['terminal'] as string).length).toBe(62);
  });

  it.each([
    ['\xff\xfd\x18\xff\xfb\x01', 50_000, 'yes'],
    ['\xff\xfd\x18', 23, 'yes'],
    ['\xff\xfd\x18', 50_000, 'no'],
    ['\xff', 50_000, 'more'],
    ['welcome\r\nlogin: ', 23, 'yes'],
    ['welcome\r\nlogin: ', 50_000, 'no'],
    ['GET / HTTP/1.1\r\n', 23, 'no'],
  ] as const)('judges %j', (text, port, answer) => {
    const bytes = textBytes(text);
    expect(telnet.probe('tcp', 1, bytes, 0, bytes.length, 40_000, port)).toBe(answer);
  });

  it('takes any bytes (5,000 mutants)', () => {
    const shown = textBytes('\xff\xfd\x18\xff\xfa\x18\x01\xff\xf0\r\nlogin: \r\nPassword: ');
    for (const mutant of mutants(shown, 5000)) expect(run([[1, mutant], client('ann\r\n'), [1, mutant], client('x\r\n')]).records).toHaveLength(1); // prettier-ignore
  });
});
