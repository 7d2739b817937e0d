import { httpRecord } from '@wirecase/protocols';
import { describe, expect, it } from 'vitest';
import { ContactScript } from '../contact-script.fixture.ts';
import { optionValues } from '../detector.ts';
import { rangeAttack } from './detector.ts';

const client = '203.0.113.9';
const server = '10.0.0.2';

/** Requests for so many parts, a second apart. */
function requests(...parts: (number | null)[]): ContactScript {
  const run = new ContactScript((context) => rangeAttack.create(context, optionValues(rangeAttack.options)));
  parts.forEach((ranges, i) => {
    const { sourceIp, destinationIp } = run.at(i).syn(client, server, 80);
    run.record(httpRecord, { sourceIp, destinationIp, ranges });
  });
  return run;
}

describe('requests for very many ranges', () => {
  it('are told from 150 parts of one page', () => {
    expect(requests(149, 149, null, 1).finish()).toEqual([]);
    expect(requests(149, 150).finish()).toMatchObject([
      {
        alertClass: 'dos.ranges',
        techniques: ['T1499.004'],
        severity: 50,
        detectedAt: 1_000_000_000n,
        entities: [
          { role: 'attacker', ip: client },
          { role: 'victim', ip: server },
        ],
        evidence: { metric: 'parts of a page asked for at once', value: 150, threshold: 150 },
        explanation: `${client} asked ${server} for up to 150 parts of a page in one request, once: a server may keep a copy for each. The threshold is 150 parts.`,
      },
    ]);
  });

  it('are one finding while they go on, and two with a quiet time between', () => {
    const run = requests(1300, 2000, 1300);
    expect(run.findings).toEqual([]);
    const { sourceIp, destinationIp } = run.at(400).syn(client, server, 80);
    run.record(httpRecord, { sourceIp, destinationIp, ranges: 500 });
    expect(run.finish()).toMatchObject([
      { severity: 65, evidence: { value: 2000 }, explanation: expect.stringContaining('3 times') },
      { severity: 50, evidence: { value: 500 } },
    ]);
  });

  it('are bounded', () => {
    const run = requests();
    for (let i = 0; i < 20_000; i++) {
      const { sourceIp, destinationIp } = run.at(i / 100).syn(`198.18.${i >> 8}.${i & 255}`, server, 80);
      run.record(httpRecord, { sourceIp, destinationIp, ranges: 200 });
    }
    expect(run.findings.length).toBeGreaterThan(10_000);
    run.finish();
    expect(run.findings).toHaveLength(20_000);
  });
});
