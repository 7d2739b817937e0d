import { textBytes } from '@wirecase/testkit';
import { example, type Example, hex, joined, said, same } from './example.fixture.ts';

const probe = '0003cfa8';

export const gameExamples: readonly Example[] = [
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
];
