import { parseIp } from '@wirecase/contract';
import { describe, expect, it } from 'vitest';
import { ContactScript } from '../contact-script.fixture.ts';
import { optionValues, type Finding } from '../detector.ts';
import { portScan } from './detector.ts';

const script = () => new ContactScript((context) => portScan.create(context, optionValues(portScan.options)));
const scanner = '203.0.113.9';
const inside = '10.0.0.9';
const victim = '10.0.0.2';
const host = (i: number): string => `10.1.${i >> 8}.${i & 255}`;

/** `count` ports of the victim, each refused 10 ms later, one every `interval` seconds. */
function refusedPorts(count: number, interval: number, source = scanner, target = victim): Finding[] {
  const run = script();
  for (let i = 0; i < count; i++) {
    const flow = run.at(i * interval).syn(source, target, 1 + i);
    run.at(i * interval + 0.01).refused(flow);
  }
  return run.finish();
}

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

  it('counts only what failed within a quarter of an hour', () => {
    expect(refusedPorts(9, 113)).toEqual([]); // the 1st is 904 s old at the 9th
    expect(refusedPorts(9, 112)).toHaveLength(1); // 896 s
  });

  it('finds a probe each 15 s within three minutes, each minute at the 9th', () => {
    expect(refusedPorts(20, 15)[0]!.detectedAt).toBe(120_010_000_000n);
    expect(refusedPorts(20, 60)[0]!.detectedAt).toBe(480_010_000_000n);
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

describe('horizontal scan', () => {
  const far = (i: number): string => `10.${i}.7.7`;
  const sweep = (count: number, source: string, at: (i: number) => string = far): Finding[] => {
    const run = script();
    for (let i = 0; i < count; i++) run.refused(run.at(i / 100).syn(source, at(i), 22));
    return run.finish();
  };

  it('fires at six neighbours, not at five', () => {
    expect(sweep(5, inside, host)).toEqual([]);
    expect(sweep(6, inside, host)).toMatchObject([
      {
        alertClass: 'scan.horizontal',
        detectedAt: 50_000_000n,
        evidence: { metric: 'distinct neighbours failed', value: 6, threshold: 6 },
      },
    ]);
    expect(sweep(6, '2001:db8::9', (i) => `2001:db8:1::${i}`)).toMatchObject([{ evidence: { value: 6 } }]);
  });

  it('leaves a monitor alone, as many of whose hosts answer', () => {
    const run = script();
    for (let i = 0; i < 12; i++) {
      const flow = run.at(i).syn(inside, host(i), 22);
      if (i % 2 === 0) run.answered(flow);
      else run.refused(flow);
    }
    expect(run.finish()).toEqual([]);
  });

  it('fires at 25 hosts anywhere for an external source, not at 24', () => {
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

  it('fires at 100 hosts anywhere for an internal source, not at 99', () => {
    expect(sweep(99, inside)).toEqual([]);
    expect(sweep(100, inside)).toMatchObject([{ techniques: ['T1046', 'T1018'], evidence: { value: 100, threshold: 100 } }]);
  });

  describe('of one site, in no order', () => {
    /** One host of each second network of 10.20.0.0/16, `answering` of them answer; three a second. */
    const scattered = (count: number, answering = 0, source = inside, net = '10.20', interval = 0.3): Finding[] => {
      const run = script();
      run.answered(run.at(0).syn(inside, victim, 80));
      for (let i = 0; i < count; i++) {
        const flow = run.at(1 + i * interval).syn(source, `${net}.${(i * 37) % 256}.${i}`, 8443);
        if (i < answering) run.answered(flow);
      }
      return run.finish();
    };

    it('fires at 10 hosts in a minute, not at 9', () => {
      expect(scattered(9)).toEqual([]);
      expect(scattered(10)).toMatchObject([{ evidence: { metric: 'distinct hosts of one site failed', value: 10 } }]);
      expect(scattered(40, 0, inside, '10.20', 7)).toEqual([]);
    });

    it('needs six failures for each answer', () => {
      expect(scattered(14, 2)).toHaveLength(1);
      expect(scattered(13, 2)).toEqual([]);
    });

    it('leaves hosts alone whose servers outside are out of reach', () => {
      expect(scattered(24, 0, inside, '142.250')).toEqual([]);
      expect(scattered(10, 0, scanner, '142.250')).toHaveLength(1);
    });
  });

  it('names at most 256 victims and counts all', () => {
    const [finding] = sweep(1000, scanner, host);
    expect(finding!.entities).toHaveLength(257);
    expect(finding!.evidence.value).toBe(1000);
  });

  it('needs answers in the capture before silence means anything, or sixteen neighbours', () => {
    const silent = (count: number, at: (i: number) => string): Finding[] => {
      const run = script();
      for (let i = 0; i < count; i++) run.at(i / 100).syn(scanner, at(i), 443);
      return run.finish();
    };
    expect(silent(200, far)).toEqual([]);
    expect(silent(15, host)).toEqual([]);
    expect(silent(16, host)).toHaveLength(1);
    const proved = script();
    proved.answered(proved.at(0).syn(inside, victim, 80));
    for (let i = 0; i < 30; i++) proved.at(1 + i / 100).syn(scanner, far(i), 443);
    expect(proved.finish()).toMatchObject([{ alertClass: 'scan.horizontal', evidence: { value: 30 } }]);
  });

  it('finds one UDP port of sixteen neighbours that stay silent', () => {
    const run = script();
    for (let i = 0; i < 16; i++) run.at(i / 10).datagram(scanner, host(i), 161);
    expect(run.finish()).toMatchObject([{ evidence: { metric: 'distinct neighbours without answer', value: 16 } }]);
  });

  it('fires at six hosts anywhere when all were tried from one source port, as by tools that make their own packets', () => {
    const raw = (count: number, from: (i: number) => number): Finding[] => {
      const run = script();
      run.answered(run.at(0).syn(inside, victim, 80));
      for (let i = 0; i < count; i++) run.at(1 + i / 6).probe(inside, far(i), 3389, 2, from(i));
      return run.finish();
    };
    expect(raw(5, () => 43_945)).toEqual([]);
    expect(raw(6, () => 43_945)).toMatchObject([{ evidence: { metric: 'distinct hosts failed from one source port', value: 6 } }]);
    expect(raw(24, (i) => 43_945 + i)).toEqual([]);
  });

  it('fires at six silent neighbours at a UDP port, tried from one source port, and not at peers all over the world', () => {
    const raw = (count: number, at: (i: number) => string): Finding[] => {
      const run = script();
      run.answered(run.at(0).syn(inside, victim, 80));
      for (let i = 0; i < count; i++) run.at(1 + 4 * i).datagram(inside, at(i), 6881, 51_413);
      return run.finish();
    };
    expect(raw(5, host)).toEqual([]);
    expect(raw(6, host)).toMatchObject([{ alertClass: 'scan.horizontal', evidence: { value: 6 } }]);
    expect(raw(200, far)).toEqual([]);
  });

  it('leaves a client with dead peers on many ports alone', () => {
    const run = script();
    for (let i = 0; i < 300; i++) run.refused(run.at(i / 10).syn(inside, host(i), 20_000 + i));
    expect(run.finish()).toEqual([]);
  });
});

describe('scan by several sources', () => {
  const source = (i: number): string => `198.51.100.${1 + i}`;
  /** Ports of each of `count` sources, by turns. */
  const shared = (count: number, ports: (source: number) => number[]): Finding[] => {
    const run = script();
    const lists = Array.from({ length: count }, (_, i) => ports(i));
    for (let turn = 0; turn < lists[0]!.length; turn++) {
      for (const [i, list] of lists.entries()) run.refused(run.at(turn / 2 + i / 100).syn(source(i), victim, list[turn]!));
    }
    return run.finish();
  };

  it('is one finding that lists all: twenty sources with five ports each', () => {
    const findings = shared(20, (i) => [1, 2, 3, 4, 5].map((port) => 10 * i + port));
    expect(findings).toMatchObject([{ alertClass: 'scan.distributed', evidence: { value: 20 } }]);
    expect(findings[0]!.entities).toHaveLength(21);
    expect(Number(findings[0]!.detectedAt)).toBeLessThan(1e9);
  });

  it('is one finding for a scanner and its decoys, who all try the same', () => {
    const ports = Array.from({ length: 30 }, (_, i) => 100 + i);
    const findings = shared(6, () => ports);
    expect(findings).toMatchObject([{ alertClass: 'scan.distributed', evidence: { value: 6 } }]);
    expect(findings[0]!.explanation).toContain('it may be one scanner among decoys, 1 of 6');
  });

  it('is one finding for a slow scanner who sends each probe for its decoys, too, at the fourth port', () => {
    const slow = (ports: number, late: number): Finding[] => {
      const run = script();
      for (let port = 1; port <= ports; port++)
        for (let i = 0; i < 6; i++) run.refused(run.at(8 * port + i * late).syn(source(i), victim, 200 + port));
      return run.finish();
    };
    expect(slow(3, 0.001)).toEqual([]);
    const findings = slow(7, 0.001);
    expect(findings).toMatchObject([{ alertClass: 'scan.distributed', evidence: { value: 6 } }]);
    expect(findings[0]!.detectedAt).toBeLessThan(33_000_000_000n);
    expect(slow(7, 1)).toEqual([]); // clients of services that are down, each in its own time
  });

  it('needs only one port each of a hundred sources', () => {
    expect(shared(100, (i) => [1 + i])).toMatchObject([{ alertClass: 'scan.distributed', evidence: { value: 100 } }]);
  });

  it('is not the clients of services that are down', () => {
    expect(shared(50, () => [80, 443])).toEqual([]);
    expect(shared(200, () => [443])).toEqual([]);
  });

  it('does not swallow a single scanner among the noise of others', () => {
    const findings = shared(8, (i) => (i === 0 ? Array.from({ length: 60 }, (_, port) => port + 1) : Array.from({ length: 60 }, () => 23)));
    expect(findings).toMatchObject([{ alertClass: 'scan.vertical', entities: [{ ip: source(0) }, { ip: victim }] }]);
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
