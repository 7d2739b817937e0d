import { parseIp } from '@wirecase/contract';
import { dnsRecord } from '@wirecase/protocols';
import { expect, it } from 'vitest';
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
