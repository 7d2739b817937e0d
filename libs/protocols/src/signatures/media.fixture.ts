import { textBytes } from '@wirecase/testkit';
import { example, type Example, hex, joined, said, same } from './example.fixture.ts';

const stun = '2112a442 000102030405060708090a0b';
const transportStream = (sync: number): Uint8Array => {
  const bytes = new Uint8Array(7 * 188);
  for (let at = 0; at < bytes.length; at += 188) bytes.set([at === 0 ? 0x47 : sync, 0x01, 0x00, 0x10], at);
  return bytes;
};
const fileTable = (root: string) =>
  joined(
    hex('10 00 04 00 00000000 00000001 00000000 00000000'),
    textBytes(`<?xml version="1.0" encoding="UTF-8"?>\n<${root} Expires="1">`),
  );
const srt = (version: string) => hex(`8000 0000 00000000 00000000 00000000 ${version} 00000002 12345678 000005dc 00002000 00000001`, 64);

export const mediaExamples: readonly Example[] = [
  same('stun', 'udp', `0001 0000 ${stun}`, `0001 0001 ${stun}`),
  same(
    'stun',
    'udp',
    `0001 0008 ${'0102030405060708090a0b0c0d0e0f10'} 0003 0004 00000000`,
    `0001 0008 ${'0102030405060708090a0b0c0d0e0f10'} 0073 0004 00000000`,
  ),
  example('rtp', 'udp', hex('80 00 0001 00000001 12345678', 172), hex('80 48 0001 00000001 12345678', 172)),
  same('rtp', 'udp', '80 60 0001 00000001 12345678 00', '81 0a 0011 0120ffff 00ff 1008 0a 00'),
  same(
    'rtcp',
    'udp',
    '80 c8 0006 12345678 0000000100000002 00000003 00000004 00000005',
    '80 c8 0007 12345678 0000000100000002 00000003 00000004 00000005',
  ),
  said('rtsp', 'tcp', 'OPTIONS rtsp://cam/ RTSP/1.0\r\n', 'OPTIONS http://cam/ HTTP/1.0\r\n'),
  said('sap', 'udp', '\x20\x00\x12\x34\x0a\x00\x00\x01v=0\r\no=- 1 1 IN IP4 x', '\x20\x00\x12\x34\x0a\x00\x00\x01w=0\r\no=- 1 1 IN IP4 x'),
  example('rtmp', 'tcp', hex('03 00000001 00000000', 1537), hex('03 00000001 00000001', 1537)),
  example('h323', 'tcp', hex('0300 0020 08 02 0001 05', 32), hex('0300 0020 09 02 0001 05', 32)),
  same('bfcp', 'udp', '20 0b 0000 00000001 0001 0002', '20 1f 0000 00000001 0001 0002'),
  said('mgcp', 'udp', 'CRCX 1204 aaln/1@rgw MGCP 1.0\r\n', 'CRCY 1204\r\n'),
  same('sccp', 'tcp', '04000000 00000000 00000000', '05000000 00000000 00000000', 2000),
  said('megaco', 'udp', 'MEGACO/1 [192.0.2.1]:2944\n', 'MEGA/1 [192.0.2.1]'),
  example('mpeg-ts', 'udp', transportStream(0x47), transportStream(0x48)),
  example('flute', 'udp', fileTable('FDT-Instance'), fileTable('FTD-Instance')),
  same('h323', 'udp', '0e 80 00 02 06 0008914a0004 01 00 0a000001 06b8', '0e 80 00 02 06 0008914b0004 01 00 0a000001 06b8'),
  example('srt', 'udp', srt('00000005'), srt('00000006')),
  said('art-net', 'udp', 'Art-Net\0\0\x20\0\x0e\x02\0', 'Art-Nets\0\x20\0\x0e\x02\0'),
  example('sacn', 'udp', joined(hex('0010 0000'), textBytes('ASC-E1.17\0\0\0r')), joined(hex('0010 0001'), textBytes('ASC-E1.17\0\0\0r'))),
  same('sccp', 'tcp', '04000000 00000000 00000000 04000000 00000000 05000000', '04000000 00000000 00000000 04000000 0000', 2000),
];
