import type { CaptureSummary } from '@wirecase/contract';
import { testPlatform } from '@wirecase/testkit';
import { concatenate, PacketScript, pcap, text, u16, udp } from '@wirecase/testkit/packets';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Analyzer } from './analyze.ts';
import { openIndex, runEngine } from './run.fixture.ts';
import type { PacketIndexReader } from './packet-index-reader.ts';
import { fragmented } from './series.fixture.ts';
import type { Carried, Series } from './series.ts';

type Row = Record<string, unknown>;

/** What a series of files gave: rows by record type and file, and what was carried into the next one. */
interface SeriesRun {
  files: { rows: Record<string, Row[]>; summary: CaptureSummary; carried: Carried; index: PacketIndexReader }[];
  rows: Record<string, Row[]>;
}

const key = new Uint8Array(32).fill(7);

/** The script's packets as files that end before the packets of `cuts` (numbers from 0). */
function filesOf(script: PacketScript, cuts: readonly number[]): Uint8Array[] {
  const bounds = [0, ...cuts, script.frames.length];
  return bounds.slice(1).map((end, i) => {
    const records = script.frames.slice(bounds[i]!, end).map(({ seconds, nanos, data }) => ({ seconds, fraction: nanos, data }));
    return pcap(records, { magic: 0xa1b23c4d });
  });
}

/** `series`: where it begins. The last file ends the series. */
async function runSeries(files: readonly Uint8Array[], series: Series = { atPacket: 0, atRecord: 0 }): Promise<SeriesRun> {
  let rows: Record<string, Row[]> = {};
  const all: Record<string, Row[]> = {};
  const sink = {
    record(type: { name: string }, row: object) {
      (rows[type.name] ??= []).push(row as Row);
      (all[type.name] ??= []).push(row as Row);
    },
  };
  const analyzer = new Analyzer({ platform: testPlatform, captureSha256: key, sink, series });
  const run: SeriesRun = { files: [], rows: all };
  for (const [i, file] of files.entries()) {
    analyzer.push(file);
    const isLast = i === files.length - 1;
    const summary = isLast ? analyzer.finish() : analyzer.nextFile();
    run.files.push({ rows, summary, carried: analyzer.carried(), index: await openIndex(analyzer.packetIndex()) });
    rows = {};
  }
  return run;
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
const packetsIn = (rows: readonly Row[] | undefined) => sum((rows ?? []).map((row) => row['packets'] as number));
const outside = (summary: CaptureSummary) => sum(Object.values(summary.nonFlow));
const firstPacketOf = (id: unknown) => Number(BigInt(`0x${(id as string).replaceAll('-', '').slice(16)}`));

/** A row as text without its ids: those of a series and of a capture differ. */
const comparable = (row: Row) =>
  JSON.stringify({ ...row, id: null, flowId: null }, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value));

function longTalk(script: PacketScript): PacketScript {
  const talk = script.tcp('10.0.0.1', '10.0.0.2', 80).handshake();
  for (let i = 0; i < 20; i++) {
    talk.send('a', `GET /page/${i} HTTP/1.1\r\nHost: example\r\n\r\n`).ack('b');
    talk.send('b', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok').ack('a');
  }
  talk.fin('a').fin('b').ack('a');
  return script;
}

/** Talks, look-ups, a scan, ARP-less chatter: something of everything that a cut may fall into. */
function traffic(): PacketScript {
  const script = longTalk(new PacketScript());
  for (let port = 1; port <= 150; port++) {
    script
      .at(10 + port / 100)
      .tcp('10.0.0.66', '10.0.0.2', port, 50_000)
      .syn();
    if (port < 100) script.tcp('10.0.0.2', '10.0.0.66', 50_000, port).segment('a', 'RA', { seq: 0 });
  }
  for (let i = 0; i < 30; i++) script.at(20 + i).udp('10.0.0.3', '10.0.0.9', 514, text('<13>x: y'));
  script.at(200);
  return longTalk(script);
}

describe('hosts over several files', () => {
  it('have rows in each file in which a flow of theirs ended, and the sums of the whole', async () => {
    const script = longTalk(new PacketScript());
    const talk = script.frames.length;
    for (const seconds of [100, 200]) longTalk(script.at(seconds));
    // Each cut is a few packets into the next talk, when the one before has ended.
    const { files, rows } = await runSeries(filesOf(script, [talk + 5, 2 * talk + 5]));
    const whole = await runEngine(script.capture());
    const sent = (all: readonly Row[] | undefined, ip: Uint8Array) =>
      sum((all ?? []).filter((row) => String(row['ip']) === String(ip)).map((row) => row['packetsSent'] as number));
    for (const host of whole.rows['host']!) {
      const ip = host['ip'] as Uint8Array;
      expect(sent(rows['host'], ip)).toBe(host['packetsSent']);
    }
    for (const file of files) {
      const ips = (file.rows['host'] ?? []).map((row) => String(row['ip']));
      expect(new Set(ips).size).toBe(ips.length);
    }
    const ids = rows['host']!.map(({ id }) => id);
    expect(ids).toHaveLength(6);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('one flow over five files', () => {
  it('is one row with the totals of the whole, in the file where it ended', async () => {
    const script = longTalk(new PacketScript());
    const { files, rows } = await runSeries(filesOf(script, [10, 20, 30, 40]));
    const whole = await runEngine(script.capture());
    expect(rows['flow']).toEqual([{ ...whole.rows['flow']![0], id: expect.any(String) }]);
    expect(files.map((file) => file.rows['flow']?.length ?? 0)).toEqual([0, 0, 0, 0, 1]);
    expect(files.map((file) => file.summary.packets)).toEqual([10, 10, 10, 10, script.frames.length - 40]);
    expect(rows['http']).toHaveLength(20);
  });

  it('has its packets in the index of each file, under the number of its first packet', async () => {
    const { files, rows } = await runSeries(filesOf(longTalk(new PacketScript()), [10, 20, 30, 40]));
    const first = firstPacketOf(rows['flow']![0]!['id']);
    const found = await Promise.all(files.map(({ index }) => index.flowPackets(first)));
    expect(found.flat().map((ref) => ref.number)).toEqual(Array.from({ length: packetsIn(rows['flow']) }, (_, i) => i + 1));
    expect((await files[2]!.index.locate(25))!.number).toBe(25);
    expect(await files[2]!.index.locate(5)).toBeNull();
  });
});

it('a scan over many files is one alert, seen as soon as its threshold is crossed', async () => {
  const script = new PacketScript();
  for (let port = 1; port <= 50; port++) {
    script
      .at(port * 5)
      .tcp('10.0.0.66', '10.0.0.2', port, 50_000)
      .syn();
    script.tcp('10.0.0.2', '10.0.0.66', 50_000, port).segment('a', 'RA', { seq: 0 });
  }
  const analyzer = new Analyzer({
    platform: testPlatform,
    captureSha256: key,
    sink: { record: (type, row) => void (type.name === 'alert' && ended.push(row as Row)) },
    series: { atPacket: 0, atRecord: 0 },
  });
  const ended: Row[] = [];
  const seen = new Set<string>();
  let crossedIn = 0;
  for (const [i, file] of filesOf(
    script,
    Array.from({ length: 49 }, (_, i) => 2 * (i + 1)),
  ).entries()) {
    analyzer.push(file);
    for (const alert of analyzer.openAlerts(0)) {
      seen.add(alert.id);
      crossedIn ||= i + 1;
    }
    if (i < 49) analyzer.nextFile();
  }
  analyzer.finish();
  // The 5th failure, from one source port; a pcap record is taken when the next one's header shows that it is sound.
  expect(crossedIn).toBe(6);
  expect(ended.map((alert) => alert['id'])).toEqual([...seen]);
  expect(ended).toMatchObject([{ alertClass: 'scan.vertical', evidence: { value: 50 } }]);
});

it('wherever files are cut, the sums are exact: packets and what was carried in are flows, buckets and what is carried out', async () => {
  const script = traffic();
  const whole = await runEngine(script.capture(), { alerts: true });
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: script.frames.length - 1 }), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(cuts, async (numbers) => {
      const { files, rows } = await runSeries(
        filesOf(
          script,
          numbers.toSorted((a, b) => a - b),
        ),
      );
      let carriedIn = 0;
      for (const { rows: own, summary, carried } of files) {
        expect(packetsIn(own['flow']) + outside(summary) + carried.packets).toBe(summary.packets + carriedIn);
        carriedIn = carried.packets;
      }
      expect(carriedIn).toBe(0);
      const plain = (row: Row) => row['aggregate'] === 1;
      const sorted = (all: readonly Row[]) => all.map(comparable).toSorted();
      expect(sorted(rows['http']!)).toEqual(sorted(whole.rows['http']!));
      expect(packetsIn(rows['flow'])).toBe(packetsIn(whole.rows['flow']));
      expect(rows['alert']).toHaveLength(whole.rows['alert']!.length);
      const talks = (all: Row[]) => all.filter((row) => plain(row) && (row['protocols'] as string[]).length > 0);
      expect(sorted(talks(rows['flow']!))).toEqual(sorted(talks(whole.rows['flow']!)));
    }),
    { numRuns: 40 },
  );
});

it('datagrams whose fragments lie in two files are put together', async () => {
  const payload = concatenate(u16(7, 0x0100, 1, 0, 0, 0), new Uint8Array(100));
  const script = new PacketScript();
  script.udp('10.0.0.1', '10.0.0.2', 9999, payload);
  const transport = udp({ sourcePort: 40000, destinationPort: 9999 }, payload);
  for (const frame of fragmented(transport, 48)) script.frame(frame);
  const { files, rows } = await runSeries(filesOf(script, [2]));
  expect(files[0]!.carried.packets).toBe(2);
  expect(rows['flow']).toHaveLength(1);
  expect(packetsIn(rows['flow'])).toBe(script.frames.length);
});

it('a series that is read again from a later file has the same ids from then on', async () => {
  const script = traffic();
  const [a, b, c] = filesOf(script, [90, 200]);
  const whole = await runSeries([a!, b!, c!]);
  const { atPacket, atRecord } = whole.files[0]!.carried;
  const again = await runSeries([b!, c!], { atPacket, atRecord });
  // Which flows of a scan share a row depends on how many there were in the minute before.
  const isTalk = (row: Row) => (row['protocols'] as string[]).length > 0 && firstPacketOf(row['id']) > atPacket;
  const ids = (rows: readonly Row[]) => rows.filter(isTalk).map((row) => row['id']);
  const [expected, found] = [whole.files[2]!, again.files[1]!].map((file) => ids(file.rows['flow']!));
  expect(expected!.length).toBeGreaterThan(0);
  expect(found).toEqual(expected);
});
