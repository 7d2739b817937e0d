import type { Request } from 'express';
import { expect, test } from 'vitest';
import { clientAddress, isClientNetwork, isFrom } from './client-address.ts';

const from = (ip: string | undefined, remoteAddress = '192.0.2.9') =>
  clientAddress({ ip, socket: { remoteAddress } } as unknown as Request);

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::ffff:c000:201', '192.0.2.1'],
  ['2001:DB8:0:0::1', '2001:db8::1'],
  ['fe80::1%eth0', 'fe80::1'],
])('%s is %s', (ip, address) => expect(from(ip)).toBe(address));

test.each(['unknown', '_hidden', '192.0.2.1:80', '', "1'); DROP TABLE audit", undefined])(
  'what is no address (%s) leaves that of the connection',
  (ip) => {
    expect(from(ip)).toBe('192.0.2.9');
  },
);

test('a connection that is gone has no address, and is from no network', () => {
  expect(from(undefined, '')).toBe('::');
  expect(isFrom(['10.0.0.0/8', '2000::/3'], '::')).toBe(false);
});

test('an address is from any of the networks, and from everywhere when there are none', () => {
  expect(isFrom([], '192.0.2.1')).toBe(true);
  expect(isFrom(['10.0.0.0/8', '192.0.2.0/31'], '192.0.2.1')).toBe(true);
  expect(isFrom(['10.0.0.0/8', '192.0.2.0/31'], '192.0.2.2')).toBe(false);
  expect(isFrom(['192.0.2.1'], '192.0.2.1')).toBe(true);
  expect(isFrom(['2001:db8::/32'], '2001:db8:ffff::1')).toBe(true);
  expect(isFrom(['2001:db8::/32'], '2001:db9::1')).toBe(false);
});

test('neither version of addresses lies in a network of the other', () => {
  expect(isFrom(['::/0'], '192.0.2.1')).toBe(false);
  expect(isFrom(['0.0.0.0/0'], '2001:db8::1')).toBe(false);
});

test.each([
  ['10.0.0.0/8', true],
  ['2001:db8::1', true],
  ['::/0', true],
  ['10.0.0.0/33', false],
  ['10.0.0', false],
  ['host.example', false],
  ['::ffff:10.0.0.0/104', false],
  ['', false],
])('%s is a network of clients: %s', (text, is) => expect(isClientNetwork(text)).toBe(is));
