import { mutants, runProtocol, textBytes } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { syslog } from './parser.ts';

const run = (text: string | Uint8Array) =>
  runProtocol(syslog, [[0, typeof text === 'string' ? textBytes(text) : text]], { transport: 'udp', destinationPort: 514 });

/** The examples of RFC 3164 5.4 and RFC 5424 6.5, and what is seen besides. */
const modern = '<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 [exampleSDID@32473 iut="3" x="]"] An event';
const bsd = "<34>Oct 11 22:14:15 mymachine su[77]: 'su root' failed for lonvick on /dev/pts/8\n";

describe('syslog', () => {
  it.each([
    [
      modern,
      {
        priority: 165,
        facility: 'local4',
        severity: 'notice',
        hostname: 'mymachine.example.com',
        appName: 'evntslog',
        processId: null,
        messageId: 'ID47',
        sentAt: '2003-10-11T22:14:15.003Z',
        message: 'An event',
      },
    ],
    [
      bsd,
      {
        priority: 34,
        facility: 'auth',
        severity: 'crit',
        hostname: 'mymachine',
        appName: 'su',
        processId: '77',
        messageId: null,
        sentAt: 'Oct 11 22:14:15',
        message: "'su root' failed for lonvick on /dev/pts/8",
      },
    ],
    ['<13>kernel: eth0 up', { hostname: null, appName: 'kernel', message: 'eth0 up', sentAt: null }],
    ['<191>only text', { facility: 'local7', severity: 'debug', appName: null, message: 'only text' }],
    ['<0>', { facility: 'kern', severity: 'emerg', message: '' }],
    ['<34>1 - - - - - -', { hostname: null, appName: null, message: '' }],
  ])('reads %s', (text, expected) => expect(run(text)).toMatchObject({ records: [expected], weirds: {} }));

  it.each(['', '<', '<192>x', '<1', 'X', '<1234>x'])('counts %j, which has no priority', (text) => {
    expect(run(text)).toMatchObject({ records: [], weirds: { syslog_bad_priority: 1 } });
  });

  it('cleans and bounds the text', () => {
    const message = String(run(`<13>a\x1b[31m${'x'.repeat(9000)}`).records[0]!['message']);
    expect(message).toHaveLength(2048);
    expect(message).not.toContain('\x1b');
  });

  it('takes ends of lines off the end, at once where there are thousands elsewhere', () => {
    expect(run(`<13>a${'\0'.repeat(8000)}b\r\n`).records).toHaveLength(1);
    expect(run('<13>a\r\nb\n\0\r').records).toMatchObject([{ message: 'a\\x0d\\x0ab' }]);
  });

  it.each([
    ['<34>anything', 514, 'yes'],
    ['<34>anything', 5140, 'no'],
    [bsd, 5140, 'yes'],
    [modern, 5140, 'yes'],
    ['<html>', 514, 'no'],
  ])('judges %j on port %i', (text, port, answer) => {
    const bytes = textBytes(text);
    expect(syslog.probe('udp', 0, bytes, 0, bytes.length, 50_000, port)).toBe(answer);
  });

  it('takes any bytes, quickly (20,000 mutants)', () => {
    for (const text of [modern, bsd, `<1>1 - - - - - ${'["\\"'.repeat(500)}`]) {
      for (const mutant of mutants(textBytes(text), 7000)) expect(run(mutant).records.length).toBeLessThan(2);
    }
  });
});
