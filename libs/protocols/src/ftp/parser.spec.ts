import { mutants, runProtocol, textBytes, type Delivery } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { channelOfCommand, channelOfReply } from './data-channel.ts';
import { ftp } from './parser.ts';

const client = (text: string): Delivery => [0, textBytes(text)];
const server = (text: string): Delivery => [1, textBytes(text)];

const session: Delivery[] = [
  server('220-Welcome\r\n to this\r\n220 FTP server ready\r\n'),
  client('USER ann\r\n'),
  server('331 Password required\r\n'),
  client('PASS s3cret word\r\n'),
  server('230 Logged in\r\n'),
  client('PASV\r\n'),
  server('227 Entering Passive Mode (192,168,0,1,4,1).\r\n'),
  client('RETR notes.txt\r\n'),
  server('150 Opening\r\n226 Done\r\n'),
  client('QUIT\r\n'),
];

describe('ftp', () => {
  it('tells commands with their replies, passwords masked', () => {
    const { records, weirds } = runProtocol(ftp, session);
    expect(records).toMatchObject([
      { packet: 1, command: null, replyCode: 220, replyText: 'Welcome to this FTP server ready', user: null },
      { packet: 3, command: 'USER', argument: 'ann', replyCode: 331, user: 'ann' },
      { packet: 5, command: 'PASS', argument: '***', replyCode: 230, user: 'ann' },
      { packet: 7, command: 'PASV', argument: null, replyCode: 227, dataIp: Uint8Array.of(192, 168, 0, 1), dataPort: 1025 },
      { packet: 9, command: 'RETR', argument: 'notes.txt', replyCode: 226, replyText: 'Done' },
      { packet: 10, command: 'QUIT', replyCode: null },
    ]);
    expect(JSON.stringify(records)).not.toContain('s3cret');
    expect(weirds).toEqual({});
  });

  it('gives the same records wherever segments are cut', () => {
    const { records } = runProtocol(ftp, session);
    for (const pieceBytes of [1, 2, 3, 7]) expect(runProtocol(ftp, session, { pieceBytes }).records).toEqual(records);
  });

  it.each([
    ['230 in', 'success'],
    ['530 no', 'failure'],
    ['421 too many', 'unknown'],
  ])('tells how a login ends: %s', (reply, outcome) => {
    const { logins } = runProtocol(ftp, [client('USER ann\r\nPASS x\r\n'), server(`220 hi\r\n331 go\r\n${reply}\r\n`)]);
    expect(logins).toEqual([{ user: 'ann', outcome, isClear: true }]);
  });

  it('tells that the password of an anonymous user is no secret', () => {
    const { logins } = runProtocol(ftp, [client('USER anonymous\r\nPASS x@y\r\n'), server('220 hi\r\n331 go\r\n230 in\r\n')]);
    expect(logins).toEqual([{ user: 'anonymous', outcome: 'success', isClear: false }]);
  });

  it('stops where TLS begins (RFC 4217)', () => {
    const { records, handedOver } = runProtocol(ftp, [client('AUTH TLS\r\n'), server('234 go\r\n'), client('\x16\x03\x01USER x\r\n')]);
    expect(records).toMatchObject([{ command: 'AUTH', argument: 'TLS', replyCode: 234, tls: true }]);
    expect(handedOver).toBe(0);
  });

  it('does not keep words that are no commands', () => {
    const { records, weirds } = runProtocol(ftp, [client('s3cret word\r\n'), server('500 what\r\n')]);
    expect(records).toMatchObject([{ command: '?', argument: null, replyCode: 500 }]);
    expect(weirds).toEqual({ ftp_bad_command: 1 });
  });

  it('masks a password that the server repeats', () => {
    const { records } = runProtocol(ftp, [
      client('USER ann\r\nPASS s3cret word\r\n'),
      server('220 ready\r\n331 go\r\n530 no user with s3cret word\r\n'),
    ]);
    expect(records).toMatchObject([
      { replyCode: 220, command: null },
      { command: 'USER' },
      { command: 'PASS', replyText: 'no user with ***' },
    ]);
  });

  it('pairs anew after a gap', () => {
    const { records } = runProtocol(ftp, [client('CWD a\r\n'), [1, 20], client('CWD b\r\n'), server('250 ok\r\n')]);
    expect(records).toMatchObject([
      { argument: 'a', replyCode: null },
      { argument: 'b', replyCode: 250 },
    ]);
  });

  it('bounds what waits for a reply', () => {
    const { records, weirds } = runProtocol(ftp, [client('NOOP\r\n'.repeat(100))]);
    expect(records).toHaveLength(100);
    expect(weirds).toEqual({ ftp_pending_limit: 36 });
  });

  it.each([
    ['PORT', '10,0,0,1,0,21', { ip: Uint8Array.of(10, 0, 0, 1), port: 21 }],
    ['EPRT', '|1|10.0.0.1|6275|', { ip: Uint8Array.of(10, 0, 0, 1), port: 6275 }],
    ['EPRT', '|1|10.0.0.1|99999|', null],
    ['PORT', '10,0,0,256,0,21', null],
    ['CWD', '10,0,0,1,0,21', null],
  ])('reads the data connection of %s %s', (command, argument, channel) => expect(channelOfCommand(command, argument)).toEqual(channel));

  it('reads the port of an extended passive reply (RFC 2428 3)', () => {
    expect(channelOfReply(229, 'Entering Extended Passive Mode (|||60931|)')).toEqual({ ip: null, port: 60_931 });
    expect(channelOfReply(200, '(|||60931|)')).toBeNull();
  });

  it.each([
    ['220 ProFTPD ready\r\n', 1, 40_000, 'yes'],
    ['220 hello\r\n', 1, 21, 'yes'],
    ['220 mx ESMTP\r\n', 1, 21, 'no'],
    ['USER ann\r\n', 0, 21, 'yes'],
    ['USER ann\r\n', 0, 110, 'no'],
    ['FEAT\r\n', 0, 40_000, 'yes'],
    ['FE', 0, 40_000, 'more'],
    ['GET / HTTP/1.1\r\n', 0, 21, 'no'],
  ] as const)('judges %j', (text, direction, port, answer) => {
    const bytes = textBytes(text);
    expect(ftp.probe('tcp', direction, bytes, 0, bytes.length, 40_000, port)).toBe(answer);
  });

  it('takes any bytes (5,000 mutants)', () => {
    const commands = textBytes('USER ann\r\nPASS s3cret\r\nPORT 1,2,3,4,5,6\r\nRETR x\r\n');
    const replies = textBytes('220-a\r\nb\r\n220 c\r\n227 x (1,2,3,4,5,6)\r\n226 d\r\n');
    for (const mutant of mutants(commands, 2500))
      expect(
        runProtocol(ftp, [
          [0, mutant],
          [1, replies],
        ]).records.length,
      ).toBeLessThan(20);
    for (const mutant of mutants(replies, 2500))
      expect(
        runProtocol(ftp, [
          [0, commands],
          [1, mutant],
        ]).records.length,
      ).toBeLessThan(20);
  });
});
