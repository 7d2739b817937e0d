/** The same for games, clusters, and what was added to the other themes later. */
import { textBytes } from '@wirecase/testkit';
import { example, type Example, hex, said, same } from './examples.fixture.ts';

const joined = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));
const guid = '000102030405060708090a0b0c0d0e0f';
const probe = '0003cfa8';
/** C706 12.5.1: version 4, request, drep little-endian, object, interface, activity, then lengths. */
const remoteCall = (iface: string, length: string) =>
  hex(`0400 2000 10 00 00 00 ${guid} ${iface} ${guid} 00000000 01000000 00000000 0000 ffff ffff ${length} 0000 00 00`, 96);
const profinet = '0100a0de 976c d111 8271 00a02442df7d';
const fileTable = (root: string) =>
  joined(
    hex('10 00 04 00 00000000 00000001 00000000 00000000'),
    textBytes(`<?xml version="1.0" encoding="UTF-8"?>\n<${root} Expires="1">`),
  );
const connect = (password: string) => hex(`0000002d 00000000 0000000000000000 00007530 0000000000000000 ${password}`, 49);

export const thirdExamples: readonly Example[] = [
  // Games.
  example('i3d', 'udp', hex(`0001 0046 ${probe}`, 74), hex(`0001 0046 ${probe}`, 73)),
  same('among-us', 'udp', '08 0001 00 80d90203 05', '08 0001 00 80d90303 05'),
  same('armagetron', 'udp', '000b 0000 0002 0008 0001 0000', '000b 0000 0003 0008 0001 0000'),
  same('armagetron', 'udp', '001c 0007 0004 0000 0500 0001 0000 0000', '001c 0007 0004 0000 0500 0001 0000 0001'),
  same('blizzard', 'tcp', '65000000 02000000 0a01', '65000000 03000000 0a01', 1119),
  same('blizzard', 'udp', 'ffffffff a31fb61e 00004001 0000000000000004030201', 'ffffffff a31fb61e 00004001 00000000000000040302'),
  same('starcraft', 'tcp', '4a00000a66 020aed2d66', '4a00000a66 020aed2d67'),
  example('hots', 'udp', hex(`${'00'.repeat(14)} 4000`, 20), hex(`${'00'.repeat(14)} 4100`, 20), 1119),
  said('cod-mobile', 'udp', '\x01\x02\x03\x04\x05\x06\x07\x08ping', '\x01\x02\x03\x04\x05\x06\x07\x08pong', 7500),
  same('lol-wild-rift', 'udp', `0102c841 ${'00'.repeat(14)} 41304231`, `0102c841 ${'00'.repeat(14)} 41304232`),
  example('lol-wild-rift', 'udp', hex('04000000', 69), hex('04000000', 68)),
  example('tencent-games', 'tcp', hex('3366 000b 000b 1001', 64), hex('3366 000b 000c 1001', 64)),
  example('tes-online', 'tcp', joined(hex('00000300'), textBytes('eso.live'), hex('', 760)), joined(hex('00000300'), hex('', 768))),
  same('xbox', 'udp', '00000000 0c5876 000000 0102', '00000000 0c5877 000000 0102'),
  example('steam', 'udp', hex('56533031 0400 02 04', 40), hex('56533031 0500 02 04', 40)),
  example('steam', 'tcp', hex('10000000 56543031', 24), hex('10000000 56543032', 24)),
  example('steam-datagram-relay', 'udp', hex('0102 736470696e67', 100), hex('0102 736470696e68', 100)),
  same('lagofast', 'udp', '006e5d03 0002 abcd', '006e5d03 0003 abcd'),
  said('mudfish', 'tcp', 'UN v2\r\n', 'UN v3\r\n'),
  same('mumble', 'udp', '00000000 0102030405060708', '00000001 0102030405060708'),
  // Clusters.
  example('zookeeper', 'tcp', connect('00000010'), connect('00000011')),
  same('raft', 'tcp', '0300000000000000 0800000000000000 0100000000000000', '0300000000000000 0900000000000000 0100000000000000'),
  same('bolt', 'tcp', '6060b017 00000404 00000304 00000003 00000002', '6060b018 00000404 00000304 00000003 00000002'),
  said('clickhouse', 'tcp', '\x00\x11ClickHouse client\x15', '\x01\x11ClickHouse client\x15'),
  same('redis-bus', 'tcp', '52436d62 00000968 0001 18eb', '52436d62 00000008 0001 18eb'),
  said('nbd', 'tcp', 'NBDMAGICIHAVEOPT\x00\x03', 'NBDMAGICK'.replace('MAGIC', 'MAGIK')),
  same('java-rmi', 'tcp', '4a524d49 0002 4b', '4a524d49 0002 4e'),
  same('lumberjack', 'tcp', '3257 00000001 3243 00000010', '3257 00000001 3143 00000010'),
  same('gelf', 'udp', '1e0f 0102030405060708 00 02 7b', '1e0f 0102030405060708 02 02 7b', 12_201),
  example('nrpe', 'tcp', hex('0002 0001 01020304', 1036), hex('0002 0001 01020304', 1035)),
  same('zug', 'udp', '007a5547 10 00', '007a5547 11 00'),
  example(
    'uftp',
    'udp',
    hex('40 01 0000 01020304 05060708 00 00 00 00 01 06', 40),
    hex('40 01 0000 01020304 05060708 00 00 00 00 02 06', 40),
  ),
  said('memcached', 'udp', '\x12\x34\x00\x00\x00\x01\x00\x00stats\r\n', '\x12\x34\x00\x01\x00\x01\x00\x00stats\r\n'),
  // Plants and vehicles.
  same('doip', 'udp', '02fd 0001 00000000', '02fd 0001 00000001'),
  said('can', 'udp', 'ISO11898\x01\x01', 'ISO11899\x01\x01'),
  same('tristation', 'udp', '05 00 0200 0102 a1b2', '05 00 0300 0102 a1b2', 1502),
  example('profinet-io', 'udp', remoteCall(profinet, '1000'), remoteCall(profinet.replace('8271', '8272'), '1000')),
  example('dce_rpc', 'udp', remoteCall(guid, '1000'), remoteCall(guid, '1100')),
  // Networks and proxies.
  same('dlep', 'udp', '444c4550 0001 0000', '444c4550 0001 0001'),
  same('dlep', 'tcp', '0001 0004 0001 0000', '0011 0004 0001 0000', 854),
  same('ultrasurf', 'tcp', 'cc1c3041 5ba43866', 'cc1c3041 5ba43867'),
  same('teamviewer', 'udp', '00 01020304050607080900 1724 04', '00 01020304050607080900 1725 04'),
  same('spice', 'tcp', '52454451 02000000 02000000 1a000000', '52454451 03000000 02000000 1a000000'),
  example('flute', 'udp', fileTable('FDT-Instance'), fileTable('FTD-Instance')),
  // Sharing and chat.
  same('gnutella', 'udp', `${guid} 00 03 00 00000000`, `${guid} 00 03 00 00000001`),
  same('gnutella', 'udp', '474e44 02 0001 01 01 50', '474e44 02 0001 02 01 50'),
  example('netease-games', 'udp', hex('b3af8de8', 30), hex('b3af8de8', 29)),
  same('netease-games', 'udp', '01 00 d001 01020304 00010101', '01 00 d001 01020304 00010102'),
  same('imo', 'udp', '0902 0102030405060708', '0902 01020304050607'),
  // Things and the agents of programs.
  same('easyweather', 'udp', 'ffff1200 04', 'ffff1300 04'),
  same('nest-log-sink', 'tcp', '01 02 10 13 01020304', '01 03 10 13 01020304', 11_095),
  said('ripe-atlas', 'udp', 'MGLNDD_192.0.2.1_9009\n', 'MGLNDX_192.0.2.1_9009\n'),
  example('vmware', 'udp', hex('a4', 66), hex('a4', 67), 902),
  same('alicloud', 'tcp', 'cefabeba 00000002 0102', 'cefabeba 00000003 0102'),
  said('avast', 'tcp', 'NOSA\x00\x08xx', 'NOSA\x00\x09xx'),
  example('dingtalk', 'tcp', hex('10 5a 87800100 01000200 02646b03 0020', 92), hex('10 5a 87800100 01000200 02646b04 0020', 92)),
  said('msdo', 'tcp', '\x0eSwarm protocol', '\x0eSwarm protokol'),
];
