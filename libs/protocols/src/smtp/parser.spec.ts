import { mutants, runProtocol, textBytes, type Delivery } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { decodeWords } from '../common/encoded-words.ts';
import { addresses } from './mail-header.ts';
import { smtp } from './parser.ts';

const client = (text: string): Delivery => [0, textBytes(text)];
const server = (text: string): Delivery => [1, textBytes(text)];

const mail =
  'From: "Ann, of x@y.z" <ann@example.org>\r\nTo: bob@example.net, Carl <carl@example.net>\r\nCc: dora@example.net\r\n' +
  'Subject: =?utf-8?B?SMOkbGxv?=\r\n =?utf-8?Q?_W=C3=B6rld?=\r\nMessage-ID: <1@example.org>\r\nDate: Fri, 1 Jan 2021 00:00:00 +0000\r\n' +
  'X-Mailer: swaks\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nSubject: not this\r\n..dot\r\n.\r\n';
const session: Delivery[] = [
  server('220-mx.example.net ESMTP\r\n220 ready\r\n'),
  client('EHLO pc.example.org\r\n'),
  server('250-mx.example.net\r\n250-PIPELINING\r\n250 AUTH PLAIN LOGIN\r\n'),
  client('AUTH LOGIN\r\n'),
  server('334 VXNlcm5hbWU6\r\n'),
  client('YW5u\r\n'),
  server('334 UGFzc3dvcmQ6\r\n'),
  client('c2VjcmV0\r\n'),
  server('235 2.7.0 ok\r\n'),
  client('MAIL FROM:<ann@example.org> SIZE=100\r\nRCPT TO:<bob@example.net>\r\nRCPT TO:<carl@example.net>\r\nDATA\r\n'),
  server('250 ok\r\n250 ok\r\n250 ok\r\n354 go on\r\n'),
  client(mail),
  server('250 2.0.0 queued as 1\r\n'),
  client('QUIT\r\n'),
  server('221 bye\r\n'),
];

describe('smtp', () => {
  it('tells of a mail: envelope, header, reply', () => {
    const { records, weirds } = runProtocol(smtp, session);
    expect(records).toEqual([
      {
        record: 'smtp',
        packet: 13,
        helo: 'pc.example.org',
        banner: 'mx.example.net ESMTP ready',
        mailFrom: 'ann@example.org',
        recipients: ['bob@example.net', 'carl@example.net'],
        from: ['ann@example.org'],
        to: ['bob@example.net', 'carl@example.net'],
        cc: ['dora@example.net'],
        subject: 'Hällo Wörld',
        messageId: '<1@example.org>',
        date: 'Fri, 1 Jan 2021 00:00:00 +0000',
        mailer: 'swaks',
        mimeType: 'text/plain',
        bytes: mail.length,
        replyCode: 250,
        lastReply: '2.0.0 queued as 1',
        authMethod: 'LOGIN',
        tls: false,
      },
    ]);
    expect(weirds).toEqual({});
  });

  it('keeps nothing of what is said in AUTH', () => {
    const plain = [...session.slice(0, 3), client('AUTH PLAIN AGFubgBzZWNyZXQ=\r\n'), server('535 no\r\n'), client('QUIT\r\n')];
    for (const deliveries of [session, plain, session.filter((_, i) => i !== 8)]) {
      const text = JSON.stringify(runProtocol(smtp, deliveries).records);
      for (const secret of ['YW5u', 'c2VjcmV0', 'AGFubgBzZWNyZXQ']) expect(text).not.toContain(secret);
    }
    expect(runProtocol(smtp, plain).records).toMatchObject([{ authMethod: 'PLAIN', replyCode: 535 }]);
  });

  it('tells how a login ends', () => {
    const auth = (reply: string) =>
      runProtocol(smtp, [...session.slice(0, 3), client('AUTH PLAIN AGFubgBzZWNyZXQ=\r\n'), server(`${reply}\r\n`)]).logins;
    expect(auth('235 in')).toEqual([{ user: 'ann', outcome: 'success', isClear: true }]);
    expect(auth('535 no')).toEqual([{ user: 'ann', outcome: 'failure', isClear: true }]);
    expect(auth('454 later')).toEqual([{ user: 'ann', outcome: 'unknown', isClear: true }]);
  });

  it('gives the same record wherever segments are cut', () => {
    const { records } = runProtocol(smtp, session);
    for (const pieceBytes of [1, 2, 3, 7]) expect(runProtocol(smtp, session, { pieceBytes }).records).toEqual(records);
    for (let cutAt = 1; cutAt < mail.length; cutAt++) expect(runProtocol(smtp, session, { cutAt }).records, `${cutAt}`).toEqual(records);
  });

  it('stops where TLS begins', () => {
    const { records, handedOver } = runProtocol(smtp, [
      ...session.slice(0, 3),
      client('STARTTLS\r\n'),
      server('220 go\r\n'),
      client('\x16\x03\x01MAIL FROM:<x@y>\r\n'),
    ]);
    expect(records).toMatchObject([{ tls: true, helo: 'pc.example.org', mailFrom: null }]);
    expect(handedOver).toBe(0);
  });

  it('tells of several mails of one connection, of one that was refused and of one reset', () => {
    const { records } = runProtocol(smtp, [
      ...session.slice(0, -2),
      client('MAIL FROM:<>\r\n'),
      server('250 ok\r\n'),
      client('RSET\r\n'),
      server('250 ok\r\n'),
      client('MAIL FROM:<eve@example.org>\r\n'),
      server('550 go away\r\n'),
      client('QUIT\r\n'),
      server('221 bye\r\n'),
    ]);
    expect(records).toMatchObject([
      { subject: 'Hällo Wörld' },
      { mailFrom: '', replyCode: 250 },
      { mailFrom: 'eve@example.org', replyCode: 550 },
    ]);
  });

  it('tells of a mail that came to nothing when another begins', () => {
    const { records } = runProtocol(smtp, [
      ...session.slice(0, 3),
      client('MAIL FROM:<ann@example.org>\r\n'),
      server('250 ok\r\n'),
      client('RCPT TO:<nobody@example.org>\r\n'),
      server('550 who\r\n'),
      client('MAIL FROM:<ann@example.org>\r\n'),
      server('250 ok\r\n'),
      client('RCPT TO:<bob@example.org>\r\n'),
      server('250 ok\r\n'),
      client('QUIT\r\n'),
    ]);
    expect(records).toMatchObject([
      { mailFrom: 'ann@example.org', recipients: ['nobody@example.org'], replyCode: 550 },
      { mailFrom: 'ann@example.org', recipients: ['bob@example.org'], replyCode: 250 },
    ]);
  });

  it('takes a mail in chunks (RFC 3030)', () => {
    const { records } = runProtocol(smtp, [
      ...session.slice(0, 3),
      client('MAIL FROM:<a@b.c>\r\nRCPT TO:<d@e.f>\r\nBDAT 13\r\nSubject: one\nBDAT 6 LAST\r\n\r\n.\r\n\r'),
      server('250 ok\r\n250 ok\r\n250 ok\r\n250 done\r\n'),
    ]);
    expect(records).toMatchObject([{ subject: 'one', bytes: 19, lastReply: 'done' }]);
  });

  it('goes on after bytes missed in a mail, and between commands', () => {
    const lost = [...session.slice(0, 11), client(mail.slice(0, 60)), [0, 40] as const, client('lo\r\n.\r\n'), ...session.slice(12)];
    expect(runProtocol(smtp, lost).records).toMatchObject([{ mailFrom: 'ann@example.org', subject: null, replyCode: 250 }]);
    const unseen = [...session.slice(0, 3), [0, 12] as const, [1, 50] as const, ...session.slice(9)];
    expect(runProtocol(smtp, unseen).records).toMatchObject([{ subject: 'Hällo Wörld', replyCode: 250 }]);
  });

  it('tells of a mail of which only the client was captured', () => {
    const { records } = runProtocol(smtp, [session[1]!, session[9]!, session[11]!, session[13]!]);
    expect(records).toMatchObject([{ subject: 'Hällo Wörld', recipients: ['bob@example.net', 'carl@example.net'], replyCode: null }]);
  });

  it('bounds recipients, lines and what waits', () => {
    const { records } = runProtocol(smtp, [client(`EHLO ${'x'.repeat(10_000)}\r\n${'RCPT TO:<a@b>\r\n'.repeat(500)}`)]);
    expect(records[0]!['recipients']).toHaveLength(100);
    expect(String(records[0]!['helo'])).toHaveLength(512);
  });

  // What took a regular expression minutes: the cube of a line's length.
  it('takes a line of blanks that does not end as one', () => {
    const line = new TextEncoder().encode(`EHLO ${' '.repeat(2000)}a${' '.repeat(2000)}\u2028b\r\n`);
    expect(runProtocol(smtp, [[0, line]]).records).toMatchObject([{ helo: expect.stringMatching(/^a {510}…$/) }]);
  });

  it('takes any bytes (5,000 mutants)', () => {
    const all = textBytes(session.map(([, text]) => String.fromCharCode(...(text as Uint8Array))).join(''));
    for (const mutant of mutants(all, 2500)) {
      expect(runProtocol(smtp, [[0, mutant]]).records.length).toBeLessThan(10);
      expect(runProtocol(smtp, [...session.slice(0, 11), [0, mutant], [1, mutant]]).records.length).toBeLessThan(20);
    }
  });

  it.each([
    ['220 mx ESMTP Postfix\r\n', 40_000, 'yes'],
    ['220 ftp.example.org FTP\r\n', 21, 'no'],
    ['220 hello\r\n', 25, 'yes'],
    ['220 hel', 21, 'more'],
    ['EHLO x\r\n', 40_000, 'yes'],
    ['EH', 40_000, 'more'],
    ['HELP\r\n', 40_000, 'no'],
    ['GET / HTTP/1.1\r\n', 25, 'no'],
  ])('judges %j on port %i', (text, port, answer) => {
    const bytes = textBytes(text);
    expect(smtp.probe('tcp', 0, bytes, 0, bytes.length, 40_000, port)).toBe(answer);
  });
});

describe('the header of a mail', () => {
  it.each([
    ['Ann <ann@example.org>', ['ann@example.org']],
    ['"bob@evil.example" <ann@example.org>', ['ann@example.org']],
    ['x@ @y "Ann \\" <no@no.no>" ann@example.org, "no@no.no', ['ann@example.org', 'no@no.no']],
    ['"'.repeat(8000), []],
    ['"\\'.repeat(4000), []],
    ['a@b.c, d@e.f (D)', ['a@b.c', 'd@e.f']],
    ['undisclosed-recipients:;', []],
  ])('has the addresses of %s', (text, expected) => expect(addresses(text)).toEqual(expected));

  it.each([
    ['=?iso-8859-1?Q?caf=E9?=', 'café'],
    ['=?utf-8?B?w6Q=?= =?utf-8?B?w7Y=?=', 'äö'],
    ['=?no-such-set?Q?x?=', '=?no-such-set?Q?x?='],
    ['=?utf-8?B?%%%?=', '=?utf-8?B?%%%?='],
  ])('decodes %s', (text, expected) => expect(decodeWords(text)).toBe(expected));
});
