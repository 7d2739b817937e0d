import { hexBytes, joinBytes, mutants, runProtocol, type Delivery } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { rfb } from './parser.ts';

const long = (value: number) => joinBytes(value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255);
const text = (value: string) => joinBytes(long(value.length), value);
const version = (value: string) => joinBytes(`RFB ${value}\n`);
const server = (...parts: (Uint8Array | string | number)[]): Delivery => [1, joinBytes(...parts)];
const client = (...parts: (Uint8Array | string | number)[]): Delivery => [0, joinBytes(...parts)];
const versions = (value: string): Delivery[] => [server(version(value)), client(version(value))];
const challenge = hexBytes('00112233445566778899aabbccddeeff');
const response = hexBytes('ffeeddccbbaa99887766554433221100');
const vnc = [server(challenge), client(response)];
/** ServerInit: size, pixel format, name. */
const screen = (name: string) => server(hexBytes('0500 0320'), new Uint8Array(16), text(name));
const run = (deliveries: readonly Delivery[], pieceBytes = 0) => runProtocol(rfb, deliveries, { destinationPort: 5900, pieceBytes });

describe('RFB', () => {
  const script = [
    ...versions('003.008'),
    server(2, 2, 5),
    client(2),
    ...vnc,
    server(long(0)),
    client(1),
    screen('desk:1 (ann)'),
    server('pictures'),
  ];

  it('tells of versions, security, outcome and desktop, and keeps the response from its row', () => {
    const { records, logins, credentials, weirds, wantsMore } = run(script);
    expect(records).toEqual([
      expect.objectContaining({
        packet: 9,
        serverVersion: '003.008',
        clientVersion: '003.008',
        offered: ['VNC', 'RA2'],
        security: 'VNC',
        success: true,
        reason: null,
        isShared: true,
        desktop: 'desk:1 (ann)',
        width: 1280,
        height: 800,
      }),
    ]);
    expect(logins).toEqual([{ user: null, outcome: 'success', isClear: false }]);
    const secret = '$vnc$*00112233445566778899aabbccddeeff*ffeeddccbbaa99887766554433221100';
    expect(credentials).toEqual([{ kind: 'digest', user: null, success: true, secret }]);
    expect(weirds).toEqual({});
    expect(wantsMore[1]).toBe(false);
  });

  it('gives the same wherever segments are cut', () => {
    const { records, logins } = run(script);
    for (const pieceBytes of [1, 3, 7]) expect(run(script, pieceBytes)).toMatchObject({ records, logins });
  });

  it('tells of a wrong password, with the reason of 3.8 and without that of 3.7', () => {
    const refused = [...versions('003.008'), server(1, 2), client(2), ...vnc, server(long(1)), server(text('password check failed'))];
    expect(run(refused)).toMatchObject({
      records: [{ packet: 8, success: false, reason: 'password check failed', width: null }],
      logins: [{ outcome: 'failure' }],
    });
    const older = [...versions('003.007'), server(1, 2), client(2), ...vnc, server(long(1))];
    expect(run(older)).toMatchObject({ records: [{ success: false, reason: null }], logins: [{ outcome: 'failure' }] });
    expect(run(refused.slice(0, 6))).toMatchObject({ records: [{ packet: 6, success: null }], logins: [{ outcome: 'unknown' }] });
  });

  it('takes the word of 3.3 for the list', () => {
    const asked = [...versions('003.003'), server(long(2), challenge), client(response), server(long(0)), client(0), screen('old')];
    expect(run(asked)).toMatchObject({ records: [{ security: 'VNC', success: true, isShared: false, desktop: 'old' }], logins: [{ outcome: 'success' }] }); // prettier-ignore
    expect(run([...versions('003.003'), server(long(1)), client(1), screen('open')])).toMatchObject({ records: [{ security: 'None', success: true }], logins: [] }); // prettier-ignore
  });

  it('tells that nobody is asked: with a result in 3.8, without one in 3.7', () => {
    for (const [number, result] of [['003.008', [server(long(0))]], ['003.007', []]] as const)
      expect(run([...versions(number), server(1, 1), client(1), ...result, client(1), screen('open')])).toMatchObject({ records: [{ security: 'None', success: true, desktop: 'open' }], logins: [] }); // prettier-ignore
  });

  it('takes being turned away after too many failures for one more', () => {
    const away = (reason: string) => run([...versions('003.008'), server(0, text(reason))]);
    expect(away('Too many security failures')).toMatchObject({ records: [{ success: false, offered: [], reason: 'Too many security failures' }], logins: [{ outcome: 'failure' }] }); // prettier-ignore
    expect(away('Server is full').logins).toEqual([]);
    expect(run([server(version('003.003'), long(0), text('Too many security failures'))])).toMatchObject({ records: [{ packet: 1, clientVersion: null }], logins: [{ outcome: 'failure' }] }); // prettier-ignore
    expect(run([...versions('003.003'), server(long(0), text('Too many authentication failures'))]).logins).toHaveLength(1);
  });

  it('reads what Tight holds', () => {
    const capability = new Uint8Array(16);
    const begin = [...versions('003.008'), server(1, 16), client(16), server(long(1), capability), client(long(0))];
    const ways = (type: number) => [...begin, server(long(2), capability, capability), client(long(type))];
    expect(run([...ways(2), ...vnc, server(long(0)), client(1), screen('tight')])).toMatchObject({ records: [{ security: 'Tight/VNC', success: true, desktop: 'tight' }] }); // prettier-ignore
    expect(run([...begin, server(long(0)), server(long(0)), client(1), screen('tight')])).toMatchObject({ records: [{ security: 'Tight', success: true }], logins: [] }); // prettier-ignore
    expect(run([...ways(129), client(long(3), long(6), 'annsecret'), server(long(0))])).toMatchObject({
      records: [{ security: 'Tight/Unix login', user: 'ann' }],
      credentials: [{ kind: 'password', user: 'ann', success: true, secret: 'secret' }],
    });
  });

  it('reads VeNCrypt: a password in clear, and where TLS begins', () => {
    const begin = [...versions('003.008'), server(1, 19), client(19), server(0, 2), client(0, 2), server(0, 2, long(256), long(258))];
    const { records, credentials } = run([...begin, client(long(256)), client(long(3), long(6), 'annsecret'), server(long(1), text('no'))]);
    expect(records).toMatchObject([{ security: 'VeNCrypt/Plain', user: 'ann', success: false, reason: 'no' }]);
    expect(credentials).toEqual([{ kind: 'password', user: 'ann', success: false, secret: 'secret' }]);
    expect(JSON.stringify(records)).not.toContain('secret');
    const tls = run([...begin, client(long(258)), server(1), client(hexBytes('16 03 01'))]);
    expect(tls.records).toMatchObject([{ packet: 9, security: 'VeNCrypt/TLSVnc', success: null }]);
    expect(tls.handedOver).toBe(0);
    expect(run([...versions('003.008'), server(1, 18), client(18, hexBytes('16 03 01'))]).handedOver).toBe(3);
  });

  it("reads Apple's and Microsoft's ways, and names one that it cannot", () => {
    const apple = [...versions('003.889'), server(2, 30, 35), client(30), server(hexBytes('0002 0080'), new Uint8Array(256)), client(new Uint8Array(256))]; // prettier-ignore
    expect(run([...apple, server(long(0)), client(1), screen('\0\0\x05\0Mac Mini')])).toMatchObject({
      records: [{ security: 'Apple Remote Desktop', offered: ['Apple Remote Desktop', '35'], success: true, desktop: 'Mac Mini' }],
      logins: [{ outcome: 'success' }],
      credentials: [],
    });
    const microsoft = [...versions('003.008'), server(1, 113), client(113), server(new Uint8Array(24)), client(new Uint8Array(328))];
    expect(run([...microsoft, server(long(1))])).toMatchObject({ records: [{ security: 'MS-Logon II', success: false }], logins: [{ outcome: 'failure' }] }); // prettier-ignore
    const xvp = [...versions('003.008'), server(1, 22), client(22), client(3, 2, 'annvm'), ...vnc, server(long(0))];
    expect(run(xvp)).toMatchObject({ records: [{ security: 'xvp', user: 'ann', success: true }], logins: [{ user: 'ann' }] });
    expect(run([...versions('005.000'), server(1, 5), client(5), server(new Uint8Array(99))])).toMatchObject({ records: [{ packet: 4, security: 'RA2', success: null }], logins: [] }); // prettier-ignore
  });

  it('is the same where the server calls', () => {
    const { records } = run(script.map(([from, what]) => [from === 0 ? 1 : 0, what] as const));
    expect(records).toMatchObject([{ security: 'VNC', success: true, desktop: 'desk:1 (ann)' }]);
  });

  it('ends at a gap, and where a side says too much', () => {
    expect(run([...script.slice(0, 4), [1, 16], ...script.slice(5)]).records).toMatchObject([
      { packet: 4, security: 'VNC', success: null },
    ]);
    expect(run([...script.slice(0, 3), server(new Uint8Array(9000))])).toMatchObject({ records: [{ offered: ['VNC', 'RA2'] }], weirds: { rfb_unexpected_data: 1 } }); // prettier-ignore
    expect(run([...script.slice(0, 8), server(new Uint8Array(20), long(5000), 'x')])).toMatchObject({ records: [{ desktop: null }], weirds: { rfb_long_text: 1 } }); // prettier-ignore
  });

  it('is known by its version', () => {
    const bytes = version('003.008');
    for (const direction of [0, 1] as const) expect(rfb.probe('tcp', direction, bytes, 0, 12, 40_000, 40_001)).toBe('yes');
    expect(rfb.probe('tcp', 1, bytes, 0, 11, 40_000, 5900)).toBe('more');
    const near = joinBytes('RFB 003 008\n');
    expect(rfb.probe('tcp', 1, near, 0, 12, 40_000, 5900)).toBe('no');
  });

  it('takes any bytes (10,000 mutants)', () => {
    const said = joinBytes(version('003.008'), 1, 2, challenge, long(0), hexBytes('0500 0320'), new Uint8Array(16), text('desk'));
    const asked = joinBytes(version('003.008'), 2, response, 1);
    for (const mutant of mutants(said, 5000)) expect(run([[1, mutant.slice(0, 12)], [0, asked], [1, mutant.slice(12)]]).records.length).toBeLessThan(2); // prettier-ignore
    for (const mutant of mutants(asked, 5000)) expect(run([[1, said.slice(0, 12)], [0, mutant], [1, said.slice(12)]]).records.length).toBeLessThan(2); // prettier-ignore
  });
});
