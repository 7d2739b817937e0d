import { hexBytes, joinBytes, mutants, runProtocol, type Delivery } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { iec104 } from './parser.ts';

const start = hexBytes('68 04 07 00 00 00');
const started = hexBytes('68 04 0b 00 00 00');
const interrogate = hexBytes('68 0e 00 00 00 00  64 01 06 00 0a 00 000000 14');
const measured = hexBytes('68 17 02 00 02 00  0d 82 03 00 0a 00 010020 0000803f00 0000004000');
const refused = hexBytes('68 0e 04 00 02 00  2d 01 47 00 0a 00 0b0000 01');
const run = (deliveries: readonly Delivery[], pieceBytes = 0) => runProtocol(iec104, deliveries, { destinationPort: 2404, pieceBytes });

describe('iec104', () => {
  const script: Delivery[] = [
    [0, start],
    [1, started],
    [0, interrogate],
    [1, joinBytes(measured, hexBytes('68 04 01 00 02 00'), refused)],
  ];

  it('tells starts, data and commands', () => {
    const { records, weirds } = run(script);
    expect(records).toMatchObject([
      { packet: 1, kind: 'STARTDT act', type: null },
      { packet: 2, kind: 'STARTDT con' },
      { packet: 3, kind: 'I', type: 'C_IC_NA_1', cause: 'activation', isCommand: true, commonAddress: 10, objects: 1, objectAddress: 0 },
      { packet: 4, type: 'M_ME_NC_1', cause: 'spontaneous', isCommand: false, objects: 2, objectAddress: 0x200001 },
      { packet: 4, type: 'C_SC_NA_1', cause: 'activation confirmation', isNegative: true, objectAddress: 11 },
    ]);
    expect(weirds).toEqual({});
  });

  it('gives the same records wherever segments are cut', () => {
    const { records } = run(script);
    for (const pieceBytes of [1, 3, 8]) expect(run(script, pieceBytes).records).toEqual(records);
  });

  it('counts what is no message, and goes on', () => {
    const unknown = hexBytes('68 0e 00 00 00 00  ff 01 06 00 0a 00 000000 14');
    expect(run([[0, unknown], [0, hexBytes('67')], [0, start]])).toMatchObject({ records: { length: 1 }, weirds: { iec104_bad_message: 2 } }); // prettier-ignore
  });

  it('is known by content', () => {
    for (const bytes of [start, started, interrogate, measured])
      expect(iec104.probe('tcp', 0, bytes, 0, bytes.length, 40_000, 40_001)).toBe('yes');
    expect(iec104.probe('tcp', 0, interrogate, 0, 8, 40_000, 40_001)).toBe('more');
    expect(iec104.probe('tcp', 0, joinBytes('hello world 12345'), 0, 17, 40_000, 2404)).toBe('no');
  });

  it('takes any bytes (10,000 mutants)', () => {
    for (const mutant of mutants(joinBytes(start, interrogate, measured), 10_000))
      expect(run([[0, mutant]]).records.length).toBeLessThan(20);
  });
});
