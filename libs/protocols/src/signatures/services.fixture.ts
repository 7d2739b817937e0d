import { textBytes } from '@wirecase/testkit';
import { example, type Example, hex, joined, said, same } from './example.fixture.ts';

const title = 'ECHOSCU         ';
const dicom = (length: string) => joined(hex(`0100 ${length} 0001 0000`), textBytes(title + title), hex('', 32));

export const serviceExamples: readonly Example[] = [
  said('haproxy', 'tcp', 'PROXY TCP4 192.0.2.1 192.0.2.2 5000 443\r\n', 'PROXY UDP4 192.0.2.1 192.0.2.2 5000 443\r\n'),
  same('haproxy', 'tcp', '0d0a0d0a 000d0a51 5549540a 21 11 000c', '0d0a0d0a 000d0a51 5549540a 31 11 000c'),
  same('fastcgi', 'tcp', '01 01 0001 0008 0000 0001 00 0000000000', '01 01 0001 0008 0000 0004 00 0000000000'),
  same('ajp', 'tcp', '1234 0004 02 02 0008', '1234 0004 01 02 0008'),
  same('ajp', 'tcp', '4142 0002 05 01', '4142 0000 05 01'),
  same('corba', 'tcp', '47494f50 01 02 01 00 20000000', '47494f50 01 02 01 09 20000000'),
  same('thrift', 'udp', '8001 0001 00000004 70696e67 00000001 00', '8001 0001 00000004 70690067 00000001 00'),
  same('thrift', 'tcp', '00000011 8001 0001 00000004 70696e67 00000001 00', '00000012 8001 0001 00000004 70696e67 00000001 00'),
  said('openwire', 'tcp', '\x00\x00\x01\x46\x01ActiveMQ\x00\x00\x00\x0c', '\x00\x00\x01\x46\x02ActiveMQ\x00\x00\x00\x0c'),
  same('elasticsearch', 'tcp', '4553 0000000d 0000000000000001 00 004c4b3f', '4553 0000000e 0000000000000001 00 004c4b3f'),
  said('json-rpc', 'tcp', '{"jsonrpc": "2.0", "method": "ping", "id": 1}', '{"json": "2.0", "method": "ping", "id": 1}'),
  said('fix', 'tcp', '8=FIX.4.2\x019=61\x0135=A\x01', '8=FAX.4.2\x019=61\x0135=A\x01'),
  same('smpp', 'tcp', '00000010 00000015 00000000 00000001', '00000010 00000077 00000000 00000001'),
  said('hl7', 'tcp', '\x0bMSH|^~\\&|LAB|', '\x0cMSH|^~\\&|LAB|'),
  example('dicom', 'tcp', dicom('00000044'), dicom('00000045')),
  said('check-mk', 'tcp', '<<<check_mk>>>\nVersion: 2.0\n', '<<<check>>>\n'),
  said('kismet', 'tcp', '*KISMET: 0.0.0 1234 \x01Kismet\x01\n', '*KISMAT: 0\n'),
  same('lustre', 'tcp', '0071ceac 01000000', '0071ceab 01000000'),
  said('rsh', 'tcp', '1022\0alice\0bob\0uname -a\0', '1022 alice bob', 514),
  said('iperf', 'tcp', `${'abcdefgh2345'.repeat(3)}\0`, `${'abcdefgh2345'.repeat(3)}\n`),
  same('iperf', 'udp', '36373839', '3637383900', 5201),
  said('iperf', 'tcp', `${'\0'.repeat(24)}${'0123456789'.repeat(5)}`, `${'\0'.repeat(24)}${'012345678'.repeat(5)}`),
  same('hcl-notes', 'tcp', '820000000000 00000200 0040020f 0001', '820000000000 00000200 0040020e 0001'),
  said('nomachine', 'tcp', 'NXD-7.2.3\n', 'NXX-7.2.3\n'),
  said('tinc', 'tcp', '0 alpha 17.7\n', '0 alpha 18.7\n'),
  same('dnscrypt', 'udp', '7236666e 76576a38 0011', '7236666e 76576a39 0011'),
  same('roughtime', 'udp', '524f55474854494d 04000000 00000001', '524f55474854494d 05000000 00000001'),
  example('rx', 'udp', hex(`4a5b6c7d 00000004 00000001 00000001 00000001 01 05 00 02 0000 0034`), hex('4a5b6c7d', 28), 7003),
  same(
    'kcp',
    'udp',
    '11223344 51 00 8000 00000001 00000000 00000000 02000000 6869',
    '11223344 51 00 8000 00000001 00000000 00000000 03000000 6869',
  ),
];
