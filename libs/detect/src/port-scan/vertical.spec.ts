import { parseIp } from '@wirecase/contract';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../detector.ts';
import type { ContactScript } from '../contact-script.fixture.ts';
import { host, inside, refusedPorts, scanner, script, victim } from './scan-script.fixture.ts';

const SYN_ACK = 0x12;

describe('vertical scan', () => {
  it('is silent one port below the threshold', () => {
    expect(refusedPorts(8, 0.3)).toEqual([]);
  });

  it('fires at the 9th refused port, at that very packet', () => {
    expect(refusedPorts(9, 0.3)).toEqual([
      {
        start: 0n,
        end: 2_400_000_000n,
        detectedAt: 2_410_000_000n,
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
          value: 9,
          threshold: 9,
          window: 900,
          packets: [1, 3, 5, 7, 9, 11, 13, 15, 17],
        },
        explanation:
          '203.0.113.9 tried 9 different ports of 10.0.0.2 in 2.4 s and learned: 9 closed, 0 without answer, none open. The threshold is 9 distinct ports failed within 900 s.',
      },
    ]);
  });

  it('is one finding however many ports follow, weightier by powers of ten', () => {
    const findings = refusedPorts(1200, 0.01);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ severity: 60, detectedAt: 90_000_000n, evidence: { value: 1200 } });
    expect(findings[0]!.evidence.packets).toHaveLength(50);
  });

  it('counts what is no service, or tried again and again, within a quarter of an hour only', () => {
    const high = (interval: number): Finding[] => {
      const run = script();
      for (let i = 0; i < 9; i++) run.refused(run.at(i * interval).syn(scanner, victim, 40_000 + i));
      return run.finish();
    };
    expect(high(113)).toEqual([]); // the 1st is 904 s old at the 9th
    expect(high(112)).toHaveLength(1); // 896 s
  });

  it('finds a probe each 15 s within three minutes, each minute at the 9th', () => {
    expect(refusedPorts(20, 15)[0]!.detectedAt).toBe(120_010_000_000n);
    expect(refusedPorts(20, 60)[0]!.detectedAt).toBe(480_010_000_000n);
  });

  describe('by SYN+ACK', () => {
    /** SYN+ACKs that nobody asked for, from `from` of the scanner to ports from `first` on, each refused. */
    const refusedSynAcks = (from: number, first: number): Finding[] => {
      const run = script();
      for (let i = 0; i < 12; i++) run.closed(run.at(i / 10).probe(victim, scanner, from, SYN_ACK, first + i), [0, 0], 1);
      return run.finish();
    };

    it('names who sent them', () => {
      expect(refusedSynAcks(50_000, 20)).toMatchObject([{ sourceIp: parseIp(scanner), destinationIp: parseIp(victim) }]);
    });

    it('is not a server that was asked in the name of the victim', () => {
      expect(refusedSynAcks(80, 1025)).toEqual([]);
      expect(refusedSynAcks(50_000, 40_000)).toEqual([]);
    });
  });

  it('tells what the scanner learned', () => {
    const run = script();
    for (let port = 1; port <= 12; port++) {
      const flow = run.at(port).syn(scanner, victim, port);
      if (port === 3 || port === 7) run.at(port).answered(flow);
      else if (port !== 5) run.at(port).refused(flow);
    }
    expect(run.finish()[0]!.explanation).toContain(
      'tried 12 different ports of 10.0.0.2 in 11.0 s and learned: 9 closed, 1 without answer, open 3, 7.',
    );
  });

  it('is two findings when a quiet quarter of an hour lies between', () => {
    const run = script();
    for (const begin of [0, 1000]) for (let port = 1; port <= 20; port++) run.refused(run.at(begin + port / 10).syn(scanner, victim, port));
    expect(run.finish().map((finding) => finding.evidence.value)).toEqual([20, 20]);
  });

  it('finds a scan by IPv6', () => {
    expect(refusedPorts(9, 0.1, '2001:db8::9', '2001:db8::2')).toMatchObject([
      { entities: [{ ip: '2001:db8::9' }, { ip: '2001:db8::2' }] },
    ]);
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
      if (port % 3 > 0) run.answered(flow);
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
    it('fires 0.4 s after the 9th SYN', () => {
      const run = script();
      for (let port = 1; port <= 9; port++) run.at(port / 10).syn(scanner, victim, port);
      run.at(5);
      expect(run.finish()).toMatchObject([{ detectedAt: 1_300_000_000n, confidence: 0.7, evidence: { value: 9 } }]);
    });

    it('fires at the 12th of a burst, before its silence is known', () => {
      const burst = (count: number): ContactScript => {
        const run = script();
        for (let port = 1; port <= count; port++) run.at(port / 1000).syn(scanner, victim, port);
        return run;
      };
      expect(burst(20).finish()).toMatchObject([{ detectedAt: 12_000_000n, evidence: { value: 20, threshold: 12 } }]);
      // Answers come in time.
      const run = burst(11);
      run.answered(run.at(0.02).syn(scanner, victim, 80));
      for (let port = 100; port <= 103; port++) run.answered(run.at(0.03).syn(scanner, victim, port));
      expect(run.at(0.05).findings).toEqual([]);
    });

    it('fires at the 24th of a burst of UDP to any ports, of which the host says of few that they are closed', () => {
      const burst = (count: number, refused: number, from: number): Finding[] => {
        const run = script();
        for (let i = 0; i < count; i++) {
          const flow = run.at(i / 100).datagram(scanner, victim, 11_000 + 613 * i, from);
          if (i < refused) run.refused(flow);
        }
        return run.finish();
      };
      expect(burst(23, 6, 40_000)).toEqual([]);
      expect(burst(24, 6, 40_000)).toMatchObject([{ detectedAt: 230_000_000n, evidence: { value: 24 } }]);
      expect(burst(24, 2, 40_000)).toEqual([]);
      expect(burst(24, 6, 53)).toEqual([]); // answers to questions that the capture lacks
    });

    it('judges what is pending when the capture ends', () => {
      const run = script();
      for (let port = 1; port <= 9; port++) run.at(port / 1000).syn(scanner, victim, port);
      expect(run.finish()).toMatchObject([{ detectedAt: 9_000_000n }]);
    });

    it('takes a failure back when the answer comes late', () => {
      const run = script();
      const flows = Array.from({ length: 9 }, (_, i) => run.at(i / 1000).syn(inside, victim, 1 + i));
      run.at(0.2).answered(flows[0]!);
      run.at(0.45); // the others count as failed now
      expect(run.finish()).toEqual([]);
      const late = script();
      const first = late.at(0).syn(inside, victim, 1);
      for (let port = 2; port <= 8; port++) late.at(1).syn(inside, victim, port);
      late.at(2).answered(first);
      late.at(3).syn(inside, victim, 9);
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

  it('counts UDP ports that ICMP called unreachable; once some were, silent ones too, for hosts limit how often they refuse', () => {
    const refused = script();
    for (let port = 1; port <= 9; port++) refused.refused(refused.at(port / 10).datagram(scanner, victim, port));
    expect(refused.finish()).toMatchObject([{ alertClass: 'scan.vertical' }]);
    const limited = (refusals: number): Finding[] => {
      const run = script();
      for (let port = 1; port <= 9; port++) {
        const flow = run.at(port / 10).datagram(scanner, victim, port);
        if (port <= refusals) run.refused(flow);
      }
      return run.finish();
    };
    expect(limited(2)).toEqual([]);
    expect(limited(3)).toMatchObject([{ evidence: { value: 9 }, detectedAt: 900_000_000n }]);
  });

  it('needs twenty ports of services when UDP meets nothing but silence', () => {
    const silent = (count: number, first: number): Finding[] => {
      const run = script();
      for (let i = 0; i < count; i++) run.at(i / 10).datagram(scanner, victim, first + i);
      return run.finish();
    };
    expect(silent(19, 1)).toEqual([]);
    expect(silent(20, 1)).toMatchObject([{ evidence: { metric: 'distinct ports without answer', value: 20, threshold: 20 } }]);
    expect(silent(100, 20_000)).toEqual([]); // media
  });

  it('finds a scan of IP protocols, answered or not', () => {
    const run = script();
    for (const protocol of [200, 47, 1, 99, 180, 121, 77, 60, 143, 151, 250]) run.at(protocol / 100).protocol(scanner, victim, protocol);
    expect(run.finish()).toMatchObject([
      { alertClass: 'scan.protocol', evidence: { metric: 'distinct protocols failed', value: 9, threshold: 5 } },
    ]);
  });

  describe('by packets that all have one source port, as tools make them', () => {
    /** `count` ports of a silent host, one each `interval` seconds, each tried twice: the second time from another port. */
    const twice = (
      count: number,
      interval: number,
      send: (run: ReturnType<typeof script>, port: number, from: number) => void,
    ): Finding[] => {
      const run = script();
      for (let i = 0; i < 2 * count; i++) send(run.at(i * interval), 600 + (i >> 1), 44_080 + 2 * (i & 1));
      return run.finish();
    };
    const forms: [string, Parameters<typeof twice>[2]][] = [
      ['SYN', (run, port, from) => run.probe(scanner, victim, port, 2, from)],
      ['UDP', (run, port, from) => run.datagram(scanner, victim, port, from)],
    ];

    it.each(forms)('fires at the 5th port for %s, within a minute of a probe each 5 s', (_name, send) => {
      expect(twice(4, 5, send)).toEqual([]);
      const findings = twice(7, 5, send);
      expect(findings).toMatchObject([{ evidence: { metric: 'distinct ports failed from one source port', threshold: 5 } }]);
      expect(findings[0]!.detectedAt).toBeLessThan(60_000_000_000n);
    });

    it('needs as many failures as before where the source port changes, as with programs', () => {
      const run = script();
      for (let i = 0; i < 8; i++) run.at(i * 5).probe(scanner, victim, 600 + i, 2, 44_080 + i);
      expect(run.finish()).toEqual([]);
    });

    it('does not take the search for a way to a peer for a scan: UDP to high ports, some of them refused', () => {
      const run = script();
      for (let port = 50_000; port < 50_008; port++) run.refused(run.at(port / 10).datagram(inside, victim, port, 41_000));
      expect(run.finish()).toEqual([]);
    });
  });

  it('does not take an FTP server for a scanner that connects to the ports its client named', () => {
    const run = script();
    for (let port = 40_000; port < 40_050; port++) run.refused(run.at(port).probe(victim, inside, port, 2, 20));
    expect(run.finish()).toEqual([]);
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
    ['SYN and FIN', 0x03],
    ['SYN, PSH and URG', 0x2a],
    ['PSH', 0x08],
  ];
  it.each(probes)('finds a %s scan by its refusals', (_name, flags) => {
    const run = script();
    for (let port = 1; port <= 9; port++) run.refused(run.at(port / 10).probe(scanner, victim, port, flags));
    expect(run.finish()).toMatchObject([{ alertClass: 'scan.vertical', evidence: { value: 9 } }]);
  });

  it('needs no refusal of what begins no conversation', () => {
    const silent = (flags: number): Finding[] => {
      const run = script();
      for (let port = 1; port <= 9; port++) run.at(port).probe(scanner, victim, port, flags);
      return run.finish();
    };
    for (const flags of [0x01, 0, 0x29, 0x03, 0x2a, 0x08])
      expect(silent(flags)).toMatchObject([{ detectedAt: 5_000_000_000n, evidence: { value: 9 } }]);
    for (const flags of [0x10, 0x11]) expect(silent(flags)).toEqual([]);
  });

  it.each([0x18, 0x19])('does not take data or ends of connections for probes: flags %d', (flags) => {
    const run = script();
    for (let port = 1; port <= 40; port++) run.refused(run.at(port / 10).probe(inside, victim, port, flags));
    expect(run.finish()).toEqual([]);
  });

  describe('by SCTP', () => {
    const sctp = (count: number, isRefused: boolean): Finding[] => {
      const run = script();
      for (let port = 1; port <= count; port++) {
        const flow = run.at(port / 10).protocol(scanner, victim, 132, port, 50_000 + port);
        if (isRefused) run.refused(flow);
      }
      run.at(60);
      return run.finish();
    };

    it('is found by its refusals, and by silence as with UDP', () => {
      expect(sctp(8, true)).toEqual([]);
      expect(sctp(9, true)).toMatchObject([{ alertClass: 'scan.vertical', evidence: { metric: 'distinct ports failed', value: 9 } }]);
      expect(sctp(19, false)).toEqual([]);
      expect(sctp(20, false)).toMatchObject([{ evidence: { metric: 'distinct ports without answer', value: 20 } }]);
    });
  });

  it('does not take a server that ends old connections for a scanner', () => {
    const run = script();
    for (let port = 40_000; port < 40_100; port++) run.refused(run.at(0).probe(victim, inside, port, 0x11, 8443));
    expect(run.finish()).toEqual([]);
  });
});
