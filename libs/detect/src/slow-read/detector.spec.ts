import { describe, expect, it } from 'vitest';
import { ContactScript } from '../contact-script.fixture.ts';
import { type FlowView, optionValues } from '../detector.ts';
import { slowRead } from './detector.ts';

const script = () => new ContactScript((context) => slowRead.create(context, optionValues(slowRead.options)));
const [attacker, victim] = ['203.0.113.9', '10.0.0.2'];

/** `count` connections whose windows close within a second. */
function stall(count: number, run = script()): { run: ContactScript; flows: FlowView[] } {
  const flows = Array.from({ length: count }, () => {
    const flow = run.at(run.seconds + 1 / count).syn(attacker, victim, 80);
    run.stalled(flow);
    return flow;
  });
  return { run, flows };
}

describe('connections with a closed window', () => {
  it('are an attack when fifty are, and half of them have been for two seconds', () => {
    const { run, flows } = stall(50);
    run.at(2.4);
    expect(run.open()).toEqual([]);
    run.at(2.6);
    expect(run.open()).toMatchObject([{ detectedAt: 2_600_000_000n }]);
    run.at(20);
    for (const flow of flows) run.closed(flow);
    expect(run.findings).toMatchObject([
      {
        alertClass: 'dos.slow',
        start: 20_000_000n,
        end: 20_000_000_000n,
        entities: [
          { role: 'attacker', ip: attacker },
          { role: 'victim', ip: victim },
        ],
        evidence: { metric: 'connections with a closed window', value: 50, threshold: 50, window: 2, packets: { length: 50 } },
      },
    ]);
    expect(run.finish()).toHaveLength(1);
  });

  it('are none below fifty', () => {
    const { run } = stall(49);
    run.at(60);
    expect(run.finish()).toEqual([]);
  });

  it.each(['resumed', 'closed', 'ended'] as const)('are none when they are %s within two seconds', (how) => {
    const { run, flows } = stall(200);
    run.at(2);
    for (const flow of flows) {
      if (how === 'ended') run.ended(flow, 0);
      else run[how](flow);
    }
    run.at(60);
    expect(run.finish()).toEqual([]);
  });

  it('are none when each is closed for long and few at once', () => {
    const run = script();
    for (let i = 0; i < 500; i++) {
      const flow = run.at(i).syn(attacker, victim, 80);
      run.stalled(flow);
      run.at(i + 0.5).resumed(flow);
    }
    expect(run.finish()).toEqual([]);
  });

  it('are counted for each source, host and port alone', () => {
    const run = script();
    for (let i = 0; i < 90; i++) run.stalled(run.at(i / 100).syn(`203.0.113.${i}`, victim, 80));
    for (let i = 0; i < 90; i++) run.stalled(run.at(1 + i / 100).syn(attacker, victim, 80 + (i % 2)));
    run.at(60);
    expect(run.finish()).toEqual([]);
  });

  it('are told of again after they were read', () => {
    const { run, flows } = stall(60);
    run.at(5);
    for (const flow of flows) run.resumed(flow);
    stall(50, run.at(100));
    run.at(110);
    expect(run.finish()).toMatchObject([{ evidence: { value: 60 } }, { start: 100_020_000_000n, evidence: { value: 50 } }]);
  });

  it('are bounded', () => {
    const run = script();
    for (let i = 0; i < 200_000; i++) run.stalled(run.at(i / 100_000).syn(attacker, `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, 80));
    expect(run.finish()).toEqual([]);
  });
});
