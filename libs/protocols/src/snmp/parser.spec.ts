import { hexBytes, mutants, runProtocol } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { snmp } from './parser.ts';

/** RFC 1157 4.1: version 1, community `public`, get-next-request of sysDescr and of a large arc. */
const request = hexBytes(`
  30 38 02 01 00 04 06 7075626c6963
  a1 2b 02 04 4bd10f0f 02 01 00 02 01 00
  30 1d 30 0c 06 08 2b06010201010100 05 00
        30 0d 06 09 2b060104018237 8f 7f 05 00`);
const response = hexBytes('30 1f 02 01 01 04 07 70726976617465 a2 11 02 01 2a 02 01 05 02 01 01 30 06 30 04 06 00 05 00');
/** From real traffic, shortened behind the salt: version 3 with privacy (RFC 3412, 3414). */
const encrypted = hexBytes(`
  30 64 02 01 03
  30 11 02 04 0153e292 02 03 00ffe3 04 01 07 02 01 03   # message id, size, flags, model
  04 4a 30 48 04 1a 6263313138393730396236313936626637653135616363336638 02 02 00a5 02 04 059f7e4f
     04 08 41646d696e303031 04 0c 987c22373e644f6bb11dd682 04 08 f353dfeaa6eb3850
  04 00`);

const run = (bytes: Uint8Array) => runProtocol(snmp, [[0, bytes]], { transport: 'udp', destinationPort: 161 });

describe('snmp', () => {
  it('tells what is asked for, never the community', () => {
    const { records, weirds } = run(request);
    expect(records).toEqual([
      {
        record: 'snmp',
        packet: 1,
        version: '1',
        communityHash: 'efa1f375',
        user: null,
        engineId: null,
        isEncrypted: false,
        pdu: 'get-next-request',
        requestId: 0x4bd10f0f,
        errorStatus: null,
        variables: ['1.3.6.1.2.1.1.1.0', '1.3.6.1.4.1.311.2047'],
      },
    ]);
    expect(weirds).toEqual({});
  });

  it('tells the error of a response', () => {
    const { records } = run(response);
    expect(records).toMatchObject([{ version: '2c', pdu: 'get-response', requestId: 42, errorStatus: 5, variables: [] }]);
    expect(JSON.stringify(records)).not.toContain('private');
  });

  it('tells the user of version 3', () => {
    expect(run(encrypted).records).toMatchObject([
      {
        version: '3',
        communityHash: null,
        user: 'Admin001',
        engineId: '6263313138393730396236313936626637653135616363336638',
        isEncrypted: true,
        pdu: null,
      },
    ]);
  });

  it('reads the variables of a trap of version 1 (RFC 1157 4.1.6)', () => {
    const trap = hexBytes(`30 2f 02 01 00 04 01 78 a4 27 06 03 2b0601 40 04 0a000001 02 01 06 02 01 01 43 01 05
      30 0f 30 0d 06 08 2b06010201010100 04 01 61 05 00 05 00`);
    expect(run(trap).records).toMatchObject([{ pdu: 'trap', requestId: null, variables: ['1.3.6.1.2.1.1.1.0'] }]);
  });

  it('bounds the variables', () => {
    const pair = '30 06 06 02 2b06 05 00'.repeat(100);
    const many = hexBytes(`30 82 0337 02 01 01 04 01 78 a0 82 032d 02 01 01 02 01 00 02 01 00 30 82 0320 ${pair}`);
    expect(run(many).records[0]!['variables']).toHaveLength(64);
  });

  it('counts what is cut, at every byte', () => {
    for (let end = 0; end < request.length; end++)
      expect(run(request.slice(0, end)), `${end}`).toMatchObject({ records: [], weirds: { snmp_bad_message: 1 } });
  });

  it('is known by content, on any port', () => {
    for (const bytes of [request, response, encrypted]) expect(snmp.probe('udp', 0, bytes, 0, bytes.length, 50_000, 50_001)).toBe('yes');
    const ldap = hexBytes('30 0c 02 01 01 60 07 02 01 03 04 00 80 00');
    expect(snmp.probe('udp', 0, ldap, 0, ldap.length, 50_000, 161)).toBe('no');
    expect(snmp.probe('udp', 0, request, 0, 10, 50_000, 161)).toBe('no');
  });

  it('takes any bytes (20,000 mutants)', () => {
    for (const bytes of [request, encrypted])
      for (const mutant of mutants(bytes, 10_000)) expect(run(mutant).records.length).toBeLessThan(2);
  });
});
