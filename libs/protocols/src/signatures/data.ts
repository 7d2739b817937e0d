/** Signatures of databases, caches, message brokers and file services. */
import { read16, read32, read32Le } from '../common/binary.ts';
import { areShown, areZero, hasText, type Signature, signature, text } from './signature.ts';

/** protocol.txt of memcached: what clients say, and servers. */
const memcachedCommands =
  'get |gets |gat |set |add |replace |append |prepend |cas |delete |incr |decr |touch |stats|version\r\n|flush_all|verbosity |mg |ms |md |mn\r\n'.split(
    '|',
  );
const memcachedAnswers =
  'VALUE |STAT |VERSION |STORED\r\n|NOT_STORED\r\n|EXISTS\r\n|NOT_FOUND\r\n|DELETED\r\n|TOUCHED\r\n|END\r\n|OK\r\n|ERROR\r\n|CLIENT_ERROR |SERVER_ERROR '.split(
    '|',
  );

export const dataSignatures: readonly Signature[] = [
  // MongoDB wire protocol: length, ids, opcode.
  signature('mongodb', 'tcp', [27017, 27018, 27019], { check: isMongo }),
  // memcached: text commands with their line end, or a binary header of 24 bytes.
  signature('memcached', 'both', [11211], {
    starts: [...memcachedCommands, ...memcachedAnswers].map(text),
    check: (b, s, n) => b[s + n - 2] === 13 && b[s + n - 1] === 10,
    isPortBound: true,
  }),
  signature('memcached', 'tcp', [11211], {
    starts: ['80', '81'],
    check: (b, s, n) =>
      n >= 24 && b[s + 1]! <= 0x48 && b[s + 5] === 0 && read32(b, s + 8) + 24 <= n && read16(b, s + 2) <= read32(b, s + 8),
  }),
  // CQL binary protocol 3-5: version, flags, stream, OPTIONS (5) or STARTUP (1) with CQL_VERSION.
  signature('cassandra', 'tcp', [9042], {
    starts: ['0300', '0400', '0500', '0310', '0510'],
    check: (b, s, n) =>
      n >= 9 &&
      ((b[s + 4] === 5 && n === 9 && areZero(b, s + 5, 4)) || (b[s + 4] === 1 && hasText(b, s + 9, s + Math.min(n, 80), 'CQL_VERSION'))),
  }),
  // Kafka: length, API key, version, correlation, a client id that is text.
  signature('kafka', 'tcp', [9092], {
    starts: ['0000'],
    check: (b, s, n) =>
      n >= 14 &&
      read32(b, s) + 4 <= n &&
      read32(b, s) >= 10 &&
      (read32(b, s) + 4 === n || isKafkaNext(b, s + read32(b, s) + 4, s + n)) &&
      read16(b, s + 4) <= 80 &&
      read16(b, s + 6) <= 20 &&
      read16(b, s + 12) < 256 &&
      areShown(b, s + 14, Math.min(n - 14, read16(b, s + 12))) &&
      read16(b, s + 12) > 0,
  }),
  // AMQP 0-9-1 4.2.2 and 1.0 2.2: "AMQP" and versions; frames of 0-9-1 in the middle: type, channel, size, end byte 0xce.
  signature('amqp', 'tcp', [5671, 5672], { starts: [text('AMQP')] }),
  signature('amqp', 'tcp', [5671, 5672], {
    starts: ['01', '02', '03'],
    check: (b, s, n) =>
      n >= 12 && read32(b, s + 3) + 8 <= n && read32(b, s + 3) >= 4 && b[s + read32(b, s + 3) + 7] === 0xce && b[s + 1]! < 16,
  }),
  // NATS: what server and client say of themselves is JSON; later words are those of other protocols too.
  signature('nats', 'tcp', [4222, 6222], { starts: [text('INFO {'), text('CONNECT {')] }),
  signature('nats', 'tcp', [4222, 6222], {
    starts: ['PUB ', 'HPUB ', 'SUB ', 'UNSUB ', 'MSG ', 'HMSG ', 'PING\r\n', 'PONG\r\n', '+OK\r\n', "-ERR '"].map(text),
    isPortBound: true,
  }),
  // ZMTP 3.1: signature ff, 8 bytes, 7f, then version 1 or 3.
  signature('zeromq', 'tcp', [], { starts: ['ff................7f'], check: (_b, _s, n) => n === 10 || n >= 11 }),
  // STOMP 1.2: a frame's command and its first headers; lines may end with CR LF.
  signature('stomp', 'tcp', [61613], {
    starts: ['CONNECT', 'STOMP', 'CONNECTED', 'SEND', 'SUBSCRIBE', 'MESSAGE', 'RECEIPT', 'ERROR'].flatMap((command) => [
      text(`${command}\n`),
      text(`${command}\r\n`),
    ]),
    check: (b, s, n) => stompHeaders.some((name) => hasText(b, s + 5, s + Math.min(n, 160), `\n${name}:`)),
  }),
  // Gearman: 0, REQ or RES, type, size.
  signature('gearman', 'tcp', [4730], {
    starts: [`00${text('REQ')}`, `00${text('RES')}`],
    check: (b, s, n) => n >= 12 && read32(b, s + 4) <= 64,
  }),
  // Ceph messenger 1 and 2.
  signature('ceph', 'tcp', [3300, 6789], { starts: [text('ceph v')] }),
  // rsync: "@RSYNCD: 31.0".
  signature('rsync', 'tcp', [873], { starts: [text('@RSYNCD: ')] }),
  // Git: a packet line of its length in hexadecimal, then the service.
  signature('git', 'tcp', [9418], { starts: [`........${text('git-upload-pack ')}`, `........${text('git-receive-pack ')}`] }),
  signature('svn', 'tcp', [3690], { starts: [text('( success ( ')] }),
  // RFC 1813 and 5661: ONC RPC calls of program 100003.
  signature('nfs', 'udp', [2049], { starts: ['........0000000000000002000186a3'], check: (_b, _s, n) => n >= 40 }),
  signature('nfs', 'tcp', [2049], {
    starts: ['80..............0000000000000002000186a3', '00..............0000000000000002000186a3'],
    check: (_b, _s, n) => n >= 44,
  }),
  // ONC RPC (RFC 5531 9): transaction, CALL, RPC 2, program; over TCP a fragment header comes first.
  signature('oncrpc', 'udp', [111, 2049], {
    starts: ['........0000000000000002'],
    check: (b, s, n) => n >= 40 && isProgram(read32(b, s + 12)),
  }),
  signature('oncrpc', 'tcp', [111, 2049], {
    starts: ['80..............0000000000000002'],
    check: (b, s, n) => n >= 44 && read32(b, s) - 0x8000_0000 + 4 <= n + 65_536 && isProgram(read32(b, s + 16)),
  }),
  // Apple's DSI: request or reply, command 1-8, length of what follows, four zeros.
  signature('afp', 'tcp', [548], {
    starts: ['00', '01'],
    check: (b, s, n) =>
      n >= 16 && b[s + 1]! >= 1 && b[s + 1]! <= 8 && b[s + 1] !== 7 && read32(b, s + 8) + 16 === n && areZero(b, s + 12, 4),
  }),
  // Z39.50 InitializeRequest and -Response: [20] and [21] with a reference or the protocol version first.
  signature('z3950', 'tcp', [210], {
    starts: ['b4', 'b5'],
    check: (b, s, n) => n >= 8 && b[s + 1]! < 128 && b[s + 1]! + 2 === n && (b[s + 2] === 0x83 || b[s + 2] === 0x82) && b[s + 3]! < 16,
  }),
  // Its searches, presentations, deletions, scans, and their answers, from [22] on; long ones say their length in two bytes or three.
  signature('z3950', 'tcp', [210], {
    starts: ['b4', 'b5', 'b6', 'b7', 'b8', 'b9', 'ba', 'bb', 'bc', 'bd'],
    check: (b, s, n) => isBerWhole(b, s, n) && n >= 8,
    isPortBound: true,
  }),
  // iSCSI (RFC 7143 11.12): login request, or its response; immediate, versions 0.
  signature('iscsi', 'tcp', [3260], {
    starts: ['43', '23'],
    check: (b, s, n) =>
      n >= 48 &&
      b[s + 2] === 0 &&
      b[s + 3] === 0 &&
      b[s + 4] === 0 &&
      read32(b, s + 4) <= 16_384 &&
      (b[s]! === 0x23 || hasText(b, s + 48, s + Math.min(n, 400), 'InitiatorName=')),
  }),
  // DRDA (DB2): length, magic D0; EXCSAT and its answer, else objects that fill what came.
  signature('drda', 'tcp', [50000], {
    starts: ['....d0'],
    check: (b, s, n) => n >= 10 && read16(b, s) <= n && (isExchange(b, s) || areDrdaObjects(b, s, n)),
  }),
  // Oracle TNS: length, checksum 0, CONNECT (1) or others, then the address in text.
  signature('tns', 'tcp', [1521], {
    starts: ['....00000100'],
    check: (b, s, n) => n >= 58 && read16(b, s) <= n && hasText(b, s + 26, s + Math.min(n, 512), '(DESCRIPTION='),
  }),
  // Later packets of its port: accept, refuse, redirect, data, resend, marker, attention, control; checksums are 0.
  signature('tns', 'tcp', [1521, 1525, 1526], {
    starts: ['02', '04', '05', '06', '0b', '0c', '0d', '0e'].flatMap((type) => [`....0000${type}000000`, `0000....${type}000000`]),
    check: (b, s, n) => n >= 8 && read16(b, s) + read16(b, s + 2) === n,
    isPortBound: true,
  }),
  // [MS-SSRP] 2.2: requests of browsing, an answer with its length; a named instance is asked for by its name.
  signature('ssrp', 'udp', [1434], { starts: ['02', '03'], check: (_b, _s, n) => n === 1, isPortBound: true }),
  signature('ssrp', 'udp', [1434], { starts: ['05....'], check: (b, s, n) => (b[s + 1]! | (b[s + 2]! << 8)) + 3 === n, isPortBound: true }),
  signature('ssrp', 'udp', [1434], { starts: ['04'], check: (b, s, n) => n <= 33 && areShown(b, s + 1, n - 2), isPortBound: true }),
  // Firebird: op_connect, op_attach, version 2 or 3, architecture, the file's name by its length.
  signature('firebird', 'tcp', [3050], {
    starts: ['0000000100000013'],
    check: (b, s, n) =>
      n >= 24 && read32(b, s + 8) <= 3 && read32(b, s + 16) < 1024 && areShown(b, s + 20, Math.min(n - 20, read32(b, s + 16))),
  }),
  // IBM MQ: "TSH " or its multiplexed forms, segment length, byte order.
  signature('ibm-mq', 'tcp', [1414], {
    starts: [text('TSH '), text('TSHM'), text('TSHC'), 'e3e2c840', 'e3e2c8d4', 'e3e2c8c3'],
    check: (b, s, n) => n >= 28 && read32(b, s + 4) >= 28 && read32(b, s + 4) <= 32_768,
  }),
  // RethinkDB: magic numbers of the versions 0.1 to 1.0.
  signature('rethinkdb', 'tcp', [28015], {
    starts: ['35ba613f', '7bf02c72', '3e85f75f', '20262d40', 'c3bdc234'],
    check: (_b, _s, n) => n === 4 || n >= 12,
    isPortBound: true,
  }),
];

/** A message of at most 48 MB; one that is longer than the payload fills it. Opcodes: OP_REPLY, OP_UPDATE to OP_KILL_CURSORS, OP_COMPRESSED, OP_MSG. */
function isMongo(b: Uint8Array, s: number, n: number): boolean {
  if (n < 21) return false;
  const length = read32Le(b, s);
  const opcode = read32Le(b, s + 12);
  if (length !== n && (length < n || n < 500 || length > 48_000_000)) return false;
  return (opcode === 1 && read32Le(b, s + 8) !== 0) || (opcode >= 2001 && opcode <= 2007) || (opcode >= 2010 && opcode <= 2013);
}

/** Port mapper to mount and what is registered by Sun (RFC 5531 8.1: 0x00000000-0x1fffffff): here those up to 200,000. */
const stompHeaders = ['accept-version', 'version', 'destination', 'login', 'host', 'receipt-id', 'subscription', 'message'];

/** Another request behind the first one: its length, a key, a version. */
function isKafkaNext(b: Uint8Array, at: number, end: number): boolean {
  return end - at >= 8 && read32(b, at) < 0x0100_0000 && read16(b, at + 4) <= 80 && read16(b, at + 6) <= 20;
}

/** X.690 8.1.3: one element fills the payload. */
function isBerWhole(b: Uint8Array, s: number, n: number): boolean {
  const first = b[s + 1]!;
  if (first < 0x80) return first + 2 === n;
  if (first === 0x81) return b[s + 2]! + 3 === n;
  return first === 0x82 && read16(b, s + 2) + 4 === n;
}

/** EXCSAT 1041, EXCSATRD 1443. */
function isExchange(b: Uint8Array, s: number): boolean {
  return read16(b, s + 8) === 0x1041 || read16(b, s + 8) === 0x1443;
}

/** DSS of DDM 3: length, D0, format, correlation, then an object six bytes shorter with its code point. */
function areDrdaObjects(b: Uint8Array, s: number, n: number): boolean {
  let at = s;
  while (at + 10 <= s + n && b[at + 2] === 0xd0 && read16(b, at) === read16(b, at + 6) + 6 && read16(b, at) >= 10) at += read16(b, at);
  return at === s + n;
}

function isProgram(program: number): boolean {
  return program >= 100_000 && program < 200_000;
}
