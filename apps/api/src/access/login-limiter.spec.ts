import { WirecaseError } from '@wirecase/contract';
import { expect, test } from 'vitest';
import { LoginLimiter } from './login-limiter.ts';

const MINUTE_MS = 60_000;

/** Guesses that reach the hash when someone tries `name` once a second for `seconds`. */
function guesses(limiter: LoginLimiter, clock: { now: number }, seconds: number, name = 'ann', address = '192.0.2.1'): number {
  let reached = 0;
  for (let second = 0; second < seconds; second++) {
    clock.now += 1000;
    if (attempt(limiter, name, address)) reached++;
  }
  return reached;
}

function attempt(limiter: LoginLimiter, name: string, address: string): boolean {
  try {
    limiter.attempt(name, address);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(WirecaseError);
    expect((error as WirecaseError).code).toBe('auth.too-many');
    return false;
  }
}

test('five failures in a row are free, the sixth has to wait a minute', () => {
  const clock = { now: 0 };
  const limiter = new LoginLimiter(() => clock.now);
  for (let i = 0; i < 5; i++) expect(attempt(limiter, 'ann', '192.0.2.1')).toBe(true);
  expect(attempt(limiter, 'ann', '192.0.2.1')).toBe(false);
  clock.now += MINUTE_MS;
  expect(attempt(limiter, 'ann', '192.0.2.1')).toBe(true);
});

test('the lock doubles: at most 50 guesses an hour reach the hash', () => {
  const clock = { now: 0 };
  const reached = guesses(new LoginLimiter(() => clock.now), clock, 3600);
  expect(reached).toBeGreaterThan(5);
  expect(reached).toBeLessThanOrEqual(50);
});

test('the name is the same account in any case, another name is not', () => {
  const limiter = new LoginLimiter(() => 0);
  for (let i = 0; i < 5; i++) attempt(limiter, 'Ann', '192.0.2.1');
  expect(attempt(limiter, 'ann', '192.0.2.2')).toBe(false);
  expect(attempt(limiter, 'bob', '192.0.2.2')).toBe(true);
});

test('an address gets 30 failures a minute over all names, an IPv6 /64 counts as one', () => {
  const limiter = new LoginLimiter(() => 0);
  for (let i = 0; i < 30; i++) expect(attempt(limiter, `user${i}`, `2001:db8:1:2::${i}`)).toBe(true);
  expect(attempt(limiter, 'other', '2001:db8:1:2::ffff')).toBe(false);
  expect(attempt(limiter, 'other', '2001:db8:1:3::1')).toBe(true);
});

test('a /64 counts as one in every spelling', () => {
  const limiter = new LoginLimiter(() => 0);
  for (let i = 0; i < 30; i++) expect(attempt(limiter, `user${i}`, `2001:db8::${(i + 1).toString(16)}`)).toBe(true);
  expect(attempt(limiter, 'other', '2001:db8::ffff')).toBe(false);
  expect(attempt(limiter, 'other', '2001:db8:0:0:1:2:3:4')).toBe(false);
  expect(attempt(limiter, 'other', '2001:db8:0:1::1')).toBe(true);
});

test('a right password takes the attempt back', () => {
  const limiter = new LoginLimiter(() => 0);
  for (let i = 0; i < 100; i++) {
    expect(attempt(limiter, 'ann', '192.0.2.1')).toBe(true);
    limiter.succeeded('ann', '192.0.2.1');
  }
});
