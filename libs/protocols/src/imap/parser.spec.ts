import { mutants, runProtocol, textBytes, type Delivery } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { imap } from './parser.ts';

const client = (text: string): Delivery => [0, textBytes(text)];
const server = (text: string): Delivery => [1, textBytes(text)];
const run = (deliveries: readonly Delivery[], pieceBytes = 0) => runProtocol(imap, deliveries, { destinationPort: 143, pieceBytes });

const session: Delivery[] = [
  server('* OK IMAP4rev1 ready\r\n'),
  client('a1 LOGIN ann "s3cret \\" word"\r\n'),
  server('* CAPABILITY IMAP4rev1\r\na1 OK Logged in\r\n'),
  client('a2 SELECT "In box"\r\n'),
  server('* 3 EXISTS\r\na2 OK [READ-WRITE] done\r\n'),
  client('a3 UID FETCH 1 (BODY[])\r\n'),
  server('* 1 FETCH (UID 1 BODY[] {14}\r\na3 OK not yet\r\n)\r\na3 OK done\r\n'),
  client('a4 LOGOUT\r\n'),
];

describe('imap', () => {
  it('tells commands with their responses, never the password', () => {
    const { records, weirds, logins } = run(session);
    expect(records).toMatchObject([
      { packet: 3, tag: 'a1', command: 'LOGIN', user: 'ann', status: 'OK', reply: 'Logged in' },
      { packet: 5, tag: 'a2', command: 'SELECT', mailbox: 'In box', status: 'OK', reply: '[READ-WRITE] done' },
      { packet: 7, tag: 'a3', command: 'UID FETCH', mailbox: 'In box', status: 'OK', bytes: 14 },
      { packet: 8, tag: 'a4', command: 'LOGOUT', status: null, user: 'ann' },
    ]);
    expect(JSON.stringify(records)).not.toContain('s3cret');
    expect(logins).toEqual([{ user: 'ann', outcome: 'success', isClear: true }]);
    expect(weirds).toEqual({});
  });

  it('gives the same records wherever segments are cut', () => {
    const { records } = run(session);
    for (const pieceBytes of [1, 2, 5]) expect(run(session, pieceBytes).records).toEqual(records);
  });

  it('reads names that come as literals', () => {
    const { records } = run([
      client('1 LOGIN {3}\r\n'),
      server('+ go\r\n'),
      client('ann {6}\r\n'),
      client('s3cret\r\n'),
      server('1 NO bad\r\n'),
    ]);
    expect(records).toMatchObject([{ command: 'LOGIN', user: 'ann', status: 'NO' }]);
    expect(JSON.stringify(records)).not.toContain('s3cret');
  });

  it('keeps nothing of what is said in AUTHENTICATE', () => {
    const { records, weirds } = run([
      client('1 AUTHENTICATE PLAIN\r\n'),
      server('+\r\n'),
      client('AGFubgBzM2NyZXQ=\r\n'),
      server('1 OK\r\n'),
    ]);
    expect(records).toMatchObject([{ command: 'AUTHENTICATE', mechanism: 'PLAIN', status: 'OK' }]);
    expect(weirds).toEqual({});
  });

  it('leaves to TLS what follows its beginning', () => {
    const { records, handedOver } = run([client('1 STARTTLS\r\n'), server('1 OK go\r\n'), client('\x16\x03\x01')]);
    expect(records).toMatchObject([{ command: 'STARTTLS', tls: true }]);
    expect(handedOver).toBe(0);
  });

  it('counts lost bytes of a literal', () => {
    expect(
      run([client('1 FETCH 1 BODY[]\r\n'), server('* 1 FETCH (BODY[] {1000}\r\nab'), [1, 998], server(')\r\n1 OK\r\n')]).records,
    ).toMatchObject([{ status: 'OK', bytes: 1000 }]);
  });

  describe('puts mails together that are fetched in pieces', () => {
    const mail = 'Subject: a\r\n\r\nwhat it says';
    /** The piece of mail `number` that was asked for by `<from.length>`. */
    const piece = (number: number, from: number, length: number): Delivery[] => {
      const text = mail.slice(from, from + length);
      const answer = text === '' ? '""' : `{${text.length}}\r\n${text}`;
      return [
        client(`f UID FETCH ${number} (UID BODY.PEEK[]<${from}.${length}>)\r\n`),
        server(`* ${number} FETCH (UID ${number} BODY[]<${from}> ${answer})\r\nf OK\r\n`),
      ];
    };
    const size = (number: number) => server(`* ${number} FETCH (RFC822.SIZE ${mail.length} ENVELOPE ("RFC822.SIZE 4"))\r\n`);
    const half = mail.length / 2;
    const halves = [...piece(1, 0, half), ...piece(1, half, half)];
    it.each<[string, Delivery[], [text: string, fault: string | null][]]>([
      ['the last one shorter', [...piece(1, 0, 10), ...piece(1, 10, 10), ...piece(1, 20, 10)], [[mail, null]]],
      ['one that has it all', piece(1, 0, 1000), [[mail, null]]],
      ['nothing behind the last', [...halves, ...piece(1, mail.length, 100)], [[mail, null]]],
      ['as many bytes as it has', [size(1), ...halves], [[mail, null]]],
      ['of which nobody says whether they are all', halves, [[mail, 'range']]],
      [
        'of two mails in turn',
        [...piece(1, 0, 20), ...piece(2, 0, 20), ...piece(1, 20, 20), ...piece(2, 20, 20)],
        [
          [mail, null],
          [mail, null],
        ],
      ],
      ['the first missing', [...piece(1, 10, 10), ...piece(1, 20, 10)], [[mail.slice(10), 'range']]],
      [
        'one missing',
        [...piece(1, 0, 10), ...piece(1, 20, 100)],
        [
          [mail.slice(0, 10), 'range'],
          [mail.slice(20), 'range'],
        ],
      ],
      [
        'its number another mail now',
        [...piece(1, 0, 10), server('* 1 EXPUNGE\r\n'), ...piece(1, 10, 100)],
        [
          [mail.slice(0, 10), 'range'],
          [mail.slice(10), 'range'],
        ],
      ],
      [
        'another mailbox',
        [...piece(1, 0, 10), client('s SELECT b\r\n'), server('s OK\r\n'), ...piece(1, 10, 100)],
        [
          [mail.slice(0, 10), 'range'],
          [mail.slice(10), 'range'],
        ],
      ],
      ['fewer asked for by another command', [client('e FETCH 2 BODY[]<0.5>\r\n'), ...piece(1, 0, 1000)], [[mail, 'range']]],
    ])('%s', (_name, deliveries, files) => {
      for (const pieceBytes of [0, 1, 7]) expect(run(deliveries, pieceBytes).files.map(({ text, fault }) => [text, fault])).toEqual(files);
    });

    it('and says what was lost or cut off', () => {
      const [asked] = piece(1, 0, 100);
      const cut = run([asked!, server('* 1 FETCH (BODY[]<0> {30}\r\nSubject')]);
      expect(cut.files).toMatchObject([{ fault: 'cut-off' }]);
      const lost = run([asked!, server('* 1 FETCH (BODY[]<0> {30}\r\n'), [1, 10], server(`${'x'.repeat(20)})\r\nf OK\r\n`)]);
      expect(lost.files).toMatchObject([{ text: `${'#'.repeat(10)}${'x'.repeat(20)}`, fault: null }]);
    });

    it('with a bound on mails in turn', () => {
      const { files } = run(Array.from({ length: 40 }, (_, i) => piece(i + 1, 0, 5)).flat());
      expect(files.map(({ fault }) => fault)).toEqual(Array.from({ length: 40 }, () => 'range'));
    });
  });

  it('bounds what waits, and lines', () => {
    const many = Array.from({ length: 100 }, (_, i) => `t${i} NOOP\r\n`).join('');
    expect(run([client(many)])).toMatchObject({ records: { length: 100 }, weirds: { imap_pending_limit: 36 } });
    expect(run([client(`1 LOGIN ${'x'.repeat(100_000)} y\r\n`)]).records).toMatchObject([
      { command: 'LOGIN', user: expect.stringMatching(/^x{511}…$/) },
    ]);
  });

  it.each([
    ['* OK hello\r\n', 1, 143, 'yes'],
    ['* OK hello\r\n', 1, 50_000, 'no'],
    ['* OK IMAP4 hello\r\n', 1, 50_000, 'yes'],
    ['a001 CAPABILITY\r\n', 0, 50_000, 'yes'],
    ['* O', 1, 50_000, 'more'],
    ['GET / HTTP/1.1\r\n', 0, 143, 'no'],
  ] as const)('judges %j', (text, direction, port, answer) => {
    const bytes = textBytes(text);
    expect(imap.probe('tcp', direction, bytes, 0, bytes.length, 40_000, port)).toBe(answer);
  });

  it('takes any bytes (5,000 mutants)', () => {
    const commands = textBytes('a LOGIN {3}\r\nann x\r\nb SELECT INBOX\r\nc UID FETCH 1 BODY[]\r\n');
    const replies = textBytes('a OK\r\nb OK [X]\r\n* 1 FETCH {5}\r\nabcde)\r\nc OK\r\n');
    for (const mutant of mutants(commands, 2500)) expect(run([[0, mutant], [1, replies]]).records.length).toBeLessThan(20); // prettier-ignore
    for (const mutant of mutants(replies, 2500)) expect(run([[0, commands], [1, mutant]]).records.length).toBeLessThan(20); // prettier-ignore
  });
});
