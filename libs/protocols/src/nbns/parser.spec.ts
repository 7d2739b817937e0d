import { hex, joinBytes, mutants, runProtocol, textBytes, type Delivery } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { nbns } from './parser.ts';

/** RFC 1001 14.1: each half of a byte is a letter. */
function encoded(name: string, last: number, fill = ' '): Uint8Array {
  const bytes = joinBytes(textBytes(name.padEnd(15, fill)), Uint8Array.of(last));
  return joinBytes(32, Uint8Array.from([...bytes].flatMap((byte) => [0x41 + (byte >> 4), 0x41 + (byte & 15)])), 0);
}
const query = (id: string, name: Uint8Array, type = '0020', flags = '0110') => joinBytes(hex(`${id} ${flags} 0001 0000 0000 0000`), name, hex(`${type} 0001`)); // prettier-ignore
const answer = (id: string, name: Uint8Array, data: Uint8Array, type = '0020', flags = '8500') =>
  joinBytes(hex(`${id} ${flags} 0000 0001 0000 0000`), name, hex(`${type} 0001 00000000`), data.length >> 8, data.length & 255, data);
const run = (...deliveries: Delivery[]) => runProtocol(nbns, deliveries, { transport: 'udp', sourcePort: 137, destinationPort: 137 });
const files = encoded('FILES', 0x20);

describe('NetBIOS names', () => {
  it('joins a question and its answer', () => {
    const { records, weirds } = run(
      [0, query('0001', files, '0020', '0100')],
      [1, answer('0001', files, hex('0000 0a000002 0000 0a000003'))],
    );
    expect(records).toEqual([
      {
        record: 'nbns',
        packet: 2,
        nbnsId: 1,
        operation: 'query',
        questionType: 'NB',
        name: 'FILES',
        service: 'file_server',
        isBroadcast: false,
        isGroup: false,
        responseCode: 'NOERROR',
        addresses: [Uint8Array.of(10, 0, 0, 2), Uint8Array.of(10, 0, 0, 3)],
        names: [],
        mac: null,
      },
    ]);
    expect(weirds).toEqual({});
  });

  it('tells a question that nobody answers once, at its first packet', () => {
    const { records } = run([0, query('0002', files)], [0, query('0002', files)], [0, query('0003', encoded('*', 0, '\0'), '0021')]);
    expect(records).toMatchObject([
      { packet: 1, nbnsId: 2, isBroadcast: true, responseCode: null },
      { packet: 3, questionType: 'NBSTAT', name: '*', service: 'workstation' },
    ]);
  });

  it('reads what is registered, with a pointer to the name or the name again', () => {
    for (const again of [hex('c00c'), encoded('LAB', 0x1e)]) {
      const message = joinBytes(hex('0004 2910 0001 0000 0000 0001'), encoded('LAB', 0x1e), hex('0020 0001'), again, hex('0020 0001 000493e0 0006 8000 0a000001')); // prettier-ignore
      expect(run([0, message]).records).toMatchObject([
        { operation: 'registration', name: 'LAB', service: 'browser_elections', isGroup: true, addresses: [Uint8Array.of(10, 0, 0, 1)] },
      ]);
    }
  });

  it('reads the names of a host and its hardware address', () => {
    const one = (name: string, last: number, flags: string) => joinBytes(textBytes(name.padEnd(15)), last, hex(flags));
    const data = joinBytes(2, one('FILES', 0x20, '0400'), one('LAB', 0, '8400'), hex('020000000002'), new Uint8Array(40));
    const { records } = run(
      [0, query('0005', encoded('*', 0, '\0'), '0021', '0000')],
      [1, answer('0005', encoded('*', 0, '\0'), data, '0021', '8400')],
    );
    expect(records).toMatchObject([{ questionType: 'NBSTAT', names: ['FILES<20>', 'LAB<00> group'], mac: '02:00:00:00:00:02' }]);
  });

  it('names refusals, and tells an answer whose question was not seen', () => {
    expect(run([1, answer('0006', files, hex(''), '000a', '8583')]).records).toMatchObject([
      { responseCode: 'NAM_ERR', questionType: null, name: 'FILES', addresses: [] },
    ]);
  });

  it('bounds what waits for an answer', () => {
    const many = Array.from({ length: 70 }, (_, i): Delivery => [0, query(`00${(i + 16).toString(16)}`, files)]);
    expect(run(...many).records).toHaveLength(70);
  });

  it('counts what is cut', () => {
    const whole = query('0007', files);
    for (let end = 12; end < whole.length; end++)
      expect(run([0, whole.slice(0, end)])).toMatchObject({ records: [], weirds: { nbns_bad_message: 1 } });
  });

  it('is known by its names, not by its port', () => {
    const judge = (bytes: Uint8Array, port = 137) => nbns.probe('udp', 0, bytes, 0, bytes.length, port, port);
    expect(judge(query('0008', files), 5000)).toBe('yes');
    expect(judge(query('0008', joinBytes(32, textBytes('q'.repeat(32)), 0)))).toBe('no');
    expect(judge(hex('1234 0100 0001 0000 0000 0000 01 61 00 0001 0001'))).toBe('no');
  });

  it('takes any bytes (10,000 mutants)', () => {
    const data = joinBytes(1, textBytes('FILES'.padEnd(15)), 0x20, hex('0400 020000000002'));
    for (const mutant of mutants(answer('0009', files, data, '0021'), 5000)) expect(run([1, mutant]).records.length).toBeLessThan(2);
    for (const mutant of mutants(query('0009', files), 5000)) expect(run([0, mutant]).records.length).toBeLessThan(2);
  });
});
