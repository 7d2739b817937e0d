import { readFileSync } from 'node:fs';
import { PacketScript, pcapHeader } from '@wirecase/testkit/packets';
import { describe, expect, it } from 'vitest';
import { runEngine } from './run.fixture.ts';

const trace = (name: string): Uint8Array => readFileSync(new URL(`../../../e2e/traces/${name}.pcap`, import.meta.url));
const withAlerts = { alerts: true };

describe('the alerts of a capture', () => {
  it.each(['nmap-syn', 'nmap-udp', 'nmap-sweep', 'floods', 'arp-spoof', 'arp-scan', 'ping-sweep'])(
    'of %s do not depend on how the file was cut into chunks',
    async (name) => {
      const capture = trace(name);
      const whole = await runEngine(capture, withAlerts, capture.length);
      expect(whole.json['alert']).not.toHaveLength(0);
      for (const chunkBytes of [333, 4096, 65_536, 262_144, 1_048_576]) {
        expect((await runEngine(capture, withAlerts, chunkBytes)).json['alert']).toEqual(whole.json['alert']);
      }
    },
  );

  it('are the same where captures were joined and time goes back: minutes of connections are taken for no flood', async () => {
    const script = new PacketScript();
    for (let i = 0; i < 150; i++)
      script
        .at(i)
        .tcp('10.0.0.1', '10.0.0.2', 80, 30_000 + i)
        .syn();
    const once = script.capture();
    const twice = new Uint8Array([...once, ...once.subarray(pcapHeader().length)]);
    expect((await runEngine(once, withAlerts)).json['alert']).toBeUndefined();
    expect((await runEngine(twice, withAlerts)).json['alert']).toBeUndefined();
  });
});
