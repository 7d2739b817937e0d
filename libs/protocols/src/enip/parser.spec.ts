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

  describe('tells of requests that are packed in another', () => {
    const path = (name: string) => joinBytes(0x91, name.length, name, ...(name.length & 1 ? [0] : []));
    const read = (name: string) => joinBytes(0x4c, path(name).length / 2, path(name), 1, 0);
    const router = hexBytes('20 02 24 01');
    /** Number, offsets, and what they lead to. */
    const several = (...parts: Uint8Array[]) => {
      const offsets = parts.map((_, i) => 2 + 2 * parts.length + parts.slice(0, i).reduce((sum, { length }) => sum + length, 0));
      return joinBytes(parts.length, 0, ...offsets.flatMap((offset) => [offset & 255, offset >> 8]), ...parts);
    };
    const asked = joinBytes(0x0a, 2, router, several(read('Motor'), read('Speed1'), hexBytes('0e 03 20 01 24 01 30 07')));
    const answered = joinBytes(
      hexBytes('8a 00 1e 00'),
      several(hexBytes('cc 00 00 00 c1 00 01'), hexBytes('cc 00 05 01 0000'), hexBytes('8e 00 00 00')),
    );
    const sentOn = joinBytes(hexBytes('52 02 20 06 24 01 0a 05'), asked.length, 0, asked, hexBytes('01 00 01 00'));

    it('in a multiple service packet', () => {
      const { records } = run([[0, message(0x6f, 2, 0, data(asked))], [1, message(0x6f, 2, 0, data(answered))]]); // prettier-ignore
      expect(records).toMatchObject([
        { packet: 2, command: 'send_rr_data', service: 'multiple_service_packet', cipClass: 2, cipStatus: 0x1e, tag: null },
        { packet: 2, command: 'send_rr_data', service: 'read_tag', tag: 'Motor', cipStatus: 0 },
        { service: 'read_tag', tag: 'Speed1', cipStatus: 5 },
        { service: 'get_attribute_single', cipClass: 1, cipInstance: 1, cipStatus: 0 },
      ]);
    });

    it('in what is sent on to another, which answers', () => {
      const { records } = run([[0, message(0x6f, 2, 0, data(sentOn))], [1, message(0x6f, 2, 0, data(answered))]]); // prettier-ignore
      expect(records.map(({ service, tag, cipStatus }) => [service, tag, cipStatus])).toEqual([
        ['unconnected_send', null, 0x1e],
        ['multiple_service_packet', null, 0x1e],
        ['read_tag', 'Motor', 0],
        ['read_tag', 'Speed1', 5],
        ['get_attribute_single', null, 0],
      ]);
      const refused = run([[0, message(0x6f, 2, 0, data(sentOn))], [1, message(0x6f, 2, 0, data(hexBytes('d2 00 01 00')))]]); // prettier-ignore
      expect(refused.records.map(({ cipStatus }) => cipStatus)).toEqual([1, null, null, null, null]);
    });

    it('by the answer alone, and by the request alone', () => {
      expect(run([[1, message(0x6f, 2, 0, data(answered))]]).records).toMatchObject([{ service: 'multiple_service_packet' }, { service: 'read_tag', tag: null, cipStatus: 0 }, { cipStatus: 5 }, {}]); // prettier-ignore
      expect(run([[0, message(0x6f, 2, 0, data(asked))]]).records).toMatchObject([{ packet: 1, cipStatus: null }, { tag: 'Motor' }, { tag: 'Speed1' }, {}]); // prettier-ignore
    });

    it('with a bound, also where they lead back to themselves', () => {
      const loop = joinBytes(0x0a, 2, router, 100, 0, ...Array.from({ length: 200 }, () => 0), hexBytes('0a 00'));
      expect(run([[0, message(0x6f, 2, 0, data(loop))]]).records.length).toBeLessThan(130);
    });

    it('by services whose number has two meanings', () => {
      const service = (cip: string) => run([[0, message(0x6f, 2, 0, data(hexBytes(cip)))]]).records[0]!['service'];
      expect(service('52 02 91 01 41 00 01 00 00000000')).toBe('read_tag_fragmented');
      expect(service('4e 02 20 06 24 01')).toBe('forward_close');
      expect(run([[1, message(0x6f, 2, 0, data(hexBytes('d4 00 00 00')))]]).records).toMatchObject([{ service: 'forward_open' }]);
    });
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
