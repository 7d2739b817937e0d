import { describe, expect, it } from 'vitest';
import { ContactScript } from '../contact-script.fixture.ts';
import { type FlowView, optionValues } from '../detector.ts';
import { connectionExhaustion } from './detector.ts';

const script = () => new ContactScript((context) => connectionExhaustion.create(context, optionValues(connectionExhaustion.options)));
const [attacker, victim] = ['203.0.113.9', '10.0.0.2'];

/** `count` connections within a second, established and left alone. */
function hold(count: number, run = script()): { run: ContactScript; flows: FlowView[] } {
  const flows = Array.from({ length: count }, () => {
    const flow = run.at(run.seconds + 1 / count).syn(attacker, victim, 80);
    run.established(flow);
    return flow;
  });
  return { run, flows };
}

describe('connections held open', () => {
  it('are an attack when fifty are open and half of them have been for two seconds', () => {
    const { run } = hold(50);
    run.at(2.4);
    expect(run.open()).toEqual([]);
    run.at(2.6);
    run.at(20);
    expect(run.finish()).toMatchObject([
      {
        alertClass: 'dos.slow',
        detectedAt: 2_600_000_000n,
        entities: [
          { role: 'attacker', ip: attacker },
          { role: 'victim', ip: victim },
        ],
        evidence: { metric: 'connections held without service', value: 50, threshold: 50, window: 2 },
      },
    ]);
  });

  it('are none below fifty', () => {
    const { run } = hold(49);
    run.at(60);
    expect(run.finish()).toEqual([]);
  });

  it('are none when the server answers or has a whole request to answer, or when they are closed or end', () => {
    for (const end of ['served', 'requested', 'closed', 'ended'] as const) {
      const { run, flows } = hold(200);
      for (const flow of flows) {
        if (end === 'served') run.served(flow);
        else if (end === 'requested') run.requested(flow);
        else if (end === 'closed') run.closed(flow);
        else run.ended(flow, 0);
      }
      run.at(60);
      expect(run.finish()).toEqual([]);
    }
  });

  it('are none when the server is slow, yet answers one after the other', () => {
    const run = script();
    const flows = Array.from({ length: 60 }, () => run.syn(attacker, victim, 80));
    for (const flow of flows) run.established(flow);
    // Ten a second.
    for (let i = 0; i < 60; i++) run.at(i / 10).served(flows[i]!);
    expect(run.finish()).toEqual([]);
  });

  it('are an attack beside others of that source that are served', () => {
    const { run } = hold(100);
    for (let i = 0; i < 40; i++) {
      const flow = run.at(1 + i / 2).syn(attacker, victim, 80);
      run.established(flow);
      run.served(flow);
    }
    expect(run.finish()).toMatchObject([{ alertClass: 'dos.slow' }]);
  });

  it('end with the last of them', () => {
    const { run, flows } = hold(60);
    for (const seconds of [4, 10, 30]) run.at(seconds);
    for (const flow of flows) run.ended(flow, 0);
    expect(run.findings).toMatchObject([{ end: 30_000_000_000n }]);
    expect(run.open()).toEqual([]);
    expect(run.finish()).toHaveLength(1);
  });

  it.each([
    [30, 9, 0],
    [29, 9, 1],
    [60, 40, 1],
  ])('of which %d of sixty say their request after %d s: %d', (late, seconds, findings) => {
    const { run, flows } = hold(60);
    expect(run.at(3).open()).toHaveLength(1);
    run.at(seconds);
    for (const flow of flows.slice(0, late)) run.requested(flow);
    expect(run.finish()).toHaveLength(findings);
  });

  it('are an attack beside a load test that waits for the same server', () => {
    const { run } = hold(49);
    const flows = Array.from({ length: 200 }, () => run.at(1).syn(attacker, victim, 80));
    for (const flow of flows) run.established(flow);
    for (const flow of flows) run.requested(flow);
    expect(run.at(4).open()).toEqual([]);
    run.established(run.at(4).syn(attacker, victim, 80));
    run.at(5);
    expect(run.finish()).toMatchObject([{ evidence: { value: 50 } }]);
  });

  it('are not told of a burst that is served within a second', () => {
    const run = script();
    for (let round = 0; round < 20; round++) {
      const { flows } = hold(100, run);
      run.at(run.seconds + 0.4);
      for (const flow of flows) run.served(flow);
    }
    expect(run.finish()).toEqual([]);
  });

  it('are bounded', () => {
    const run = script();
    for (let i = 0; i < 200_000; i++) run.established(run.at(i / 100_000).syn(attacker, `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, 80));
    expect(run.finish()).toEqual([]);
  });
});
