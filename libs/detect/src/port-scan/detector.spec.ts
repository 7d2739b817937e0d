import { parseIp } from '@wirecase/contract';
import { ContactScript } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { optionValues, type Finding } from '../detector.ts';
import { portScan } from './detector.ts';

const script = () => new ContactScript<Finding>((context) => portScan.create(context, optionValues(portScan.options)));
const scanner = '203.0.113.9';
const inside = '10.0.0.9';
const victim = '10.0.0.2';
const host = (i: number): string => `10.1.${i >> 8}.${i & 255}`;

/** `count` ports of the victim, each refused 10 ms later, one every `interval` seconds. */
function refusedPorts(count: number, interval: number, source = scanner): Finding[] {
  const run = script();
  for (let i = 0; i < count; i++) {
    const flow = run.at(i * interval).syn(source, victim, 1 + i);
    run.at(i * interval + 0.01).refused(flow);
  }
  return run.finish();
}

describe('vertical scan', () => {
  it('is silent one port below the threshold', () => {
    expect(refusedPorts(14, 0.1)).toEqual([]);
  });

  it('fires at the 15th refused port, at that very packet', () => {
    expect(refusedPorts(15, 0.1)).toEqual([
      {
        start: 0n,
        end: 1_400_000_000n,
        detectedAt: 1_410_000_000n,
        severity: 50,
        confidence: 0.9,
        techniques: ['T1046', 'T1595.001'],
        sourceIp: parseIp(scanner),
        destinationIp: parseIp(victim),
        alertClass: 'scan.vertical',
        entities: [
          { role: 'attacker', ip: scanner },
          { role: 'victim', ip: victim },
        ],
        evidence: {
          metric: 'distinct ports failed',
          value: 15,
          threshold: 15,
          window: 300,
          packets: [1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29],
        },
        explanation:
          '203.0.113.9 tried 15 different ports of 10.0.0.2 in 1.4 s and failed on each: 15 refused, 0 without answer. The threshold is 15 ports within 300 s.',
      },
    ]);
  });

  it('is one finding however many ports follow, weightier by powers of ten', () => {
    const findings = refusedPorts(1200, 0.01);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ severity: 60, detectedAt: 150_000_000n, evidence: { value: 1200 } });
    expect(findings[0]!.evidence.packets).toHaveLength(50);
  });

  it('counts only what failed within five minutes', () => {
    expect(refusedPorts(15, 21.5)).toEqual([]); // the 1st is 301 s old at the 15th
    expect(refusedPorts(15, 21.4)).toHaveLength(1); // 299.6 s
  });

  it('is two findings when five quiet minutes lie between', () => {
    const run = script();
    for (const begin of [0, 500]) for (let port = 1; port <= 20; port++) run.refused(run.at(begin + port / 10).syn(scanner, victim, port));
    expect(run.finish().map((finding) => finding.evidence.value)).toEqual([20, 20]);
  });

  it('finds a scan by IPv6', () => {
    expect(refusedPorts(15, 0.1, '2001:db8::9')).toMatchObject([{ entities: [{ ip: '2001:db8::9' }, { ip: victim }] }]);
  });

  it('counts a port once, so that a client may retry a closed one', () => {
    const run = script();
    for (let i = 0; i < 200; i++) run.refused(run.at(i).syn(inside, victim, 8080));
    expect(run.finish()).toEqual([]);
  });

  it('does not count ports that answered', () => {
    const run = script();
    for (let port = 1; port <= 60; port++) {
      const flow = run.at(port / 10).syn(inside, victim, port);
      if (port > 14) run.answered(flow);
      else run.refused(flow);
    }
    expect(run.finish()).toEqual([]);
  });

  it('leaves a server with many clients alone', () => {
    const run = script();
    for (let i = 0; i < 2000; i++) run.answered(run.at(i / 100).syn(host(i), victim, 443));
    expect(run.finish()).toEqual([]);
  });

  describe('of a host that does not answer', () => {
    it('fires 0.4 s after the 15th SYN', () => {
      const run = script();
      for (let port = 1; port <= 15; port++) run.at(port / 10).syn(scanner, victim, port);
      run.at(1.8);
      expect(run.findings).toEqual([]);
      run.at(5);
      expect(run.finish()).toMatchObject([{ detectedAt: 1_900_000_000n, confidence: 0.7, evidence: { value: 15 } }]);
    });

    it('judges what is pending when the capture ends', () => {
      const run = script();
      for (let port = 1; port <= 15; port++) run.at(port / 1000).syn(scanner, victim, port);
      expect(run.finish()).toMatchObject([{ detectedAt: 15_000_000n }]);
    });

    it('takes a failure back when the answer comes late', () => {
      const run = script();
      const flows = Array.from({ length: 15 }, (_, i) => run.at(i / 1000).syn(inside, victim, 1 + i));
      run.at(0.2).answered(flows[0]!);
      run.at(0.45); // the others count as failed now
      expect(run.finish()).toEqual([]);
      const late = script();
      const first = late.at(0).syn(inside, victim, 1);
      for (let port = 2; port <= 14; port++) late.at(1).syn(inside, victim, port);
      late.at(2).answered(first);
      late.at(3).syn(inside, victim, 15);
      expect(late.finish()).toEqual([]);
    });
  });

  it('does not take one side of ordinary traffic for a scan', () => {
    const run = script();
    for (let port = 1; port <= 40; port++) {
      const flow = run.at(port / 10).syn(inside, victim, port);
      if (port % 2 === 0) run.at(port / 10 + 0.05).answeredUnseen(flow);
    }
    expect(run.finish()).toEqual([]);
  });

  it('counts UDP ports that ICMP called unreachable, and only those', () => {
    const silent = script();
    for (let port = 1; port <= 100; port++) silent.at(port / 10).datagram(scanner, victim, port);
    expect(silent.finish()).toEqual([]);
    const refused = script();
    for (let port = 1; port <= 15; port++) refused.refused(refused.at(port / 10).datagram(scanner, victim, port));
    expect(refused.finish()).toMatchObject([{ alertClass: 'scan.vertical' }]);
  });

  it('does not take traceroute for a scan', () => {
    const run = script();
    for (let port = 33_434; port < 33_480; port++) run.refused(run.at(0).datagram(inside, victim, port));
    expect(run.finish()).toEqual([]);
  });

  const probes: [string, number][] = [
    ['FIN', 0x01],
    ['NULL', 0],
    ['XMAS', 0x29],
    ['ACK', 0x10],
    ['Maimon', 0x11],
  ];
  it.each(probes)('finds a %s scan by its refusals', (_name, flags) => {
    const run = script();
    for (let port = 1; port <= 15; port++) run.refused(run.at(port / 10).probe(scanner, victim, port, flags));
    expect(run.finish()).toMatchObject([{ alertClass: 'scan.vertical', evidence: { value: 15 } }]);
  });

  it('does not take a server that ends old connections for a scanner', () => {
    const run = script();
    for (let port = 40_000; port < 40_100; port++) run.refused(run.at(0).probe(victim, inside, port, 0x11, 8443));
    expect(run.finish()).toEqual([]);
  });
});

describe('horizontal scan', () => {
  const sweep = (count: number, source: string, port = 22): Finding[] => {
    const run = script();
    for (let i = 0; i < count; i++) run.refused(run.at(i / 100).syn(source, host(i), port));
    return run.finish();
  };

  it('fires at 25 hosts for an external source, not at 24', () => {
    expect(sweep(24, scanner)).toEqual([]);
    const findings = sweep(25, scanner);
    expect(findings).toMatchObject([
      {
        alertClass: 'scan.horizontal',
        destinationIp: null,
        techniques: ['T1046', 'T1018', 'T1595.001'],
        evidence: { value: 25, threshold: 25 },
      },
    ]);
    expect(findings[0]!.entities).toHaveLength(26);
    expect(findings[0]!.explanation).toContain('tried TCP port 22 of 25 different hosts in 240 ms');
  });

  it('fires at 100 hosts for an internal source, not at 99', () => {
    expect(sweep(99, inside)).toEqual([]);
    expect(sweep(100, inside)).toMatchObject([{ techniques: ['T1046', 'T1018'], evidence: { value: 100, threshold: 100 } }]);
  });

  it('names at most 256 victims and counts all', () => {
    const [finding] = sweep(1000, scanner);
    expect(finding!.entities).toHaveLength(257);
    expect(finding!.evidence.value).toBe(1000);
  });

  it('needs answers in the capture before silence means anything', () => {
    const run = script();
    for (let i = 0; i < 200; i++) run.at(i / 100).syn(scanner, host(i), 443);
    expect(run.finish()).toEqual([]);
    const proved = script();
    proved.answered(proved.at(0).syn(inside, victim, 80));
    for (let i = 0; i < 30; i++) proved.at(1 + i / 100).syn(scanner, host(i), 443);
    expect(proved.finish()).toMatchObject([{ alertClass: 'scan.horizontal', evidence: { value: 30 } }]);
  });

  it('leaves a client with dead peers on many ports alone', () => {
    const run = script();
    for (let i = 0; i < 300; i++) run.refused(run.at(i / 10).syn(inside, host(i), 20_000 + i));
    expect(run.finish()).toEqual([]);
  });
});

describe('floods', () => {
  it('stay quiet: many sources, each one failure', () => {
    const run = script();
    for (let i = 0; i < 20_000; i++) run.at(i / 10_000).syn(`198.${51 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`, victim, 80);
    expect(run.finish()).toEqual([]);
  });

  it('do not make the detector grow or go blind when they use up its host numbers', () => {
    const run = script();
    for (let i = 0; i < 300_000; i++) run.at(i / 100_000).syn(`${20 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}.7`, victim, 80);
    for (let port = 1; port <= 20; port++) run.refused(run.at(10 + port / 10).syn(scanner, victim, port));
    expect(run.finish()).toMatchObject([{ alertClass: 'scan.vertical', evidence: { value: 20 } }]);
  });
});
