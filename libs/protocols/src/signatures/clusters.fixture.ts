import { example, type Example, hex, said, same } from './example.fixture.ts';

const connect = (password: string) => hex(`0000002d 00000000 0000000000000000 00007530 0000000000000000 ${password}`, 49);

export const clusterExamples: readonly Example[] = [
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
  said('ganglia', 'udp', '\0\0\0\x80\0\0\0\x04host\0\0\0\x07cpu_idl\0', '\0\0\0\x80\0\0\0\x04ho\x01t\0\0\0\x07cpu_idl\0', 8649),
  same('hadoop-rpc', 'tcp', '68727063 09 00 00 00000012', '68727063 0a 00 00 00000012'),
  said('nsq', 'tcp', '  V2', '  V1'),
  said('statsd', 'udp', 'page.views:1|c', 'page.views:1', 8125),
];
