import { describe, expect, it } from 'vitest';
import type { Finding } from '../detector.ts';
import { host, inside, refusedPorts, scanner, script, victim } from './scan-script.fixture.ts';

describe('a vertical scan that takes hours', () => {
  it('is found at the ninth port, a probe each five minutes or half an hour', () => {
    expect(refusedPorts(12, 300)).toMatchObject([
      {
        detectedAt: 2_400_010_000_000n,
        evidence: { metric: 'distinct ports of services failed', value: 12, threshold: 9, window: 14_400 },
      },
    ]);
    expect(refusedPorts(9, 1800)).toHaveLength(1);
    expect(refusedPorts(9, 1801)).toEqual([]);
  });

  it('is one finding as long as it goes on', () => {
    expect(refusedPorts(100, 1800)).toMatchObject([{ evidence: { value: 100 } }]);
  });

  it('is found at half as many ports when all were tried by TCP from one', () => {
    const probes = (count: number, port: number, isTcp = true): Finding[] => {
      const run = script();
      for (let i = 0; i < count; i++) {
        run.at(i * 300);
        run.refused(isTcp ? run.probe(scanner, victim, port + i, 2) : run.datagram(scanner, victim, port + i, 50_000));
      }
      return run.finish();
    };
    expect(probes(4, 6000)).toEqual([]);
    expect(probes(5, 6000)).toMatchObject([{ evidence: { value: 5, threshold: 5, window: 14_400 } }]);
    expect(probes(8, 6000, false)).toEqual([]);
    expect(probes(9, 6000, false)).toHaveLength(1);
  });

  it('is found by UDP at a silent host, at ten ports tried from one or twenty from as many', () => {
    const probes = (count: number, sourcePort?: number, tries = 1): Finding[] => {
      const run = script();
      run.answered(run.at(0).syn(inside, '10.0.0.3', 80));
      for (let i = 0; i < count * tries; i++) run.at(1 + i * 300).datagram(scanner, victim, 100 + (i % count), sourcePort);
      return run.finish();
    };
    expect(probes(9, 50_000)).toEqual([]);
    expect(probes(10, 50_000)).toMatchObject([{ evidence: { value: 10, threshold: 10, window: 14_400 } }]);
    expect(probes(19)).toEqual([]);
    expect(probes(20)).toMatchObject([{ evidence: { value: 20, threshold: 20 } }]);
    // A client of services that are down asks again.
    expect(probes(9, 50_000, 30)).toEqual([]);
  });

  it('is found by protocols of IP, of which five are like TCP from one port', () => {
    const protocols = (count: number): Finding[] => {
      const run = script();
      for (let i = 0; i < count; i++) run.at(i * 300).protocol(scanner, victim, 150 + i);
      return run.finish();
    };
    expect(protocols(4)).toEqual([]);
    expect(protocols(5)).toMatchObject([{ alertClass: 'scan.protocol', evidence: { value: 5, threshold: 5, window: 14_400 } }]);
  });

  it('is found among decoys, a round of all each five minutes', () => {
    const decoys = Array.from({ length: 5 }, (_, i) => `203.0.113.${10 + i}`);
    const run = script();
    for (let i = 0; i < 8; i++)
      for (const [k, source] of [scanner, ...decoys].entries()) run.refused(run.at(i * 300 + k / 100).probe(source, victim, 20 + i, 2));
    expect(run.finish()).toMatchObject([{ alertClass: 'scan.distributed', explanation: expect.stringContaining('1 of 6') }]);
  });

  it('is not a peer-to-peer client that knows many old ports of one address', () => {
    const run = script();
    for (let i = 0; i < 40; i++) run.refused(run.at(i * 300).probe(inside, '203.0.113.7', 10_000 + ((i * 7919) % 50_000), 2, 4001));
    expect(run.finish()).toEqual([]);
  });

  it('is found where nothing answers, and each port is tried twice', () => {
    const run = script();
    for (let i = 0; i < 18; i++) run.at(i * 300).syn(scanner, victim, 1 + (i >> 1));
    expect(run.finish()).toMatchObject([{ evidence: { value: 9 } }]);
  });

  it('is not a client for whom all connections of data fail, nor one that asks eight closed ports for days', () => {
    const run = script();
    for (let i = 0; i < 500; i++) {
      run.answered(run.at(i * 120).syn(inside, victim, 21));
      run.refused(run.at(i * 120 + 1).syn(inside, victim, 10_000 + ((i * 7919) % 50_000)));
      run.refused(run.at(i * 120 + 2).syn(inside, '10.0.0.3', 8000 + (i % 8)));
    }
    expect(run.finish()).toEqual([]);
  });

  it('is not a monitor whose host goes down', () => {
    const run = script();
    for (let i = 0; i < 200; i++) {
      const flow = run.at(i * 150).syn(inside, victim, 1 + (i % 10));
      if (i < 20) run.answered(flow);
      else run.refused(flow);
    }
    expect(run.finish()).toEqual([]);
  });
});

describe('a horizontal scan that takes hours', () => {
  /** Neighbours, one every `interval` seconds; `answering` of them answer. */
  const slow = (count: number, interval: number, answering = 0, source = inside, net = '10.1.0'): Finding[] => {
    const run = script();
    for (let i = 0; i < count; i++) {
      const flow = run.at(i * interval).syn(source, `${net}.${i}`, 22);
      if (i < answering) run.answered(flow);
      else run.refused(flow);
    }
    return run.finish();
  };

  it('fires at the ninth neighbour, a probe each five minutes or half an hour', () => {
    expect(slow(8, 300)).toEqual([]);
    expect(slow(12, 300)).toMatchObject([{ detectedAt: 2_400_000_000_000n, evidence: { value: 12, threshold: 9, window: 14_400 } }]);
    expect(slow(9, 1800)).toHaveLength(1);
    expect(slow(9, 1801)).toEqual([]);
  });

  it('needs six failures for each answer', () => {
    expect(slow(13, 300, 2)).toEqual([]);
    expect(slow(14, 300, 2)).toHaveLength(1);
  });

  it('leaves hosts alone whose servers outside are out of reach', () => {
    expect(slow(20, 300, 0, inside, '142.250.1')).toEqual([]);
    expect(slow(20, 300, 0, scanner, '142.250.1')).toHaveLength(1);
  });

  it('is not one that manages hosts which are off by night, nor one that asks dead ones again and again', () => {
    const run = script();
    for (let i = 0; i < 600; i++) {
      const flow = run.at(i * 240).syn(inside, host(i % 40), 445);
      if (i < 120) run.answered(flow);
      else run.refused(flow);
      run.refused(run.at(i * 240 + 1).syn(inside, `10.2.0.${i % 5}`, 80));
    }
    expect(run.finish()).toEqual([]);
  });
});
