import { describe, expect, it } from 'vitest';
import { addressOfKey, isPrivate, isUnicast, keyOfAddress } from './address-key.ts';
import { DistinctCount } from './distinct-count.ts';
import { Peers } from './peers.ts';
import { addressOfReverseName } from './tellers.ts';
import { formatIp, parseIp } from '@wirecase/contract';

describe('peers', () => {
  it('are exact up to 32', () => {
    const peers = new Peers();
    for (let i = 0; i < 32; i++) for (let j = 0; j <= i; j++) peers.add(i, 1, 10);
    expect(peers.size).toBe(32);
    expect(peers.top(2)).toEqual([
      [31, { flows: 32, bytes: 320 }],
      [30, { flows: 31, bytes: 310 }],
    ]);
  });

  it('beyond are counted to a few percent, and the greatest are kept', () => {
    const peers = new Peers();
    for (let i = 0; i < 5000; i++) peers.add(i, 1, i === 4000 ? 1_000_000 : i % 7);
    expect(peers.size / 5000).toBeCloseTo(1, 1);
    expect(peers.top(1)[0]![0]).toBe(4000);
  });
});

describe('a distinct count', () => {
  it.each([1, 10, 1000, 20_000])('of %i is near it, however often each comes', (different) => {
    const count = new DistinctCount(1 << 16);
    for (let round = 0; round < 3; round++) for (let i = 0; i < different; i++) count.add(Math.imul(i, 2654435761) >>> 0);
    expect(count.estimate / different).toBeCloseTo(1, 1);
  });
});

describe('addresses', () => {
  it.each(['10.0.0.1', '255.1.2.3', '2001:db8::1', 'fe80::ffff:1'])('%s is the same from its key', (ip) => {
    expect(formatIp(addressOfKey(keyOfAddress(parseIp(ip)!)))).toBe(ip);
  });

  it.each([
    ['0.0.0.0', false],
    ['224.0.0.1', false],
    ['255.255.255.255', false],
    ['::', false],
    ['ff02::1', false],
    ['10.0.0.255', true],
    ['::1', true],
  ])('%s may be a host: %s', (ip, expected) => expect(isUnicast(parseIp(ip)!)).toBe(expected));

  it.each([
    ['172.16.0.1', true],
    ['172.32.0.1', false],
    ['100.64.0.1', true],
    ['8.8.8.8', false],
    ['fd00::1', true],
    ['2001:db8::1', false],
    ['::1', true],
  ])('%s is private: %s', (ip, expected) => expect(isPrivate(parseIp(ip)!)).toBe(expected));

  it('are found in names for reverse look-ups', () => {
    expect(formatIp(addressOfReverseName('4.3.2.1.in-addr.arpa')!)).toBe('1.2.3.4');
    const nibbles = `1${'.0'.repeat(23)}.8.b.d.0.1.0.0.2`;
    expect(formatIp(addressOfReverseName(`${nibbles}.ip6.arpa`)!)).toBe('2001:db8::1');
    expect(addressOfReverseName('300.3.2.1.in-addr.arpa')).toBeNull();
    expect(addressOfReverseName('www.example.test')).toBeNull();
  });
});
