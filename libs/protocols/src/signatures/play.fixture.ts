import { example, type Example, hex, said, same } from './example.fixture.ts';

const rakNet = '00ffff00 fefefefe fdfdfdfd 12345678';
const discovery = (list: string) => hex(`${'a7'.repeat(32)} ${'5b'.repeat(64)} 01 01 ${list} ${'00'.repeat(20)}`);

export const playExamples: readonly Example[] = [
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
