/** What a sensor's alerts need: told when the threshold is crossed, as they stand, and once more when they are over. */
import { parseIp } from '@wirecase/contract';
import { dnsRecord } from '@wirecase/protocols';
import { describe, expect, it } from 'vitest';
import { ContactScript } from './contact-script.fixture.ts';
import { beacon } from './beacon/detector.ts';
import { bruteForce } from './brute-force/detector.ts';
import { connectionExhaustion } from './connection-exhaustion/detector.ts';
import { type DetectorModule, optionValues } from './detector.ts';
import { dga } from './dga/detector.ts';
import { dnsTunnel } from './dns-tunnel/detector.ts';
import { exfiltration } from './exfiltration/detector.ts';
import { portScan } from './port-scan/detector.ts';
import { traceroute } from './traceroute/detector.ts';

type Script = ContactScript;

const [inside, outside] = ['10.0.0.9', '203.0.113.9'];
const names = Array.from({ length: 12 }, (_, i) => `qzxv${'kjwqxzvb'[i % 8]}${'bxzqkvwj'[(i * 3) % 8]}zqxk${i}`);

function ask(run: Script, questionName: string): void {
  run.record(dnsRecord, {
    ...{ questionName, questionType: 'NULL', responseCode: 'NXDOMAIN' },
    ...{ sourceIp: parseIp(inside), destinationIp: parseIp('10.0.0.53') },
  });
}

/** Event `i` of each attack, and so many of them that the threshold is crossed. */
const attacks: [name: string, module: DetectorModule, count: number, event: (run: Script, i: number) => void][] = [
  ['port scan', portScan as DetectorModule, 20, (run, i) => run.refused(run.syn(outside, inside, 100 + i))],
  ['brute force', bruteForce as DetectorModule, 8, (run) => run.login(run.syn(outside, inside, 22), 'ssh', 'failure')],
  ['spraying', bruteForce as DetectorModule, 8, (run, i) => run.login(run.syn(outside, `10.0.1.${i}`, 22), 'ssh', 'failure')],
  ['DNS tunnel', dnsTunnel as DetectorModule, 12, (run, i) => ask(run, `${names[i % 12]}.t.example.com`)],
  ['made domains', dga as DetectorModule, 12, (run, i) => ask(run, `${names[i % 12]!.slice(0, 10)}${i}.com`)],
  ['traceroute', traceroute as DetectorModule, 5, (run, i) => run.headers(`198.51.100.${i}`, inside, { ipProtocol: 1, icmpType: 11 })],
  ['beacon', beacon as DetectorModule, 12, (run) => run.ended(run.syn(inside, outside, 443), run.seconds)],
  ['exfiltration', exfiltration as DetectorModule, 3, (run) => run.ended(run.syn(inside, outside, 443), run.seconds, [6e7, 0])],
];

describe.each(attacks)('%s', (_name, module, count, event) => {
  const script = () => new ContactScript((context) => module.create(context, optionValues(module.options)));

  /** Packet times two seconds apart. */
  function attack(run: Script, events: number): Script {
    for (let i = 0; i < events; i++) event(run.at(2 * (i + 1)), i);
    return run;
  }

  it('is told while it goes on, as it will be at its end', () => {
    const run = attack(script(), count);
    run.at(run.seconds + 0.5);
    const open = run.open();
    expect(open).toHaveLength(1);
    expect(run.findings).toEqual([]);
    expect(run.finish()).toEqual(open);
  });

  it('is not told before its threshold, and is over after a quiet time', () => {
    expect(attack(script(), 1).open()).toEqual([]);
    const run = attack(script(), count);
    run.at(run.seconds + 100_000);
    expect(run.open()).toEqual([]);
    expect(run.findings).toHaveLength(1);
    expect(run.finish()).toHaveLength(1);
  });
});

it('connections held open are told until the last of them ends', () => {
  const run = new ContactScript((context) => connectionExhaustion.create(context, optionValues(connectionExhaustion.options)));
  const flows = Array.from({ length: 60 }, (_, i) => {
    const flow = run.at(i / 100).syn(outside, inside, 80);
    run.established(flow);
    return flow;
  });
  run.at(5);
  expect(run.open()).toMatchObject([{ alertClass: 'dos.slow', evidence: { value: 60 } }]);
  for (const flow of flows) run.ended(flow, 0);
  expect(run.open()).toEqual([]);
  expect(run.findings).toHaveLength(1);
});
