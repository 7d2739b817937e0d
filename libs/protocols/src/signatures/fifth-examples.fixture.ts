/** The same for directories, stores, development tools and older networks, and for more of routers. */
import { textBytes } from '@wirecase/testkit';
import { example, type Example, hex, said, same } from './examples.fixture.ts';

const banner = (length: number) =>
  textBytes(`${'Tarantool 2.11.0 (Binary) 7c0e5a1e-0000'.padEnd(63)}\n${'c2FsdHNhbHQ='.padEnd(length - 65)}\n`);

export const fifthExamples: readonly Example[] = [
  // Directories, stores, tools.
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
  // Routers, access points, tunnels.
  example('mpls-echo', 'udp', hex('0001 0000 01 02 00 00', 32), hex('0001 0000 05 02 00 00', 32), 3503),
  same('lwapp', 'udp', '08 1d 0004 e342 0040 0000', '08 1d 0005 e342 0040 0000', 12222),
  same('lmp', 'udp', '1000 00 01 000c 0000 00010004', '1000 00 01 000d 0000 00010004', 701),
  same('pana', 'udp', '0000 0010 8000 0001 00000000 00000001', '0000 0010 8000 0005 00000000 00000001', 716),
  example('mobile-ip', 'udp', hex('01 00 0708 0a000001', 24), hex('02 00 0708 0a000001', 24), 434),
  same('hncp', 'udp', '0003 0008 0a0b0c0d 00000001 0004 0000', '0003 0008 0a0b0c0d 00000001 0004 0004', 8231),
  example(
    'vxlan',
    'udp',
    hex('08000000 00007b00 ffffffffffff 020000000001 0806', 22),
    hex('08000000 00007b01 ffffffffffff 020000000001 0806'),
    4789,
  ),
  example(
    'geneve',
    'udp',
    hex('0000 6558 00007b00 ffffffffffff 020000000001 0806'),
    hex('0100 6558 00007b00 ffffffffffff 020000000001 0806'),
    6081,
  ),
];
