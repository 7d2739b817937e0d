import { textBytes } from '@wirecase/testkit';
import { example, type Example, hex, said, same } from './example.fixture.ts';

const banner = (length: number) =>
  textBytes(`${'Tarantool 2.11.0 (Binary) 7c0e5a1e-0000'.padEnd(63)}\n${'c2FsdHNhbHQ='.padEnd(length - 65)}\n`);

export const systemExamples: readonly Example[] = [
  same('kpasswd', 'udp', '000a ff80 0002 6e82 7500', '000a ff80 0006 6e82 7500', 464),
  same('kpasswd', 'tcp', '0000000a 000a 0001 0002 6e82 7500', '0000000a 000a 0002 0002 6e82 7500', 464),
  same('isns', 'tcp', '0001 0001 0004 8c00 0001 0000 00000020', '0001 0001 0004 0c00 0001 0000 00000020', 3205),
  same('isns', 'udp', '0001 8002 0004 4c00 0001 0000 00000000', '0001 8010 0004 4c00 0001 0000 00000000', 3205),
  same('tcpcl', 'tcp', '64746e21 03 00 001e 00', '64746e21 05 00 001e 00'),
  same('bundle', 'udp', '9f 88 07 19 2b56 01 82', '9f 88 06 19 2b56 01 82'),
  said('jdwp', 'tcp', 'JDWP-Handshake', 'JDWP-Handshakes'),
  said('distcc', 'tcp', 'DIST00000001ARGC00000005', 'DIST00000009ARGC00000005'),
  example('tarantool', 'tcp', banner(128), banner(127)),
  said('zephyr', 'udp', 'ZEPH0.2\0x12', 'ZEPH0.22x12'),
  same('ncp', 'tcp', '446d6454 00000024 00000001 00000010', '446d6454 00000004 00000001 00000010'),
  same('timed', 'udp', '04 01 0001 0000000000000000 686f737400', '1a 01 0001 0000000000000000 686f737400', 525),
  example('rwho', 'udp', hex('01 01 0000 5f000000 5f000000 686f7374', 84), hex('01 01 0000 5f000000 5f000000 686f7374', 83), 513),
];
