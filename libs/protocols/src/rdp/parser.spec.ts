import { hexBytes, joinBytes, mutants, runProtocol, type Delivery } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { rdp } from './parser.ts';

/** MS-RDPBCGR 4.1.1: cookie `eltons`, standard security asked for. */
const request = hexBytes('03 00 00 2c 27 e0 00 00 00 00 00 436f6f6b69653a206d737473686173683d656c746f6e73 0d0a 01 00 08 00 00 00 00 00');
const both = hexBytes('03 00 00 13 0e e0 00 00 00 00 00 01 00 08 00 03 00 00 00');
/** 4.1.2. */
const confirm = hexBytes('03 00 00 13 0e d0 00 00 12 34 00 02 00 08 00 00 00 00 00');
const confirmTls = hexBytes('03 00 00 13 0e d0 00 00 12 34 00 02 00 08 00 01 00 00 00');
const refusal = hexBytes('03 00 00 13 0e d0 00 00 12 34 00 03 00 08 00 05 00 00 00');
const zeros = (count: number) => new Uint8Array(count);
const utf16 = (text: string, bytes: number) => {
  const padded = zeros(bytes);
  [...text].forEach((one, i) => (padded[2 * i] = one.charCodeAt(0)));
  return padded;
};
const tpkt = (payload: Uint8Array) => joinBytes(3, 0, (payload.length + 4) >> 8, (payload.length + 4) & 255, payload);
const core = joinBytes(
  hexBytes('01 c0 d8 00 04 00 08 00 00 05 00 04 01 ca 03 aa 09 04 00 00 ce 0e 00 00'), // 8.4, 1280 x 1024, 1033, build 3790
  utf16('ELTONS-DEV2', 32),
  zeros(90),
  utf16('69712-783', 64),
  zeros(6),
);
const net = hexBytes('03 c0 20 00 02 00 00 00 72 64 70 64 72 00 00 00 00 00 80 80 63 6c 69 70 72 64 72 00 00 00 a0 c0');
const settings = tpkt(joinBytes(hexBytes('02 f0 80 7f 65 82 01 00'), 'Duca', hexBytes('81 00'), core, net));
const chosen = tpkt(joinBytes(hexBytes('02 f0 80 7f 66 20'), 'McDn', hexBytes('0c 02 0c 0c 00 02 00 00 00 02 00 00 00')));
const run = (deliveries: readonly Delivery[], pieceBytes = 0) => runProtocol(rdp, deliveries, { destinationPort: 3389, pieceBytes });

describe('rdp', () => {
  const script: Delivery[] = [
    [0, request],
    [1, confirm],
    [0, settings],
    [1, chosen],
  ];

  it('tells the settings of a connection that TLS does not hide', () => {
    const { records, weirds, wantsMore } = run(script);
    expect(records).toEqual([
      {
        record: 'rdp',
        packet: 4,
        cookie: 'eltons',
        requested: ['rdp'],
        selected: 'rdp',
        result: null,
        clientName: 'ELTONS-DEV2',
        clientBuild: 3790,
        clientVersion: '8.4',
        productId: '69712-783',
        keyboardLayout: 1033,
        width: 1280,
        height: 1024,
        channels: ['rdpdr', 'cliprdr'],
        encryptionMethod: '128bit',
        encryptionLevel: 'client compatible',
      },
    ]);
    expect(weirds).toEqual({});
    expect(wantsMore[1]).toBe(false);
  });

  it('gives the same wherever segments are cut', () => {
    const { records } = run(script);
    for (const pieceBytes of [1, 5, 100]) expect(run(script, pieceBytes).records).toEqual(records);
  });

  it('stops where TLS begins', () => {
    const { records, handedOver } = run([[0, both], [1, confirmTls], [0, hexBytes('16 03 01')]]); // prettier-ignore
    expect(records).toMatchObject([
      { packet: 2, requested: ['rdp', 'tls', 'credssp'], selected: 'tls', result: 'encrypted', cookie: null },
    ]);
    expect(handedOver).toBe(0);
  });

  it('tells a refusal', () => {
    expect(run([[0, both], [1, refusal]]).records).toMatchObject([{ selected: null, result: 'HYBRID_REQUIRED_BY_SERVER' }]); // prettier-ignore
  });

  it('is known on its port, elsewhere by its words', () => {
    for (const bytes of [request, both, confirm]) expect(rdp.probe('tcp', 0, bytes, 0, bytes.length, 40_000, 40_001)).toBe('yes');
    const s7 = hexBytes('03 00 00 16 11 e0 00 00 00 01 00 c0 01 0a c1 02 01 00 c2 02 01 02');
    expect(rdp.probe('tcp', 0, s7, 0, s7.length, 40_000, 102)).toBe('no');
    expect(rdp.probe('tcp', 0, request, 0, 4, 40_000, 3389)).toBe('more');
  });

  it('takes any bytes (10,000 mutants)', () => {
    for (const mutant of mutants(settings, 5000)) expect(run([[0, request], [1, confirm], [0, mutant]]).records).toHaveLength(1); // prettier-ignore
    for (const mutant of mutants(request, 5000)) expect(run([[0, mutant], [1, confirm], [0, settings]]).records).toHaveLength(1); // prettier-ignore
  });
});
