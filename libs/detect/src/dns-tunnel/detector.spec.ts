import { parseIp } from '@wirecase/contract';
import { dnsRecord } from '@wirecase/protocols';
import { describe, expect, it } from 'vitest';
import { ContactScript } from '../contact-script.fixture.ts';
import { optionValues } from '../detector.ts';
import { dnsTunnel } from './detector.ts';

const script = () => new ContactScript((context) => dnsTunnel.create(context, optionValues(dnsTunnel.options)));
const [client, server] = ['10.0.0.9', '10.0.0.53'];

/** `answer`: an address, or text. */
function ask(run: ContactScript, seconds: number, questionName: string, questionType = 'A', answer = '203.0.113.5'): void {
  const address = parseIp(answer);
  const answers = { answerData: [answer], resolvedIps: address ? [address] : [] };
  run.at(seconds).record(dnsRecord, { questionName, questionType, sourceIp: parseIp(client), destinationIp: parseIp(server), ...answers });
}

/** Text as base32 has it, the same for the same `i`. */
function encoded(i: number, length: number): string {
  let state = (i + 1) * 2_654_435_761;
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return 'abcdefghijklmnopqrstuvwxyz234567'[state >>> 27]!;
  }).join('');
}

/** Hexadecimal digits, the same for the same `i`. */
function hash(i: number, length: number): string {
  const bytes = [...Buffer.from(encoded(i, length / 2))].map((byte, at) => Math.imul(byte + at, 2_654_435_761) >>> 24);
  return Buffer.from(bytes).toString('hex');
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
    expect(tunnel(8, 18)).toEqual([]); // 19 with the `t` before the domain
    expect(tunnel(8, 19)).toHaveLength(1);
    expect(tunnel(8, 6, 'NULL')).toMatchObject([{ confidence: 0.9 }]);
  });

  it('of short names needs thirty-two', () => {
    const tunnelOf = (names: number) => {
      const run = script();
      for (let i = 0; i < names; i++) ask(run, i, `${hash(i, 16)}.t.example.com`);
      return run.finish();
    };
    expect(tunnelOf(31)).toEqual([]);
    expect(tunnelOf(40)).toMatchObject([
      { confidence: 0.5, evidence: { value: 40, threshold: 32 }, explanation: expect.stringContaining('short pieces of encoded data') },
    ]);
  });

  it('goes on with long names after short ones, and is one', () => {
    const run = script();
    for (let i = 0; i < 100; i++) ask(run, i, `${hash(i, i < 50 ? 16 : 40)}.example.com`);
    expect(run.finish()).toMatchObject([{ evidence: { value: 100, threshold: 32 } }]);
  });

  it('may answer by data to names that say nothing', () => {
    const download = (answerOf: (i: number) => string) => {
      const run = script();
      for (let i = 0; i < 8; i++) ask(run, i, `p${i}.example.com`, 'TXT', answerOf(i));
      return run.finish();
    };
    expect(download((i) => encoded(i, 100))).toHaveLength(1);
    expect(download((i) => encoded(i, 99))).toEqual([]);
    expect(download((i) => `v=spf1 include:${encoded(i, 100)} -all`)).toEqual([]);
  });

  it('is found after the plain question that iodine begins with to try the types', () => {
    const run = script();
    ask(run, 0, 'yrbt32.t.example.com', 'NULL');
    ask(run, 0, 'ytbt34.t.example.com', 'TXT');
    for (let i = 1; i < 8; i++) ask(run, i, `${encoded(i, 40)}.t.example.com`, 'NULL');
    expect(run.finish()).toMatchObject([{ evidence: { value: 8 } }]);
  });

  it('may poll by more names that say nothing than it has data to send in names of many bytes', () => {
    const run = script();
    for (let i = 0; i < 12; i++) ask(run, i, `pa${'abcdefghijkl'[i]}es.t.example.com`);
    for (let i = 0; i < 11; i++) ask(run, 20 + i, `0ea${encoded(i, 40)}${'\xe9\xbe\xf8\xd1'.repeat(20)}.t.example.com`);
    expect(run.finish()).toHaveLength(1);
  });

  it('may poll by short names of type TXT, as dns2tcp does', () => {
    expect(tunnel(8, 10, 'A')).toEqual([]);
    for (const type of ['TXT', 'MX', 'CNAME']) expect(tunnel(8, 10, type)).toHaveLength(1);
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
    ['what a content network serves', (i: number) => `${encoded(i, 40)}.cloudfront.net`],
    ['hosts of a site by number', (i: number) => `prd1-${hash(i, 8)}.example.com`],
    ['one name each of many domains', (i: number) => `${encoded(i, 40)}.example${i}.com`],
  ])('%s', (name, nameOf) => {
    const run = script();
    for (let i = 0; i < 300; i++) ask(run, i, nameOf(i), name === 'keys of mail' ? 'TXT' : 'A');
    expect(run.finish()).toEqual([]);
  });

  it('short names that lead into the network', () => {
    const run = script();
    for (let i = 0; i < 300; i++) ask(run, i, `${hash(i, 10)}.example.com`, 'A', '10.1.2.3');
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
