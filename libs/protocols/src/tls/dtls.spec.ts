import { hexBytes, mutants, runProtocol, textBytes, type Delivery } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { dtls } from './dtls.ts';

const u16 = (value: number): number[] => [value >> 8, value & 255];
const u24 = (value: number): number[] => [value >> 16, ...u16(value & 0xffff)];
const sized8 = (bytes: number[]): number[] => [bytes.length, ...bytes];
const sized16 = (bytes: number[]): number[] => [...u16(bytes.length), ...bytes];
const extension = (type: number, content: number[]): number[] => [...u16(type), ...sized16(content)];
const random = Array.from({ length: 32 }, (_, i) => i);

let sequence = 0;
const record = (type: number, content: number[], epoch = 0): number[] => [
  type,
  0xfe,
  0xfd,
  ...u16(epoch),
  ...u24(0),
  ...u24(sequence++),
  ...sized16(content),
];
/** A fragment of a handshake message (RFC 6347 4.2.2). */
const fragment = (type: number, number: number, body: number[], from = 0, to = body.length): number[] => [
  type,
  ...u24(body.length),
  ...u16(number),
  ...u24(from),
  ...u24(to - from),
  ...body.slice(from, to),
];
const clientHello = (version: number, cookie: number[], extensions: number[]): number[] => [
  ...u16(version),
  ...random,
  ...sized8([]),
  ...sized8(cookie),
  ...sized16([0xc0, 0x2b, 0x13, 0x01]),
  1,
  0,
  ...sized16(extensions),
];
const serverHello = (version: number, extensions: number[]): number[] => [
  ...u16(version),
  ...random,
  ...sized8([]),
  0xc0,
  0x2b,
  0,
  ...sized16(extensions),
];

const name = extension(0, sized16([0, ...sized16([...textBytes('example.com')])]));
const hello = clientHello(0xfefd, [], name);
const bytes = (...parts: number[][]): Uint8Array => Uint8Array.from(parts.flat());
const finished = (): number[] => record(22, Array<number>(48).fill(9), 1);

const handshake: Delivery[] = [
  [0, bytes(record(22, fragment(1, 0, hello)))],
  [1, bytes(record(22, fragment(3, 0, [0xfe, 0xff, ...sized8([1, 2, 3])])))],
  [0, bytes(record(22, fragment(1, 1, clientHello(0xfefd, [1, 2, 3], name))))],
  [1, bytes(record(22, fragment(2, 1, serverHello(0xfefd, []))), record(22, fragment(11, 2, [0, 0, 0])))],
  [0, bytes(record(20, [1]), finished())],
  [1, bytes(record(20, [1]), finished())],
];
const run = (deliveries: Delivery[]) => runProtocol(dtls, deliveries, { transport: 'udp', destinationPort: 4433 });

describe('dtls', () => {
  it('tells of a handshake of DTLS 1.2 with its cookie', () => {
    const { records, weirds, wantsMore } = run(handshake);
    expect(records).toMatchObject([
      {
        record: 'tls',
        packet: 4,
        version: '1.2',
        versionProtocol: 'dtls',
        cipher: 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
        serverName: 'example.com',
        clientRandom: '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
        encryptedHello: false,
        resumed: false,
        established: true,
      },
    ]);
    expect(records[0]!['ja4']).toMatch(/^dd2d020100_/);
    expect(weirds).toEqual({});
    expect(wantsMore[1]).toBe(false);
  });

  it('tells of DTLS 1.3, whose records have a short header once they are encrypted (RFC 9147 4)', () => {
    const versions = extension(43, sized8([0xfe, 0xfc, 0xfe, 0xfd]));
    const { records } = run([
      [0, bytes(record(22, fragment(1, 0, clientHello(0xfefd, [], versions))))],
      [1, bytes(record(22, fragment(2, 0, serverHello(0xfefd, extension(43, [0xfe, 0xfc])))), [0x2e, 0, 1, 2, 3])],
      [0, bytes([0x2f, 0, 1, 2, 3])],
    ]);
    expect(records).toMatchObject([{ version: '1.3', resumed: false, established: true }]);
    expect(records[0]!['ja4']).toMatch(/^dd3i/);
  });

  it('gives the same record wherever the hello is cut, and in whatever order its fragments come', () => {
    const whole = run(handshake).records[0]!;
    for (let at = 1; at < hello.length; at++) {
      const parts = [bytes(record(22, fragment(1, 0, hello, 0, at))), bytes(record(22, fragment(1, 0, hello, at)))];
      for (const order of [parts, parts.toReversed(), [parts[0]!, parts[0]!, parts[1]!]])
        expect(run([...order.map((part): Delivery => [0, part]), ...handshake.slice(3)]).records).toMatchObject([
          { ja3: whole['ja3'], serverName: 'example.com', established: true },
        ]);
      expect(run([[0, bytes([...parts[0]!], [...parts[1]!])], ...handshake.slice(3)]).records).toMatchObject([{ ja3: whole['ja3'] }]);
    }
  });

  it('tells of a hello that was refused or never answered', () => {
    expect(run([handshake[0]!, [1, bytes(record(21, [2, 40]))]]).records).toMatchObject([
      { version: null, alert: 'handshake_failure', established: false },
    ]);
    expect(run([handshake[0]!]).records).toMatchObject([{ packet: 1, serverName: 'example.com', ja3s: null }]);
  });

  it('passes over what shares the ports of WebRTC (RFC 7983), and says where a record is broken', () => {
    const media = hexBytes('80600001000000011234567800');
    expect(run([handshake[0]!, [1, media], ...handshake.slice(3)])).toMatchObject({ records: [{ established: true }], weirds: {} });
    expect(run([handshake[0]!, [1, hexBytes('16fe00')]]).weirds).toEqual({ dtls_bad_record: 1 });
    expect(run([[0, bytes(record(22, [1, ...u24(0xff_ffff), 0, 0, ...u24(0), ...u24(4), 1, 2, 3, 4]))]]).weirds).toEqual({
      dtls_hello_too_long: 1,
    });
  });

  it('gives up after 64 records without a handshake', () => {
    const noise: Delivery[] = Array.from({ length: 70 }, () => [1, bytes(record(22, fragment(14, 0, [])))]);
    expect(run([handshake[0]!, ...noise]).wantsMore[1]).toBe(false);
  });

  it('never throws (20,000 mutants)', () => {
    for (const [from, datagram] of [handshake[0]!, handshake[3]!])
      for (const mutant of mutants(datagram as Uint8Array, 10_000)) expect(() => run([[from, mutant], ...handshake])).not.toThrow();
  });
});

describe('dtls probe', () => {
  const probe = (datagram: Uint8Array) => dtls.probe('udp', 0, datagram, 0, datagram.length, 40_000, 9999);

  it('knows a hello on any port, whole or in fragments', () => {
    expect(probe(handshake[0]![1] as Uint8Array)).toBe('yes');
    expect(probe(handshake[3]![1] as Uint8Array)).toBe('yes');
    expect(probe(bytes(record(22, fragment(1, 0, hello, 20, 40))))).toBe('yes');
  });

  it('does not take other records or protocols for a hello', () => {
    expect(probe(bytes(finished()))).toBe('no');
    expect(probe(bytes(record(22, fragment(14, 0, []))))).toBe('no');
    expect(probe(textBytes('GET / HTTP/1.1\r\nHost: example.com\r\n'))).toBe('no');
    expect(probe(hexBytes('16fefd'))).toBe('no');
  });
});
