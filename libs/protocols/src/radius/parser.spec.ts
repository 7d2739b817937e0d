import { hexBytes, mutants, runProtocol, type Delivery } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { radius } from './parser.ts';

/** RFC 2865 7.1: nemo logs in. */
const request = hexBytes(`01 00 00 38 0f 40 3f 94 73 97 80 57 bd 83 d5 cb 98 f4 22 7a
  01 06 6e 65 6d 6f 02 12 0d be 70 8d 93 d4 13 ce 31 96 e4 3f 78 2a 0a ee 04 06 c0 a8 01 10 05 06 00 00 00 03`);
const accept = hexBytes(`02 00 00 26 86 fe 22 0e 76 24 ba 2a 10 05 f6 bf 9b 55 e0 b2
  06 06 00 00 00 01 0f 06 00 00 00 00 0e 06 c0 a8 01 03`);
const accounting = hexBytes(
  `04 07 00 2e 00000000000000000000000000000000 28 06 00000002 2c 07 61 62 63 64 65 1f 0d 30302d31312d32322d3333`,
);
const run = (deliveries: readonly Delivery[]) => runProtocol(radius, deliveries, { transport: 'udp', destinationPort: 1812 });

describe('radius', () => {
  it('joins a request and its answer, without the password', () => {
    const { records, weirds, logins } = run([[0, request], [0, request], [1, accept]]); // prettier-ignore
    expect(records).toEqual([
      {
        record: 'radius',
        packet: 3,
        code: 'access-request',
        result: 'access-accept',
        identifier: 0,
        user: 'nemo',
        nasIp: Uint8Array.of(192, 168, 1, 16),
        nasIdentifier: null,
        callingStation: null,
        calledStation: null,
        framedIp: null,
        replyMessage: null,
        accountingStatus: null,
        sessionId: null,
        hasEap: false,
      },
    ]);
    expect(logins).toEqual([{ user: 'nemo', outcome: 'success', isClear: false }]);
    expect(weirds).toEqual({});
  });

  it('reads accounting, and tells what was never answered', () => {
    expect(run([[0, accounting]]).records).toMatchObject([
      { packet: 1, code: 'accounting-request', result: null, accountingStatus: 'stop', sessionId: 'abcde', callingStation: '00-11-22-33' },
    ]);
  });

  it('tells an answer alone', () => {
    expect(run([[1, accept]]).records).toMatchObject([{ code: '', result: 'access-accept' }]);
  });

  it('counts what is cut, at every byte', () => {
    for (let end = 0; end < request.length; end++) expect(run([[0, request.slice(0, end)]]), `${end}`).toMatchObject({ records: [], weirds: { radius_bad_message: 1 } }); // prettier-ignore
    const lying = request.slice();
    lying[21] = 0;
    expect(run([[0, lying]]).weirds).toEqual({ radius_bad_attribute: 1 });
  });

  it('is known by content', () => {
    expect(radius.probe('udp', 0, request, 0, request.length, 40_000, 40_001)).toBe('yes');
    expect(radius.probe('udp', 0, request, 0, 20, 40_000, 1812)).toBe('no');
    const zeros = new Uint8Array(60);
    expect(radius.probe('udp', 0, zeros, 0, 60, 40_000, 1812)).toBe('no');
  });

  it('takes any bytes (10,000 mutants)', () => {
    for (const mutant of mutants(request, 10_000)) expect(run([[0, mutant], [1, accept]]).records.length).toBeLessThan(3); // prettier-ignore
  });
});
