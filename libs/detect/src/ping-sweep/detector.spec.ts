import { describe, expect, it } from 'vitest';
import { ContactScript } from '../contact-script.fixture.ts';
import { type Finding, optionValues } from '../detector.ts';
import { pingSweep } from './detector.ts';

const script = () => new ContactScript((context) => pingSweep.create(context, optionValues(pingSweep.options)));
const source = '203.0.113.9';

/** `count` hosts are pinged, one every `interval` seconds; the first `alive` answer. */
function sweep(count: number, interval: number, alive = 0): Finding[] {
  const run = script();
  for (let i = 0; i < count; i++) {
    const flow = run.at(i * interval).echo(source, `10.0.0.${i + 1}`);
    if (i < alive) run.at(i * interval + 0.001).answered(flow);
  }
  return run.finish();
}

describe('ping sweep', () => {
  it('is silent at five silent hosts', () => {
    expect(sweep(5, 0.1)).toEqual([]);
  });

  it('fires at the sixth, three quarters of a second after its ping', () => {
    const findings = sweep(30, 0.1);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      alertClass: 'scan.ping',
      techniques: ['T1018', 'T1595.001'],
      detectedAt: 1_250_000_000n,
      confidence: 0.9,
      evidence: { value: 30, threshold: 6, window: 60 },
    });
    expect(findings[0]!.entities.slice(0, 2)).toEqual([
      { role: 'attacker', ip: source },
      { role: 'victim', ip: '10.0.0.1' },
    ]);
  });

  it('fires at the sixth that a router refuses, at once', () => {
    const run = script();
    for (let i = 0; i < 30; i++) {
      const flow = run.at(i / 100).echo(source, `10.0.0.${i + 1}`);
      run.at(i / 100 + 0.002).refused(flow);
      run.refused(flow);
    }
    expect(run.finish()).toMatchObject([{ detectedAt: 52_000_000n, evidence: { value: 30 } }]);
  });

  it('counts those that answered, and needs more that did not', () => {
    expect(sweep(13, 0.1, 7)).toEqual([]);
    expect(sweep(11, 0.1, 5)).toHaveLength(1);
  });
});

describe('quiet traffic', () => {
  it('one host that is pinged for an hour and is down', () => {
    const run = script();
    for (let i = 0; i < 3600; i++) run.at(i).echo(source, '10.0.0.1');
    expect(run.finish()).toEqual([]);
  });

  it('a monitor of sixty hosts, some of them down', () => {
    const run = script();
    for (let round = 0; round < 5; round++) {
      for (let i = 0; i < 60; i++) {
        const flow = run.at(round * 120 + i / 2).echo(source, `10.0.0.${i + 1}`);
        if (i % 3 !== 1) run.at(round * 120 + i / 2 + 0.01).answered(flow);
      }
    }
    expect(run.finish()).toEqual([]);
  });

  it('a monitor of fifty hosts by satellite, which answer after 0.6 to 0.7 s', () => {
    const run = script();
    const pings = Array.from({ length: 50 }, (_, i) => ({ flow: run.at(i / 1000).echo(source, `10.0.0.${i + 1}`), seconds: i / 1000 }));
    pings.forEach(({ flow, seconds }, i) => run.at(seconds + 0.6 + i / 500).answered(flow));
    expect(run.finish()).toEqual([]);
  });

  it('pings of groups of hosts', () => {
    const run = script();
    for (let i = 0; i < 20; i++) run.at(i).echo(source, `224.0.0.${i + 1}`);
    expect(run.finish()).toEqual([]);
  });
});
