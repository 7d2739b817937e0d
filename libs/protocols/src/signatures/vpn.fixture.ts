import { example, type Example, hex, said, same } from './example.fixture.ts';

const ike = '0102030405060708 0000000000000000 21 20 22 08 00000000';

export const vpnExamples: readonly Example[] = [
  example('tls', 'tcp', hex('17 0303 0020', 37), hex('17 0303 0021', 37)),
  example('wireguard', 'udp', hex('01000000', 148), hex('01000000', 147)),
  example('wireguard', 'udp', hex('02000000', 92), hex('02000001', 92)),
  example('wireguard', 'udp', hex('04000000 00000001 07', 48), hex('04000000 00000001 07', 47)),
  same('openvpn', 'udp', '38 0102030405060708 00 00000000', '38 0102030405060708 00 00000001'),
  same(
    'openvpn',
    'udp',
    '40 0102030405060708 01 00000000 1112131415161718 00000000',
    '40 0102030405060708 02 00000000 1112131415161718 00000000',
  ),
  same('openvpn', 'tcp', '000e 38 0102030405060708 00 00000000', '000f 38 0102030405060708 00 00000000'),
  same(
    'openvpn',
    'tcp',
    '001a 40 0102030405060708 01 00000000 1112131415161718 00000000',
    '001a 41 0102030405060708 01 00000000 1112131415161718 00000000',
  ),
  same('isakmp', 'udp', `${ike} 0000001c`, `${ike} 0000001d`),
  same('isakmp', 'udp', `00000000 ${ike} 00000020 00000000`, `00000001 ${ike} 00000020 00000000`),
  same('esp-keepalive', 'udp', 'ff', 'fe', 4500),
  same('l2tp', 'udp', 'c802 000c 0000 0000 0000 0000', 'c802 000d 0000 0000 0000 0000'),
  example('pptp', 'tcp', hex('009c 0001 1a2b3c4d 0001', 156), hex('009c 0001 1a2b3c4e 0001', 156)),
  same('socks', 'tcp', '05 02 00 01', '05 03 00 01'),
  said('socks', 'tcp', '\x04\x01\x00\x50\x0a\x00\x00\x01user\x00', '\x04\x03\x00\x50\x0a\x00\x00\x01user\x00'),
  said('softether', 'udp', 'IP=192.0.2.1,PORT=5004', 'IP=192.0.2.1;PORT=5004'),
  said('softether', 'udp', '\x00\x00\x00\x03\x00\x00\x00\x07opcode\x00\x00', '\x00\x00\x00\x03\x00\x00\x00\x07opcide\x00\x00'),
  example(
    'zerotier',
    'udp',
    hex(`${'01'.repeat(18)} 80 ${'01'.repeat(8)} 01 0b`, 60),
    hex(`${'01'.repeat(18)} 80 ${'01'.repeat(8)} 01 ff`, 60),
    9993,
  ),
  same('ultrasurf', 'tcp', 'cc1c3041 5ba43866', 'cc1c3041 5ba43867'),
];
