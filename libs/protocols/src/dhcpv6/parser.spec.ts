import { hexBytes, joinBytes, mutants, runProtocol } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { dhcpv6 } from './parser.ts';

/** RFC 8415 8, 21: client DUID-LL, name, options asked for, an address in IA_NA. */
const request = hexBytes(`03 10 08 74
  0001 000a 0003 0001 080027fe8f95
  0002 0004 0002 0003
  0003 0028 27fe8f95 00000e10 00001518  0005 0018 fd000000000000000000000000000005 00001c20 00001d4c
  0006 0004 0017 0018
  0027 0009 00 02 7063 03 6c6162 00
  0010 000e 00000137 0008 4d53465420352e30`);
const reply = hexBytes('07 10 08 74 0017 0010 fd000000000000000000000000000053 000d 0002 0002');
const relayed = joinBytes(hexBytes('0c 00'), new Uint8Array(32), hexBytes('0009'), 0, reply.length, reply);
const run = (bytes: Uint8Array) => runProtocol(dhcpv6, [[0, bytes]], { transport: 'udp', sourcePort: 546, destinationPort: 547 });

describe('dhcpv6', () => {
  it('tells who asks for what', () => {
    const { records, weirds } = run(request);
    expect(records).toEqual([
      {
        record: 'dhcpv6',
        packet: 1,
        type: 'request',
        transaction: 0x100874,
        clientDuid: '00030001080027fe8f95',
        serverDuid: '00020003',
        clientMac: '08:00:27:fe:8f:95',
        addresses: [hexBytes('fd000000000000000000000000000005')],
        hostname: 'pc.lab',
        vendorClass: 'MSFT 5.0',
        dnsServers: [],
        requested: [23, 24],
        status: null,
      },
    ]);
    expect(weirds).toEqual({});
  });

  it('reads a reply, also inside a relay', () => {
    const expected = { transaction: 0x100874, status: 2, dnsServers: [hexBytes('fd000000000000000000000000000053')] };
    expect(run(reply).records).toMatchObject([{ type: 'reply', ...expected }]);
    expect(run(relayed).records).toMatchObject([{ type: 'relay-forw', ...expected }]);
  });

  it('counts what is cut inside an option', () => {
    expect(run(reply.slice(0, -1))).toMatchObject({ records: [], weirds: { dhcpv6_bad_message: 1 } });
    expect(run(hexBytes('07'))).toMatchObject({ records: [], weirds: { dhcpv6_bad_message: 1 } });
  });

  it('is known on its own ports only', () => {
    expect(dhcpv6.probe('udp', 0, request, 0, request.length, 546, 547)).toBe('yes');
    expect(dhcpv6.probe('udp', 0, request, 0, request.length - 1, 546, 547)).toBe('no');
    expect(dhcpv6.probe('udp', 0, request, 0, request.length, 5000, 5001)).toBe('no');
  });

  it('takes any bytes (10,000 mutants)', () => {
    for (const bytes of [request, relayed]) for (const mutant of mutants(bytes, 5000)) expect(run(mutant).records.length).toBeLessThan(2);
  });
});
