import type { Expectation } from '@wirecase/contract';
import { describe, expect, it } from 'vitest';
import { Expectations } from './expectations.ts';

const ip = Uint8Array.of(10, 0, 0, 2);
const nothing = new Uint8Array(0);
const at = (port: number, more: Partial<Expectation> = {}): Expectation =>
  ({ transport: 'udp', ip, port, protocol: 'rtp', create: () => ({ data: () => true, gap: () => true, end: () => {} }), ...more }); // prettier-ignore
const take = (expectations: Expectations, port: number, seconds = 0, bytes: Uint8Array = nothing) =>
  expectations.take('udp', ip, port, seconds, bytes, 0, bytes.length);

describe('expectations', () => {
  it('are for one flow at their end', () => {
    const expectations = new Expectations();
    const announced = at(4000);
    expectations.add(announced, 100);
    expect(expectations.has(4000)).toBe(true);
    expect(take(expectations, 4001, 100)).toBeUndefined();
    expect(expectations.take('tcp', ip, 4000, 100, nothing, 0, 0)).toBeUndefined();
    expect(take(expectations, 4000, 100)).toBe(announced);
    expect(take(expectations, 4000, 100)).toBeUndefined();
    expect(expectations.has(4000)).toBe(false);
  });

  it('hold for five minutes of packet time', () => {
    const expectations = new Expectations();
    const announced = at(4000);
    expectations.add(announced, 100);
    expect(take(expectations, 4000, 400)).toBe(announced);
    expectations.add(announced, 100);
    expect(take(expectations, 4000, 401)).toBeUndefined();
    expect(expectations.has(4000)).toBe(false);
  });

  it('wait for what they accept', () => {
    const expectations = new Expectations();
    const announced = at(4000, { accepts: (bytes, start, end) => end - start > 1 && bytes[start] === 0x80 });
    expectations.add(announced, 100);
    expect(take(expectations, 4000, 100, Uint8Array.of(0x12, 0x34))).toBeUndefined();
    expect(take(expectations, 4000, 100, Uint8Array.of(0x80, 0))).toBe(announced);
  });

  it('are so many at once, the oldest is forgotten', () => {
    const expectations = new Expectations();
    for (let port = 1; port <= 4097; port++) expectations.add(at(port), 0);
    expect([1, 2, 4097].map((port) => expectations.has(port))).toEqual([false, true, true]);
  });
});
