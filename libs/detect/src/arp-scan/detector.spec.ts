import { describe, expect, it } from 'vitest';
import { ContactScript } from '../contact-script.fixture.ts';
import { type Finding, optionValues } from '../detector.ts';
import { arpScan } from './detector.ts';

const script = () => new ContactScript((context) => arpScan.create(context, optionValues(arpScan.options)));
const scanner = 0x02_00_00_00_00_66;

/** The scanner asks for `count` addresses, one every `interval` seconds; nobody answers. */
function scan(count: number, interval: number, stride = 1): Finding[] {
  const run = script();
  for (let i = 0; i < count; i++) run.at(i * interval).arpRequest(scanner, '10.0.0.66', `10.${(i * stride) >> 8}.1.${(i * stride) & 255}`);
  return run.finish();
}

describe('ARP scan', () => {
  it('is silent at five silent neighbours, and at nine silent addresses anywhere', () => {
    expect(scan(5, 0.01)).toEqual([]);
    expect(scan(9, 0.01, 64)).toEqual([]);
  });

  it('fires at the sixth neighbour', () => {
    const findings = scan(6, 0.1);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      alertClass: 'scan.arp',
      techniques: ['T1018'],
      detectedAt: 500_000_000n, // the input ends before the last request had its time
      evidence: { metric: 'distinct silent hosts', value: 6, threshold: 6, window: 120, packets: [1, 2, 3, 4, 5, 6] },
      explanation:
        '10.0.0.66 asked by ARP for 6 different addresses in 500 ms that did not answer; 0 did. ' +
        'The threshold is 6 silent hosts within 120 s, more than answer.',
    });
    expect(findings[0]!.entities[0]).toEqual({ role: 'attacker', ip: '10.0.0.66', mac: '02:00:00:00:00:66' });
    expect(findings[0]!.entities).toHaveLength(7);
  });

  it('fires at the tenth address anywhere', () => {
    expect(scan(10, 0.1, 64)).toMatchObject([{ evidence: { value: 10, threshold: 10 } }]);
  });

  it('is one finding however long it goes on', () => {
    expect(scan(150, 1)).toMatchObject([{ evidence: { value: 150 }, detectedAt: 5_400_000_000n }]);
  });

  it('finds six silent neighbours in two minutes, not in more', () => {
    expect(scan(6, 23.9)).toHaveLength(1); // 119.5 s
    expect(scan(40, 24.1)).toEqual([]);
  });
});

describe('quiet traffic', () => {
  it('a host that asks again and again for the same address', () => {
    const run = script();
    for (let i = 0; i < 100; i++) run.at(i).arpRequest(scanner, '10.0.0.66', '10.0.0.1');
    expect(run.finish()).toEqual([]);
  });

  it('a monitor that asks for its dead hosts again and again', () => {
    const run = script();
    for (let i = 0; i < 100; i++) for (let host = 1; host <= 5; host++) run.at(30 * i).arpRequest(scanner, '10.0.0.66', `10.0.0.${host}`);
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
