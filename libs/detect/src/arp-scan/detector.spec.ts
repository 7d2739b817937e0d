import { ContactScript } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { type Finding, optionValues } from '../detector.ts';
import { arpScan } from './detector.ts';

const script = () => new ContactScript<Finding>((context) => arpScan.create(context, optionValues(arpScan.options)));
const scanner = 0x02_00_00_00_00_66;

/** The scanner asks for `count` addresses, one every `interval` seconds; nobody answers. */
function scan(count: number, interval: number): Finding[] {
  const run = script();
  for (let i = 0; i < count; i++) run.at(i * interval).arpRequest(scanner, '10.0.0.66', `10.0.0.${i + 100}`);
  return run.finish();
}

describe('ARP scan', () => {
  it('is silent at nine silent addresses', () => {
    expect(scan(9, 0.01)).toEqual([]);
  });

  it('fires at the tenth', () => {
    const findings = scan(10, 0.1);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      alertClass: 'scan.arp',
      techniques: ['T1018'],
      detectedAt: 900_000_000n, // the input ends before the last request had its time
      evidence: { metric: 'distinct silent hosts', value: 10, threshold: 10, window: 60, packets: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] },
      explanation:
        '10.0.0.66 asked by ARP for 10 different addresses in 900 ms that did not answer; 0 did. ' +
        'The threshold is 10 silent hosts within 60 s, more than answer.',
    });
    expect(findings[0]!.entities[0]).toEqual({ role: 'attacker', ip: '10.0.0.66', mac: '02:00:00:00:00:66' });
    expect(findings[0]!.entities).toHaveLength(11);
  });

  it('is one finding however long it goes on', () => {
    expect(scan(150, 1)).toMatchObject([{ evidence: { value: 150 }, detectedAt: 9_400_000_000n }]);
  });

  it('finds ten silent addresses in a minute, not in more', () => {
    expect(scan(10, 6.6)).toHaveLength(1); // 59.4 s
    expect(scan(40, 6.7)).toEqual([]);
  });
});

describe('quiet traffic', () => {
  it('a host that asks again and again for the same address', () => {
    const run = script();
    for (let i = 0; i < 100; i++) run.at(i).arpRequest(scanner, '10.0.0.66', '10.0.0.1');
    expect(run.finish()).toEqual([]);
  });

  it('a router that asks for many hosts, most of which are there', () => {
    const run = script();
    for (let i = 0; i < 60; i++) {
      run.at(i / 4).arpRequest(scanner, '10.0.0.1', `10.0.0.${i + 100}`);
      if (i % 5 > 1) run.at(i / 4 + 0.01).arpReply(i, `10.0.0.${i + 100}`, '10.0.0.1', scanner);
    }
    expect(run.finish()).toEqual([]);
  });

  it('announcements and probes of one address each', () => {
    const run = script();
    for (let i = 0; i < 60; i++) run.at(i / 4).arpRequest(i + 1, '0.0.0.0', `10.0.0.${i + 100}`);
    for (let i = 0; i < 60; i++) run.at(20 + i / 4).arpRequest(scanner, `10.0.0.${i + 100}`, `10.0.0.${i + 100}`);
    expect(run.finish()).toEqual([]);
  });
});
