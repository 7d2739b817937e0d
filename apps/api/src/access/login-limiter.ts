import { WirecaseError, parseIp } from '@wirecase/contract';

const MINUTE_MS = 60_000;
/** Failures in a row that cost nothing but themselves. */
const FREE_FAILURES = 5;
const LONGEST_LOCK_MS = 15 * MINUTE_MS;
const FAILURES_PER_ADDRESS = 30;
/** Names and addresses remembered at most; the oldest is forgotten first. */
const CAPACITY = 50_000;

interface Account {
  failures: number;
  lockedUntilMs: number;
  lastMs: number;
}

/**
 * Slows guessing down (RELIABILITY A15, T45): five failures in a row lock an account for a minute, each further one doubles the lock up to
 * a quarter of an hour, which lets about a dozen guesses an hour reach the hash; an address gets 30 failures a minute over all names.
 * An attempt counts as a failure from its start until `succeeded` is called, so that parallel guesses gain nothing.
 * Kept in this process: each API process counts for itself.
 */
export class LoginLimiter {
  private readonly accounts = new Map<string, Account>();
  private readonly addresses = new Map<string, number[]>();
  private readonly nowMs: () => number;

  /** `nowMs`: a clock that is never set back (T16). */
  constructor(nowMs: () => number = () => performance.now()) {
    this.nowMs = nowMs;
  }

  /** Count an attempt, or throw `auth.too-many` saying when to come back. */
  attempt(name: string, address: string): void {
    const now = this.nowMs();
    const recent = (this.addresses.get(addressKey(address)) ?? []).filter((time) => now - time < MINUTE_MS);
    if (recent.length >= FAILURES_PER_ADDRESS) throw tooMany(recent[0]! + MINUTE_MS - now);
    const key = accountKey(name);
    const account = this.account(key, now);
    if (account.lockedUntilMs > now) throw tooMany(account.lockedUntilMs - now);
    account.failures += 1;
    account.lastMs = now;
    const over = account.failures - FREE_FAILURES;
    if (over >= 0) account.lockedUntilMs = now + Math.min(MINUTE_MS * 2 ** over, LONGEST_LOCK_MS);
    recent.push(now);
    remember(this.accounts, key, account);
    remember(this.addresses, addressKey(address), recent);
  }

  /** Take the last attempt back: the password was right. */
  succeeded(name: string, address: string): void {
    this.accounts.delete(accountKey(name));
    this.addresses.get(addressKey(address))?.pop();
  }

  /** What is known of the account; a lock's length of quiet after the longest lock forgets the failures. */
  private account(key: string, now: number): Account {
    const known = this.accounts.get(key);
    if (known && now - known.lastMs < 2 * LONGEST_LOCK_MS) return known;
    return { failures: 0, lockedUntilMs: 0, lastMs: now };
  }
}

function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > CAPACITY) map.delete(map.keys().next().value!);
}

function accountKey(name: string): string {
  return name.toLowerCase().slice(0, 64);
}

/** IPv6 hosts own a /64 at least: it counts as one address. */
function addressKey(address: string): string {
  const bytes = parseIp(address);
  return bytes?.length === 16 ? Buffer.from(bytes.subarray(0, 8)).toString('hex') : address;
}

function tooMany(waitMs: number): WirecaseError {
  return new WirecaseError('auth.too-many', `Wait ${Math.ceil(waitMs / 1000)} s before the next attempt.`);
}
