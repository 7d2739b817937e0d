import { hexBytes, joinBytes, mutants, runProtocol, type Delivery } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { modbus } from './parser.ts';

const readCoils = hexBytes('0001 0000 0006 0a 01 0013 0025'); // 1.1b3 6.1: coils 20-56
const coils = hexBytes('0001 0000 0008 0a 01 05 cd6bb20e1b');
const writeRegister = hexBytes('0002 0000 0006 01 06 0001 0003');
const refused = hexBytes('0002 0000 0003 01 86 02');
const run = (deliveries: readonly Delivery[], pieceBytes = 0) => runProtocol(modbus, deliveries, { destinationPort: 502, pieceBytes });

describe('modbus', () => {
  const script: Delivery[] = [
    [0, joinBytes(readCoils, writeRegister)],
    [1, coils],
    [1, refused],
    [0, writeRegister],
  ];

  it('joins requests to responses, exceptions and nothing', () => {
    const { records, weirds } = run(script);
    expect(records).toEqual([
      {
        record: 'modbus',
        packet: 2,
        transaction: 1,
        unit: 10,
        functionCode: 1,
        function: 'READ_COILS',
        isWrite: false,
        address: 19,
        quantity: 37,
        value: null,
        exception: null,
        isAnswered: true,
      },
      expect.objectContaining({
        packet: 3,
        function: 'WRITE_SINGLE_REGISTER',
        isWrite: true,
        address: 1,
        value: 3,
        exception: 'ILLEGAL_DATA_ADDRESS',
      }),
      expect.objectContaining({ packet: 4, isAnswered: false, exception: null }),
    ]);
    expect(weirds).toEqual({});
  });

  it('gives the same records wherever segments are cut', () => {
    const { records } = run(script);
    for (const pieceBytes of [1, 5, 13]) expect(run(script, pieceBytes).records).toEqual(records);
  });

  it('counts what is no message and goes on', () => {
    expect(run([[0, hexBytes('0001 0001 0006 0a 01')], [0, readCoils]])).toMatchObject({ records: { length: 1 }, weirds: { modbus_bad_message: 1 } }); // prettier-ignore
  });

  it('bounds what waits', () => {
    const many = Array.from({ length: 300 }, (_, i): Delivery => [0, joinBytes(i >> 8, i & 255, readCoils.slice(2))]);
    expect(run(many).records).toHaveLength(300);
  });

  it('is known on its port, elsewhere by the length of its requests', () => {
    expect(modbus.probe('tcp', 0, readCoils, 0, 12, 40_000, 40_001)).toBe('yes');
    expect(modbus.probe('tcp', 1, coils, 0, coils.length, 40_000, 502)).toBe('yes');
    expect(modbus.probe('tcp', 1, coils, 0, coils.length, 40_000, 40_001)).toBe('no');
    expect(modbus.probe('tcp', 0, readCoils, 0, 4, 40_000, 502)).toBe('more');
    expect(modbus.probe('tcp', 0, new Uint8Array(12), 0, 12, 40_000, 502)).toBe('no');
  });

  it('takes any bytes (10,000 mutants)', () => {
    for (const mutant of mutants(joinBytes(readCoils, writeRegister), 10_000)) expect(run([[0, mutant], [1, coils]]).records.length).toBeLessThan(9); // prettier-ignore
  });

  it('over UDP is one message in a datagram, on its port', () => {
    const ask = (bytes: Uint8Array, port: number) => modbus.probe('udp', 0, bytes, 0, bytes.length, 40_000, port);
    expect(ask(readCoils, 502)).toBe('yes');
    expect(ask(readCoils, 503)).toBe('no');
    expect(ask(joinBytes(readCoils, hexBytes('00')), 502)).toBe('no');
    const { records } = runProtocol(
      modbus,
      [
        [0, readCoils],
        [1, coils],
      ],
      { transport: 'udp', destinationPort: 502 },
    );
    expect(records).toMatchObject([{ transaction: 1, function: 'READ_COILS', isAnswered: true }]);
  });
});
