/** A second opinion on what was said in flows: tshark's "Follow stream" of every TCP and UDP stream of the traces. */
import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { flowRecord, type FlowRow, formatIp } from '@wirecase/contract';
import { Analyzer, Follower, PacketIndexReader, type Said } from '@wirecase/engine';
import { CaptureReader } from '@wirecase/pcap-parser';
import { openCapture } from '@wirecase/store/capture-source';
import { nodePlatform } from '@wirecase/store/platform';
import { expect, it } from 'vitest';
import { traceNames, tracesDirectory } from './rows.ts';

/** Streams of a trace that are compared: floods have thousands of the same. */
const mostStreams = 60;

/** What the ends of a stream said, as hexadecimal digits by address and port. */
type Sides = Record<string, string>;

/** A flow, its packets, and the name of its stream for tshark: `tcp 0`. */
interface Pair {
  stream: string;
  flow: FlowRow;
  numbers: number[];
}

/** tshark does not read on past damage, and takes what carries a tunnel for a stream of its own. */
const otherPackets = new Set(['http-damaged.pcap', 'vxlan.pcap']);

const traces = (await traceNames()).filter((trace) => !otherPackets.has(trace));
let compared = 0;

it.each(traces)('%s: the streams say what tshark says they do', { timeout: 240_000 }, async (trace) => {
  const bytes = await plainBytes(trace);
  const { flows, index } = await analysed(bytes, trace);
  const packets = await packetsByStream(trace);
  const pairs: Pair[] = [];
  for (const flow of flows.filter((each) => /^(tcp|udp)$/.test(each.transport) && payloadOf(each) > 0)) {
    const numbers = (await index.flowPackets(firstPacketOf(flow))).map(({ number }) => number);
    const stream = packets.streamOf.get(numbers[0]!);
    // Where tshark ends a stream elsewhere (reused ports, time-outs, fragments) the two are not about the same packets.
    if (!stream?.startsWith(flow.transport) || numbers.join() !== packets.numbersOf.get(stream)!.join()) continue;
    if (pairs.length < mostStreams) pairs.push({ stream, flow, numbers });
  }
  if (pairs.length === 0) return;
  const said = followed(bytes, pairs);
  const theirs = await tsharkFollows(trace, pairs);
  for (const { stream, flow } of pairs) {
    const ours = said.get(flow)!;
    // tshark puts words of its own where bytes are missing.
    if (ours.some(({ gap }) => gap !== null)) continue;
    expect(sidesOf(flow, ours), `${stream} (${flow.id})`).toEqual(theirs.get(stream));
    compared++;
  }
});

it('of enough streams', () => {
  expect(compared).toBeGreaterThan(400);
});

async function plainBytes(trace: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of (await openCapture(join(tracesDirectory, trace))).chunks()) chunks.push(Uint8Array.from(chunk));
  return Buffer.concat(chunks);
}

async function analysed(bytes: Uint8Array, trace: string): Promise<{ flows: FlowRow[]; index: PacketIndexReader }> {
  const flows: FlowRow[] = [];
  const analyzer = new Analyzer({
    platform: nodePlatform,
    captureSha256: hash('sha256', await readFile(join(tracesDirectory, trace)), 'buffer'),
    options: { alerts: false, collapse: false },
    sink: { record: (type, row) => void (type.name === flowRecord.name && flows.push(row as FlowRow)) },
  });
  analyzer.push(bytes);
  analyzer.finish();
  const index = analyzer.packetIndex();
  return { flows, index: await PacketIndexReader.open(async (at, length) => index.subarray(at, at + length), index.length) };
}

function payloadOf({ sourcePayloadBytes, destinationPayloadBytes }: FlowRow): number {
  return sourcePayloadBytes + destinationPayloadBytes;
}

/** It is the second half of the flow's id. */
function firstPacketOf({ id }: FlowRow): number {
  return Number(BigInt(`0x${id.replaceAll('-', '').slice(16)}`));
}

/** One pass over the capture for all flows. */
function followed(bytes: Uint8Array, pairs: readonly Pair[]): Map<FlowRow, Said[]> {
  const followers = pairs.map(({ flow }) => ({ flow, follower: new Follower(flow), said: [] as Said[] }));
  const byPacket = new Map(pairs.flatMap(({ numbers }, i) => numbers.map((number) => [number, followers[i]!] as const)));
  const reader = new CaptureReader();
  reader.push(bytes);
  reader.finish();
  while (reader.next()) {
    const of = byPacket.get(reader.number);
    of?.said.push(...of.follower.take(reader));
  }
  for (const { follower, said } of followers) said.push(...follower.end());
  return new Map(followers.map(({ flow, said }) => [flow, said]));
}

function sidesOf(flow: FlowRow, said: readonly Said[]): Sides {
  const of = (direction: number) => Buffer.concat(said.flatMap((each) => (each.direction === direction ? [each.bytes!] : []))).toString('hex');
  return {
    [`${formatIp(flow.sourceIp)}:${flow.sourcePort}`]: of(0),
    [`${formatIp(flow.destinationIp)}:${flow.destinationPort}`]: of(1),
  };
}

/** The packets of each stream of tshark's; of packets in tunnels the innermost stream. */
async function packetsByStream(trace: string) {
  const fields = ['frame.number', 'tcp.stream', 'udp.stream'].flatMap((name) => ['-e', name]);
  const { stdout } = await execa('tshark', ['-n', '-r', join(tracesDirectory, trace), '-T', 'fields', '-E', 'occurrence=l', ...fields]);
  const streamOf = new Map<number, string>();
  const numbersOf = new Map<string, number[]>();
  for (const line of stdout.split('\n')) {
    const [number, tcp, udp] = line.split('\t');
    const stream = tcp ? `tcp ${tcp}` : udp ? `udp ${udp}` : null;
    if (stream === null) continue;
    streamOf.set(Number(number), stream);
    numbersOf.set(stream, [...(numbersOf.get(stream) ?? []), Number(number)]);
  }
  return { streamOf, numbersOf };
}

async function tsharkFollows(trace: string, pairs: readonly Pair[]): Promise<Map<string, Sides>> {
  const options = pairs.flatMap(({ stream }) => ['-z', `follow,${stream.replace(' ', ',raw,')}`]);
  const { stdout } = await execa('tshark', ['-n', '-q', '-r', join(tracesDirectory, trace), ...options]);
  const found = new Map<string, Sides>();
  for (const block of stdout.split(/^=+$/m)) {
    const head = /Filter: (tcp|udp)\.stream eq (\d+)\nNode 0: (\S+)\nNode 1: (\S+)\n/.exec(block);
    if (!head) continue;
    const [, transport, stream, client, server] = head;
    const lines = block.slice(head.index + head[0].length).split('\n');
    // What the second node said is indented.
    const of = (isServer: boolean) => lines.flatMap((line) => (line.startsWith('\t') === isServer ? [line.trim()] : [])).join('');
    found.set(`${transport} ${stream}`, { [bare(client!)]: of(false), [bare(server!)]: of(true) });
  }
  return found;
}

/** `[::1]:80` as we write it here. */
function bare(end: string): string {
  return end.replace(/[[\]]/g, '');
}
