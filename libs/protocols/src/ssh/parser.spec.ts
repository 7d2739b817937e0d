import { mutants, runProtocol, textBytes, type Delivery } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { ssh } from './parser.ts';

/** What OpenSSH 9.2p1 of Debian 12 offers, as tshark prints it for e2e/traces/ssh.pcap. */
const kex =
  'sntrup761x25519-sha512,sntrup761x25519-sha512@openssh.com,curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,' +
  'ecdh-sha2-nistp384,ecdh-sha2-nistp521,diffie-hellman-group-exchange-sha256,diffie-hellman-group16-sha512,' +
  'diffie-hellman-group18-sha512,diffie-hellman-group14-sha256';
const ciphers = 'chacha20-poly1305@openssh.com,aes128-ctr,aes192-ctr,aes256-ctr,aes128-gcm@openssh.com,aes256-gcm@openssh.com';
const macs =
  'umac-64-etm@openssh.com,umac-128-etm@openssh.com,hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,' +
  'hmac-sha1-etm@openssh.com,umac-64@openssh.com,umac-128@openssh.com,hmac-sha2-256,hmac-sha2-512,hmac-sha1';

const u32 = (value: number): number[] => [value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255];
const packet = (payload: number[]): number[] => [...u32(payload.length + 5), 4, ...payload, 0, 0, 0, 0];
/** RFC 4253 7.1. */
const kexInit = (...lists: string[]): number[] =>
  packet([20, ...Array<number>(16).fill(7), ...lists.flatMap((list) => [...u32(list.length), ...textBytes(list)]), 0, 0, 0, 0, 0]);
const bytes = (...parts: (string | number[])[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...textBytes(part)] : part)));

const clientBanner = 'SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\r\n';
const clientOffer = kexInit(
  `${kex},ext-info-c,kex-strict-c-v00@openssh.com`,
  'ssh-ed25519,rsa-sha2-512',
  ciphers,
  ciphers,
  macs,
  macs,
  'none,zlib@openssh.com,zlib',
  'none,zlib@openssh.com,zlib',
  '',
  '',
);
const serverOffer = kexInit(
  `${kex},kex-strict-s-v00@openssh.com`,
  'rsa-sha2-512,ssh-ed25519',
  ciphers,
  ciphers,
  macs,
  macs,
  'none,zlib@openssh.com',
  'none,zlib@openssh.com',
  '',
  '',
);
const encrypted = Array<number>(64).fill(0x99);
const connection: Delivery[] = [
  [0, bytes(clientBanner)],
  [1, bytes(clientBanner)],
  [0, bytes(clientOffer)],
  [1, bytes(serverOffer, encrypted)],
  [0, bytes(encrypted)],
];

describe('ssh', () => {
  it('tells versions, fingerprints and what both settle on', () => {
    const { records, weirds, wantsMore } = runProtocol(ssh, connection);
    expect(records).toMatchObject([
      {
        packet: 4,
        client: 'SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10',
        server: 'SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10',
        // As tshark has them.
        hassh: '472b5de333ad665af5cbf10ff892c4df',
        hasshServer: '425d29fe50d8e4f5e37efb6e24bcf660',
        version: 2,
        kexAlgorithm: 'sntrup761x25519-sha512',
        hostKeyAlgorithm: 'ssh-ed25519',
        cipher: 'chacha20-poly1305@openssh.com',
        mac: 'umac-64-etm@openssh.com',
        compression: 'none',
        serverHostKeyAlgorithms: ['rsa-sha2-512', 'ssh-ed25519'],
      },
    ]);
    expect(weirds).toEqual({});
    expect(wantsMore).toEqual([false, false]);
  });

  describe('a login', () => {
    const newKeys = packet([21]);
    /** Sizes of messages after the keys were taken into use: positive from the client, negative from the server. */
    const login = (...sizes: number[]) =>
      runProtocol(ssh, [
        ...connection.slice(0, 3),
        [1, bytes(serverOffer, packet([31, 0]), newKeys)],
        [0, bytes(packet([30, 0]), newKeys)],
        ...sizes.map((size): Delivery => [size > 0 ? 0 : 1, new Uint8Array(Math.abs(size)).fill(0x99)]),
      ]);
    /** Extension info; service request and accept, `none` and its refusal. */
    const begin = [-180, 44, -44, 60, -60];

    it('that succeeds is told by an answer 16 bytes shorter than the first', () => {
      const { records, logins, wantsMore } = login(...begin, 148, -28, 500, -500);
      expect(logins).toEqual([{ user: null, outcome: 'success', isClear: false }]);
      expect(records).toMatchObject([{ authSuccess: true, authAttempts: 1, packet: 4 }]);
      expect(wantsMore).toEqual([false, false]);
    });

    it('that fails is told by an answer that comes again', () => {
      const { records, logins } = login(...begin, 148, -60, 148, -60, 148, -28);
      expect(logins.map(({ outcome }) => outcome)).toEqual(['failure', 'failure', 'success']);
      expect(records).toMatchObject([{ authSuccess: true, authAttempts: 3 }]);
    });

    it('is read behind a banner and between questions', () => {
      const { logins } = login(-180, 44, -44, 60, -900, -60, 148, -76, 92, -60, 148, -76, 92, -60);
      expect(logins).toHaveLength(2);
    });

    it('that is given up after the first refusal has failed', () => {
      expect(login(...begin).logins).toEqual([{ user: null, outcome: 'failure', isClear: false }]);
    });

    it('that is not seen is unknown', () => {
      expect(login(-180).logins).toEqual([]);
      expect(login(44, -44).records).toMatchObject([{ authSuccess: null, authAttempts: 0 }]);
    });
  });

  it('gives the same record wherever segments are cut', () => {
    const whole = runProtocol(ssh, connection);
    for (let cutAt = 1; cutAt < clientOffer.length; cutAt++) {
      expect(runProtocol(ssh, connection, { cutAt }).records, `${cutAt}`).toEqual(whole.records);
    }
    for (const pieceBytes of [1, 2, 7]) expect(runProtocol(ssh, connection, { pieceBytes }).records).toEqual(whole.records);
  });

  it('skips lines before the version of a server, and messages that may come before the offer', () => {
    const { records } = runProtocol(ssh, [
      [0, bytes(clientBanner, packet([2, 0, 0, 0, 0]), clientOffer)],
      [1, bytes('No entry\r\nSSH-1.99-Cisco-1.25\n', serverOffer)],
    ]);
    expect(records).toMatchObject([{ server: 'SSH-1.99-Cisco-1.25', version: 2, hassh: '472b5de333ad665af5cbf10ff892c4df' }]);
  });

  it('tells of version 1 and of a connection with one side only', () => {
    expect(
      runProtocol(ssh, [
        [1, bytes('SSH-1.5-old\n', encrypted)],
        [0, bytes('SSH-1.5-client\n')],
      ]).records,
    ).toMatchObject([{ version: 1, client: 'SSH-1.5-client', server: 'SSH-1.5-old', hassh: null, cipher: null }]);
    expect(runProtocol(ssh, [[1, bytes(clientBanner, serverOffer)]]).records).toMatchObject([
      { client: null, hassh: null, hasshServer: '425d29fe50d8e4f5e37efb6e24bcf660', kexAlgorithm: null },
    ]);
  });

  it('stops at a gap and at a packet that is none', () => {
    const cut = runProtocol(ssh, [[0, bytes(clientBanner)], [0, 100], [0, bytes(clientOffer)], connection[1]!]);
    expect(cut.records).toMatchObject([{ hassh: null }]);
    expect(runProtocol(ssh, [[0, bytes(clientBanner, 'GET / HTTP/1.1\r\n\r\n')]]).weirds).toEqual({ ssh_bad_packet: 1 });
    expect(runProtocol(ssh, [[0, bytes(clientBanner, packet([20, ...Array<number>(30).fill(255)]))]]).weirds).toEqual({
      ssh_bad_kexinit: 1,
    });
  });

  it('cleans and bounds a version string and gives up an endless one', () => {
    const { records, weirds } = runProtocol(ssh, [[1, bytes(`SSH-2.0-\x1b[31m${'x'.repeat(400)}\n`)]]);
    expect(String(records[0]!['server'])).toHaveLength(255);
    expect(String(records[0]!['server'])).not.toContain('\x1b');
    expect(weirds).toEqual({ ssh_banner_too_long: 1 });
    expect(runProtocol(ssh, [[1, bytes(`SSH-2.0-${'x'.repeat(50_000)}`)]]).records).toEqual([]);
    expect(runProtocol(ssh, [[1, bytes('motd\n'.repeat(100))]]).wantsMore[1]).toBe(false);
  });

  it('takes any bytes', () => {
    for (const mutant of mutants(bytes(clientBanner, clientOffer), 3000)) {
      expect(runProtocol(ssh, [[0, mutant], connection[1]!, connection[3]!]).records.length).toBeLessThan(2);
    }
  });

  it.each([
    ['a version', 'SSH-2.0-x\r\n', 'yes'],
    ['its begin', 'SSH', 'more'],
    ['another word', 'SSX', 'no'],
    ['no number', 'SSH-x', 'no'],
  ])('judges %s', (_name, text, answer) => {
    const all = bytes(text);
    expect(ssh.probe('tcp', 0, all, 0, all.length, 40_000, 443)).toBe(answer);
  });
});
