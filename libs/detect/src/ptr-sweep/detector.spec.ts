import { parseIp } from '@wirecase/contract';
import { dnsRecord } from '@wirecase/protocols';
import { describe, expect, it } from 'vitest';
import { ContactScript } from '../contact-script.fixture.ts';
import { type Finding, optionValues } from '../detector.ts';
import { ptrSweep } from './detector.ts';

const client = '10.0.0.9';

/** The names of `count` addresses, the next one `interval` seconds later. */
function ask(count: number, interval: number, nameOf: (i: number) => string, questionType = 'PTR'): Finding[] {
  const run = new ContactScript((context) => ptrSweep.create(context, optionValues(ptrSweep.options)));
  for (let i = 0; i < count; i++) {
    const row = { questionName: nameOf(i), questionType, sourceIp: parseIp(client), destinationIp: parseIp('10.0.0.53') };
    run.at((i + 1) * interval).record(dnsRecord, row);
  }
  return run.finish();
}

const neighbour = (i: number): string => `${i}.2.0.192.in-addr.arpa`;

describe('names of a network', () => {
  it('are silent at 19 addresses and told at the 20th', () => {
    expect(ask(19, 0.1, neighbour)).toEqual([]);
    expect(ask(20, 0.1, neighbour)).toMatchObject([
      {
        alertClass: 'recon.names',
        detectedAt: 2_000_000_000n,
        entities: [{ role: 'attacker', ip: client }],
        evidence: { value: 20, threshold: 20, window: 60 },
        explanation: expect.stringContaining('(2.0.192.in-addr.arpa)'),
      },
    ]);
  });

  it('are told of IPv6', () => {
    const zeros = '0.'.repeat(14);
    const name = (i: number) => `${(i & 15).toString(16)}.${(i >> 4).toString(16)}.${zeros}0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa`;
    expect(ask(20, 0.1, name)).toHaveLength(1);
  });

  it('are no business of one who asks for strangers, slowly, or for the same again', () => {
    expect(ask(500, 0.1, (i) => `1.${i & 255}.${i >> 8}.192.in-addr.arpa`)).toEqual([]);
    expect(ask(200, 4, neighbour)).toEqual([]);
    expect(ask(500, 0.1, (i) => neighbour(i % 10))).toEqual([]);
  });

  it('are asked for by PTR', () => {
    expect(ask(50, 0.1, neighbour, 'SOA')).toEqual([]);
    expect(ask(50, 0.1, (i) => `${i}._tcp.local`)).toEqual([]);
  });
});
