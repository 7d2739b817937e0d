import { hexBytes, joinBytes, mutants, runProtocol, type Delivery } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { dceRpc } from './parser.ts';

/** C706 12.6.4.3: the endpoint mapper as context 0. */
const bind = hexBytes(`
  05 00 0b 03 10 00 00 00 48 00 00 00 01 00 00 00   # version, bind, flags, little-endian, length, no token, call id
  b8 10 b8 10 00 00 00 00  01 00 00 00              # sizes, group; one context
  00 00 01 00 0883afe11f5dc911 91a408002b14a0fa 03 00 00 00
  045d888aeb1cc911 9fe808002b104860 02 00 00 00`);
const bindAck = hexBytes('05 00 0c 03 10 00 00 00 24 00 00 00 01 00 00 00 b8 10 b8 10 01 00 00 00 04 00 31333500 000000000000');
const call = (id: number, opnum: number) =>
  joinBytes(hexBytes('05 00 00 03 10 00 00 00 18 00 00 00'), id, 0, 0, 0, hexBytes('00 00 00 00 00 00'), opnum, 0);
const answer = (id: number) => joinBytes(hexBytes('05 00 02 03 10 00 00 00 18 00 00 00'), id, 0, 0, 0, hexBytes('00 00 00 00 00 00 00 00'));
const fault = (id: number) =>
  joinBytes(hexBytes('05 00 03 03 10 00 00 00 20 00 00 00'), id, 0, 0, 0, hexBytes('20 00 00 00 00 00 00 00 03 00 01 1c 00 00 00 00'));
/** The same call, big-endian. */
const bigEndianBind = hexBytes(`05 00 0b 03 00 00 00 00 0048 0000 00000001 10b8 10b8 00000000 01 000000
  0000 01 00 e1af8308 5d1f 11c9 91a4 08002b14a0fa 00000003 8a885d04 1ceb 11c9 9fe8 08002b104860 00000002`);
const bigEndianCall = hexBytes('05 00 00 03 00 00 00 00 0018 0000 00000002 00000000 0000 0002');
const run = (deliveries: readonly Delivery[], pieceBytes = 0) => runProtocol(dceRpc, deliveries, { destinationPort: 135, pieceBytes });

describe('dce_rpc', () => {
  const script: Delivery[] = [
    [0, bind],
    [1, bindAck],
    [0, joinBytes(call(2, 3), call(3, 77))],
    [1, joinBytes(answer(2), fault(3))],
    [0, call(4, 2)],
  ];

  it('joins calls to answers, faults and nothing', () => {
    const { records, weirds } = run(script);
    const common = {
      record: 'dce_rpc',
      endpoint: 'epmapper',
      uuid: 'e1af8308-5d1f-11c9-91a4-08002b14a0fa',
      namedPipe: '135',
      protection: null,
    };
    expect(records).toEqual([
      { ...common, packet: 4, operation: 'ept_map', opnum: 3, rtt: 1_000_000n, fault: null },
      { ...common, packet: 4, operation: null, opnum: 77, rtt: 1_000_000n, fault: '0x1c010003' },
      { ...common, packet: 5, operation: 'ept_lookup', opnum: 2, rtt: null, fault: null },
    ]);
    expect(weirds).toEqual({});
  });

  it('gives the same records wherever segments are cut', () => {
    const { records } = run(script);
    for (const pieceBytes of [1, 5, 17]) expect(run(script, pieceBytes).records).toEqual(records);
  });

  it('reads both byte orders', () => {
    expect(run([[0, joinBytes(bigEndianBind, bigEndianCall)]]).records).toMatchObject([{ endpoint: 'epmapper', operation: 'ept_lookup' }]);
  });

  it('counts what is no call', () => {
    expect(run([[0, hexBytes('05 00 63 03 10 00 00 00 18 00 00 00 00 00 00 00')]]).weirds).toEqual({ dce_rpc_bad_pdu: 1 });
  });

  it('bounds interfaces and calls', () => {
    const many = Array.from({ length: 300 }, (_, i): Delivery => [
      0,
      joinBytes(call(i & 255, 1).slice(0, 13), i >> 8, 0, 0, call(0, 1).slice(16)),
    ]);
    expect(run(many)).toMatchObject({ records: { length: 300 }, weirds: { dce_rpc_pending_limit: 44 } });
  });

  it('is known by content', () => {
    expect(dceRpc.probe('tcp', 0, bind, 0, bind.length, 50_000, 50_001)).toBe('yes');
    expect(dceRpc.probe('tcp', 0, bind, 0, 8, 50_000, 135)).toBe('more');
    const socks = hexBytes('05 01 00');
    expect(dceRpc.probe('tcp', 0, socks, 0, 3, 50_000, 1080)).toBe('more');
    expect(dceRpc.probe('tcp', 0, joinBytes(socks, bind), 0, 60, 50_000, 1080)).toBe('no');
  });

  it('takes any bytes (10,000 mutants)', () => {
    for (const mutant of mutants(joinBytes(bind, call(2, 3), call(3, 4)), 5000)) expect(run([[0, mutant], [1, answer(2)]]).records.length).toBeLessThan(9); // prettier-ignore
    for (const mutant of mutants(joinBytes(bindAck, answer(2), fault(3)), 5000)) expect(run([[0, bind], [0, call(2, 3)], [1, mutant]]).records.length).toBeLessThan(9); // prettier-ignore
  });
});
