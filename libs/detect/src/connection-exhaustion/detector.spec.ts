import { ContactScript, type ScriptFlow } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { type Finding, optionValues } from '../detector.ts';
import { connectionExhaustion } from './detector.ts';

const script = () =>
  new ContactScript<Finding>((context) => connectionExhaustion.create(context, optionValues(connectionExhaustion.options)));
const [attacker, victim] = ['203.0.113.9', '10.0.0.2'];

/** `count` connections within a second, established and left alone. */
function hold(count: number, run = script()): { run: ContactScript<Finding>; flows: ScriptFlow[] } {
  const flows = Array.from({ length: count }, () => {
    const flow = run.at(run.seconds + 1 / count).syn(attacker, victim, 80);
    run.established(flow);
    return flow;
  });
  return { run, flows };
}

describe('connections held open', () => {
  it('are an attack when forty are open and half of them have been for two seconds', () => {
    const { run } = hold(40);
    run.at(2.4);
    expect(run.findings).toEqual([]);
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
        evidence: { metric: 'connections held without service', value: 40, threshold: 40, window: 2 },
      },
    ]);
  });

  it('are none below forty', () => {
    const { run } = hold(39);
    run.at(60);
    expect(run.finish()).toEqual([]);
  });

  it('are none when the server answers, or when they are closed or end', () => {
    for (const end of ['served', 'closed', 'ended'] as const) {
      const { run, flows } = hold(200);
      for (const flow of flows) {
        if (end === 'served') run.served(flow);
        else if (end === 'closed') run.closed(flow);
        else run.ended(flow, 0);
      }
      run.at(60);
      expect(run.finish()).toEqual([]);
    }
  });

  it('end with the last of them', () => {
    const { run, flows } = hold(60);
    for (const seconds of [4, 10, 30]) run.at(seconds);
    for (const flow of flows) run.ended(flow, 0);
    expect(run.findings).toMatchObject([{ end: 30_000_000_000n }]);
    expect(run.finish()).toHaveLength(1);
  });

  it('are not told of a burst that is served within two seconds', () => {
    const run = script();
    for (let round = 0; round < 20; round++) {
      const { flows } = hold(100, run);
      run.at(run.seconds + 0.9);
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
