import { describe, expect, it } from 'vitest';
import type { Finding } from '../detector.ts';
import { host, inside, scanner, script, victim } from './scan-script.fixture.ts';

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
