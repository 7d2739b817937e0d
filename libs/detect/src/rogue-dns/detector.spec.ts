import { parseIp } from '@wirecase/contract';
import { dnsRecord } from '@wirecase/protocols';
import { describe, expect, it } from 'vitest';
import { ContactScript } from '../contact-script.fixture.ts';
import { optionValues } from '../detector.ts';
import { rogueDns } from './detector.ts';

const script = () => new ContactScript((context) => rogueDns.create(context, optionValues(rogueDns.options)));
const [client, other, server, evil] = ['10.0.0.9', '10.0.0.10', '10.0.0.53', '10.0.0.66'];
const names = ['www.bank.example', 'mail.shop.example', 'news.co.uk', 'login.portal.example', 'a.video.example'];

/** `by` says to `asker` what addresses a name has. */
function answer(
  run: ContactScript,
  seconds: number,
  by: string,
  asker: string,
  questionName: string,
  ips: readonly string[],
  said = {},
): void {
  run.at(seconds).record(dnsRecord, {
    ...{ dnsId: 1, questionName, questionType: 'A', responseCode: 'NOERROR', rtt: 1_000_000n, packet: run.packet },
    ...{ sourceIp: parseIp(asker), sourcePort: 40_000, destinationIp: parseIp(by), destinationPort: 53 },
    ...{ resolvedIps: ips.map((ip) => parseIp(ip)) },
    ...said,
  });
}

/** The client asks the right server for the first `count` names, then the other one, which leads to `led`. */
function switched(count: number, led: (i: number) => string, by = evil, asker = client): ContactScript {
  const run = script();
  answer(run, 0, server, client, 'first.test', ['192.0.2.9']);
  for (let i = 0; i < count; i++) answer(run, i + 1, server, asker, names[i]!, [`192.0.2.${i}`, `198.51.100.${i}`]);
  for (let i = 0; i < count; i++) answer(run, 60 + i, by, client, names[i]!, [led(i)]);
  return run;
}

describe('a rogue DNS server', () => {
  it('is told at the third domain that it leads to one host, with the client and the right addresses', () => {
    expect(switched(2, () => evil).finish()).toEqual([]);
    const run = switched(4, () => evil);
    const open = run.open();
    expect(run.finish()).toEqual(open);
    expect(open).toMatchObject([
      {
        alertClass: 'dns.rogue-server',
        detectedAt: 62_000_000_000n,
        entities: [
          { role: 'attacker', ip: evil },
          { role: 'victim', ip: client },
        ],
        evidence: { value: 4, threshold: 3, window: 3600, packets: [2, 3, 4, 5, 6, 7, 8, 9] },
        explanation:
          `${evil} answered ${client}, which was answered by another server before, that names of 4 domains are ${evil}; other servers say ` +
          'that they are outside: www.bank.example (192.0.2.0), mail.shop.example (192.0.2.1), news.co.uk (192.0.2.2). It took 3.0 s. ' +
          'The threshold is 3 domains within 3600 s.',
      },
    ]);
  });

  it('is told whoever got the right answer, and when: another client, afterwards', () => {
    expect(switched(3, () => '10.0.0.80', evil, other).finish()).toMatchObject([
      { entities: [{ ip: evil }, { ip: '10.0.0.80' }, { ip: client }] },
    ]);
    const run = script();
    answer(run, 0, server, client, 'first.test', []);
    for (const [i, name] of names.entries()) answer(run, 1 + i, evil, client, name, [evil]);
    for (const [i, name] of names.entries()) answer(run, 9 + i, server, other, name, ['192.0.2.1']);
    expect(run.finish()).toMatchObject([{ detectedAt: 11_000_000_000n, evidence: { value: 5 } }]);
  });
});

describe('quiet traffic', () => {
  it('is a server with names of its own, of one owner or on several hosts', () => {
    expect(switched(5, (i) => `10.0.1.${i}`).finish()).toEqual([]);
    const run = script();
    answer(run, 0, server, client, 'first.test', ['192.0.2.9']);
    for (let i = 0; i < 9; i++) {
      answer(run, i + 1, server, client, `h${i}.company.example`, ['192.0.2.1']);
      answer(run, i + 1.5, evil, client, `h${i}.company.example`, ['10.0.0.80']);
    }
    expect(run.finish()).toEqual([]);
  });

  it('is a server that blocks names by addresses of nobody, or leads outside', () => {
    for (const led of ['0.0.0.0', '127.0.0.1', '::', '::1', '203.0.113.7']) expect(switched(5, () => led).finish()).toEqual([]);
    const run = script();
    for (const [i, name] of names.entries()) {
      answer(run, i, server, client, name, ['0.0.0.0']);
      answer(run, i + 0.1, evil, client, name, ['10.0.0.80']);
    }
    expect(run.finish()).toEqual([]);
  });

  it('is a server that filters what it asks another, and the one that the client began with', () => {
    const run = script();
    for (const [i, name] of names.entries()) {
      answer(run, i, server, evil, name, ['192.0.2.1']);
      answer(run, i + 0.1, evil, client, name, ['10.0.0.80']);
    }
    expect(run.finish()).toEqual([]);
    const both = script();
    answer(both, 0, '10.0.0.54', client, 'first.test', ['192.0.2.9']);
    for (const [i, name] of names.entries()) {
      answer(both, i + 1, '9.9.9.9', evil, name, ['192.0.2.1']);
      answer(both, i + 1.1, evil, client, name, ['10.0.0.80']);
    }
    expect(both.finish()).toEqual([]);
    const first = script();
    for (const [i, name] of names.entries()) {
      answer(first, i, evil, client, name, ['10.0.0.80']);
      answer(first, i + 0.1, server, client, name, ['192.0.2.1']);
    }
    expect(first.finish()).toEqual([]);
  });
});
