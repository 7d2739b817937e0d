import { hexBytes, joinBytes, mutants, runProtocol, type Delivery } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { s7comm } from './parser.ts';

const connect = hexBytes('03 00 00 16 11 e0 00 00 00 01 00 c0 01 0a c1 02 01 00 c2 02 01 02');
const data = (payload: Uint8Array) => joinBytes(3, 0, 0, payload.length + 7, hexBytes('02 f0 80'), payload);
const setup = data(hexBytes('32 01 0000 0100 0008 0000 f0 00 0001 0001 01e0'));
const setupDone = data(hexBytes('32 03 0000 0100 0008 0000 00 00 f0 00 0001 0001 00f0'));
const read = data(hexBytes('32 01 0000 0200 000e 0000 04 01 12 0a 10 02 0001 0001 84 000010')); // one byte of DB1 at 2.0
const readFailed = data(hexBytes('32 03 0000 0200 0002 0001 85 00 04 01 0a'));
const stop = data(hexBytes('32 01 0000 0300 0010 0000 29 0000000000 09 505f50524f4752414d'));
const list = data(hexBytes('32 07 0000 0400 0008 0004 00 01 12 04 11 44 01 00 ff 09 00 00'));
const run = (deliveries: readonly Delivery[], pieceBytes = 0) => runProtocol(s7comm, deliveries, { destinationPort: 102, pieceBytes });

describe('s7comm', () => {
  const script: Delivery[] = [
    [0, connect],
    [0, setup],
    [1, setupDone],
    [0, read],
    [1, readFailed],
    [0, joinBytes(stop, list)],
    [0, data(hexBytes('72 02 00 00'))],
  ];

  it('joins jobs to answers', () => {
    const { records, weirds } = run(script);
    expect(records).toMatchObject([
      { packet: 3, protocol: 's7comm', kind: 'job', reference: 0x100, function: 'setup_communication', error: 0, isAnswered: true },
      { packet: 5, function: 'read_variable', items: 1, address: 'DB1.DBX 2.0', error: 0x8500, isAnswered: true },
      { packet: 7, protocol: 's7comm-plus', kind: 'version 2' },
      { packet: 6, function: 'plc_stop', isAnswered: false, error: null },
      { packet: 6, kind: 'userdata', function: 'cpu_functions 1' },
    ]);
    expect(weirds).toEqual({});
  });

  it('gives the same records wherever segments are cut', () => {
    const { records } = run(script);
    for (const pieceBytes of [1, 3, 8]) expect(run(script, pieceBytes).records).toEqual(records);
  });

  it('counts what is no message', () => {
    expect(run([[0, data(hexBytes('32 09 00'))], [0, hexBytes('04 00')]]).weirds).toEqual({ s7comm_bad_message: 2 }); // prettier-ignore
  });

  it('is known by what follows the connection, which is that of MMS and RDP too', () => {
    expect(s7comm.probe('tcp', 0, setup, 0, setup.length, 40_000, 40_001)).toBe('yes');
    expect(s7comm.probe('tcp', 0, connect, 0, connect.length, 40_000, 102)).toBe('more');
    const both = joinBytes(connect, setup);
    expect(s7comm.probe('tcp', 0, both, 0, both.length, 40_000, 40_001)).toBe('yes');
    const mms = joinBytes(connect, hexBytes('0300 0013 02f080 0d 08 0605 28ca220201 000000'));
    expect(s7comm.probe('tcp', 0, mms, 0, mms.length, 40_000, 102)).toBe('no');
    expect(s7comm.probe('tcp', 0, connect, 0, 5, 40_000, 102)).toBe('more');
  });

  it('takes any bytes (10,000 mutants)', () => {
    for (const mutant of mutants(joinBytes(setup, read, list), 10_000)) expect(run([[0, mutant], [1, setupDone]]).records.length).toBeLessThan(9); // prettier-ignore
  });
});
