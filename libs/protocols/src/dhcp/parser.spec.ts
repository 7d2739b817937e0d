import { hexBytes, mutants, runProtocol } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { dhcp } from './parser.ts';

const zeros = (count: number): string => '00'.repeat(count);

/** RFC 2131 2. `addresses`: ciaddr, yiaddr, siaddr, giaddr. */
const message = (op: number, addresses: string, options: string): Uint8Array =>
  hexBytes(`
    0${op} 01 06 00         # op, Ethernet, 6 bytes of address, hops
    00003d1d 0000 0000      # transaction, seconds, flags
    ${addresses}
    000b8201fc42 ${zeros(10)} # chaddr
    ${zeros(64 + 128)}      # sname, file
    63825363 ${options}`);

const noAddresses = zeros(16);
const discover = message(
  1,
  noAddresses,
  `35 01 01               # DISCOVER
   32 04 c0a8000a         # requested address
   0c 06 6c6170746f70     # host name
   3c 08 4d53465420352e30 # MSFT 5.0
   37 04 01 03 06 2a      # parameters
   00 00 ff aa`,
);
/** From real traffic: an ACK through a relay. */
const ack = message(
  2,
  'c0a8000a c0a8000b 00000000 c0a80001',
  `35 01 05 33 04 00000e10 36 04 0a0a0001 01 04 ffffff00 03 04 0a0a0001 06 08 08080808 08080404 0f 04 6c616e00 ff`,
);
const run = (...all: Uint8Array[]) =>
  runProtocol(
    dhcp,
    all.map((bytes) => [0, bytes] as const),
    { transport: 'udp', sourcePort: 68, destinationPort: 67 },
  );

describe('dhcp', () => {
  it('tells what a client asks for', () => {
    expect(run(discover)).toMatchObject({
      weirds: {},
      records: [
        {
          messageType: 'DISCOVER',
          transactionId: 0x3d1d,
          clientMac: '00:0b:82:01:fc:42',
          clientIp: null,
          assignedIp: null,
          requestedIp: Uint8Array.of(192, 168, 0, 10),
          hostname: 'laptop',
          vendorClass: 'MSFT 5.0',
          parameters: [1, 3, 6, 42],
        },
      ],
    });
  });

  it('reads options that stand in the fields of the file and of the server name (RFC 2132 9.3)', () => {
    const offer = message(2, noAddresses, '35 01 02  34 01 03  ff');
    offer.set(hexBytes('36 04 0a0a0001 ff'), 108);
    offer.set(hexBytes('0f 04 6c616e00'), 44);
    const read = { messageType: 'OFFER', serverIp: Uint8Array.of(10, 10, 0, 1), domain: 'lan' };
    expect(run(offer)).toMatchObject({ weirds: {}, records: [read] });
    offer.set(hexBytes('34 01 01'), 243);
    expect(run(offer).records).toMatchObject([{ ...read, domain: null }]);
  });

  it('tells what a server gives', () => {
    expect(run(discover, ack).records[1]).toMatchObject({
      messageType: 'ACK',
      clientIp: Uint8Array.of(192, 168, 0, 10),
      assignedIp: Uint8Array.of(192, 168, 0, 11),
      relayIp: Uint8Array.of(192, 168, 0, 1),
      serverIp: Uint8Array.of(10, 10, 0, 1),
      leaseSeconds: 3600,
      subnetMask: Uint8Array.of(255, 255, 255, 0),
      routers: [Uint8Array.of(10, 10, 0, 1)],
      dnsServers: [Uint8Array.of(8, 8, 8, 8), Uint8Array.of(8, 8, 4, 4)],
      domain: 'lan',
    });
  });

  it('joins an option that comes again (RFC 3396)', () => {
    const long = message(
      1,
      noAddresses,
      '35 01 03  37 02 01 03  0c 06 6c6170746f70  06 04 08080808  0c 02 2d31  37 01 06  06 04 08080404 ff',
    );
    const dnsServers = [Uint8Array.of(8, 8, 8, 8), Uint8Array.of(8, 8, 4, 4)];
    expect(run(long).records).toMatchObject([{ hostname: 'laptop-1', parameters: [1, 3, 6], dnsServers }]);
  });

  it.each([
    ['as text', '51 0a 00 00 00 70632e6c616e2e', 'pc.lan.'],
    ['as labels', '51 0b 04 00 00 02 7063 03 6c616e 00', 'pc.lan'],
    ['with labels that pass the end', '51 06 04 00 00 09 7063', 'pc'],
    ['that is empty', '51 03 00 00 00', null],
  ])('reads a client name %s (RFC 4702)', (_name, option, clientFqdn) => {
    expect(run(message(1, noAddresses, `${option} ff`)).records).toMatchObject([{ clientFqdn }]);
  });

  it('names unknown types by number and leaves out options of a wrong length', () => {
    const { records } = run(message(1, noAddresses, '35 01 63 32 03 c0a800 36 00 33 01 05 ff'));
    expect(records).toMatchObject([{ messageType: 'TYPE99', requestedIp: null, serverIp: null, leaseSeconds: null }]);
  });

  it('keeps what comes before a cut, at every byte', () => {
    for (let end = 0; end < discover.length; end++) {
      const { records, weirds } = run(discover.slice(0, end));
      if (end < 34) expect({ records, weirds }).toEqual({ records: [], weirds: { dhcp_bad_message: 1 } });
      else expect(records, `${end}`).toMatchObject([{ transactionId: 0x3d1d, clientMac: '00:0b:82:01:fc:42' }]);
      expect(weirds['dhcp_truncated_message'] ?? 0).toBe(end >= 34 && end < 236 ? 1 : 0);
    }
    expect(run(message(1, noAddresses, '35 01 01 0c 20 61')).weirds).toEqual({ dhcp_truncated_option: 1 });
  });

  it('cleans names', () => {
    expect(String(run(message(1, noAddresses, '0c 03 61 1b 62 ff')).records[0]!['hostname'])).not.toContain('\x1b');
  });

  it('is known by the cookie, on any port', () => {
    expect(dhcp.probe('udp', 0, discover, 0, discover.length, 1068, 1067)).toBe('yes');
    expect(dhcp.probe('udp', 0, discover.subarray(1), 0, discover.length - 1, 68, 67)).toBe('no');
  });

  it('is BOOTP without options too, and a begin of it, on its own ports', () => {
    const bare = discover.slice(0, 236);
    expect(dhcp.probe('udp', 0, bare, 0, bare.length, 68, 67)).toBe('yes');
    expect(dhcp.probe('udp', 0, bare, 0, bare.length, 1068, 1067)).toBe('no');
    expect(run(bare)).toMatchObject({ records: [{ messageType: null, clientMac: '00:0b:82:01:fc:42', parameters: [] }], weirds: {} });
  });

  it('takes any bytes (20,000 mutants)', () => {
    for (const mutant of mutants(discover, 20_000)) expect(run(mutant).records.length).toBeLessThan(2);
  });
});
