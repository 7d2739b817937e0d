import { hexBytes, joinBytes, mutants, runProtocol, type Delivery } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { dnp3 } from './parser.ts';

/** A link frame (IEEE 1815 9.2.4.1) from 3 to 4; check sums of the data are not looked at. */
const frame = (from: number, to: number, data: Uint8Array) => {
  const header = joinBytes(5, 0x64, 5 + data.length, 0xc4, to, 0, from, 0);
  let sum = 0;
  for (const byte of header) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >> 1) ^ 0xa6bc : sum >> 1;
  }
  const blocks: Uint8Array[] = [];
  for (let i = 0; i < data.length; i += 16) blocks.push(joinBytes(data.slice(i, i + 16), 0, 0));
  return joinBytes(header, ~sum & 255, (~sum >> 8) & 255, ...blocks);
};
/** Known to be sound: DNP3's reset link, from the standard. */
const reset = hexBytes('05 64 05 c0 01 00 0a 00 e0 8c');
const read = frame(3, 4, hexBytes('c0 c1 01 3c 02 06 3c 03 06 3c 04 06')); // classes 1, 2, 3
const response = frame(4, 3, joinBytes(hexBytes('c0 c1 81 90 00'), new Uint8Array(30)));
const operate = frame(3, 4, hexBytes('c1 c2 05 0c 01 17 01 00'));
const unsolicited = frame(4, 3, hexBytes('c2 f0 82 80 00'));
const run = (deliveries: readonly Delivery[], pieceBytes = 0) => runProtocol(dnp3, deliveries, { destinationPort: 20_000, pieceBytes });

describe('dnp3', () => {
  const script: Delivery[] = [
    [0, joinBytes(reset, read)],
    [1, response],
    [0, operate],
    [1, unsolicited],
  ];

  it('joins requests to responses', () => {
    const { records, weirds } = run(script);
    expect(records).toEqual([
      {
        record: 'dnp3',
        packet: 2,
        request: 'READ',
        reply: 'RESPONSE',
        indications: 0x9000,
        source: 3,
        destination: 4,
        objects: ['g60v2', 'g60v3', 'g60v4'],
      },
      expect.objectContaining({ packet: 4, request: null, reply: 'UNSOLICITED_RESPONSE', indications: 0x8000, source: 3, destination: 4 }),
      expect.objectContaining({ packet: 3, request: 'DIRECT_OPERATE', reply: null, objects: ['g12v1'] }),
    ]);
    expect(weirds).toEqual({});
  });

  it('gives the same records wherever segments are cut, and over UDP', () => {
    const { records } = run(script);
    for (const pieceBytes of [1, 5, 13]) expect(run(script, pieceBytes).records).toEqual(records);
    expect(runProtocol(dnp3, script, { transport: 'udp' }).records).toEqual(records);
  });

  it('counts unknown functions and what is no frame', () => {
    expect(run([[0, frame(3, 4, hexBytes('c0 c0 70'))], [0, hexBytes('05 65')]]).weirds).toEqual({ dnp3_bad_function: 1, dnp3_bad_frame: 1 }); // prettier-ignore
  });

  it('is known by its check sum', () => {
    for (const bytes of [reset, read]) expect(dnp3.probe('tcp', 0, bytes, 0, bytes.length, 40_000, 40_001)).toBe('yes');
    expect(dnp3.probe('tcp', 0, reset, 0, 5, 40_000, 40_001)).toBe('more');
    expect(dnp3.probe('udp', 0, joinBytes(reset.slice(0, 8), 1, 2), 0, 10, 40_000, 20_000)).toBe('no');
  });

  it('takes any bytes (10,000 mutants)', () => {
    for (const mutant of mutants(joinBytes(read, operate), 10_000)) expect(run([[0, mutant], [1, response]]).records.length).toBeLessThan(9); // prettier-ignore
  });
});
