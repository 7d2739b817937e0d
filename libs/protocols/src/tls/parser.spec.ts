import { hexBytes, mutants, runProtocol, testPlatform, textBytes, type Delivery } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { ellipticCertificate, oldCertificate } from '../common/certificates.fixture.ts';
import { ja3, ja3s, ja4 } from '../common/tls-fingerprint.ts';
import { tls } from './parser.ts';

const u16 = (value: number): number[] => [value >> 8, value & 255];
const list16 = (...values: number[]): number[] => values.flatMap(u16);
const sized8 = (bytes: number[]): number[] => [bytes.length, ...bytes];
const sized16 = (bytes: number[]): number[] => [...u16(bytes.length), ...bytes];
const extension = (type: number, content: number[]): number[] => [...u16(type), ...sized16(content)];
const text = (value: string): number[] => [...textBytes(value)];

const serverName = extension(0, sized16([0, ...sized16(text('example.com'))]));
const alpn = (...names: string[]): number[] => extension(16, sized16(names.flatMap((name) => sized8(text(name)))));
const random = Array.from({ length: 32 }, (_, i) => i);
const retryRandom = [...hexBytes('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c')];

const message = (type: number, body: number[]): number[] => [type, 0, ...u16(body.length), ...body];
const record = (type: number, content: number[]): number[] => [type, 3, 3, ...sized16(content)];
const hello = (version: number, ciphers: number[], extensions: number[]): number[] =>
  message(1, [...u16(version), ...random, ...sized8([]), ...sized16(list16(...ciphers)), 1, 0, ...sized16(extensions)]);
const serverHello = (version: number, cipher: number, extensions: number[], from = random): number[] =>
  message(2, [...u16(version), ...from, ...sized8([]), ...u16(cipher), 0, ...sized16(extensions)]);

const clientHello = hello(
  0x0303,
  [0x1301, 0xc02f],
  [...serverName, ...alpn('h2', 'http/1.1'), ...extension(43, sized8(list16(0x0304, 0x0303)))],
);
const server12 = serverHello(0x0303, 0xc02f, [...extension(0xff01, [0]), ...alpn('h2')]);
const server13 = serverHello(0x0303, 0x1301, extension(43, u16(0x0304)));
const certificate = message(11, [0, 0, 0]);
const changeCipher = record(20, [1]);
const finished = record(22, Array<number>(40).fill(0x99));
const data = record(23, Array<number>(60).fill(0x77));

const bytes = (...parts: number[][]): Uint8Array => Uint8Array.from(parts.flat());

const handshake12: Delivery[] = [
  [0, bytes(record(22, clientHello))],
  [1, bytes(record(22, [...server12, ...certificate, ...message(14, [])]))],
  [0, bytes(record(22, message(16, [1, 2, 3])), changeCipher, finished)],
  [1, bytes(changeCipher, finished, data)],
];

describe('tls', () => {
  it('tells of a TLS 1.2 handshake', () => {
    const { records, weirds, wantsMore } = runProtocol(tls, handshake12);
    expect(records).toMatchObject([
      {
        packet: 2,
        version: '1.2',
        versionProtocol: 'tls',
        cipher: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
        nextProtocol: 'h2',
        alpn: ['h2', 'http/1.1'],
        serverName: 'example.com',
        resumed: false,
        established: true,
        alert: null,
      },
    ]);
    expect(weirds).toEqual({});
    expect(wantsMore[1]).toBe(false);
  });

  it('tells of a TLS 1.3 handshake', () => {
    const { records } = runProtocol(tls, [
      [0, bytes(record(22, clientHello))],
      [1, bytes(record(22, server13), changeCipher, data, data)],
      [0, bytes(changeCipher, data)],
    ]);
    expect(records).toMatchObject([
      { version: '1.3', cipher: 'TLS_AES_128_GCM_SHA256', nextProtocol: null, resumed: false, established: true },
    ]);
  });

  it.each([
    ['draft 14', 0x0304, '1.3'],
    ['draft 18', 0x7f12, '1.3-draft18'],
  ])('reads the hello of a server of %s, which has no session id', (_name, version, said) => {
    const read = { cipher: 0x1301, extensions: [40], alpn: null, isRetry: false, isPskAccepted: false };
    const early = message(2, [...u16(version), ...random, ...u16(0x1301), ...sized16(extension(40, [0, 29, 0, 0]))]);
    const run = runProtocol(tls, [
      [0, bytes(record(22, clientHello))],
      [1, bytes(record(22, early), data)],
    ]);
    expect(run.records).toMatchObject([
      { version: said, cipher: 'TLS_AES_128_GCM_SHA256', ja3s: ja3s({ ...read, legacyVersion: version, version }, testPlatform) },
    ]);
    expect(run.weirds).toEqual({});
  });

  it('gives the same record wherever segments and records are cut', () => {
    const whole = runProtocol(tls, handshake12);
    for (let cutAt = 1; cutAt < 200; cutAt++) expect(runProtocol(tls, handshake12, { cutAt }), `${cutAt}`).toEqual(whole);
    for (const pieceBytes of [1, 2, 3, 7]) expect(runProtocol(tls, handshake12, { pieceBytes })).toEqual(whole);
    for (let at = 1; at < clientHello.length; at++) {
      const inTwoRecords = bytes(record(22, clientHello.slice(0, at)), record(22, clientHello.slice(at)));
      expect(runProtocol(tls, [[0, inTwoRecords], ...handshake12.slice(1)]), `record cut at ${at}`).toEqual(whole);
    }
  });

  it('takes the second ServerHello after a HelloRetryRequest', () => {
    const { records } = runProtocol(tls, [
      [0, bytes(record(22, clientHello))],
      [1, bytes(record(22, serverHello(0x0303, 0x1302, extension(43, u16(0x0304)), retryRandom)), changeCipher)],
      [0, bytes(changeCipher, record(22, clientHello))],
      [1, bytes(record(22, server13), data)],
      [0, bytes(data)],
    ]);
    expect(records).toMatchObject([{ cipher: 'TLS_AES_128_GCM_SHA256', established: true }]);
  });

  it('knows a resumed session by the missing certificate or the accepted key', () => {
    const short = runProtocol(tls, [
      [0, bytes(record(22, clientHello))],
      [1, bytes(record(22, server12), changeCipher, finished)],
      [0, bytes(changeCipher, finished)],
    ]);
    expect(short.records).toMatchObject([{ resumed: true, established: true }]);
    const psk = serverHello(0x0303, 0x1301, [...extension(43, u16(0x0304)), ...extension(41, [0, 0])]);
    expect(
      runProtocol(tls, [
        [0, bytes(record(22, clientHello))],
        [1, bytes(record(22, psk), data)],
        [0, bytes(data)],
      ]).records,
    ).toMatchObject([{ resumed: true }]);
  });

  it('tells of a hello that the server refused', () => {
    const { records } = runProtocol(tls, [
      [0, bytes(record(22, clientHello))],
      [1, bytes(record(21, [2, 40]))],
    ]);
    expect(records).toMatchObject([
      { packet: 1, version: null, cipher: null, ja3s: null, resumed: null, established: false, alert: 'handshake_failure' },
    ]);
  });

  it('tells of a server whose client was not seen', () => {
    expect(runProtocol(tls, handshake12.slice(1)).records).toMatchObject([{ version: '1.2', ja3: null, serverName: null, alpn: [] }]);
  });

  it('passes over a hello in the form of SSL 2.0', () => {
    const old = hexBytes(`802b 01 0301 0012 0000 0010 000004 000005 00000a 010080 020080 030080 ${'ab'.repeat(16)}`);
    const script: Delivery[] = [[0, old], ...handshake12.slice(1)];
    const { records, weirds } = runProtocol(tls, script);
    expect(records).toMatchObject([{ version: '1.2', serverName: null, ja3: null, established: true }]);
    expect(records[0]!['ja3s']).toMatch(/^[0-9a-f]{32}$/);
    expect(weirds).toEqual({});
    const probe = (hello: Uint8Array) => tls.probe('tcp', 0, hello, 0, hello.length, 40_000, 40_001);
    expect(probe(old)).toBe('yes');
    for (let length = 0; length < 11; length++) expect(probe(old.slice(0, length))).toBe('more');
    for (const at of [1, 2, 3, 4, 6, 8, 10]) expect(probe(old.with(at, old[at]! ^ 0x44))).toBe('no');
  });

  it('goes on after bytes missed inside what it skips, and stops after others', () => {
    const skipped = runProtocol(tls, [
      handshake12[0]!,
      [1, bytes(record(22, server12), [22, 3, 3, 0, 100], [11, 0, 0, 96])],
      [1, 50],
      [1, bytes(Array<number>(46).fill(0), changeCipher, finished)],
      handshake12[2]!,
    ]);
    expect(skipped.records).toMatchObject([{ established: true, resumed: false }]);
    const lost = runProtocol(tls, [[0, bytes(record(22, clientHello).slice(0, 50))], [0, 10], ...handshake12.slice(1)]);
    expect(lost.records).toMatchObject([{ serverName: null, version: '1.2' }]);
    expect(lost.wantsMore).toEqual([false, true]);
  });

  const faults: [string, Uint8Array, string][] = [
    ['a record of an unknown type', bytes(record(22, clientHello), [99, 3, 3, 0, 1, 0]), 'tls_bad_record'],
    ['a record longer than allowed', bytes(record(22, clientHello), [23, 3, 3, 0xff, 0xff]), 'tls_bad_record'],
    ['a hello longer than allowed', bytes([22, 3, 1, 0x40, 0, 1, 2, 0, 0]), 'tls_hello_too_long'],
    ['a hello that ends early', bytes(record(22, message(1, [3, 3, ...random, 0, 0, 9, 1]))), 'tls_truncated_hello'],
    ['an extension that ends early', bytes(record(22, hello(0x0303, [1], extension(0, [0, 50, 0])))), 'tls_bad_extension'],
  ];
  it.each(faults)('says that there is %s', (_name, stream, weird) => {
    expect(runProtocol(tls, [[0, stream]]).weirds[weird]).toBe(1);
  });

  it('cleans the server name', () => {
    const evil = extension(0, sized16([0, ...sized16(text('a\x00\x1b[2Jb'))]));
    expect(runProtocol(tls, [[0, bytes(record(22, hello(0x0303, [1], evil)))]]).records).toMatchObject([{ serverName: 'a\\x00\\x1b[2Jb' }]);
  });

  it('survives truncation at every byte', () => {
    const stream = bytes(record(22, clientHello));
    for (let length = 0; length < stream.length; length++) expect(runProtocol(tls, [[0, stream.slice(0, length)]]).records).toEqual([]);
    for (let length = 0; length < clientHello.length - 4; length++)
      expect(runProtocol(tls, [[0, bytes(record(22, message(1, clientHello.slice(4, 4 + length))))]]).records).toHaveLength(1);
  });

  describe('certificates', () => {
    const u24 = (value: number): number[] => [value >> 16, ...u16(value & 0xffff)];
    const sized24 = (content: number[]): number[] => [...u24(content.length), ...content];
    const shown = message(11, sized24([...sized24([...ellipticCertificate]), ...sized24([...oldCertificate])]));
    const script: Delivery[] = [
      handshake12[0]!,
      [1, bytes(record(22, [...server12, ...shown, ...message(14, [])]))],
      [
        0,
        bytes(record(22, message(11, sized24(sized24([...oldCertificate])))), record(22, message(16, [1, 2, 3])), changeCipher, finished),
      ],
      handshake12[3]!,
    ];
    const { records, weirds } = runProtocol(tls, script);

    it('has a row for each of the chain, of server and client', () => {
      expect(records.map((row) => [row['record'], row['packet'], row['position'], row['isClient'], row['commonName']])).toEqual([
        ['x509', 2, 0, false, 'example.com'],
        ['x509', 2, 1, false, 'short'],
        ['x509', 3, 0, true, 'short'],
        ['tls', 2, undefined, undefined, undefined],
      ]);
      expect(weirds).toEqual({});
    });

    it("tells of the server's own in the handshake", () => {
      const [own, next] = records;
      expect(records[3]).toMatchObject({
        serverSubject: own!['subject'],
        serverNotAfter: own!['notAfter'],
        serverSha1: own!['sha1'],
        selfSigned: true,
        certificates: [own!['sha256'], next!['sha256']],
        resumed: false,
        established: true,
      });
    });

    it('gives the same rows wherever segments are cut', () => {
      for (const pieceBytes of [1, 7, 100]) {
        const cut = runProtocol(tls, script, { pieceBytes });
        expect(cut.records).toEqual(records);
      }
    });

    it('passes over a chain of which bytes are missing', () => {
      const server = bytes(record(22, [...server12, ...shown, ...message(14, [])]));
      const at = server.length - 300;
      const { records: rows } = runProtocol(tls, [
        script[0]!,
        [1, server.subarray(0, at)],
        [1, 100],
        [1, server.subarray(at + 100)],
        ...script.slice(2),
      ]);
      expect(rows.map((row) => [row['record'], row['isClient']])).toEqual([['x509', true], ['tls', undefined]]); // prettier-ignore
      expect(rows[1]).toMatchObject({ resumed: false, established: true, certificates: [] });
    });

    it('says where one is broken, and tells of those before it', () => {
      const broken = message(11, sized24([...sized24([...oldCertificate]), ...sized24([0x30, 1])]));
      const run = runProtocol(tls, [script[0]!, [1, bytes(record(22, [...server12, ...broken]))]]);
      expect(run.records).toMatchObject([{ record: 'x509', position: 0 }, { record: 'tls' }]);
      expect(run.weirds).toEqual({ x509_bad_certificate: 1 });
    });

    it('never throws (5,000 mutants)', () => {
      for (const mutant of mutants(script[1]![1] as Uint8Array, 5000))
        expect(() => runProtocol(tls, [script[0]!, [1, mutant]])).not.toThrow();
    });
  });

  it('never throws (20,000 mutants)', () => {
    const client = handshake12[0]![1] as Uint8Array;
    const server = handshake12[1]![1] as Uint8Array;
    for (const mutant of mutants(client, 10_000))
      expect(() => runProtocol(tls, [[0, mutant], handshake12[1]!], { pieceBytes: 40 })).not.toThrow();
    for (const mutant of mutants(server, 10_000))
      expect(() => runProtocol(tls, [handshake12[0]!, [1, mutant]], { pieceBytes: 40 })).not.toThrow();
  });
});

describe('tls probe', () => {
  const probe = (stream: Uint8Array) => tls.probe('tcp', 0, stream, 0, stream.length, 40_000, 9999);

  it('knows a hello on any port, and waits for six bytes', () => {
    const stream = bytes(record(22, clientHello));
    for (let length = 0; length < 6; length++) expect(probe(stream.slice(0, length))).toBe('more');
    expect(probe(stream)).toBe('yes');
    expect(probe(bytes(record(22, server12)))).toBe('yes');
  });

  it('does not take other records or protocols for a hello', () => {
    expect(probe(bytes(data))).toBe('no');
    expect(probe(bytes(record(22, certificate)))).toBe('no');
    expect(probe(textBytes('GET / HTTP/1.1'))).toBe('no');
  });
});

describe('fingerprints', () => {
  const plain = {
    random: new Uint8Array(32),
    hasEncryptedHello: false,
    supportedVersions: [],
    signatureAlgorithms: [],
    serverName: null,
    alpn: [],
    firstAlpn: null,
  };

  it('gives the JA3 of its published example', () => {
    const example = {
      ...plain,
      version: 769,
      ciphers: [47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4],
      extensions: [0, 10, 11],
      groups: [23, 24, 25],
      pointFormats: [0],
    };
    expect(ja3(example, testPlatform)).toBe('ada70206e40642a3e4461f35503241d5');
    const greased = { ...example, ciphers: [0x0a0a, ...example.ciphers], extensions: [0xfafa, 0, 10, 11], groups: [0x3a3a, 23, 24, 25] };
    expect(ja3(greased, testPlatform)).toBe('ada70206e40642a3e4461f35503241d5');
  });

  it('gives JA3S as the MD5 of version, cipher and extensions', () => {
    const example = {
      legacyVersion: 769,
      version: 769,
      cipher: 47,
      extensions: [65281, 0, 11, 35, 5, 16],
      alpn: null,
      isRetry: false,
      isPskAccepted: false,
    };
    // MD5 of "769,47,65281-0-11-35-5-16"
    expect(ja3s(example, testPlatform)).toBe('836ce314215654b5b1f85f97c73e506f');
  });

  it('gives the JA4 of its published example', () => {
    const hex = (values: string): number[] => values.split(',').map((value) => parseInt(value, 16));
    const example = {
      ...plain,
      version: 0x0303,
      supportedVersions: [0xaaaa, 0x0304, 0x0303],
      ciphers: hex('2a2a,1301,1302,1303,c02b,c02f,c02c,c030,cca9,cca8,c013,c014,009c,009d,002f,0035'),
      extensions: hex('1a1a,001b,0000,0033,0010,4469,0017,002d,000d,0005,0023,0012,002b,ff01,000b,000a,0015'),
      signatureAlgorithms: hex('0403,0804,0401,0503,0805,0501,0806,0601'),
      groups: [],
      pointFormats: [],
      firstAlpn: textBytes('h2'),
    };
    expect(ja4(example, testPlatform)).toBe('t13d1516h2_8daaf6152771_e5627efa2ab1');
  });

  it('writes JA4 of a bare hello with zeros', () => {
    const bare = { ...plain, version: 0x0301, ciphers: [], extensions: [], groups: [], pointFormats: [] };
    expect(ja4(bare, testPlatform)).toBe('t10i000000_000000000000_000000000000');
    expect(ja4({ ...bare, firstAlpn: Uint8Array.of(0xab, 0xcd) }, testPlatform)).toMatch(/^t10i0000ad_/);
  });
});
