import { hexBytes, joinBytes, mutants, runProtocol, type Delivery } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { tds } from './parser.ts';

const utf16 = (text: string) => joinBytes(...[...text].map((one) => joinBytes(one, 0)));
const packet = (type: number, ...parts: (Uint8Array | number)[]) => {
  const payload = joinBytes(...parts);
  return joinBytes(type, 1, (payload.length + 8) >> 8, (payload.length + 8) & 255, 0, 0, 1, 0, payload);
};
/** MS-TDS 4.1, shortened: version and encryption (not supported). */
const prelogin = packet(18, hexBytes('00 000b 0006 01 0011 0001 ff 09000000 0000 02'));
const preloginDone = packet(4, hexBytes('00 000b 0006 01 0011 0001 ff 09000000 0000 02'));
const texts = utf16('pcannsecretappsrvdb');
const field = (offset: number, length: number) => joinBytes(94 + 2 * offset, 0, length, 0);
const login = packet(
  16,
  hexBytes('84 00 00 00 04 00 00 74'),
  new Uint8Array(28),
  joinBytes(field(0, 2), field(2, 3), field(5, 6), field(11, 3), field(14, 3), field(0, 0), field(0, 0), field(0, 0), field(17, 2)),
  new Uint8Array(22),
  texts,
);
const failure = utf16('Login failed');
const refused = packet(
  4,
  0xaa,
  joinBytes(8 + 24 + 4, 0),
  hexBytes('18 48 00 00 01 0e 0c 00'),
  failure,
  new Uint8Array(4),
  hexBytes('fd 02 00 00 00'),
);
const batch = packet(1, utf16('select 1'));
const done = packet(4, hexBytes('fd 00 00 00 00 00 00 00 00 00 00 00 00'));
const run = (deliveries: readonly Delivery[], pieceBytes = 0) => runProtocol(tds, deliveries, { destinationPort: 1433, pieceBytes });

describe('tds', () => {
  const script: Delivery[] = [
    [0, prelogin],
    [1, preloginDone],
    [0, login],
    [1, refused],
    [0, batch],
    [1, done],
  ];

  it('tells logins and batches with their outcome, never the password', () => {
    const { records, weirds, logins } = run(script);
    expect(records).toMatchObject([
      { packet: 2, command: 'prelogin', encryption: 'unsupported', success: true },
      {
        packet: 4,
        command: 'login',
        host: 'pc',
        user: 'ann',
        application: 'app',
        server: 'srv',
        database: 'db',
        hasPassword: true,
        success: false,
        errorCode: 18456,
        errorText: 'Login failed',
      },
      { packet: 6, command: 'batch', statement: 'select 1', user: 'ann', success: true },
    ]);
    expect(JSON.stringify(records)).not.toContain('secret');
    expect(logins).toEqual([{ user: 'ann', outcome: 'failure', isClear: true }]);
    expect(weirds).toEqual({});
  });

  it('gives the same records wherever segments are cut', () => {
    const { records } = run(script);
    for (const pieceBytes of [1, 3, 8]) expect(run(script, pieceBytes).records).toEqual(records);
  });

  describe('with TLS inside', () => {
    /** Encryption: the login alone, or everything. */
    const agreed = (encryption: number) => packet(4, hexBytes('00 000b 0006 01 0011 0001 ff 09000000 0000'), encryption);
    const hello = hexBytes('16 03 01 00 04 01 00 00 00');
    const shaken = (encryption: number): Delivery[] => [
      [0, prelogin],
      [1, agreed(encryption)],
      [0, packet(18, hello)],
      [1, packet(18, hexBytes('16 03 03 00 02 02 00'))],
      [0, packet(18, hexBytes('14 03 03 00 01 01 16 03 03 00 01 aa'))],
      [1, packet(18, hexBytes('14 03 03 00 01 01 16 03 03 00 01 bb'))],
      [0, hexBytes('17 03 03 00 02 cc cc')],
    ];

    it('gives TLS what the packets carry of it', () => {
      const { carried } = run(shaken(0));
      expect(carried).toEqual(['16030100040100000014030300010116030300' + '01aa', '16030300020200140303000101160303000' + '1bb']);
    });

    it('reads on behind a login that alone is encrypted', () => {
      const acknowledged = packet(4, hexBytes('ad 01 00 00 fd 00 00 00 00 00 00 00 00 00 00 00 00'));
      const script: Delivery[] = [...shaken(0), [1, acknowledged], [0, batch], [1, done]];
      const { records, logins, weirds } = run(script);
      expect(records).toMatchObject([
        { packet: 2, command: 'prelogin', encryption: 'off' },
        { packet: 8, command: 'login', user: null, hasPassword: null, success: true },
        { packet: 10, command: 'batch', statement: 'select 1', success: true },
      ]);
      expect(logins).toEqual([{ user: null, outcome: 'success', isClear: false }]);
      expect(weirds).toEqual({});
      for (const pieceBytes of [1, 3, 8]) expect(run(script, pieceBytes).records).toEqual(records);
    });

    it('stops where everything is encrypted', () => {
      const { records, wantsMore } = run(shaken(1));
      expect(records).toHaveLength(1);
      expect(wantsMore[0]).toBe(false);
    });
  });

  it('counts a login that is cut', () => {
    expect(run([[0, packet(16, new Uint8Array(20))]]).weirds).toEqual({ tds_bad_login: 1 });
  });

  it('is known by prelogin and login', () => {
    for (const bytes of [prelogin, login]) expect(tds.probe('tcp', 0, bytes, 0, bytes.length, 40_000, 40_001)).toBe('yes');
    expect(tds.probe('tcp', 0, prelogin, 0, 6, 40_000, 1433)).toBe('more');
    expect(tds.probe('tcp', 0, batch, 0, batch.length, 40_000, 1433)).toBe('no');
  });

  it('takes any bytes (10,000 mutants)', () => {
    for (const mutant of mutants(joinBytes(login, batch), 5000)) expect(run([[0, mutant], [1, done]]).records.length).toBeLessThan(9); // prettier-ignore
    for (const mutant of mutants(refused, 5000)) expect(run([[0, login], [1, mutant]]).records.length).toBeLessThan(9); // prettier-ignore
  });
});
