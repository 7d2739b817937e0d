import { hexBytes, mutants, runProtocol } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { bacnet } from './parser.ts';

const run = (bytes: Uint8Array) => runProtocol(bacnet, [[0, bytes]], { transport: 'udp', destinationPort: 47_808 });
const whoIs = hexBytes('81 0b 000c 01 20 ffff 00 ff 10 08');
const iAm = hexBytes('81 0b 0018 01 20 ffff 00 ff 10 00 c4 020004d2 22 0400 91 00 21 0f');
const readProperty = hexBytes('81 0a 0011 01 04 00 05 01 0c 0c 00000005 19 55'); // analog input 5, present value
const writeProperty = hexBytes('81 0a 0018 01 04 00 05 02 0f 0c 00400003 19 55 3e 44 42900000 3f');
const error = hexBytes('81 0a 000d 01 00 50 02 0f 91 02 91 28');

describe('bacnet', () => {
  it.each([
    ['who-is', whoIs, { type: 'unconfirmed_request', service: 'who_is', network: 65_535, invokeId: null, isWrite: false }],
    ['i-am', iAm, { type: 'unconfirmed_request', service: 'i_am', object: 'device 1234' }],
    [
      'read-property',
      readProperty,
      { type: 'confirmed_request', service: 'read_property', invokeId: 1, object: 'analog_input 5', network: null },
    ],
    ['write-property', writeProperty, { service: 'write_property', isWrite: true, object: 'analog_output 3', invokeId: 2 }],
    ['an error', error, { type: 'error', service: 'write_property', isWrite: false, invokeId: 2 }],
  ])('reads %s', (_, bytes, expected) => {
    expect(run(bytes)).toMatchObject({ records: [{ record: 'bacnet', packet: 1, ...expected }], weirds: {} });
    expect(bacnet.probe('udp', 0, bytes, 0, bytes.length, 40_000, 40_001)).toBe('yes');
  });

  it('tells nothing of what has no application part', () => {
    expect(run(hexBytes('81 00 0006 0000'))).toMatchObject({ records: [], weirds: {} }); // BVLC result
    expect(run(hexBytes('81 0b 0009 01 80 00 00 01'))).toMatchObject({ records: [], weirds: {} }); // who-is-router
  });

  it('counts what is cut, at every byte', () => {
    for (let end = 0; end < iAm.length; end++)
      expect(run(iAm.slice(0, end)), `${end}`).toMatchObject({ records: [], weirds: { bacnet_bad_message: 1 } });
    expect(bacnet.probe('udp', 0, iAm, 0, 8, 40_000, 47_808)).toBe('no');
  });

  it('takes any bytes (10,000 mutants)', () => {
    for (const bytes of [iAm, writeProperty]) for (const mutant of mutants(bytes, 5000)) expect(run(mutant).records.length).toBeLessThan(2);
  });
});
