/**
 * A second opinion on what is counted by packets: what ARP and ICMP said, to whom and how often, and the statistics of RTP, by tshark's
 * reading of every packet of a trace.
 */
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { traceNames, tracesDirectory, traceRows } from './rows.ts';

type Row = Record<string, any>;
type Counts = Record<string, number>;

const traces = await traceNames();
/** tshark's own fragments and tunnels are other packets than ours. */
const otherPackets = new Set(['fragments.pcap', 'vxlan.pcap', 'http-damaged.pcap', 'http-snaplen.pcap']);

const arpColumns = ['arp.opcode', 'arp.src.hw_mac', 'arp.src.proto_ipv4', 'arp.dst.proto_ipv4', 'arp.isgratuitous'];
const icmpColumns = ['ip.src', 'ipv6.src', 'ip.dst', 'ipv6.dst', 'icmp.type', 'icmpv6.type', 'icmp.code', 'icmpv6.code'];

describe.each(traces.filter((trace) => !otherPackets.has(trace)))('%s', (trace) => {
  it('has the ARP and the ICMP that tshark reads, except ICMP of flows that share a row', async () => {
    const packets = await tshark(trace, 'arp.proto.type == 0x0800 || icmp || icmpv6', [...arpColumns, ...icmpColumns]);
    const arp = packets.filter(([opcode]) => opcode !== '').map((values) => values.slice(0, arpColumns.length));
    expectArp(await rowsOf(trace, 'arp'), arp);
    const icmp = packets.filter(([opcode]) => opcode === '').map((values) => values.slice(arpColumns.length));
    const rows = await rowsOf(trace, 'icmp');
    const shared = (await rowsOf(trace, 'flow')).some(({ wirecase, network }) => wirecase.flow.aggregate > 1 && /icmp/.test(network.transport));
    if (shared) expect(rows.length).toBeGreaterThan(0);
    else expectIcmp(rows, icmp);
  });
});

/** A row for many addresses has the packets of those that have none of their own. */
function expectArp(rows: readonly Row[], packets: readonly string[][]): void {
  const ours = countsOf(
    rows.map(({ arp, wirecase }) => [[arp.opcode, arp.sender.mac, arp.sender.ip, arp.target?.ip ?? 'many', arp.gratuitous], wirecase.arp.count]),
  );
  const many = new Set(rows.filter(({ wirecase }) => wirecase.arp.targets).map(({ arp }) => `${arp.opcode} ${arp.sender.mac} ${arp.sender.ip}`));
  const theirs = packets.map(([opcode, mac, ip, target, gratuitous]): [unknown[], number] => {
    const key = [opcode, mac, ip, target, gratuitous === '1' || gratuitous === 'True'];
    return [many.has(`${opcode} ${mac} ${ip}`) && !(key.join(' ') in ours) ? [opcode, mac, ip, 'many', false] : key, 1];
  });
  expect(ours).toEqual(countsOf(theirs));
}

function expectIcmp(rows: readonly Row[], packets: readonly string[][]): void {
  const ours = countsOf(rows.map(({ source, destination, icmp, wirecase }) => [[source.ip, destination.ip, icmp.type, icmp.code], wirecase.icmp.count]));
  const theirs = packets.map(([ip, ip6, to, to6, type, type6, code, code6]): [unknown[], number] => [[ip || ip6, to || to6, type || type6, code || code6], 1]);
  expect(ours).toEqual(countsOf(theirs));
}

describe('what an ICMP message says', () => {
  it.each([
    ['the targets of neighbour discovery', 'wirecase.icmp.ndp.target', 'icmpv6.nd.ns.target_address', 'icmpv6.nd.na.target_address'],
    ['their link-layer addresses', 'wirecase.icmp.ndp.source_mac', 'icmpv6.opt.src_linkaddr'],
    ['identifiers', 'wirecase.icmp.identifiers', 'icmp.ident', 'icmpv6.echo.identifier'],
  ])('has %s that tshark reads', async (_, field, ...theirFields) => {
    for (const trace of ['ping.pcap', 'lan.pcap']) {
      const ours = (await rowsOf(trace, 'icmp')).flatMap((row) => field.split('.').reduce((value: any, part) => value?.[part], row) ?? []);
      const theirs = (await tshark(trace, 'icmp || icmpv6', theirFields)).flat().filter((value) => value !== '');
      expect([...new Set(ours.map(String))].sort()).toEqual([...new Set(theirs.map((value) => (/^0x/.test(value) ? String(Number(value)) : value)))].sort());
    }
  });
});

describe('the statistics of RTP', () => {
  it("are those of tshark's, whose losses count packets that came twice", async () => {
    const rows = await rowsOf('call.pcap', 'rtp');
    const ours = rows.map(({ wirecase: { rtp } }) => [
      `${rtp.sender.ip} ${rtp.sender.port} ${rtp.ssrc} ${rtp.packets} ${rtp.lost - rtp.duplicates}`,
      ...[rtp.max_gap_ms, rtp.jitter?.mean_ms ?? 0, rtp.jitter?.max_ms ?? 0].map((ms: number) => ms.toFixed(3)),
    ]);
    const { stdout } = await execa('tshark', ['-n', '-q', '-r', join(tracesDirectory, 'call.pcap'), '-d', 'udp.port==7002,rtp', '-z', 'rtp,streams']);
    const theirs = stdout
      .split('\n')
      .map((line) => /^ +[\d.]+ +[\d.]+ +(\S+) +(\d+) +\S+ +\d+ +(0x\w+) +\S+ +(\d+) +(-?\d+) \(\S+ +\S+ +\S+ +(\S+) +\S+ +(\S+) +(\S+)/.exec(line))
      .filter((match) => match !== null)
      .map(([, ip, port, ssrc, packets, lost, ...times]) => [`${ip} ${port} ${ssrc!.toLowerCase()} ${packets} ${lost}`, ...times]);
    expect(theirs).toHaveLength(5);
    expect(ours.sort()).toEqual(theirs.sort());
  });
});

async function rowsOf(trace: string, record: string): Promise<Row[]> {
  const { files } = await traceRows(trace);
  return (files.get(record) ?? '').split('\n').filter(Boolean).map((line) => JSON.parse(line) as Row);
}

/** The first value of each column, of each packet that `filter` shows. */
async function tshark(trace: string, filter: string, columns: readonly string[]): Promise<string[][]> {
  const fields = columns.flatMap((column) => ['-e', column]);
  const { stdout } = await execa('tshark', ['-n', '-r', join(tracesDirectory, trace), '-Y', filter, '-T', 'fields', '-E', 'occurrence=f', ...fields]);
  return stdout.split('\n').filter(Boolean).map((line) => line.split('\t'));
}

function countsOf(pairs: readonly (readonly [readonly unknown[], number])[]): Counts {
  const counts: Counts = {};
  for (const [key, count] of pairs) counts[key.join(' ')] = (counts[key.join(' ')] ?? 0) + count;
  return counts;
}
