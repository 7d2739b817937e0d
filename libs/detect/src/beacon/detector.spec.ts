import { ContactScript } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { type Finding, optionValues } from '../detector.ts';
import { beacon } from './detector.ts';

const script = () => new ContactScript<Finding>((context) => beacon.create(context, optionValues(beacon.options)));
const [inside, other, outside] = ['10.0.0.9', '10.0.0.2', '203.0.113.9'];

/** A number from -1 to 1, the same for the same `i`. */
function wobble(i: number): number {
  return (((Math.imul(i + 1, 2_654_435_761) >>> 8) % 2001) - 1000) / 1000;
}

/** `count` connections, the next one `wait(i)` seconds after the one before, sending `bytes(i)`. */
function connect(
  count: number,
  wait: (i: number) => number,
  bytes: (i: number) => number = () => 300,
  destination = outside,
  run = script(),
): Finding[] {
  let seconds = run.seconds;
  for (let i = 0; i < count; i++) {
    seconds += wait(i);
    const flow = run.at(seconds).syn(inside, destination, 443);
    run.at(seconds + 0.5).ended(flow, seconds, [bytes(i), 1000]);
  }
  return run.finish();
}

describe('a beacon', () => {
  it('is no look every two seconds whether a server of the network is there, and one every five is told', () => {
    expect(connect(100, () => 2, undefined, other)).toEqual([]);
    expect(connect(100, () => 5, undefined, other)).toHaveLength(1);
  });

  it('is silent at seven connections and told at the eighth', () => {
    expect(connect(7, () => 60)).toEqual([]);
    expect(connect(8, () => 60)).toMatchObject([
      {
        alertClass: 'c2.beacon',
        severity: 55,
        detectedAt: 480_500_000_000n,
        entities: [
          { role: 'attacker', ip: outside },
          { role: 'victim', ip: inside },
        ],
        evidence: { metric: 'connections by a timer', value: 8, threshold: 8, window: 420, packets: [1, 3, 5, 7, 9, 11, 13, 15] },
        explanation: expect.stringContaining(`${inside} connected to ${outside} port 443 8 times, every 60.0 s with 0 % jitter`),
      },
    ]);
  });

  it.each([30, 50])('is found with %d %% jitter', (percent) => {
    expect(connect(24, (i) => 60 * (1 + (wobble(i) * percent) / 100))).toHaveLength(1);
  });

  it('within the network needs more connections and weighs less', () => {
    expect(connect(11, () => 60, undefined, other)).toEqual([]);
    expect(connect(12, () => 60, undefined, other)).toMatchObject([{ severity: 35 }]);
    const late = (percent: number) => (i: number) => 60 * (1 + (wobble(i) * percent) / 100);
    expect(connect(24, late(30), undefined, other)).toHaveLength(1);
    expect(connect(24, late(90), undefined, other)).toEqual([]);
  });
});

describe('what is no beacon', () => {
  it('connections as people make them', () => {
    // Waits of an exponential law.
    expect(connect(200, (i) => -60 * Math.log((wobble(i) + 1.001) / 2.002))).toEqual([]);
  });

  it('a timer that sends something else each time', () => {
    expect(
      connect(
        50,
        () => 60,
        (i) => 100 * 2 ** (i % 8),
      ),
    ).toEqual([]);
  });

  it('polling many times a second', () => {
    expect(connect(200, () => 0.5)).toEqual([]);
  });

  it('what began by a timer and went on without one', () => {
    expect(connect(100, (i) => (i < 10 ? 60 : i % 3 === 0 ? 600 : 3))).toEqual([]);
  });

  it('a server of the network that others use too, and one outside is told however many use it', () => {
    const used = (destination: string): Finding[] => {
      const run = script();
      for (const client of ['10.0.0.20', '10.0.0.21']) {
        const flow = run.at(run.seconds + 1).syn(client, destination, 25);
        run.ended(flow, run.seconds, [100, 100]);
      }
      return connect(50, () => 5, undefined, destination, run);
    };
    expect(used(other)).toEqual([]);
    expect(used(outside)).toHaveLength(1);
  });

  it('a balancer that calls two services of one host', () => {
    const run = script();
    for (let round = 0; round < 40; round++)
      for (const port of [80, 8080]) {
        const seconds = 5 * round + (port === 80 ? 0 : 2);
        run.at(seconds + 0.2).ended(run.at(seconds).syn(inside, other, port), seconds, [80, 200]);
      }
    expect(run.finish()).toEqual([]);
  });

  it('a monitor of several hosts of its network', () => {
    const run = script();
    for (let round = 0; round < 30; round++)
      for (let host = 1; host <= 4; host++) {
        const seconds = 60 * round + host;
        run.at(seconds + 0.2).ended(run.at(seconds).syn(inside, `10.0.1.${host}`, 80), seconds, [80, 200]);
      }
    expect(run.finish()).toEqual([]);
  });
});
