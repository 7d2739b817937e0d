import { expect, it } from 'vitest';
import { ContactScript } from '../contact-script.fixture.ts';
import { type Finding, optionValues } from '../detector.ts';
import { exfiltration } from './detector.ts';

const script = () => new ContactScript((context) => exfiltration.create(context, optionValues(exfiltration.options)));
const [inside, other, outside] = ['10.0.0.9', '10.0.0.2', '203.0.113.9'];
const MEGABYTE = 1_000_000;

/** `count` connections a minute apart, each with this much payload. */
function send(count: number, bytes: readonly [number, number], destination = outside, apart = 60): Finding[] {
  const run = script();
  for (let i = 0; i < count; i++) run.ended(run.at(i * apart).syn(inside, destination, 443), i * apart, bytes);
  return run.finish();
}

it('tells of a hundred megabytes within an hour, over however many connections', () => {
  expect(send(9, [11 * MEGABYTE, MEGABYTE / 2])).toEqual([]);
  expect(send(10, [11 * MEGABYTE, MEGABYTE / 2])).toMatchObject([
    {
      alertClass: 'exfiltration.volume',
      evidence: { metric: 'megabytes sent out', value: 110, threshold: 100, window: 3600 },
      explanation: expect.stringContaining(`${inside} sent 110 MB to ${outside} outside its network in 540.0 s`),
    },
  ]);
  expect(send(1, [1500 * MEGABYTE, 0])).toMatchObject([{ severity: 65 }]);
});

it('leaves alone what stays inside, comes back, or is spread over a day', () => {
  expect(send(10, [50 * MEGABYTE, 0], other)).toEqual([]);
  expect(send(10, [50 * MEGABYTE, 20 * MEGABYTE])).toEqual([]);
  expect(send(24, [9 * MEGABYTE, 0], outside, 3600)).toEqual([]);
});

it('counts what a server of FTP in active mode fetches by a connection of its own, and no other that comes from outside', () => {
  const fetch = (sourcePort: number): Finding[] => {
    const run = script();
    run.ended(run.at(0).probe(outside, inside, 40_000, 2, sourcePort), 0, [0, 110 * MEGABYTE]);
    return run.finish();
  };
  expect(fetch(20)).toMatchObject([{ entities: [{ role: 'attacker', ip: inside }], explanation: expect.stringContaining(`${inside} sent 110 MB to ${outside}`) }]); // prettier-ignore
  expect(fetch(50_000)).toEqual([]);
});
