import { parseIp } from '@wirecase/contract';
import { dnsRecord } from '@wirecase/protocols';
import { describe, expect, it } from 'vitest';
import { ContactScript } from '../contact-script.fixture.ts';
import { optionValues } from '../detector.ts';
import { dnsTunnel } from './detector.ts';

const script = () => new ContactScript((context) => dnsTunnel.create(context, optionValues(dnsTunnel.options)));
const [client, server] = ['10.0.0.9', '10.0.0.53'];

function ask(run: ContactScript, seconds: number, questionName: string, questionType = 'A'): void {
  run.at(seconds).record(dnsRecord, { questionName, questionType, sourceIp: parseIp(client), destinationIp: parseIp(server) });
}

/** Text as base32 has it, the same for the same `i`. */
function encoded(i: number, length: number): string {
  let state = (i + 1) * 2_654_435_761;
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return 'abcdefghijklmnopqrstuvwxyz234567'[state >>> 27]!;
  }).join('');
}

describe('a tunnel', () => {
  const tunnel = (count: number, length = 40, type = 'A') => {
    const run = script();
    for (let i = 0; i < count; i++) ask(run, i, `${encoded(i, length)}.t.example.com`, type);
    return run.finish();
  };

  it('of dns2tcp is told by polls of a session and a counter, one of which carries a line now and then', () => {
    const run = script();
    for (let i = 0; i < 60; i++) {
      const counter = [0xae, 0xd3, i >> 4, i * 16, 0, i, 4];
      const line = i % 5 === 0 ? [...Buffer.from(`line ${i} of what is carried`)] : [];
      ask(run, i / 2, `${Buffer.from([...counter, ...line]).toString('base64url')}.d.example.test`, 'TXT');
    }
    expect(run.finish()).toHaveLength(1);
  });

  it('is no look-up of addresses in a list of networks', () => {
    const run = script();
    for (let i = 0; i < 60; i++) ask(run, i, `${i}.213.53.11.peer.asn.example.org`, 'TXT');
    expect(run.finish()).toEqual([]);
  });

  it('is silent at seven names and told at the eighth', () => {
    expect(tunnel(7)).toEqual([]);
    expect(tunnel(8)).toMatchObject([
      {
        alertClass: 'dns.tunnel',
        detectedAt: 7_000_000_000n,
        entities: [
          { role: 'attacker', ip: client },
          { role: 'victim', ip: server },
        ],
        evidence: { metric: 'names that carry data', value: 8, threshold: 8, window: 600 },
        explanation: expect.stringContaining(`${client} asked ${server} for 8 different names below example.com in 7.0 s`),
      },
    ]);
  });

  it('needs long names, or types that nobody else uses', () => {
    expect(tunnel(100, 12)).toEqual([]);
    expect(tunnel(8, 6, 'NULL')).toMatchObject([{ confidence: 0.9 }]);
  });

  it('is found after the plain question that iodine begins with to try the types', () => {
    const run = script();
    ask(run, 0, 'yrbt32.t.example.com', 'NULL');
    ask(run, 0, 'ytbt34.t.example.com', 'TXT');
    for (let i = 1; i < 8; i++) ask(run, i, `${encoded(i, 40)}.t.example.com`, 'NULL');
    expect(run.finish()).toMatchObject([{ evidence: { value: 8 } }]);
  });

  it('may poll by short names of type TXT, as dns2tcp does', () => {
    expect(tunnel(100, 10, 'A')).toEqual([]);
    expect(tunnel(8, 10, 'TXT')).toHaveLength(1);
    expect(tunnel(8, 6, 'TXT')).toEqual([]);
  });

  it('is one finding while it goes on', () => {
    expect(tunnel(1000)).toMatchObject([{ severity: 75, evidence: { value: 998 } }]); // two of the thousand look like words
  });
});

describe('quiet names', () => {
  it.each([
    ['the same name again and again', () => `${encoded(1, 50)}.example.com`],
    ['long names made of words', (i: number) => `mail-protection-customer-${i}.outlook.example.com`],
    ['look-ups of a virus scanner', (i: number) => `${encoded(i, 40)}.avqs.mcafee.com`],
    ['keys of mail', (i: number) => `s${encoded(i, 5)}._domainkey.example.com`],
    ['addresses backwards', (i: number) => `${i}.0.0.10.in-addr.arpa`],
    ['one name each of many domains', (i: number) => `${encoded(i, 40)}.example${i}.com`],
  ])('%s', (name, nameOf) => {
    const run = script();
    for (let i = 0; i < 300; i++) ask(run, i, nameOf(i), name === 'keys of mail' ? 'TXT' : 'A');
    expect(run.finish()).toEqual([]);
  });

  it('a big site with some odd names among many', () => {
    const run = script();
    for (let i = 0; i < 300; i++) {
      ask(run, i, `static-content-${i}.example.com`);
      if (i % 4 === 0) ask(run, i, `${encoded(i, 32)}.example.com`);
    }
    expect(run.finish()).toEqual([]);
  });
});

it('bounds what it keeps', () => {
  const run = script();
  for (let i = 0; i < 60_000; i++) ask(run, i / 100, `${encoded(i, 30)}.d${i}.com`);
  expect(run.finish()).toEqual([]);
});
