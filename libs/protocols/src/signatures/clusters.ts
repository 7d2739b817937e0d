/** Signatures of what the servers of one system, and those who look after them, say to one another. */
import { read16, read32, read32Le } from '../common/binary.ts';
import { areShown, areZero, hasText, type Signature, signature, text } from './signature.ts';

export const clusterSignatures: readonly Signature[] = [
  // ZooKeeper's ConnectRequest: length, version 0, last zxid, timeout, session, a password of 16 bytes; later versions add one.
  signature('zookeeper', 'tcp', [2181], {
    starts: ['0000002c00000000', '0000002d00000000'],
    check: (b, s, n) => read32(b, s) + 4 === n && read32(b, s + 28) === 16,
  }),
  // Raft as dqlite has it: type 1-6 and length, 64 bits each, little-endian.
  signature('raft', 'tcp', [9000], {
    starts: ['01', '02', '03', '04', '05', '06'],
    check: (b, s, n) => n > 16 && areZero(b, s + 1, 7) && areZero(b, s + 12, 4) && read32Le(b, s + 8) + 16 === n,
  }),
  // Bolt 1 "Handshake": magic, four versions.
  signature('bolt', 'tcp', [7687], { starts: ['6060b017'], check: (_b, _s, n) => n >= 20 }),
  // ClickHouse's native protocol: Hello (0), a name by length.
  signature('clickhouse', 'tcp', [9000, 9440], { starts: [`00..${text('ClickHouse')}`] }),
  // Redis Cluster's bus: magic, length, version.
  signature('redis-bus', 'tcp', [16379], {
    starts: [text('RCmb')],
    check: (b, s, n) => n >= 12 && read32(b, s + 4) >= 16 && b[s + 8] === 0,
  }),
  // The Network Block Device protocol's greeting.
  signature('nbd', 'tcp', [10809], { starts: [text('NBDMAGIC')] }),
  // Java RMI's stream protocol 10.2.1: magic, version, protocol: stream, single operation, multiplex.
  signature('java-rmi', 'tcp', [1099], {
    starts: [`${text('JRMI')}0001`, `${text('JRMI')}0002`],
    check: (b, s, n) => n >= 7 && b[s + 6]! >= 0x4b && b[s + 6]! <= 0x4d,
  }),
  // Lumberjack 1 and 2 (Beats): window size, then frames of the same version.
  signature('lumberjack', 'tcp', [5044], {
    starts: [text('1W'), text('2W')],
    check: (b, s, n) => n >= 6 && read16(b, s + 2) === 0 && read16(b, s + 4) > 0 && (n === 6 || (b[s + 6] === b[s] && b[s + 7]! >= 0x41)),
  }),
  // GELF over UDP: a chunk's magic, id, number, count.
  signature('gelf', 'udp', [12201], {
    starts: ['1e0f'],
    check: (b, s, n) => n > 12 && b[s + 10]! < b[s + 11]! && b[s + 11]! <= 128,
    isPortBound: true,
  }),
  // Nagios NRPE 2: version, query or answer, checksum, code, 1,024 bytes and padding.
  signature('nrpe', 'tcp', [5666], { starts: ['00020001', '00020002'], check: (_b, _s, n) => n === 1036 }),
  // Casper's consensus.
  signature('zug', 'udp', [], { starts: [`00${text('zUG')}10`] }),
  // UFTP 4: version, function, sequence, ids; behind the 16 bytes the function again and its length in words.
  signature('uftp', 'udp', [1044], {
    starts: ['40', '50'],
    check: (b, s, n) => n > 23 && b[s + 1]! < 22 && b[s + 15] === 0 && b[s + 16] === b[s + 1] && b[s + 17]! > 0 && 16 + 4 * b[s + 17]! <= n,
  }),
  // memcached over UDP: request, number, count of datagrams, 0, then text.
  signature('memcached', 'udp', [11211], {
    starts: ['get ', 'gets ', 'stats', 'set ', 'version\r\n', 'VALUE ', 'STAT ', 'END\r\n', 'VERSION '].map(
      (word) => `....00....${'..0000'}${text(word)}`,
    ),
    check: (b, s) => read16(b, s + 2) < read16(b, s + 4),
  }),
  // Ganglia: metadata 128, values 129 to 135, then host and name by length and padding (XDR).
  signature('ganglia', 'udp', [8649], {
    starts: ['000000'],
    check: (b, s, n) =>
      n >= 16 && b[s + 3]! >= 128 && b[s + 3]! <= 136 && read32(b, s + 4) < 256 && areShown(b, s + 8, Math.min(n - 8, read32(b, s + 4))),
    isPortBound: true,
  }),
  // Hadoop's RPC: "hrpc", version, service class, authentication.
  signature('hadoop-rpc', 'tcp', [8020, 9000], { starts: [`${text('hrpc')}09`, `${text('hrpc')}08`, `${text('hrpc')}07`] }),
  // NSQ: two spaces and version 2.
  signature('nsq', 'tcp', [4150], { starts: [text('  V2')], check: (_b, _s, n) => n === 4 || n > 8 }),
  // StatsD: name, value, kind.
  signature('statsd', 'udp', [8125], {
    check: (b, s, n) =>
      n >= 5 && b[s]! >= 0x41 && ['|c', '|g', '|ms', '|h', '|s', '|d'].some((kind) => hasText(b, s + 3, s + Math.min(n, 300), kind)),
    isPortBound: true,
  }),
];
