/** What each signature knows, and what is almost it. */
import { hexBytes, textBytes } from '@wirecase/testkit';

export const hex = (text: string, padTo = 0): Uint8Array => {
  const bytes = hexBytes(text);
  const padded = new Uint8Array(Math.max(bytes.length, padTo));
  padded.set(bytes);
  return padded;
};
const names = `20${'434b'.repeat(16)}00`;
const stun = '2112a442 000102030405060708090a0b';
const ike = '0102030405060708 0000000000000000 21 20 22 08 00000000';

export interface Example {
  name: string;
  transport: 'tcp' | 'udp';
  /** As the specification has it. */
  bytes: Uint8Array;
  /** Almost: what a protocol that is not this one could say. */
  near: Uint8Array;
  /** Of the responder, for what is believed on its ports only. */
  port?: number;
}

export const example = (name: string, transport: 'tcp' | 'udp', bytes: Uint8Array, near: Uint8Array, port?: number): Example =>
  port === undefined ? { name, transport, bytes, near } : { name, transport, bytes, near, port };
export const same = (name: string, transport: 'tcp' | 'udp', bytes: string, near: string, port?: number): Example =>
  example(name, transport, hex(bytes), hex(near), port);
export const said = (name: string, transport: 'tcp' | 'udp', line: string, near: string, port?: number): Example =>
  example(name, transport, textBytes(line), textBytes(near), port);

const marker = 'ff'.repeat(16);
export const examples: readonly Example[] = [
  same('bgp', 'tcp', `${marker} 001d 01 04 fde8 00b4 0a000001 00`, `${marker} 001d 09 04 fde8 00b4 0a000001 00`),
  same('ldp', 'tcp', '0001 0016 0a000001 0000 0100 0012 00000001 0400 0004 000f0000', '0001 0016 0a000001 0001 0100 0012 00000001', 646),
  example('hsrp', 'udp', hex('00 00 10 03 0a 78 01 00', 20), hex('00 09 10 03 0a 78 01 00', 20), 1985),
  example('hsrp', 'udp', hex('0128 02 00 04 06', 42), hex('0128 02 00', 12), 2029),
  example('rip', 'udp', hex('02020000 0002 0000 0a000000', 24), hex('02020000 0002 0000 0a000000', 25), 520),
  example('ripng', 'udp', hex('02010000 2001', 24), hex('02010000 2001', 23), 521),
  example('bfd', 'udp', hex('20 c0 03 18 00000001', 24), hex('20 c0 03 19 00000001', 24), 3784),
  example('nbdgm', 'udp', hex('11 02 0001 0a000001 008a', 82), hex('11 02 0001 0a000001 008b', 82)),
  same('nbss', 'tcp', `81000044 ${names} ${names}`, `81000044 20${'515b'.repeat(16)}00 ${names}`),
  said('ssdp', 'udp', 'M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\n', 'M-SEARCH / HTTP/1.1\r\n\r\n'),
  said(
    'ws-discovery',
    'udp',
    '<?xml version="1.0"?><e xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery">',
    '<?xml version="1.0"?><html>',
  ),
  same('nat-pmp', 'udp', '0001 0000 1f90 1f90 00000e10', '0001 0000 1f90 1f90 00000e10 00', 5351),
  said('syslog', 'tcp', '<34>Oct 11 22:14:15 host su: failed\n', '<34>Hello 22:14:15 host\n'),
  said('syslog', 'tcp', '<34>1 2003-10-11T22:14:15Z host su - - - x', '<h1>1 2003-10-11T22:14:15Z'),
  example('netflow', 'udp', hex('0005 0001', 72), hex('0005 0001', 73)),
  example(
    'netflow',
    'udp',
    hex('0009 0001 00000001 00000002 00000003 00000004 0000 0010', 36),
    hex('0009 0001 00000001 00000002 00000003 00000004 0003 0010', 36),
  ),
  example(
    'ipfix',
    'udp',
    hex('000a 0020 00000001 00000002 00000003 0002 0010', 32),
    hex('000a 0020 00000001 00000002 00000003 0007 0010', 32),
  ),
  example('sflow', 'udp', hex('00000005 00000001 0a000001', 40), hex('00000005 00000003 0a000001', 40)),
  same('collectd', 'udp', '0000 0009 686f737400 0008 000c 0102030405060708', '0000 0009 686f737400 0007 000c 0102030405060708'),
  same('zabbix', 'tcp', '5a425844 01 0400000000000000 70696e67', '5a425845 01 0400000000000000'),
  said('munin', 'tcp', '# munin node at host\n', '# munin host\n'),
  same('openflow', 'tcp', '04 00 0010 00000001 0001 0008 00000010', '04 00 0010 00000000 0001 0008 00000010', 6653),
  example('gtp-c', 'udp', hex('48 20 000a 00000000 000001 00', 14), hex('48 20 000b 00000000 000001 00', 14)),
  same('gtp', 'udp', '32 01 0004 00000000 0001 0000', '32 01 0005 00000000 0001 0000', 2123),
  same('gtp-prime', 'udp', '0e 01 0000 0001', '0e 01 0001 0001', 3386),
  example('pfcp', 'udp', hex('20 01 000c 000001 00 0060 0004 00000001', 16), hex('20 01 000d 000001 00 0060 0004 00000001', 16)),
  example('diameter', 'tcp', hex('01 000014 80 000101 00000000 00000001 00000002'), hex('01 000014 8f 000101 00000000 00000001 00000002')),
  example('capwap', 'udp', hex('00 10 02 00 00000000', 24), hex('01 10 02 00 00000000', 24), 5246),
  same('iax2', 'udp', '8001 0000 00000000 00 00 06 01', '0001 0000 00000000 00 00 06 01', 4569),
  said('finger', 'tcp', 'root\r\n', 'root', 79),
  said('whois', 'tcp', 'example.org\r\n', 'example.org', 43),
  said('rlogin', 'tcp', '\x00alice\x00bob\x00xterm/38400\x00', '\x00alice', 513),
  example('ieee-c37-118', 'tcp', hex('aa41 0012 00f1 00000000 00000000 0005 d7d0'), hex('aa41 0013 00f1 00000000 00000000 0005 d7d0')),
  // Data.
  example(
    'mongodb',
    'tcp',
    hex('1a000000 01000000 00000000 dd070000 00000000 00 0500000000'),
    hex('1b000000 01000000 00000000 dd070000 00000000 00 0500000000'),
  ),
  said('memcached', 'tcp', 'get key\r\n', 'get key', 11_211),
  example('memcached', 'tcp', hex('80 00 0003 00 00 0000 00000003', 27), hex('80 00 0004 00 00 0000 00000003', 27)),
  example('cassandra', 'tcp', hex('04 00 0000 05 00000000'), hex('04 00 0000 05 00000001')),
  example('kafka', 'tcp', hex('0000000e 0012 0003 00000001 0004 74657374'), hex('0000000f 0012 0003 00000001 0004 74657374')),
  said('amqp', 'tcp', 'AMQP\x00\x00\x09\x01', 'AMQ\x00\x00\x09\x01'),
  same('amqp', 'tcp', '01 0001 00000004 000a000b ce', '01 0001 00000004 000a000b cf'),
  said('nats', 'tcp', 'INFO {"server_id":"x"}\r\n', 'INFO "x"\r\n'),
  same('zeromq', 'tcp', 'ff 0000000000000001 7f', 'ff 0000000000000001 7e'),
  said('stomp', 'tcp', 'CONNECT\naccept-version:1.2\n\n\0', 'CONNECT host:443 HTTP/1.1\r\n'),
  same('gearman', 'tcp', '00 524551 00000001 00000002 7763', '00 524551 00000101 00000002 7763'),
  said('ceph', 'tcp', 'ceph v2\n', 'ceph 2\n'),
  said('rsync', 'tcp', '@RSYNCD: 31.0\n', '@RSYNC: 31.0\n'),
  said('git', 'tcp', '0032git-upload-pack /project.git\0host=x\0', '0032git-archive /project.git\0'),
  said('svn', 'tcp', '( success ( 2 2 ( ) ( edit-pipeline ) ) )', '( failure ( ) )'),
  example(
    'oncrpc',
    'udp',
    hex('00000001 00000000 00000002 000186a0 00000002 00000003', 56),
    hex('00000001 00000000 00000003 000186a0 00000002', 56),
  ),
  example(
    'oncrpc',
    'tcp',
    hex('80000028 00000001 00000000 00000002 000186a0 00000003', 44),
    hex('80000028 00000001 00000000 00000002 00000001', 44),
  ),
  same('afp', 'tcp', '00 04 0001 00000000 00000000 00000000', '00 04 0001 00000000 00000001 00000000'),
  same('z3950', 'tcp', 'b4 06 83 02 00e0 8401', 'b4 07 83 02 00e0 8401'),
  example(
    'iscsi',
    'tcp',
    hex(`43 87 00 00 00000030 ${'00'.repeat(40)} ${Buffer.from('InitiatorName=iqn.x').toString('hex')}`),
    hex('43 87 00 00 00000030', 90),
  ),
  example('drda', 'tcp', hex('0026 d0 41 0001 0020 1041', 38), hex('0026 d1 41 0001 0020 1041', 38)),
  said(
    'tns',
    'tcp',
    `\x00\x58\x00\x00\x01\x00${'\0'.repeat(52)}(DESCRIPTION=(CONNECT_DATA=x))`,
    `\x00\x58\x00\x00\x01\x00${'\0'.repeat(84)}`,
  ),
  // Tunnels and proxies.
  example('tls', 'tcp', hex('17 0303 0020', 37), hex('17 0303 0021', 37)),
  example('wireguard', 'udp', hex('01000000', 148), hex('01000000', 147)),
  example('wireguard', 'udp', hex('02000000', 92), hex('02000001', 92)),
  example('wireguard', 'udp', hex('04000000 00000001 07', 48), hex('04000000 00000001 07', 47)),
  same('openvpn', 'udp', '38 0102030405060708 00 00000000', '38 0102030405060708 00 00000001'),
  same(
    'openvpn',
    'udp',
    '40 0102030405060708 01 00000000 1112131415161718 00000000',
    '40 0102030405060708 02 00000000 1112131415161718 00000000',
  ),
  same('openvpn', 'tcp', '000e 38 0102030405060708 00 00000000', '000f 38 0102030405060708 00 00000000'),
  same(
    'openvpn',
    'tcp',
    '001a 40 0102030405060708 01 00000000 1112131415161718 00000000',
    '001a 41 0102030405060708 01 00000000 1112131415161718 00000000',
  ),
  same('isakmp', 'udp', `${ike} 0000001c`, `${ike} 0000001d`),
  same('isakmp', 'udp', `00000000 ${ike} 00000020 00000000`, `00000001 ${ike} 00000020 00000000`),
  same('esp-keepalive', 'udp', 'ff', 'fe', 4500),
  same('l2tp', 'udp', 'c802 000c 0000 0000 0000 0000', 'c802 000d 0000 0000 0000 0000'),
  example('pptp', 'tcp', hex('009c 0001 1a2b3c4d 0001', 156), hex('009c 0001 1a2b3c4e 0001', 156)),
  same('socks', 'tcp', '05 02 00 01', '05 03 00 01'),
  said('socks', 'tcp', '\x04\x01\x00\x50\x0a\x00\x00\x01user\x00', '\x04\x03\x00\x50\x0a\x00\x00\x01user\x00'),
  said('softether', 'udp', 'IP=192.0.2.1,PORT=5004', 'IP=192.0.2.1;PORT=5004'),
  said('softether', 'udp', '\x00\x00\x00\x03\x00\x00\x00\x07opcode\x00\x00', '\x00\x00\x00\x03\x00\x00\x00\x07opcide\x00\x00'),
  example(
    'zerotier',
    'udp',
    hex(`${'01'.repeat(18)} 80 ${'01'.repeat(8)} 01 0b`, 60),
    hex(`${'01'.repeat(18)} 80 ${'01'.repeat(8)} 01 ff`, 60),
    9993,
  ),
  // Remote control and chat.
  example('x11', 'tcp', hex('6c 00 0b00 0000 1200 1000 0000'), hex('6c 00 0a00 0000 1200 1000 0000')),
  example('rdp', 'udp', hex('ffffffff 0040 0001 00000001 04d0 04d0', 1232), hex('ffffffff 0040 0004 00000001 04d0 04d0', 1232)),
  same('citrix', 'tcp', '7f7f49434100', '7f7f49434101'),
  same('teamviewer', 'tcp', '1724 0a20 00000000', '1724 ff20 00000000'),
  same('radmin', 'tcp', '01 00000001 00000008 08', '01 00000002 00000008 08', 4899),
  said('xmpp', 'tcp', "<stream:stream to='example.org' xmlns='jabber:client'>", "<stream:stream to='example.org'>"),
  said('irc', 'tcp', 'NICK alice\r\nUSER alice 0 * :Alice\r\n', 'USER alice\r\n'),
  said('irc', 'tcp', ':irc.example.org 001 alice :Welcome\r\n', ':irc.example.org alice\r\n'),
  said('nntp', 'tcp', '200 news.example.org NNRP Service (NNTP) ready\r\n', '200 OK\r\n'),
  said('nntp', 'tcp', 'MODE READER\r\n', 'MODE X\r\n', 119),
  same('websocket', 'tcp', '81 05 68656c6c6f', '81 06 68656c6c6f'),
  said('mining', 'tcp', '{"id":1,"method":"mining.subscribe","params":[]}\n', '{"id":1,"method":"news.subscribe"}\n'),
  same('bitcoin', 'tcp', 'f9beb4d9 76657273696f6e0000000000 66000000', 'f9beb4d8 76657273696f6e0000000000 66000000'),
  same('adb', 'tcp', '434e584e 00000001 00001000 00000000 00000000 bcb1a7b1', '434e584e 00000001 00001000 00000000 00000000 bcb1a7b2'),
  same('tacacs', 'tcp', 'c0 01 01 00 01020304 00000002 0101', 'c0 01 01 00 01020304 00000003 0101'),
  same('ipmi', 'udp', '06 00 ff 07 00', '06 00 fe 07 00'),
  said('spotify', 'udp', 'SpotUdp0', 'SpotTcp0'),
  same('steam', 'udp', 'ffffffff 214c5fa0 00', 'ffffffff 214c5fa1 00'),
  said('source-engine', 'udp', '\xff\xff\xff\xffTSource Engine Query\x00', '\xff\xff\xff\xffTSource Engine\x00'),
  same('syncthing', 'udp', '2ea7d90b 0a', '2ea7d90c 0a'),
  said('dropbox', 'udp', '{"host_int": 1}', '{"host": 1}', 17_500),
  same('discord', 'udp', '1337cafe 0a000000', '1337cafe 0a000000 00'),
  example('discord', 'udp', hex('0001 0046 00000001', 74), hex('0001 0046 00000001', 73)),
  // Plants.
  same('fins', 'tcp', '46494e53 0000000c 00000000 00000000', '46494e53 00000001 00000000 00000000'),
  example('fins', 'udp', hex('80 00 02 00', 18), hex('80 00 09 00', 18), 9600),
  same('someip', 'udp', '12340008 00000008 00000001 01 01 00 00', '12340008 00000009 00000001 01 01 00 00'),
  said('rtps', 'udp', 'RTPS\x02\x03', 'RTPX\x02\x03'),
  same('mms', 'tcp', '0300 0013 02f080 0d 08 0605 28ca220201 000000', '0300 0013 02f080 0d 08 0605 28ca210201 000000'),
  same(
    'mms',
    'tcp',
    '0300 000b 06e0 0000000100 0300 0013 02f080 0d 08 0605 28ca220201 000000',
    '0300 000b 06e0 0000000100 0300 0013 02f080 32 08 0605 28ca220201 000000',
  ),
  same('coap', 'udp', '40 01 1234 b1 61', '40 3f 1234 b1 61', 5683),
  said('opcua', 'tcp', 'HELF\x20\x00\x00\x00', 'HELO\x20\x00\x00\x00'),
  same('hart-ip', 'udp', '01 00 00 00 0001 000d 01 00007530', '01 00 00 00 0001 000e 01 00007530'),
  same('knxnet-ip', 'udp', '06 10 0201 000e 0801 c0a80001 0e57', '06 10 0201 000f 0801 c0a80001 0e57'),
  same('melsec', 'tcp', '5000 00ff ff03 00 0200 1000', '5000 00ff ff03 00 0300 1000'),
  same(
    'tuya-lp',
    'udp',
    '000055aa 00000000 00000013 0000000c 00000000 00000000 0000aa55',
    '000055aa 00000000 00000013 0000000c 00000000 00000000 0000aa56',
  ),
  same('dlms', 'tcp', '0001 0010 0001 0001 c0', '0001 0010 0001 0001 99', 4059),
  // Media.
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
  // Programs.
  said('bittorrent', 'tcp', '\x13BitTorrent protocol', '\x13BitTorrent protocoll'.replace('BitT', 'BitX')),
  said('bittorrent', 'udp', 'BT-SEARCH * HTTP/1.1\r\n', 'BT-FIND * HTTP/1.1\r\n'),
  said('bittorrent', 'udp', 'd1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe', 'd1:ad2:id20:abcdefghij0123456789e1:q4:ping'),
  same('bittorrent', 'udp', '00000417 27101980 00000000 00000001', '00000417 27101981 00000000 00000001'),
  same('bittorrent', 'udp', `4100 1234 00000001 00000000 00100000 0001 0000`, `4100 1234 00000001 00000000 00100000 0002 0000`),
  same('edonkey', 'tcp', 'e3 06000000 01 1042cd5b94', 'e3 07000000 01 1042cd5b94'),
  said('gnutella', 'tcp', 'GNUTELLA CONNECT/0.6\r\n', 'GNUTELLA HELLO\r\n'),
  same('whatsapp', 'tcp', '45440001', '45440002'),
  same('whatsapp', 'tcp', '5741 05 02 00010e', '5741 09 02 00010e'),
  example('viber', 'udp', hex('edf6 09 00', 20), hex('edf6 09 00', 21)),
  example('viber', 'tcp', hex('1000 add4dc17 fcff 03 80 59', 16), hex('1100 add4dc17 fcff 03 80 59', 16)),
  example('zoom', 'udp', hex('0100 03c8 4ac45287', 123), hex('0100 03c8', 12), 8801),
  said('sd-rtn', 'udp', `${'\0'.repeat(13)}SNI\0${'x'.repeat(20)}`, `${'\0'.repeat(12)}SNI\0${'x'.repeat(20)}`),
  example(
    'photon',
    'udp',
    hex('ffff 00 01 00000001 00000002 02 ff 01 04 0000002c', 56),
    hex('ffff 00 02 00000001 00000002 02 ff 01 04 0000002c', 56),
  ),
  example(
    'photon',
    'udp',
    hex('0000 00 02 00000001 00000002 01 ff 00 00 00000014', 32),
    hex('0000 00 02 00000001 00000002 01 ff 00 00 00000015', 32),
    5055,
  ),
  same('crynetwork', 'udp', `3c0000 0bf6 ${'00'.repeat(11)} 01000000 07000000`, `3c0000 0bf6 ${'00'.repeat(11)} 02000000 07000000`),
  same('genshin-impact', 'udp', '000000ff 00000000 00000000 499602d2 ffffffff', '000000ff 00000000 00000000 499602d2 fffffffe'),
  example('genshin-impact', 'tcp', hex('01000000 2a 07 0000 0000 aec675e1', 42), hex('01000000 2b 07 0000 0000 aec675e1', 42)),
  example('riot-games', 'udp', hex('01020304 05060708 01000000', 53), hex('01020304 05060708 02000000', 53)),
  example('riot-games', 'udp', hex(`${'01'.repeat(28)} aaaaaaaa bbbbbbbb`), hex(`${'01'.repeat(28)} aaaaaaaa bbbbbbbc`)),
  example('activision', 'udp', hex('0d0200', 29), hex('0d0200', 30), 3074),
  example('netease-games', 'udp', hex('0708080c 0c626386', 20), hex('0708080d 0c626386', 20)),
  said('gaijin-entertainment', 'udp', 'app.start,env=production,circuit=x,y', 'app.start,environment=production'),
  same('eaq', 'udp', '00000001 00000dda 0007161c 0000 9000', '00000001 00000dda ffffffff 0000 9000', 6000),
  example('hp-virtgrp', 'tcp', hex('16 0084', 132), hex('16 0085', 132), 5223),
];
