/** The same for services, plants, devices and games. */
import { textBytes } from '@wirecase/testkit';
import { example, type Example, hex, said, same } from './examples.fixture.ts';

const joined = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));
const rakNet = '00ffff00 fefefefe fdfdfdfd 12345678';
const title = 'ECHOSCU         ';
const dicom = (length: string) => joined(hex(`0100 ${length} 0001 0000`), textBytes(title + title), hex('', 32));
const transportStream = (sync: number): Uint8Array => {
  const bytes = new Uint8Array(7 * 188);
  for (let at = 0; at < bytes.length; at += 188) bytes.set([at === 0 ? 0x47 : sync, 0x01, 0x00, 0x10], at);
  return bytes;
};
const discovery = (list: string) => hex(`${'a7'.repeat(32)} ${'5b'.repeat(64)} 01 01 ${list} ${'00'.repeat(20)}`);

export const moreExamples: readonly Example[] = [
  // Services.
  said('haproxy', 'tcp', 'PROXY TCP4 192.0.2.1 192.0.2.2 5000 443\r\n', 'PROXY UDP4 192.0.2.1 192.0.2.2 5000 443\r\n'),
  same('haproxy', 'tcp', '0d0a0d0a 000d0a51 5549540a 21 11 000c', '0d0a0d0a 000d0a51 5549540a 31 11 000c'),
  same('fastcgi', 'tcp', '01 01 0001 0008 0000 0001 00 0000000000', '01 01 0001 0008 0000 0004 00 0000000000'),
  same('ajp', 'tcp', '1234 0004 02 02 0008', '1234 0004 01 02 0008'),
  same('ajp', 'tcp', '4142 0002 05 01', '4142 0000 05 01'),
  same('corba', 'tcp', '47494f50 01 02 01 00 20000000', '47494f50 01 02 01 09 20000000'),
  same('thrift', 'udp', '8001 0001 00000004 70696e67 00000001 00', '8001 0001 00000004 70690067 00000001 00'),
  same('thrift', 'tcp', '00000011 8001 0001 00000004 70696e67 00000001 00', '00000012 8001 0001 00000004 70696e67 00000001 00'),
  said('openwire', 'tcp', '\x00\x00\x01\x46\x01ActiveMQ\x00\x00\x00\x0c', '\x00\x00\x01\x46\x02ActiveMQ\x00\x00\x00\x0c'),
  same('elasticsearch', 'tcp', '4553 0000000d 0000000000000001 00 004c4b3f', '4553 0000000e 0000000000000001 00 004c4b3f'),
  said('json-rpc', 'tcp', '{"jsonrpc": "2.0", "method": "ping", "id": 1}', '{"json": "2.0", "method": "ping", "id": 1}'),
  said('fix', 'tcp', '8=FIX.4.2\x019=61\x0135=A\x01', '8=FAX.4.2\x019=61\x0135=A\x01'),
  same('smpp', 'tcp', '00000010 00000015 00000000 00000001', '00000010 00000077 00000000 00000001'),
  said('hl7', 'tcp', '\x0bMSH|^~\\&|LAB|', '\x0cMSH|^~\\&|LAB|'),
  example('dicom', 'tcp', dicom('00000044'), dicom('00000045')),
  said('check-mk', 'tcp', '<<<check_mk>>>\nVersion: 2.0\n', '<<<check>>>\n'),
  said('kismet', 'tcp', '*KISMET: 0.0.0 1234 \x01Kismet\x01\n', '*KISMAT: 0\n'),
  same('lustre', 'tcp', '0071ceac 01000000', '0071ceab 01000000'),
  example('nfs', 'udp', hex('00000001 00000000 00000002 000186a3 00000003', 40), hex('00000001 00000000 00000002 000186a4 00000003', 40)),
  example(
    'nfs',
    'tcp',
    hex('80000028 00000001 00000000 00000002 000186a3 00000003', 44),
    hex('80000028 00000001 00000000 00000002 000186a4 00000003', 44),
  ),
  said('rsh', 'tcp', '1022\0alice\0bob\0uname -a\0', '1022 alice bob', 514),
  said('iperf', 'tcp', `${'abcdefgh2345'.repeat(3)}\0`, `${'abcdefgh2345'.repeat(3)}\n`),
  same('iperf', 'udp', '36373839', '3637383900', 5201),
  said('iperf', 'tcp', `${'\0'.repeat(24)}${'0123456789'.repeat(5)}`, `${'\0'.repeat(24)}${'012345678'.repeat(5)}`),
  same('hcl-notes', 'tcp', '820000000000 00000200 0040020f 0001', '820000000000 00000200 0040020e 0001'),
  said('nomachine', 'tcp', 'NXD-7.2.3\n', 'NXX-7.2.3\n'),
  said('tinc', 'tcp', '0 alpha 17.7\n', '0 alpha 18.7\n'),
  same('dnscrypt', 'udp', '7236666e 76576a38 0011', '7236666e 76576a39 0011'),
  same('roughtime', 'udp', '524f55474854494d 04000000 00000001', '524f55474854494d 05000000 00000001'),
  example('rx', 'udp', hex(`4a5b6c7d 00000004 00000001 00000001 00000001 01 05 00 02 0000 0034`), hex('4a5b6c7d', 28), 7003),
  same(
    'kcp',
    'udp',
    '11223344 51 00 8000 00000001 00000000 00000000 02000000 6869',
    '11223344 51 00 8000 00000001 00000000 00000000 03000000 6869',
  ),
  // Plants.
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
  // Networks and media.
  example('ptpv2', 'udp', hex('00 02 002c', 44), hex('00 01 002c', 44), 319),
  example('glbp', 'udp', hex('01 00 0001', 40), hex('02 00 0001', 40), 3222),
  example('lisp', 'udp', hex('18000001', 40), hex('18000001', 8), 4342),
  same('cpha', 'udp', '1a90 0a28', '1a91 0a28'),
  same('xdmcp', 'udp', '0001 0002 0001 00', '0001 0002 0002 00', 177),
  said('megaco', 'udp', 'MEGACO/1 [192.0.2.1]:2944\n', 'MEGA/1 [192.0.2.1]'),
  example('mpeg-ts', 'udp', transportStream(0x47), transportStream(0x48)),
  // Devices.
  said('bjnp', 'udp', `BJNP\x01\x01${'\0'.repeat(10)}`, `BJNQ\x01\x01${'\0'.repeat(10)}`),
  same('mndp', 'udp', '00000001 0001 0006 4c5e0c112233', '00000001 0002 0006 4c5e0c112233', 5678),
  same('ubntac2', 'udp', '01 00 0000', '01 00 0001', 10_001),
  said('tivoconnect', 'udp', 'TiVoConnect=1\nswversion=1\n', 'TiVoDisconnect=1\n'),
  same('tplink-shp', 'udp', 'd0f281f8 8bff9af7 d5ef94b6', 'd0f381f8 8bff9af7 d5ef94b6', 9999),
  same('tplink-shp', 'tcp', '00000008 d0f281f8 8bff9af7', '00000009 d0f281f8 8bff9af7'),
  same('meraki-cloud', 'udp', 'fef72891 0001', 'fef72892 0001'),
  same('tailscale', 'udp', '5453f09f92ac 0102', '5453f09f92ad 0102'),
  example('slp', 'udp', hex('02 01 000010 0000 000000 1234 0002', 16), hex('02 01 000011 0000 000000 1234 0002', 16), 427),
  example('noe', 'udp', hex('0006626c', 25), hex('0006626d', 25)),
  same('noe', 'udp', '05', '06', 32_512),
  // Games, sharing, chat, coins.
  same('raknet', 'udp', `01 0000000000000001 ${rakNet}`, `01 0000000000000001 ${rakNet.replace('1234', '1235')}`),
  said('quake', 'udp', '\xff\xff\xff\xffgetstatus\n', '\xff\xff\xff\xfeget\n'),
  said('yojimbo', 'udp', '\x00NETCODE 1.02\x00', '\x00NETCODES'),
  said('teamspeak', 'udp', 'TS3INIT1\x00\x65', 'TS3INIT2\x00\x65'),
  said('teamspeak', 'tcp', 'TS3\n\rWelcome', 'TS4\n\r'),
  same('nintendo', 'udp', '32ab986402 00', '32ab986403 00'),
  example('crossfire', 'udp', hex(`c7d91999 0200 ${'00'.repeat(16)} 7d00 00`), hex(`c7d91999 0200 ${'00'.repeat(16)} 7e00 00`)),
  said('world-of-warcraft', 'tcp', '\x00\x30WORLD OF WARCRAFT CONNECTION - SERVER TO CLIENT\0', '\x00\x30WORLD OF WAR\0'),
  said('directconnect', 'tcp', '$Lock EXTENDEDPROTOCOL Pk=x|', '$Luck x|'),
  same('soulseek', 'tcp', '0e000000 01000000 02000000 6162 01000000', '0f000000 01000000 02000000 6162 01000000'),
  same('oscar', 'tcp', '2a 01 0001 0004 00000001', '2a 01 0001 0005 00000001'),
  same('oicq', 'udp', '02 1349 0002 0001 00003039 aa 03', '02 1349 0002 0001 00003039 aa 04', 8000),
  example('telegram', 'tcp', hex('ef 0a', 42), hex('ef 0b', 42)),
  example('telegram', 'tcp', hex('eeeeeeee 28000000', 48), hex('eeeeeeee 29000000', 48)),
  same('xiaomi', 'tcp', 'c2fe0005 00000001', 'c2fe0006 00000001'),
  same('kontiki', 'udp', '02010100', '02010200', 31_948),
  same('monero', 'tcp', '0121010101010101 e200000000000000', '0121010101010102 e200000000000000'),
  example('ethereum', 'udp', discovery('d4'), discovery('d5')),
  same('nano', 'tcp', '5243 14 13 12 0a 0000', '5243 12 13 14 0a 0000', 7075),
];
