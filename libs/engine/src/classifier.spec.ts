import { readFileSync } from 'node:fs';
import type { AlertRow, ModelOpinion } from '@wirecase/contract';
import { classifier, type DetectorModule, registry } from '@wirecase/detect';
import { testPlatform } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { Analyzer } from './analyze.ts';

const trace = (name: string): Uint8Array => readFileSync(new URL(`../../../e2e/traces/${name}.pcap`, import.meta.url));

interface Run {
  detectors?: readonly DetectorModule[];
  options?: Record<string, number>;
  chunkBytes?: number;
}

function alertsOf(capture: Uint8Array, { detectors = registry, options = {}, chunkBytes = capture.length }: Run = {}): AlertRow[] {
  const found: AlertRow[] = [];
  const analyzer = new Analyzer({
    platform: testPlatform,
    captureSha256: new Uint8Array(32),
    detectors,
    options: { detectors: { [classifier.rule.id]: options } },
    sink: { record: (type, row) => void (type.name === 'alert' && found.push(row as unknown as AlertRow)) },
  });
  for (let at = 0; at < capture.length; at += chunkBytes) analyzer.push(capture.subarray(at, at + chunkBytes));
  analyzer.finish();
  return found;
}

const opinionOf = (alert: AlertRow | undefined) => (alert?.evidence as { ml?: ModelOpinion } | undefined)?.ml;

describe('the traffic classifier beside the rules', () => {
  it('adds its opinion with reasons to the evidence of a rule', () => {
    const [alert] = alertsOf(trace('nmap-syn'));
    expect(alert!.ruleId).toBe('port-scan');
    const { class: className, confidence, contributions } = opinionOf(alert)!;
    expect([className, contributions.length]).toEqual(['scan', 5]);
    expect(confidence).toBeGreaterThan(0.9);
  });

  it.each(['nmap-syn', 'nmap-udp', 'floods', 'arp-spoof', 'ping-sweep'])(
    'changes nothing else of the alerts of %s, and adds none',
    (name) => {
      const without = alertsOf(trace(name), { detectors: registry.filter((module) => module !== classifier) });
      const withoutOpinion = (alert: AlertRow) => ({ ...alert, evidence: { ...(alert.evidence as object), ml: undefined } });
      expect(alertsOf(trace(name)).map(withoutOpinion)).toEqual(without.map(withoutOpinion));
    },
  );

  it('says nothing when it is turned off', () => {
    expect(alertsOf(trace('nmap-syn'), { options: { minimum: 1_000_000 } }).map(opinionOf)).toEqual([undefined]);
  });
});

describe('the traffic classifier where no rule has told of the host', () => {
  const alone = { detectors: [classifier], options: { windows: 1 } };

  it('raises a low alert of its own', () => {
    const alerts = alertsOf(trace('nmap-syn'), alone);
    expect(alerts).toHaveLength(1);
    expect(alerts[0]).toMatchObject({ ruleId: 'traffic-classifier', alertClass: 'traffic.scan', severity: 30, techniques: ['T1046'] });
    expect(alerts[0]!.explanation).toMatch(/^In \d+ windows [\d.]+ behaved like one that scans\. The model is \d+ % sure/);
    expect((alerts[0]!.evidence as { packets: number[] }).packets.length).toBeGreaterThan(0);
  });

  it('raises none where fewer windows agree, or it need not be that sure', () => {
    expect(alertsOf(trace('nmap-syn'), { detectors: [classifier], options: { windows: 100 } })).toEqual([]);
    expect(alertsOf(trace('nmap-syn'), { detectors: [classifier], options: { windows: 1, percent: 101 } })).toEqual([]);
  });

  it('tells times of packets where captures were joined and time goes back', () => {
    const capture = trace('nmap-syn');
    const [alert] = alertsOf(capture, alone);
    const later = (seconds: number) => {
      const copy = Uint8Array.from(capture.subarray(24));
      const view = new DataView(copy.buffer);
      for (let at = 0; at < copy.length; at += 16 + view.getUint32(at + 8, true))
        view.setUint32(at, view.getUint32(at, true) + seconds, true);
      return copy;
    };
    const joined = Buffer.concat([capture.subarray(0, 24), later(1_000_000), later(1_000_100), later(0), later(100)]);
    const told = alertsOf(joined, { ...alone, options: { ...alone.options, percent: 60, quiet: 50 } });
    const after = (ns: bigint) => Math.round(Number(ns - alert!.start) / 10e9) * 10 + 0;
    expect(told.map(({ start, end }) => [after(start), after(end)])).toEqual([
      [1_000_000, 1_000_000],
      // It goes on in what was captured before: from the one to the other, the earlier first.
      [0, 1_000_100],
      [100, 100],
    ]);
  });

  it('finds the same however the file is cut into chunks', () => {
    const whole = alertsOf(trace('nmap-syn'), alone);
    for (const chunkBytes of [333, 4096, 65_536]) expect(alertsOf(trace('nmap-syn'), { ...alone, chunkBytes })).toEqual(whole);
  });
});
