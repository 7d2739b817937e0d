import { describe, expect, it } from 'vitest';
import { ContactScript } from '../contact-script.fixture.ts';
import { optionValues } from '../detector.ts';
import { macFlood } from './detector.ts';

const script = () => new ContactScript((context) => macFlood.create(context, optionValues(macFlood.options)));
const mac = (i: number): number => 0x0200_0000_0000 + i * 7919;

/** `count` frames from as many addresses, `interval` seconds apart. */
function frames(count: number, interval: number, run = script()): ReturnType<typeof script> {
  for (let i = 0; i < count; i++) {
    const source = `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`;
    run.macs.set(source, mac(i));
    run.at(run.seconds + interval).syn(source, '10.9.9.9', 80);
  }
  return run;
}

describe('MAC flooding', () => {
  it('is silent at 399 new addresses and told at the 400th', () => {
    expect(frames(399, 0.001).finish()).toEqual([]);
    expect(frames(400, 0.001).finish()).toMatchObject([
      {
        alertClass: 'flood.mac',
        start: 1_000_000n,
        detectedAt: 400_000_000n,
        entities: Array.from({ length: 8 }, () => ({ role: 'attacker', mac: expect.any(String) })),
        evidence: { value: 400, threshold: 400, window: 5 },
      },
    ]);
  });

  it('is one finding as long as it goes on, and is told while it does', () => {
    const run = frames(5000, 0.001);
    // A few addresses share their bit with one that was seen.
    expect(run.open()[0]!.evidence.value).toBeGreaterThan(4950);
    expect(run.finish()).toHaveLength(1);
  });

  it('is no network of 1,000 hosts that come up over a minute', () => {
    expect(frames(1000, 0.06).finish()).toEqual([]);
  });

  it('is no busy host', () => {
    const run = script();
    run.macs.set('10.0.0.1', mac(1));
    for (let i = 0; i < 5000; i++) run.at(i / 1000).syn('10.0.0.1', '10.9.9.9', 80);
    expect(run.finish()).toEqual([]);
  });

  it('hears ARP too', () => {
    const run = script();
    for (let i = 0; i < 400; i++) run.at(i / 1000).arpRequest(mac(i), '10.0.0.1', '10.0.0.2');
    expect(run.finish()).toHaveLength(1);
  });

  it('hears frames of no flow', () => {
    const run = script();
    for (let i = 0; i < 400; i++) run.at(i / 1000).stray(mac(i));
    expect(run.finish()).toHaveLength(1);
  });

  it('goes on for hours', () => {
    expect(frames(700_000, 0.001).finish()).toHaveLength(1);
  });
});
