import { formatTime } from '@wirecase/contract';
import { hexBytes, mutants, runProtocol } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { ntp } from './parser.ts';

/** From real traffic: a client, with a digest behind the header. */
const client = hexBytes(`
  23 02 06 e8                 # leap 0, version 4, mode 3; stratum 2; poll 6; precision -24
  00000091 000006b7           # root delay, root dispersion
  b6a580db                    # reference
  dcd2a7d77a05d46a 0000000000000000 0000000000000000 dcd2aa817b9f9bdc
  00000001 ac017b69915ce5a7a9fb73ac8bd1603b`);
const refused = hexBytes(`e4 00 06 e8 00000000 00000000 52415445 ${'00'.repeat(32)}`);

const run = (bytes: Uint8Array) => runProtocol(ntp, [[0, bytes]], { transport: 'udp', sourcePort: 123, destinationPort: 123 });

describe('ntp', () => {
  it('tells what a message says of the clocks', () => {
    const { records, weirds } = run(client);
    expect(records).toMatchObject([
      {
        version: 4,
        mode: 'client',
        leap: 0,
        stratum: 2,
        poll: 6,
        precision: -24,
        // Zeek: 0.002213, 0.02623, 1495804247.476651, 1495804929.482904.
        rootDelay: 2_212_524n,
        rootDispersion: 26_229_858n,
        referenceId: '182.165.128.219',
        originTime: null,
        receiveTime: null,
        code: null,
      },
    ]);
    expect(formatTime(records[0]!['referenceTime'] as bigint)).toBe('2017-05-26T13:10:47.476651454Z');
    expect(formatTime(records[0]!['transmitTime'] as bigint)).toBe('2017-05-26T13:22:09.482904187Z');
    expect(weirds).toEqual({});
  });

  it('tells the reason of a refusal (RFC 5905 7.4)', () => {
    expect(run(refused).records).toMatchObject([{ mode: 'server', leap: 3, stratum: 0, referenceId: 'RATE', transmitTime: null }]);
  });

  it('goes on behind 2036 (RFC 5905 6)', () => {
    const { records } = run(hexBytes(`1c 01 06 e8 00000000 00000000 47505300 ${'00'.repeat(24)} 00000000 80000000`));
    expect(formatTime(records[0]!['transmitTime'] as bigint)).toBe('2036-02-07T06:28:16.500000000Z');
    expect(records[0]!['referenceId']).toBe('GPS');
  });

  it.each([
    ['a control request', '16 02 0001 0000 0000 0000 0000', { mode: 'control', isResponse: false, code: 2 }],
    ['a control response', '16 82 0001 0000 0000 0000 0000', { mode: 'control', isResponse: true, code: 2 }],
    ['MON_GETLIST_1', '17 00 03 2a 00000000', { mode: 'private', isResponse: false, code: 42, stratum: null }],
    ['its response', '97 00 03 2a 00000000', { mode: 'private', isResponse: true, code: 42 }],
  ])('tells of %s', (_name, hex, expected) => {
    expect(run(hexBytes(hex)).records).toMatchObject([expected]);
  });

  it('counts what is none, at every cut', () => {
    for (let end = 0; end < 48; end++)
      expect(run(client.slice(0, end)), `${end}`).toMatchObject({ records: [], weirds: { ntp_bad_message: 1 } });
  });

  it('is believed on its own port only', () => {
    expect(ntp.probe('udp', 0, client, 0, client.length, 50_000, 123)).toBe('yes');
    expect(ntp.probe('udp', 0, client, 0, client.length, 50_000, 5000)).toBe('no');
  });

  it('takes any bytes (20,000 mutants)', () => {
    for (const mutant of mutants(client, 20_000)) expect(run(mutant).records.length).toBeLessThan(2);
  });
});
