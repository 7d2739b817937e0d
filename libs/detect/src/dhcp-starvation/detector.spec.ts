import { dhcpRecord } from '@wirecase/protocols';
import { describe, expect, it } from 'vitest';
import { ContactScript } from '../contact-script.fixture.ts';
import { optionValues } from '../detector.ts';
import { dhcpStarvation } from './detector.ts';

const mac = (i: number): string => `02:00:00:00:${(i >> 8).toString(16).padStart(2, '0')}:${(i & 255).toString(16).padStart(2, '0')}`;
const script = () => new ContactScript((context) => dhcpStarvation.create(context, optionValues(dhcpStarvation.options)));

/** `count` messages, the next one `interval` seconds later. */
function ask(count: number, interval: number, macOf: (i: number) => string = mac, messageType = 'DISCOVER', run = script()): typeof run {
  for (let i = 0; i < count; i++) run.at(run.seconds + interval).record(dhcpRecord, { messageType, clientMac: macOf(i) });
  return run;
}

describe('DHCP starvation', () => {
  it('is silent at 49 clients and told at the 50th', () => {
    expect(ask(49, 0.1).finish()).toEqual([]);
    expect(ask(50, 0.1).finish()).toMatchObject([
      {
        alertClass: 'dhcp.starvation',
        detectedAt: 5_000_000_000n,
        entities: [43, 44, 45, 46, 47, 48, 49]
          .map((i) => ({ role: 'attacker', mac: mac(i - 1) }))
          .concat({ role: 'attacker', mac: mac(49) }),
        evidence: { value: 50, threshold: 50, window: 10 },
      },
    ]);
  });

  it('is one finding as long as it goes on, and is told while it does', () => {
    const run = ask(1000, 0.01);
    expect(run.open()).toMatchObject([{ evidence: { value: 1000 } }]);
    expect(run.finish()).toHaveLength(1);
  });

  it('is no office in the morning, no client that asks again, and no server', () => {
    expect(ask(500, 1).finish()).toEqual([]);
    expect(ask(500, 0.01, (i) => mac(i % 20)).finish()).toEqual([]);
    expect(ask(500, 0.01, mac, 'OFFER').finish()).toEqual([]);
  });
});
