import { parseIp } from '@wirecase/contract';
import { dnsRecord } from '@wirecase/protocols';
import { describe, expect, it } from 'vitest';
import { ContactScript } from '../contact-script.fixture.ts';
import { optionValues } from '../detector.ts';
import { dga } from './detector.ts';

const script = () => new ContactScript((context) => dga.create(context, optionValues(dga.options)));
const addresses = { sourceIp: parseIp('10.0.0.9'), destinationIp: parseIp('10.0.0.53') };
/** Names of Conficker's kind. */
const made = 'qkzvbxh wqnzjfpx zkxwvtd xjqwmbkf vhqzkpw jxkqzrv bqwxzjn pzkvqxw hwqjxkz fvzqkxjb tqxwzvk kjzxqwvp'.split(' ');

function ask(run: ContactScript, seconds: number, questionName: string, responseCode = 'NXDOMAIN'): void {
  run.at(seconds).record(dnsRecord, { ...addresses, questionName, questionType: 'A', responseCode });
}

it('is silent at nine domains and told at the tenth', () => {
  const run = script();
  made.slice(0, 9).forEach((name, i) => ask(run, i, `${name}.net`));
  expect(run.findings).toEqual([]);
  ask(run, 10, `${made[9]}.info`);
  expect(run.finish()).toMatchObject([
    {
      alertClass: 'dns.dga',
      techniques: ['T1568.002'],
      evidence: { metric: 'domains that do not exist', value: 10, threshold: 10, window: 600 },
      explanation: expect.stringContaining(
        '10.0.0.9 asked for 10 domains that do not exist and read like no word (qkzvbxh.net, wqnzjfpx.net,',
      ),
    },
  ]);
});

it('leaves alone what exists, what is a word, and one domain asked for often', () => {
  const run = script();
  made.forEach((name, i) => ask(run, i, `${name}.com`, 'NOERROR'));
  'printers wikipedia stationery international weatherforecast mailserver intranet storage payments customers accounts'
    .split(' ')
    .forEach((name, i) => ask(run, i, `${name}.com`));
  for (let i = 0; i < 100; i++) ask(run, i, `host${i}.${made[0]}.com`);
  expect(run.finish()).toEqual([]);
});

it('counts only what falls within the window', () => {
  const run = script();
  made.forEach((name, i) => ask(run, i * 70, `${name}.com`));
  expect(run.finish()).toEqual([]);
});

describe('domains made of words', () => {
  const words = 'river stone apple great summer house paper light water green never cloud table front night'.split(' ');
  /** Two words each, all different. */
  const wordy = (i: number): string => `${words[i % 15]}${words[(i * 7 + 3) % 15]}${words[Math.floor(i / 15)]}.net`;

  it('are told at the twentieth that does not exist', () => {
    const run = script();
    for (let i = 0; i < 19; i++) ask(run, 20 * i, wordy(i));
    expect(run.findings).toEqual([]);
    for (let i = 19; i < 30; i++) ask(run, 20 * i, wordy(i));
    expect(run.finish()).toMatchObject([
      {
        alertClass: 'dns.dga',
        confidence: 0.6,
        evidence: { value: 30, threshold: 20 },
        explanation: expect.stringContaining('where hardly one does'),
      },
    ]);
  });

  it('are those of one who follows links where some exist, and none where names below them are asked for', () => {
    const run = script();
    for (let i = 0; i < 60; i++) ask(run, i, wordy(i), i % 3 === 0 ? 'NOERROR' : 'NXDOMAIN');
    expect(run.finish()).toEqual([]);
    const blocked = script();
    for (let i = 0; i < 60; i++) ask(blocked, i, `pixel.${wordy(i)}`);
    expect(blocked.finish()).toEqual([]);
  });

  it('are no list of search domains behind what a user mistypes', () => {
    const run = script();
    for (let i = 0; i < 60; i++) for (const domain of ['engineering.example', 'headquarters.example']) ask(run, i, `printer${i}.${domain}`);
    expect(run.finish()).toEqual([]);
  });
});
