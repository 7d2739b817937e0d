/** What the specs of port scans begin with. */
import { ContactScript } from '../contact-script.fixture.ts';
import { optionValues, type Finding } from '../detector.ts';
import { portScan } from './detector.ts';

export const script = () => new ContactScript((context) => portScan.create(context, optionValues(portScan.options)));
export const scanner = '203.0.113.9';
export const inside = '10.0.0.9';
export const victim = '10.0.0.2';
export const host = (i: number): string => `10.1.${i >> 8}.${i & 255}`;

/** `count` ports of the victim, each refused 10 ms later, one every `interval` seconds. */
export function refusedPorts(count: number, interval: number, source = scanner, target = victim): Finding[] {
  const run = script();
  for (let i = 0; i < count; i++) {
    const flow = run.at(i * interval).syn(source, target, 1 + i);
    run.at(i * interval + 0.01).refused(flow);
  }
  return run.finish();
}
