import { createCipheriv } from 'node:crypto';
import { formatHex } from '@wirecase/contract';
import { hexBytes, mutants, runProtocol, testPlatform, textBytes, type Delivery } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { InitialKeys } from './initial-keys.ts';
import { quic } from './parser.ts';
import { versionOf } from './versions.ts';

// RFC 9001 appendix A.
const clientId = '8394c8f03e515708';
const clientFrame = hexBytes(`
  060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e868
  04fe3a47f06a2b69484c00000413011302010000c000000010000e00000b6578
  616d706c652e636f6dff01000100000a00080006001d00170018001000070005
  04616c706e000500050100000000003300260024001d00209370b2c9caa47fba
  baf4559fedba753de171fa71f50f1ce15d43e994ec74d748002b000302030400
  0d0010000e0403050306030203080408050806002d00020101001c0002400100
  3900320408ffffffffffffffff05048000ffff07048000ffff08011001048000
  75300901100f088394c8f03e51570806048000ffff`);
const clientHello = clientFrame.slice(4);
const serverPayload = hexBytes(`
  02000000000600405a020000560303eefce7f7b37ba1d1632e96677825ddf739
  88cfc79825df566dc5430b9a045a1200130100002e00330024001d00209d3c94
  0d89690b84d08a60993c144eca684d1081287c834d5311bcf32bb9da1a002b00
  020304`);

interface Initial {
  version?: number;
  destination?: string;
  source?: string;
  /** Destination id from which the keys follow. */
  keysOf?: string;
  side?: 0 | 1;
  number?: number;
  numberBytes?: number;
  payload: Uint8Array;
  /** Bytes of the payload with its padding. */
  padTo?: number;
  token?: string;
}

/** Protects an Initial as RFC 9001 5.3 and 5.4 say: the other way round than the parser. */
function seal(initial: Initial): Uint8Array {
  const {
    version = 1,
    destination = clientId,
    source = '',
    keysOf = clientId,
    side = 0,
    number = 2,
    numberBytes = 4,
    padTo = 0,
    token = '',
  } = initial;
  const keys = new InitialKeys(versionOf(version)!, hexBytes(keysOf), testPlatform).of(side);
  const payload = new Uint8Array(Math.max(padTo, initial.payload.length));
  payload.set(initial.payload);
  const type = versionOf(version)!.initialType << 4;
  const sized = (hex: string): number[] => [hex.length / 2, ...hexBytes(hex)];
  const length = numberBytes + payload.length + 16;
  const header = Uint8Array.of(
    0xc0 | type | (numberBytes - 1),
    ...[24, 16, 8, 0].map((shift) => (version >>> shift) & 255),
    ...sized(destination),
    ...sized(source),
    ...sized(token),
    0x40 | (length >> 8),
    length & 255,
    ...Array.from({ length: numberBytes }, (_, i) => (number >>> (8 * (numberBytes - 1 - i))) & 255),
  );
  const nonce = keys.iv.slice();
  for (let i = 0; i < numberBytes; i++) nonce[11 - i] = nonce[11 - i]! ^ header.at(-1 - i)!;
  const cipher = createCipheriv('aes-128-gcm', keys.key, nonce).setAAD(header);
  const sealed = Buffer.concat([cipher.update(payload), cipher.final(), cipher.getAuthTag()]);
  const mask = testPlatform.aes128Block(keys.headerKey, sealed.subarray(4 - numberBytes, 20 - numberBytes));
  header[0] = header[0]! ^ (mask[0]! & 15);
  for (let i = 0; i < numberBytes; i++) header[header.length - numberBytes + i] = header[header.length - numberBytes + i]! ^ mask[1 + i]!;
  return Uint8Array.of(...header, ...sealed);
}

const crypto = (from: number, to: number): number[] => [
  6,
  ...[0x80, 0, from >> 8, from & 255],
  ...[0x40 | ((to - from) >> 8), (to - from) & 255],
  ...clientHello.slice(from, to),
];
const client = seal({ payload: clientFrame, padTo: 1162 });
const server = seal({ side: 1, destination: '', source: 'f067a5502a4262b5', number: 1, numberBytes: 2, payload: serverPayload });
const run = (deliveries: Delivery[]) => runProtocol(quic, deliveries, { transport: 'udp', destinationPort: 443 });

const read = { serverName: 'example.com', alpn: ['alpn'], isDecrypted: true, clientRandom: formatHex(clientHello.slice(6, 38)) };

describe('keys of Initial packets', () => {
  const keysOf = (version: number) => {
    const keys = new InitialKeys(versionOf(version)!, hexBytes(clientId), testPlatform);
    return [keys.of(0), keys.of(1)].map(({ key, iv, headerKey }) => [key, iv, headerKey].map(formatHex));
  };

  it('are those of RFC 9001 A.1', () => {
    expect(keysOf(1)).toEqual([
      ['1f369613dd76d5467730efcbe3b1a22d', 'fa044b2f42a3fd3b46fb255c', '9f50449e04a0e810283a1e9933adedd2'],
      ['cf3a5331653c364c88f0f379b6067e37', '0ac1493ca1905853b0bba03e', 'c206b8d9b9f0f37644430b490eeaa314'],
    ]);
  });

  it('are those of RFC 9369 A.1 in version 2', () => {
    expect(keysOf(0x6b33_43cf)[0]).toEqual([
      '8b1a0bc121284290a29e0971b5cd045d',
      '91f73e2351d8fa91660e909f',
      '45b95e15235d6f45a6b19cbcb0294ba9',
    ]);
  });
});

describe('quic', () => {
  it('reads the packets of RFC 9001 A.2 and A.3', () => {
    // The packets made here are those of the RFC, as far as it was copied.
    expect(formatHex(client).slice(0, 64)).toBe('c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11');
    expect(formatHex(client).slice(-32)).toBe('e221af44860018ab0856972e194cd934');
    expect(formatHex(server).slice(0, 64)).toBe('cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a');
    const { records, weirds, wantsMore } = run([
      [0, client],
      [1, server],
    ]);
    expect(records).toMatchObject([
      {
        ...read,
        record: 'quic',
        packet: 2,
        version: '1',
        destinationId: clientId,
        serverId: 'f067a5502a4262b5',
        cipher: 'TLS_AES_128_GCM_SHA256',
        encryptedHello: false,
        userAgent: null,
      },
    ]);
    expect(records[0]!['ja4']).toMatch(/^q13d0211an_/);
    expect(records[0]!['ja3s']).toMatch(/^[0-9a-f]{32}$/);
    expect(weirds).toEqual({});
    expect(wantsMore).toEqual([true, false]);
  });

  it.each([
    [1, '1'],
    [0x6b33_43cf, '2'],
    [0xff00_001d, 'draft-29'],
    [0xff00_001b, 'draft-27'],
    [0xff00_0016, 'draft-22'],
    [0xface_b001, 'mvfst-1'],
    [0xface_b002, 'mvfst-2'],
    [0xface_b00e, 'mvfst-e'],
    [0x5430_3531, 'T051'],
  ])('reads version %s', (version, name) => {
    expect(run([[0, seal({ version, payload: clientFrame, padTo: 1162 })]]).records).toMatchObject([{ ...read, version: name }]);
  });

  it('puts the hello together from frames in any order, in one packet or several, in one datagram or several', () => {
    const parts = [crypto(200, clientHello.length), crypto(0, 50), crypto(50, 200)];
    const together = seal({ payload: Uint8Array.of(1, 0, 0, ...parts.flat()), padTo: 1100 });
    const packets = parts.map((part, number) => seal({ number, numberBytes: 1, payload: Uint8Array.from(part) }));
    const coalesced = Uint8Array.from(packets.flatMap((packet) => [...packet]));
    expect(run([[0, together]]).records).toMatchObject([read]);
    expect(run([[0, coalesced]]).records).toMatchObject([read]);
    expect(run(packets.map((packet): Delivery => [0, packet])).records).toMatchObject([{ ...read, packet: 3 }]);
  });

  it('reads the hello that is sent again after a Retry, whose keys follow from the new id', () => {
    const retry = hexBytes(`f0 00000001 00 08 f067a5502a4262b5 ${'00'.repeat(32)}`);
    const again = seal({
      destination: 'f067a5502a4262b5',
      keysOf: 'f067a5502a4262b5',
      token: '746f6b656e',
      payload: clientFrame,
      padTo: 1162,
    });
    expect(
      run([
        [0, seal({ payload: Uint8Array.from(crypto(0, 20)), padTo: 1162 })],
        [1, retry],
        [0, again],
      ]).records,
    ).toMatchObject([{ ...read, destinationId: clientId }]);
  });

  it('reads what a server answers in another version', () => {
    const answer = { version: 0x6b33_43cf, side: 1, destination: '', source: 'f067a5502a4262b5', payload: serverPayload } as const;
    expect(
      run([
        [0, client],
        [1, seal(answer)],
      ]).records,
    ).toMatchObject([{ ...read, version: '1', cipher: 'TLS_AES_128_GCM_SHA256', serverId: 'f067a5502a4262b5' }]);
    expect(
      run([
        [0, client],
        [1, seal({ ...answer, keysOf: '00' })],
      ]).records,
    ).toMatchObject([{ ...read, cipher: null }]);
  });

  it('knows who asks for a version that there is not, and reads what follows', () => {
    const asking = client.slice();
    asking.set([0x1a, 0x2a, 0x3a, 0x4a], 1);
    const negotiation = hexBytes(`80 00000000 00 08 ${clientId} 00000001`);
    expect(run([[0, asking]]).records).toMatchObject([{ version: 'reserved', isDecrypted: false }]);
    expect(
      run([
        [0, asking],
        [1, negotiation],
        [0, client],
      ]).records,
    ).toMatchObject([{ ...read, version: '1' }]);
  });

  it('finds out who is the client where the first packet seen is the server’s', () => {
    expect(
      run([
        [0, server],
        [1, client],
        [0, server],
      ]).records,
    ).toMatchObject([{ ...read, cipher: 'TLS_AES_128_GCM_SHA256', destinationId: clientId }]);
  });

  it('says that a handshake could not be read', () => {
    expect(run([[0, seal({ keysOf: '00', payload: clientFrame, padTo: 1162 })]]).records).toMatchObject([
      { version: '1', isDecrypted: false, serverName: null },
    ]);
    expect(run([[0, client.slice(0, 600)]]).records).toMatchObject([{ isDecrypted: false }]);
  });

  it('reads Google QUIC in clear', () => {
    const tags = (...list: [string, string][]): string => {
      let end = 0;
      const table = list.map(([tag, value]) => `${tag}${String.fromCharCode((end += value.length), 0, 0, 0)}`).join('');
      return `CHLO${String.fromCharCode(list.length)}\0\0\0${table}${list.map(([, value]) => value).join('')}`;
    };
    const hello = tags(['SNI\0', 'www.example.com'], ['UAID', 'Chrome/70']);
    const old = textBytes(`\x0d\x01\x02\x03\x04\x05\x06\x07\x08Q043\x01${'h'.repeat(12)}\xa0\x01\x04\0${hello}`);
    const newer = textBytes(`\xc3Q046\x50\x01\x02\x03\x04\x05\x06\x07\x08\0\0\0\x01${'h'.repeat(12)}\xa0\x01\x04\0${hello}`);
    for (const [datagram, version] of [
      [old, 'Q043'],
      [newer, 'Q046'],
    ] as const)
      expect(run([[0, datagram]]).records).toMatchObject([
        { version, isDecrypted: true, serverName: 'www.example.com', userAgent: 'Chrome/70', destinationId: '0102030405060708', ja3: null },
      ]);
  });

  it.each([
    ['a frame that ends early', [6, 0, 0x7f, 0xff], 'quic_bad_frame'],
    ['an acknowledgment that ends early', [2, 0, 0, 0x3f, 0], 'quic_bad_frame'],
    ['a hello longer than allowed', [6, 0x80, 0, 0x40, 0, 1, 9], 'quic_hello_too_long'],
  ])('says that there is %s', (_name, payload, weird) => {
    expect(run([[0, seal({ payload: Uint8Array.from(payload) })]]).weirds).toEqual({ [weird]: 1 });
  });

  it('passes over acknowledgments, also with ECN', () => {
    const frames = [3, 1, 0, 1, 0, 5, 6, 1, 2, 3, ...crypto(0, clientHello.length)];
    expect(run([[0, seal({ payload: Uint8Array.from(frames) })]]).records).toMatchObject([read]);
  });

  it('gives up after 32 datagrams, and tries at most 8 keys', () => {
    const wrong = seal({ keysOf: '00', payload: clientFrame });
    const { records, wantsMore } = run(Array.from({ length: 40 }, (): Delivery => [0, wrong]));
    expect(records).toMatchObject([{ isDecrypted: false }]);
    expect(wantsMore[0]).toBe(false);
    expect(run([...Array.from({ length: 9 }, (): Delivery => [0, wrong]), [0, client]]).records).toMatchObject([{ isDecrypted: false }]);
  });

  it('survives truncation, and never throws (1,500 mutants)', () => {
    for (let length = 0; length < client.length; length += 3) expect(() => run([[0, client.slice(0, length)]])).not.toThrow();
    for (const mutant of mutants(client, 500))
      expect(() =>
        run([
          [0, mutant],
          [1, server],
        ]),
      ).not.toThrow();
    // Behind the keys: frames and hello that were changed.
    for (const mutant of mutants(clientFrame, 500))
      expect(() =>
        run([
          [0, seal({ payload: mutant })],
          [1, server],
        ]),
      ).not.toThrow();
    for (const mutant of mutants(serverPayload, 500))
      expect(() =>
        run([
          [0, client],
          [1, seal({ side: 1, destination: '', payload: mutant })],
        ]),
      ).not.toThrow();
  });
});

describe('quic probe', () => {
  const probe = (datagram: Uint8Array) => quic.probe('udp', 0, datagram, 0, datagram.length, 40_000, 9999);

  it('knows packets of either side on any port', () => {
    expect(probe(client)).toBe('yes');
    expect(probe(server)).toBe('yes');
  });

  it('believes a reserved version of a whole first datagram only', () => {
    const asking = client.slice();
    asking.set([0x1a, 0x2a, 0x3a, 0x4a], 1);
    expect(probe(asking)).toBe('yes');
    expect(probe(asking.slice(0, 1199))).toBe('no');
    asking[0] = 0x80;
    expect(probe(asking)).toBe('no');
  });

  it('does not take other datagrams for QUIC', () => {
    expect(probe(hexBytes(`c0 00000002 08 ${clientId} 00 00 449e ${'00'.repeat(20)}`))).toBe('no');
    expect(probe(hexBytes(`40 ${'00'.repeat(30)}`))).toBe('no');
    expect(probe(hexBytes(`c0 00000001 21 ${'00'.repeat(40)}`))).toBe('no');
    expect(probe(textBytes('M-SEARCH * HTTP/1.1\r\n\r\n'))).toBe('no');
    expect(probe(new Uint8Array(0))).toBe('no');
  });
});
