import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { alertRecord, type AlertRow, type JsonRow, rowToJson } from '@wirecase/contract';
import type { DetectorModule } from '@wirecase/detect';
import { testPlatform } from '@wirecase/testkit';
import { concatenate, PacketScript, pcapHeader, u16, u32, u8 } from '@wirecase/testkit/packets';
import { describe, expect, it } from 'vitest';
import { Analyzer } from './analyze.ts';
import { runEngine } from './run.fixture.ts';

const traces = new URL('../../../e2e/traces/', import.meta.url);
const trace = (name: string): Uint8Array =>
  name.endsWith('.gz') ? gunzipSync(readFileSync(new URL(name, traces))) : readFileSync(new URL(`${name}.pcap`, traces));
const withAlerts = { alerts: true };
const attacks = [
  ...['nmap-syn', 'nmap-udp', 'nmap-sweep', 'nmap-filtered', 'floods', 'arp-spoof', 'arp-scan', 'ping-sweep', 'lab-decoys', 'lab-ettercap'],
  ...['mac-flood', 'icmp-tunnel', 'dhcp-starvation', 'ptr-sweep', 'weak-tls', 'programs', 'unusual-port', 'lateral'],
  ...['strobe.pcap.gz', 'amplification.pcap.gz', 'http-flood.pcap.gz'],
];

/** The packets of a little-endian pcap as `count` captures of about as many bytes each. */
function cut(capture: Uint8Array, count: number): Uint8Array[] {
  const view = new DataView(capture.buffer, capture.byteOffset, capture.length);
  const header = capture.subarray(0, pcapHeader().length);
  const files: Uint8Array[] = [];
  let from = header.length;
  for (let at = from; at < capture.length;) {
    at += 16 + view.getUint32(at + 8, true);
    if (at < capture.length && at - from < capture.length / count) continue;
    files.push(new Uint8Array([...header, ...capture.subarray(from, at)]));
    from = at;
  }
  return files;
}

/** The alerts of captures that follow each other, their ids, and the ids that were told while they went on. */
function seriesAlerts(files: readonly Uint8Array[], captureSha256: Uint8Array): { alerts: JsonRow[]; ids: unknown[]; told: Set<string> } {
  const alerts: JsonRow[] = [];
  const ids: unknown[] = [];
  const told = new Set<string>();
  const sink = {
    record: (type: { name: string }, row: object) => {
      if (type.name !== 'alert') return;
      alerts.push(rowToJson(alertRecord, row as AlertRow));
      ids.push((row as { id: string }).id);
    },
  };
  const analyzer = new Analyzer({ platform: testPlatform, captureSha256, sink, series: { atPacket: 0, atRecord: 0 } });
  for (const [i, file] of files.entries()) {
    analyzer.push(file);
    for (const { id } of analyzer.openAlerts(0)) told.add(id);
    if (i < files.length - 1) analyzer.nextFile();
  }
  analyzer.finish();
  return { alerts, ids, told };
}

/** Those that end with a file are told with it, the others at the end. */
const sorted = (alerts: readonly JsonRow[]): string[] => alerts.map((alert) => JSON.stringify(alert)).toSorted();

describe('the alerts of a capture', () => {
  it.each(attacks)('of %s do not depend on how the file was cut into chunks', async (name) => {
    const capture = trace(name);
    const whole = await runEngine(capture, withAlerts, capture.length);
    expect(whole.json['alert']).not.toHaveLength(0);
    for (const chunkBytes of [333, 4096, 65_536, 262_144, 1_048_576]) {
      expect((await runEngine(capture, withAlerts, chunkBytes)).json['alert']).toEqual(whole.json['alert']);
    }
  });

  it.each(attacks)('of %s are the same, with the same ids, when its packets come as a series of files', async (name) => {
    const capture = trace(name);
    const whole = (await runEngine(capture, withAlerts)).json['alert']!;
    for (const count of [2, 7, 40]) {
      const { alerts, ids, told } = seriesAlerts(cut(capture, count), testPlatform.digest('sha256', capture));
      expect(sorted(alerts)).toEqual(sorted(whole));
      expect(new Set(ids).size).toBe(ids.length);
      for (const id of told) expect(ids).toContain(id);
    }
  });

  it('hold none of a check, each second, whether a port is open', async () => {
    const script = new PacketScript();
    for (let i = 0; i < 200; i++) {
      const talk = script
        .at(i)
        .tcp('10.0.0.1', '10.0.0.2', 80, 30_000 + i)
        .handshake();
      talk.fin('a').fin('b').ack('a');
    }
    expect((await runEngine(script.capture(), withAlerts)).json['alert']).toBeUndefined();
  });

  it('tell of ports that SCTP aborts, and not of those that it opens', async () => {
    const alertsWhere = async (chunk: number) => {
      const script = new PacketScript();
      const sctp = (from: string, to: string, ports: [number, number], type: number): void => {
        script.ip(from, to, { protocol: 132, build: () => concatenate(u16(...ports), u32(0, 0), u8(type, 0, 0, 4)) });
      };
      for (let i = 0; i < 9; i++) {
        script.at(i);
        sctp('10.0.0.1', '10.0.0.2', [40_000 + i, 2900 + i], 1);
        sctp('10.0.0.2', '10.0.0.1', [2900 + i, 40_000 + i], chunk);
      }
      return ((await runEngine(script.capture(), withAlerts)).json['alert'] ?? []).map((alert) => JSON.stringify(alert));
    };
    expect(await alertsWhere(6)).toMatchObject([expect.stringContaining('9 closed')]);
    expect(await alertsWhere(2)).toEqual([]);
  });

  it('tell of a flood of ICMP errors about packets that nobody sent, not of errors about those that were sent', async () => {
    const [host, router] = ['10.0.0.2', '10.0.0.1'];
    /** Three hundred port unreachables (RFC 792) in three seconds: IP header and eight bytes of the datagram that each is about. */
    const classesWhere = async (isSent: boolean): Promise<unknown[]> => {
      const script = new PacketScript();
      for (let i = 0; i < 300; i++) {
        script.at(i / 100);
        const datagram = concatenate(u16(5000 + i, 9, 8, 0));
        if (isSent) script.ip(host, router, { protocol: 17, build: () => datagram });
        const quoted = concatenate(u8(0x45, 0), u16(28, 0, 0), u8(64, 17), u16(0), u8(10, 0, 0, 2), u8(10, 0, 0, 1), datagram);
        script.ip(router, host, { protocol: 1, build: () => concatenate(u8(3, 3), u16(0), u32(0), quoted) });
      }
      return ((await runEngine(script.capture(), withAlerts)).json['alert'] ?? []).map((alert) => JSON.stringify(alert));
    };
    expect((await classesWhere(false)).filter((alert) => String(alert).includes('flood.icmp'))).toHaveLength(1);
    expect((await classesWhere(true)).filter((alert) => String(alert).includes('flood.icmp'))).toEqual([]);
  });

  it('tell of a flood of segments within one flow that are all refused', async () => {
    const script = new PacketScript();
    for (let i = 0; i < 300; i++) {
      const header = (ports: [number, number], seq: number, flags: number) =>
        concatenate(u16(...ports), u32(seq, 0), u8(0x50, flags), u16(512, 0, 0));
      script.at(i / 100).ip('10.0.0.1', '10.0.0.2', { protocol: 6, build: () => header([5000, 80], i * 77_777, 16) });
      script.ip('10.0.0.2', '10.0.0.1', { protocol: 6, build: () => header([80, 5000], 0, 4) });
    }
    const alerts = (await runEngine(script.capture(), withAlerts)).json['alert'] ?? [];
    expect(alerts.map((alert) => JSON.stringify(alert))).toEqual([expect.stringContaining('10.0.0.2 got 298 TCP segments')]);
  });

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

describe('windows', () => {
  it('that an originator closes and opens again are told once each; none of SYN or RST, of a responder, or cut off', () => {
    const told: string[] = [];
    const listener: DetectorModule = {
      rule: { id: 'windows', name: 'windows', version: '1', needs: [], doc: '' },
      options: {},
      create: (context) => ({
        stalled: () => told.push(`closed by ${context.packet}`),
        resumed: () => told.push(`open by ${context.packet}`),
        finish: () => {},
      }),
    };
    const [syn, ack, rst] = [2, 16, 20];
    const script = new PacketScript();
    const send = (direction: number, flags: number, window: number) => {
      const [ports, hosts] =
        direction === 0
          ? ([
              [5000, 80],
              ['10.0.0.1', '10.0.0.2'],
            ] as const)
          : ([
              [80, 5000],
              ['10.0.0.2', '10.0.0.1'],
            ] as const);
      const build = () => concatenate(u16(...ports), u32(direction === 0 ? 1 : 9, 9), u8(0x50, flags), u16(window, 0, 0));
      script.ip(hosts[0], hosts[1], { protocol: 6, build });
    };
    send(0, syn, 0); // 1
    send(1, syn | ack, 0);
    send(0, ack, 512);
    send(1, ack, 0); // 4
    send(0, ack, 0);
    send(0, ack, 0);
    send(1, ack, 512);
    send(0, ack, 1); // 8
    send(0, ack, 2);
    send(0, ack, 0); // 10
    send(0, rst, 0);
    const analyzer = new Analyzer({
      ...{ platform: testPlatform, captureSha256: new Uint8Array(32), detectors: [listener], sink: { record: () => {} } },
    });
    analyzer.push(script.capture());
    analyzer.finish();
    expect(told).toEqual(['closed by 5', 'open by 8', 'closed by 10']);
  });
});

describe('detectors that want to be woken', () => {
  /** Asks once, at the first packet, to be woken after `delay` seconds; notes when it was. */
  const sleeper = (id: string, delay: number, woken: string[]): DetectorModule => ({
    rule: { id, name: id, version: '1', needs: [], doc: '' },
    options: {},
    create: (context) => {
      let isAsleep = false;
      return {
        packet: () => {
          if (!isAsleep) context.wakeAt(context.seconds + delay);
          isAsleep = true;
        },
        advance: () => woken.push(`${id} at ${context.seconds}`),
        finish: () => {},
      };
    },
  });

  it('are so once, each at its own time, also when another one is before', () => {
    const script = new PacketScript();
    for (let second = 100; second < 110; second++) script.at(second).udp('10.0.0.1', '10.0.0.2', 53, new Uint8Array(4), 40_000 + second);
    const woken: string[] = [];
    const detectors = [sleeper('late', 5, woken), sleeper('early', 2, woken)];
    const analyzer = new Analyzer({ platform: testPlatform, captureSha256: new Uint8Array(32), detectors, sink: { record: () => {} } });
    analyzer.push(script.capture());
    analyzer.finish();
    expect(woken.map((text) => text.replace(/\d+(?=\d\d$)/, ''))).toEqual(['early at 02', 'late at 05']);
  });
});
