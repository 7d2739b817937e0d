import { hexBytes, joinBytes, mutants } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { dataText } from './record-data.ts';

/** The data alone, behind a header: as a record of a message. */
function textOf(type: number, data: string): { text: string; weirds: string[] } {
  const bytes = joinBytes(new Uint8Array(12), hexBytes(data));
  const weirds: string[] = [];
  return { text: dataText(type, bytes, 0, 12, bytes.length, (name) => weirds.push(name)), weirds };
}

/** Written by dnspython 2.3 from the texts of the RFCs that have an example. */
const records: [string, number, string, string][] = [
  ['AFSDB', 18, '000103616673076578616d706c6503636f6d00', '1 afs.example.com'],
  [
    'NAPTR',
    35,
    '0064000a0153075349502b4432551b215e2e2a24217369703a696e666f406578616d706c652e636f6d21045f736970045f756470076578616d706c6503636f6d00',
    '100 10 "S" "SIP+D2U" "!^.*$!sip:info@example.com!" _sip._udp.example.com',
  ],
  ['CERT', 37, '000100020801020304', '1 2 8 AQIDBA=='],
  ['DS', 43, 'ec4505012bb183af5f22588179a53b0a98631fad1a292118', '60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118'],
  ['SSHFP', 44, '0201123456789abcdef67890123456789abcdef67890', '2 1 123456789ABCDEF67890123456789ABCDEF67890'],
  [
    'RRSIG',
    46,
    '00010503000151803e7c9dd73e5510d70a52076578616d706c6503636f6d00a090755ba58d1affa576f4375831b4310920e481218d18a9f164eb3d81afd3b875d3c75428631e0cf2a28d50875f70c329d7dbfafea807dc1fba1dc34c95d401f23f',
    'A 5 3 86400 20030322173103 20030220173103 2642 example.com oJB1W6WNGv+ldvQ3WDG0MQkg5IEhjRip8WTrPYGv07h108dUKGMeDPKijVCHX3DDKdfb+v6oB9wfuh3DTJXUAfI/',
  ],
  [
    'NSEC',
    47,
    '04686f7374076578616d706c6503636f6d000006400100000003041b000000000000000000000000000000000000000000000000000020',
    'host.example.com A MX RRSIG NSEC TYPE1234',
  ],
  [
    'DNSKEY',
    48,
    '010003050103d22a6ca77f35b893206fd35e4c506d8378843709b97e041647e1bff43d8d64c649af1e371973c9e8',
    '256 3 5 AQPSKmynfzW4kyBv015MUG2DeIQ3Cbl+BBZH4b/0PY1kxkmvHjcZc8no',
  ],
  [
    'NSEC3',
    50,
    '0101000c04aabbccdd14174eb2409fe28bcb4887a1836f957f0a8425e27b000722010000000290',
    '1 1 12 AABBCCDD 2T7B4G4VSA5SMI47K61MV5BV1A22BOJR NS SOA MX RRSIG DNSKEY NSEC3PARAM',
  ],
  // RFC 1876 4: a place in Cambridge, 24 m below the sea, of 30 m, to 10 m.
  ['LOC', 29, '0033161389172dd070be15f000988d20', '42 21 54.000 N 71 6 18.000 W -24.00m 30m 10000m 10m'],
  ['EUI48', 108, '00005e00532a', '00-00-5e-00-53-2a'],
  ['EUI64', 109, '00005eef1000002a', '00-00-5e-ef-10-00-00-2a'],
  ['NSEC3PARAM', 51, '0100000c00', '1 0 12 -'],
  [
    'TLSA',
    52,
    '030101d2abde240d7cd3ee6b4b28c54df034b97983a1d16e8a410e4561cb106618e971',
    '3 1 1 D2ABDE240D7CD3EE6B4B28C54DF034B97983A1D16E8A410E4561CB106618E971',
  ],
  [
    'HTTPS',
    65,
    '0001000001000602683302683200040008681084e5681085e5000500040045fe0d00060010260647000000000000000000681084e5',
    '1 . alpn="h3,h2" ipv4hint=104.16.132.229,104.16.133.229 ech=AEX+DQ== ipv6hint=2606:4700::6810:84e5',
  ],
  [
    'SVCB',
    64,
    '001003666f6f076578616d706c65036f7267000000000400010004000100030268320002000000030002035500040004c0000201000700102f646e732d71756572797b3f646e737d029b000568656c6c6f',
    '16 foo.example.org mandatory=alpn,ipv4hint alpn="h2" no-default-alpn port=853 ipv4hint=192.0.2.1 dohpath="/dns-query{?dns}" key667="hello"',
  ],
  ['HTTPS', 65, '000003737663076578616d706c65036e657400', '0 svc.example.net'],
  ['URI', 256, '000a00016674703a2f2f667470312e6578616d706c652e636f6d2f7075626c6963', '10 1 "ftp://ftp1.example.com/public"'],
  ['CAA', 257, '000569737375656361312e6578616d706c652e6e65743b206163636f756e743d323330313233', '0 issue "ca1.example.net; account=230123"'],
  [
    'DHCID',
    49,
    '000201636fc0b8271c82825bb1ac5c41cf5351aa69b4febd94e8f17cdb95000da48c40',
    'AAIBY2/AuCccgoJbsaxcQc9TUapptP69lOjxfNuVAA2kjEA=',
  ],
];

describe('the data of a record', () => {
  it.each(records)('%s (%i) is written as in a master file', (_name, type, data, text) => {
    expect(textOf(type, data)).toEqual({ text, weirds: [] });
  });

  it('is written as RFC 3597 says when it is cut or has more than its fields', () => {
    expect(textOf(43, 'ec4505').text).toBe('\\# 3 ec4505');
    expect(textOf(65, '0001 00 0001 0003 02 68').text).toBe('\\# 9 000100000100030268');
    expect(textOf(36, '0001 00 ff').text).toBe('\\# 4 000100ff');
  });

  it('tells a name in it that is no name', () => {
    expect(textOf(36, '0001 c00e')).toEqual({ text: '\\# 4 0001c00e', weirds: ['dns_label_loop'] });
  });

  it('may be any bytes', () => {
    for (const [, type, data] of records) for (const bytes of mutants(hexBytes(data), 500)) expect(typeof dataText(type, bytes, 0, 0, bytes.length, () => undefined)).toBe('string'); // prettier-ignore
  });
});
