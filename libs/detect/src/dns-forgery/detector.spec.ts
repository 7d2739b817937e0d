import { parseIp } from '@wirecase/contract';
import { dnsRecord } from '@wirecase/protocols';
import { expect, it } from 'vitest';
import { ContactScript } from '../contact-script.fixture.ts';
import { optionValues } from '../detector.ts';
import { dnsForgery } from './detector.ts';

const script = (changes = {}) => new ContactScript((context) => dnsForgery.create(context, optionValues(dnsForgery.options, changes)));
const [client, server, evil] = ['10.0.0.9', '10.0.0.53', '10.0.0.66'];

/** An answer to question `dnsId` of the client, `rttMs` after it was asked; `null`: nobody waits for it any more. */
function answer(run: ContactScript, seconds: number, dnsId: number, rttMs: number | null, ips: string[], said = {}): void {
  run.at(seconds).record(dnsRecord, {
    ...{ dnsId, questionName: `host${dnsId}.example.com`, questionType: 'A', responseCode: 'NOERROR' },
    ...{ sourceIp: parseIp(client), sourcePort: 40_000, destinationIp: parseIp(server), destinationPort: 53 },
    ...{ resolvedIps: ips.map((ip) => parseIp(ip)), rtt: rttMs === null ? null : BigInt(rttMs * 1e6), packet: run.packet },
    ...said,
  });
}
/** A question that the attacker answers, too. */
function forged(run: ContactScript, seconds: number, dnsId: number, isFirst = true): void {
  const [one, other] = isFirst ? [evil, `192.0.2.${dnsId}`] : [`192.0.2.${dnsId}`, evil];
  answer(run, seconds, dnsId, 1, [one]);
  answer(run, seconds + 0.02, dnsId, null, [other]);
}

it.each([true, false])('tells of two answers to one question, and where the forged ones lead (first: %s)', (isFirst) => {
  const run = script();
  forged(run, 1, 1, isFirst);
  expect(run.open()).toEqual([]);
  forged(run, 20, 2, isFirst);
  const open = run.open();
  expect(run.finish()).toEqual(open);
  expect(open).toMatchObject([
    {
      alertClass: 'names.forged',
      techniques: ['T1557'],
      entities: [
        { role: 'attacker', ip: evil },
        { role: 'victim', ip: client },
        { role: 'victim', ip: server },
      ],
      detectedAt: 20_020_000_000n,
      confidence: 0.9,
      evidence: { metric: 'questions with two answers', value: 2, threshold: 2, window: 600, packets: [1, 2, 3, 4] },
      explanation:
        `2 questions of ${client} to ${server} were answered twice, and not alike: host1.example.com is ` +
        `${isFirst ? `${evil} and 192.0.2.1` : `192.0.2.1 and ${evil}`}. ${evil} is where the forged ones lead. The threshold is 2 within 600 s.`,
    },
  ]);
});

it('tells of addresses of names that are said not to be, and names nobody where all lead elsewhere', () => {
  const run = script();
  for (let i = 1; i < 4; i++) {
    answer(run, i, i, 1, [`192.0.2.${i}`]);
    answer(run, i, i, null, [], { responseCode: 'NXDOMAIN' });
  }
  expect(run.finish()).toMatchObject([{ confidence: 0.7, evidence: { value: 3 }, entities: [{ role: 'victim' }, { role: 'victim' }] }]);
});

it.each([
  [
    'that were asked again',
    (run: ContactScript, i: number) => (answer(run, i, i, 1100, ['192.0.2.1']), answer(run, i, i, null, ['192.0.2.9'])),
  ],
  [
    'of which a copy came',
    (run: ContactScript, i: number) => (answer(run, i, i, 1, ['192.0.2.1']), answer(run, i, i, null, ['192.0.2.1'])),
  ],
  [
    'whose addresses a resolver rotates',
    (run: ContactScript, i: number) => (
      answer(run, i, i, 1, ['192.0.2.1', '192.0.2.2']),
      answer(run, i, i, null, ['192.0.2.2', '192.0.2.3'])
    ),
  ],
  [
    'whose second answer has no address, and does not say that there is none',
    (run: ContactScript, i: number) => (answer(run, i, i, 1, ['192.0.2.1']), answer(run, i, i, null, [], { responseCode: 'SERVFAIL' })),
  ],
  [
    'of one id about two names',
    (run: ContactScript, i: number) => (
      answer(run, i, i, 1, ['192.0.2.1']),
      answer(run, i, i, null, ['192.0.2.9'], { questionName: 'other.example.com' })
    ),
  ],
  [
    'whose id comes again much later',
    (run: ContactScript, i: number) => (answer(run, 20 * i, i, 1, ['192.0.2.1']), answer(run, 20 * i + 9, i, null, ['192.0.2.9'])),
  ],
  [
    'to all neighbours, each of whom may answer',
    (run: ContactScript, i: number) => (
      answer(run, i, i, 1, ['192.0.2.1'], { destinationPort: 5355 }),
      answer(run, i, i, null, ['192.0.2.9'], { destinationPort: 5355 })
    ),
  ],
  [
    'that are far apart',
    (run: ContactScript, i: number) => (answer(run, 700 * i, i, 1, ['192.0.2.1']), answer(run, 700 * i, i, null, ['192.0.2.9'])),
  ],
])('leaves questions alone %s', (_, ask) => {
  const run = script();
  for (let i = 1; i < 6; i++) ask(run, i);
  expect(run.finish()).toEqual([]);
});

it('shows packets of the window only', () => {
  const run = script();
  for (let i = 1; i <= 40; i++) forged(run, 700 * i, i);
  forged(run, 700 * 40 + 1, 41);
  expect(run.finish()).toMatchObject([{ evidence: { value: 2, packets: [79, 80, 81, 82] } }]);
});

it('is over after a quiet time', () => {
  const run = script();
  for (const i of [1, 2, 3]) forged(run, i, i);
  run.at(1000);
  expect(run.open()).toEqual([]);
  for (const i of [4, 5]) forged(run, 1000 + i, i);
  expect(run.finish().map(({ evidence }) => evidence.value)).toEqual([3, 2]);
});
