import { expect, it } from 'vitest';
import { ContactScript } from '../contact-script.fixture.ts';
import { type Finding, optionValues } from '../detector.ts';
import { strobe } from './detector.ts';

const [client, server] = ['10.0.0.9', '203.0.113.9'];
const begin = () => new ContactScript((context) => strobe.create(context, optionValues(strobe.options)));

/** A connection at each of `seconds`. */
function connected(seconds: readonly number[], destination = server, isFinished = true): Finding[] {
  const run = begin();
  for (const second of seconds) {
    const flow = run.at(second).syn(client, destination, 443);
    if (isFinished) run.established(flow);
  }
  return run.finish();
}

const each = (interval: number, from: number, to: number): number[] =>
  Array.from({ length: Math.ceil((to - from) / interval) }, (_, i) => from + i * interval);

it('a connection a second for ten minutes is a strobe, told once with all of it', () => {
  expect(connected(each(0.9, 0, 1200))).toMatchObject([
    {
      alertClass: 'c2.strobe',
      severity: 35,
      evidence: { value: 1334, threshold: 600, window: 600 },
      explanation: expect.stringContaining(`${client} connected 1334 times in 20 min to ${server} port 443`),
    },
  ]);
});

it('keeps the packet with which it crossed as evidence', () => {
  const [found] = connected(each(0.9, 0, 1200));
  expect(found!.evidence.packets).toHaveLength(50);
  expect(found!.detectedAt).toBe(BigInt(Math.round(0.9e9)) * BigInt(found!.evidence.packets.at(-1)! - 1));
});

it.each<[string, number[]]>([
  ['nine minutes of it', each(0.9, 0, 539)],
  ['a connection every two seconds', each(2, 0, 3600)],
  ['bursts with pauses between, as of a browser', [0, 300, 600, 900, 1200].flatMap((from) => each(0.1, from, from + 90))],
])('%s is none', (_what, seconds) => {
  expect(connected(seconds)).toEqual([]);
});

it('connections within the network and those that never come about are none', () => {
  expect(connected(each(0.9, 0, 1200), '10.0.0.2')).toEqual([]);
  expect(connected(each(0.9, 0, 1200), server, false)).toEqual([]);
});

it('goes on as open, and is told when it has fallen silent', () => {
  const run = begin();
  for (const second of each(0.9, 0, 700)) run.established(run.at(second).syn(client, server, 443));
  expect(run.open()).toMatchObject([{ alertClass: 'c2.strobe' }]);
  expect(run.at(900).open()).toEqual([]);
  expect(run.findings).toHaveLength(1);
});
