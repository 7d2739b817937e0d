import { hexBytes, joinBytes, mutants, runProtocol, type Delivery } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { enip } from './parser.ts';

const message = (command: number, context: number, status: number, payload: Uint8Array) =>
  joinBytes(command, 0, payload.length, 0, 7, 0, 0, 0, status, 0, 0, 0, context, new Uint8Array(7), 0, 0, 0, 0, payload);
const register = message(0x65, 1, 0, hexBytes('01 00 00 00'));
const data = (...cip: Uint8Array[]) => {
  const item = joinBytes(...cip);
  return joinBytes(hexBytes('00000000 0000 0200 0000 0000 b200'), item.length, 0, item);
};
const connected = (sequence: number, ...cip: Uint8Array[]) => {
  const item = joinBytes(sequence, 0, ...cip);
  return joinBytes(hexBytes('00000000 0000 0200 a100 0400 01020304 b100'), item.length, 0, item);
};
const getAttribute = message(0x6f, 2, 0, data(hexBytes('0e 03 20 01 24 01 30 07'))); // class 1, instance 1, attribute 7
const attribute = message(0x6f, 2, 0, data(hexBytes('8e 00 00 00 03 41 42 43')));
const readTag = message(0x70, 0, 0, connected(9, hexBytes('4c 04 91 05'), joinBytes('Motor'), hexBytes('00 0100')));
const tagRead = message(0x70, 0, 0, connected(9, hexBytes('cc 00 05 00')));
const identity = message(0x63, 3, 0, joinBytes(hexBytes('0100 0c00 2600 0100'), new Uint8Array(30), 3, 'PLC', 3));
const run = (deliveries: readonly Delivery[], pieceBytes = 0) => runProtocol(enip, deliveries, { destinationPort: 44_818, pieceBytes });

describe('enip', () => {
  const script: Delivery[] = [
    [0, register],
    [1, register],
    [0, joinBytes(getAttribute, readTag)],
    [1, attribute],
    [1, tagRead],
    [0, message(0x63, 3, 0, new Uint8Array(0))],
    [1, identity],
    [0, message(0x66, 0, 0, new Uint8Array(0))],
  ];

  it('joins commands to answers, with the request of CIP', () => {
    const { records, weirds } = run(script);
    expect(records).toMatchObject([
      { packet: 2, command: 'register_session', session: 7, status: 0, service: null },
      { packet: 4, command: 'send_rr_data', service: 'get_attribute_single', cipClass: 1, cipInstance: 1, cipStatus: 0 },
      { packet: 5, command: 'send_unit_data', service: 'read_tag', tag: 'Motor', cipStatus: 5 },
      { packet: 7, command: 'list_identity', product: 'PLC' },
      { packet: 8, command: 'unregister_session', status: null },
    ]);
    expect(weirds).toEqual({});
  });

  it('gives the same records wherever segments are cut, and over UDP', () => {
    const { records } = run(script);
    for (const pieceBytes of [1, 3, 8]) expect(run(script, pieceBytes).records).toEqual(records);
    expect(runProtocol(enip, script, { transport: 'udp' }).records).toEqual(records);
  });

  it('counts what is no message', () => {
    expect(run([[0, hexBytes('ff ff 00 00')]])).toMatchObject({ records: [], weirds: { enip_bad_message: 1 } });
  });

  it('is known on its port, elsewhere by its first message', () => {
    expect(enip.probe('tcp', 0, register, 0, register.length, 40_000, 40_001)).toBe('yes');
    expect(enip.probe('tcp', 0, getAttribute, 0, getAttribute.length, 40_000, 44_818)).toBe('yes');
    expect(enip.probe('tcp', 0, getAttribute, 0, getAttribute.length, 40_000, 40_001)).toBe('no');
    expect(enip.probe('tcp', 0, new Uint8Array(24), 0, 24, 40_000, 40_001)).toBe('no');
  });

  it('takes any bytes (10,000 mutants)', () => {
    for (const mutant of mutants(joinBytes(register, getAttribute, readTag), 10_000)) expect(run([[0, mutant], [1, attribute]]).records.length).toBeLessThan(20); // prettier-ignore
  });
});
