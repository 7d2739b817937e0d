import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AlertRow } from '@wirecase/contract';
import { CaptureReader, PcapngWriter } from '@wirecase/pcap-parser';
import { ethernet, PacketScript } from '@wirecase/testkit/packets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCapture } from '../capture-source.ts';
import { alertEvidence, alertsOf, isLike } from './index.ts';
import { leastThatFires } from './least.ts';

const traces = new URL('../../../../e2e/traces/', import.meta.url).pathname;
const names = (await readdir(traces)).filter((name) => /\.(pcap|pcapng)(\.gz|\.zst)?$/.test(name));

async function plainBytes(path: string): Promise<Uint8Array> {
  const source = await openCapture(path);
  const chunks: Uint8Array[] = [];
  for await (const chunk of source.chunks()) chunks.push(Uint8Array.from(chunk));
  return Buffer.concat(chunks);
}

type Options = Parameters<typeof alertsOf>[1];
/** By default these need thousands of packets, too many to leave out each one in turn. */
const lessNeeded: Readonly<Record<string, Options>> = {
  'strobe.pcap.gz': { detectors: { strobe: { perMinute: 5, minutes: 2 } } },
  'http-flood.pcap.gz': { detectors: { 'request-flood': { rate: 5, burst: 40 } } },
};
const optionsOf = (name: string): Options => lessNeeded[name] ?? {};
/** Hundreds of packets, each left out in turn. */
const LONG_MS = 90_000;

const found: { name: string; path: string; alert: AlertRow; options: Options }[] = [];
for (const name of names) {
  const path = join(traces, name);
  const options = optionsOf(name);
  for (const alert of alertsOf([await plainBytes(path)], options))
    found.push({ name: `${alert.alertClass} of ${name}`, path, alert, options });
}

/** The same capture without its packet at `position`, from 0. */
function without(capture: Uint8Array, position: number): Uint8Array {
  const reader = new CaptureReader();
  reader.push(capture);
  reader.finish();
  const pieces: Uint8Array[] = [];
  let writer: PcapngWriter | null = null;
  for (let at = 0; reader.next(); at++) {
    if (!writer) {
      writer = new PcapngWriter(
        reader.interfaces.map(({ linkType, snapLength, name }) => ({ linkType, snapLength, name })),
        'test',
      );
      pieces.push(writer.begin());
    }
    if (at !== position) pieces.push(writer.packet(reader, reader.interfaceId));
  }
  return Buffer.concat(pieces);
}

/** Packet comments, in order. pcapng keeps them as UTF-8 text beside the packets. */
const commentsOf = (capture: Uint8Array) =>
  Buffer.from(capture)
    .toString('utf8')
    .match(/\d+ (counted|crossing|needed)/g) ?? [];

it('the traces hold alerts of these detectors', () => {
  expect([...new Set(found.map(({ alert }) => alert.ruleId))].sort()).toEqual([
    'amplification',
    'arp-scan',
    'arp-spoof',
    'brute-force',
    'clear-credentials',
    'dhcp-starvation',
    'executable-transfer',
    'flood',
    'icmp-tunnel',
    'lateral-movement',
    'mac-flood',
    'ping-sweep',
    'port-scan',
    'ptr-sweep',
    'range-attack',
    'request-flood',
    'strobe',
    'suspicious-tls',
    'unusual-port',
  ]);
});

describe.each(found)('evidence of $name', ({ path, alert, options }) => {
  it(
    'gives the same alert when it is analysed: rule, entities and times',
    async () => {
      const { capture, packets, likeness } = await alertEvidence(path, alert, 'whole', options);
      expect(likeness).toBe('whole');
      const again = alertsOf([capture], options);
      expect(again.filter((each) => isLike(each, alert, 'whole'))).toHaveLength(1);
      expect(packets).toBeLessThanOrEqual(alertPackets(alert));
      expect(commentsOf(capture)).toHaveLength(packets);
      expect(commentsOf(capture).filter((comment) => comment.endsWith('crossing'))).toHaveLength(1);
      expect(Buffer.from(capture).toString('latin1')).toContain(`Evidence of Wirecase alert ${alert.id}`);
    },
    LONG_MS,
  );

  it(
    'up to the crossing holds no packet that can be missed',
    async () => {
      const { capture, packets, likeness } = await alertEvidence(path, alert, 'crossing', options);
      expect(likeness).toBe('crossing');
      expect(alertsOf([capture], options).some((each) => isLike(each, alert, 'crossing'))).toBe(true);
      // Each packet of a few, about thirty of many.
      for (let i = 0; i < packets; i += Math.ceil(packets / 30)) {
        expect(alertsOf([without(capture, i)], options).some((each) => isLike(each, alert, 'crossing'))).toBe(false);
      }
    },
    LONG_MS,
  );
});

/** Evidence of a count needs no more than what was counted with the answers to it, and little of what taught the detector who is who. */
function alertPackets({ ruleId, evidence }: AlertRow): number {
  const { value } = evidence as { value: number };
  // A login is a talk: the connection, a greeting, security, challenge, response and outcome.
  return (ruleId === 'brute-force' ? 8 : 2) * value + 10;
}

describe('evidence within much other traffic', () => {
  let folder: string;
  let path: string;
  let bytes: Uint8Array;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wirecase-alert-evidence-'));
    const script = new PacketScript();
    for (let i = 0; i < 400; i++) {
      const talk = script
        .at(i)
        .tcp(`10.1.0.${i % 200}`, '10.0.0.2', 80, 30_000 + i)
        .handshake();
      talk.send('a', 'x'.repeat(700)).send('b', 'y'.repeat(900)).ack('a').fin('a').fin('b').ack('a');
      if (i >= 100 && i < 180) script.tcp('10.9.9.9', '10.0.0.2', i, 50_000).syn().rst('b');
    }
    bytes = script.capture();
    path = join(folder, 'capture');
    await writeFile(path, bytes);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is a small part of the capture, and a scan at its threshold is gone with any one of its probes', async () => {
    const [alert, ...others] = alertsOf([bytes], {});
    expect(others).toEqual([]);
    const whole = await alertEvidence(path, alert!);
    expect(whole.capture.length).toBeLessThan(0.01 * bytes.length);
    const { capture, packets } = await alertEvidence(path, alert!, 'crossing');
    // Probes of five ports, and the refusal that made the last one count: an answer that is missing counts as well.
    expect(packets).toBe(6);
    for (let probe = 0; probe < 5; probe++) expect(alertsOf([without(capture, probe)], {})).toEqual([]);
  });

  it('is found for an alert of the traffic classifier too, whose windows hold what it counted', async () => {
    const never = 1_000_000;
    const deaf = { ports: never, burst: never, faintPorts: never, hosts: never, internalHosts: never, sources: never };
    const options = { detectors: { 'port-scan': deaf, 'traffic-classifier': { windows: 1 } } };
    const alerts = alertsOf([bytes], options).filter(({ ruleId }) => ruleId === 'traffic-classifier');
    expect(alerts.map(({ alertClass }) => alertClass)).toEqual(['traffic.scan']);
    const { capture, likeness } = await alertEvidence(path, alerts[0]!, 'whole', options);
    expect(likeness).toBe('whole');
    expect(alertsOf([capture], options).some((each) => isLike(each, alerts[0]!, 'whole'))).toBe(true);
  });

  it('says so when it cannot give the alert again', async () => {
    const [alert] = alertsOf([bytes], {});
    const other = { ...alert!, detectedAt: alert!.detectedAt + 1n };
    expect(await alertEvidence(path, other)).toMatchObject({ likeness: null, packets: 50 });
  });
});

describe('the least part of a list', () => {
  it('is found, whatever stands between its items', async () => {
    const items = Array.from({ length: 1000 }, (_, i) => i);
    const needed = [3, 500, 501, 999];
    const fires = async (some: readonly number[]) => needed.every((each) => some.includes(each));
    expect(await leastThatFires(items, fires, 1e7)).toEqual(needed);
  });

  it('is found among answers that take turns with what is needed, however short the budget', async () => {
    const items = Array.from({ length: 2000 }, (_, i) => i);
    const fires = (needed: (i: number) => boolean) => async (some: readonly number[]) =>
      items.filter(needed).every((each) => some.includes(each));
    const isEven = (i: number) => i % 2 === 0;
    expect(await leastThatFires(items, fires(isEven), 400_000, isEven)).toEqual(items.filter(isEven));
    const orFirst = (i: number) => isEven(i) || i === 1;
    expect(await leastThatFires(items, fires(orFirst), 400_000, isEven)).toEqual(items.filter(orFirst));
  });

  it('is no longer than a threshold of a thousand alike asks for, though they are too many to be tried one by one', async () => {
    const items = Array.from({ length: 6000 }, (_, i) => i);
    expect(await leastThatFires(items, async (some) => some.length >= 1001, 300_000)).toHaveLength(1001);
  });

  it('still passes the test when the budget ends early', async () => {
    const items = Array.from({ length: 1000 }, (_, i) => i);
    const fires = async (some: readonly number[]) => some.includes(7) && some.includes(900);
    const kept = await leastThatFires(items, fires, 6000);
    expect(await fires(kept)).toBe(true);
    expect(kept.length).toBeGreaterThan(2);
  });
});

it('evidence of new hardware addresses has those that were there before', { timeout: LONG_MS }, async () => {
  const script = new PacketScript();
  const sender = (kind: number, i: number) => `02:00:00:0${kind}:${(i + 0x1000).toString(16).replace(/^(..)/, '$1:')}`;
  const frame = (from: string) => script.frame(ethernet({ source: from, type: 0x88b5 }, new Uint8Array(46)));
  const [hosts, added] = [20, 500];
  for (let i = 0; i < hosts; i++) frame(sender(0, i));
  for (let i = 0; i < added; i++) {
    script.at(60.5 + i / 1000);
    frame(sender(1, i));
    if (i < hosts) frame(sender(0, i));
  }
  const directory = await mkdtemp(join(tmpdir(), 'evidence-'));
  try {
    const path = join(directory, 'flood.pcap');
    await writeFile(path, script.capture());
    const [alert] = alertsOf([await plainBytes(path)], {});
    expect(alert).toMatchObject({ alertClass: 'flood.mac' });
    const { capture, likeness } = await alertEvidence(path, alert!);
    expect(likeness).not.toBeNull();
    expect(alertsOf([capture], {}).some((again) => isLike(again, alert!, likeness!))).toBe(true);
  } finally {
    await rm(directory, { recursive: true });
  }
});
