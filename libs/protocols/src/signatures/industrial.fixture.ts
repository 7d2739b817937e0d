import { example, type Example, hex, said, same } from './example.fixture.ts';

const guid = '000102030405060708090a0b0c0d0e0f';
/** C706 12.5.1: version 4, request, drep little-endian, object, interface, activity, then lengths. */
const remoteCall = (iface: string, length: string) =>
  hex(`0400 2000 10 00 00 00 ${guid} ${iface} ${guid} 00000000 01000000 00000000 0000 ffff ffff ${length} 0000 00 00`, 96);
const profinet = '0100a0de 976c d111 8271 00a02442df7d';

export const industrialExamples: readonly Example[] = [
  same('fins', 'tcp', '46494e53 0000000c 00000000 00000000', '46494e53 00000001 00000000 00000000'),
  example('fins', 'udp', hex('80 00 02 00', 18), hex('80 00 09 00', 18), 9600),
  same('someip', 'udp', '12340008 00000008 00000001 01 01 00 00', '12340008 00000009 00000001 01 01 00 00'),
  said('rtps', 'udp', 'RTPS\x02\x03', 'RTPX\x02\x03'),
  same('mms', 'tcp', '0300 0013 02f080 0d 08 0605 28ca220201 000000', '0300 0013 02f080 0d 08 0605 28ca210201 000000'),
  same(
    'mms',
    'tcp',
    '0300 000b 06e0 0000000100 0300 0013 02f080 0d 08 0605 28ca220201 000000',
    '0300 000b 06e0 0000000100 0300 0013 02f080 32 08 0605 28ca220201 000000',
  ),
  same('coap', 'udp', '40 01 1234 b1 61', '40 3f 1234 b1 61', 5683),
  said('opcua', 'tcp', 'HELF\x20\x00\x00\x00', 'HELO\x20\x00\x00\x00'),
  same('hart-ip', 'udp', '01 00 00 00 0001 000d 01 00007530', '01 00 00 00 0001 000e 01 00007530'),
  same('knxnet-ip', 'udp', '06 10 0201 000e 0801 c0a80001 0e57', '06 10 0201 000f 0801 c0a80001 0e57'),
  same('melsec', 'tcp', '5000 00ff ff03 00 0200 1000', '5000 00ff ff03 00 0300 1000'),
  same(
    'tuya-lp',
    'udp',
    '000055aa 00000000 00000013 0000000c 00000000 00000000 0000aa55',
    '000055aa 00000000 00000013 0000000c 00000000 00000000 0000aa56',
  ),
  same('dlms', 'tcp', '0001 0010 0001 0001 c0', '0001 0010 0001 0001 99', 4059),
  same(
    'beckhoff-ads',
    'tcp',
    '0000 20000000 c0a800010101 2103 c0a800020101 8000 0100 0400 00000000 00000000 01000000',
    '0000 20000000 c0a800010101 2103 c0a800020101 8000 0b00 0400 00000000 00000000 01000000',
  ),
  same('cip-io', 'udp', '0200 0280 0800 01020304 01000000 b100 0200 0000', '0200 0080 0800 01020304 01000000 b100 0200 0000'),
  example('egd', 'udp', hex('0d01 0001', 32), hex('0d02 0001', 32), 18_246),
  example('ethercat', 'udp', hex('0e10 0706', 16), hex('0e20 0706', 16), 34_980),
  same('ether-s-bus', 'udp', '0000000b 00 00 0001 02 1234', '0000000c 00 00 0001 02 1234', 5050),
  said('ether-s-io', 'udp', 'ESIO\x00\x01', 'ESIX\x00\x01'),
  example('trdp', 'udp', hex('00000001 0100 5064 000003e8', 40), hex('00000001 0100 5078 000003e8', 40)),
  example('dis', 'udp', hex('07 01 01 01 00000000 0090 00 00', 144), hex('07 01 01 01 00000000 0091 00 00', 144)),
  example('cnp-ip', 'udp', hex('0014 01 03', 20), hex('0015 01 03', 20), 1628),
  same('c1222', 'udp', '60 06 a2 04 06022a03', '60 07 a2 04 06022a03', 1153),
  same('hislip', 'tcp', '4853 00 00 01005858 0000000000000007 68697364', '4853 ff 00 01005858 0000000000000007'),
  said('atg', 'tcp', '\x01I20100\n', '\x01I2O100\n'),
  same('doip', 'udp', '02fd 0001 00000000', '02fd 0001 00000001'),
  said('can', 'udp', 'ISO11898\x01\x01', 'ISO11899\x01\x01'),
  same('tristation', 'udp', '05 00 0200 0102 a1b2', '05 00 0300 0102 a1b2', 1502),
  example('profinet-io', 'udp', remoteCall(profinet, '1000'), remoteCall(profinet.replace('8271', '8272'), '1000')),
  example('dce_rpc', 'udp', remoteCall(guid, '1000'), remoteCall(guid, '1100')),
  said('fox', 'tcp', 'fox a 1 -1 fox hello\n{\n', 'fox b 1\n'),
  said(
    'pcworx',
    'tcp',
    '\x01\x01\0\x1a\0\0\0\0\x78\x80\0\x03\0\x0cIBETH01N0_M\0',
    '\x01\x01\0\x1b\0\0\0\0\x78\x80\0\x03\0\x0cIBETH01N0_M\0',
    1962,
  ),
  same('gvcp', 'udp', '42 11 0002 0000 0001', '42 11 0002 0001 0001', 3956),
];
