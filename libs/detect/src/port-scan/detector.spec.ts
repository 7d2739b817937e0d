import { describe, expect, it } from 'vitest';
import type { Finding } from '../detector.ts';
import { scanner, script, victim } from './scan-script.fixture.ts';

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
