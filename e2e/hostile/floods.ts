/**
 * T23: captures made on the fly that want more state than there is: one packet a flow, fragments that never complete, connections half
 * open. `node e2e/hostile/floods.ts KIND COUNT` (one process a flood, so that its memory is its own); prints one JSON line.
 */
import { concatenate, ethernet, ipv4, pcapHeader, pcapRecord, tcp, udp } from '@wirecase/testkit/packets';
import { Analyzer } from '@wirecase/engine';
import { nodePlatform } from '@wirecase/store/platform';
import { CountingSink } from './counting-sink.ts';

export interface FloodReport {
  kind: string;
  packets: number;
  flowRows: number;
  seconds: number;
  maxRssMb: number;
  indexBytes: number;
  /** Packets that are in no flow row and no bucket, or in two. */
  missing: number;
  weirds: Record<string, number>;
}

interface Flood {
  /** One packet, with made-up values that `vary` overwrites for packet `i`. */
  template: Uint8Array;
  vary(view: DataView, at: number, i: number): void;
}

/** Positions in an Ethernet frame of an IPv4 packet without options. */
const at = { identification: 18, source: 26, destination: 30, sourcePort: 34, destinationPort: 36 } as const;

export const floods: Readonly<Record<string, Flood>> = {
  /** Every packet a flow of its own, UDP, from random-looking addresses: no scan that could be made one row. */
  'one-packet-flows': {
    template: ethernet({}, ipv4({ protocol: 17 }, udp({}, new Uint8Array(18)))),
    vary: (view, start, i) => {
      const mixed = Math.imul(i + 1, 0x9e3779b1) >>> 0;
      view.setUint32(start + at.source, mixed);
      view.setUint32(start + at.destination, 0x0a000000 + (i % 1000));
      view.setUint16(start + at.sourcePort, 1024 + (i % 60_000));
      view.setUint16(start + at.destinationPort, 1 + ((mixed >>> 7) % 65_000));
    },
  },
  /** First fragments whose rest never comes. */
  fragments: {
    template: ethernet({}, ipv4({ protocol: 17, fragmentOffset: 0, moreFragments: true }, udp({}, new Uint8Array(512)))),
    vary: (view, start, i) => {
      view.setUint16(start + at.identification, i);
      view.setUint32(start + at.source, 0x0a000000 + (i >>> 8));
    },
  },
  /** SYNs of many sources to one port: what a flood looks like to its victim. */
  'half-open': {
    template: ethernet({}, ipv4({}, tcp({ flags: 'S' }))),
    vary: (view, start, i) => {
      view.setUint32(start + at.source, Math.imul(i + 1, 0x9e3779b1) >>> 0);
      view.setUint32(start + at.destination, 0xc0000201);
      view.setUint16(start + at.sourcePort, 1024 + (i % 60_000));
      view.setUint16(start + at.destinationPort, 443);
    },
  },
};

const recordsPerChunk = 20_000;
/** Packet times: 100,000 packets a second. */
const nanosPerPacket = 10_000;

/** The capture of `count` packets in chunks, each valid until the next is asked for. */
export function* floodChunks(kind: string, count: number): Generator<Uint8Array, void, undefined> {
  const { template, vary } = floods[kind]!;
  const record = pcapRecord({ data: template });
  const chunk = concatenate(...Array.from({ length: recordsPerChunk }, () => record));
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.length);
  yield pcapHeader();
  for (let from = 0; from < count; from += recordsPerChunk) {
    const records = Math.min(recordsPerChunk, count - from);
    for (let j = 0; j < records; j++) {
      const micros = ((from + j) * nanosPerPacket) / 1000;
      view.setUint32(j * record.length, 1_700_000_000 + Math.floor(micros / 1e6), true);
      view.setUint32(j * record.length + 4, micros % 1e6, true);
      vary(view, j * record.length + 16, from + j);
    }
    yield chunk.subarray(0, records * record.length);
  }
}

export function runFlood(kind: string, count: number): FloodReport {
  const sink = new CountingSink();
  const analyzer = new Analyzer({ platform: nodePlatform, sink, captureSha256: new Uint8Array(32) });
  const begin = performance.now();
  for (const chunk of floodChunks(kind, count)) analyzer.push(chunk);
  const summary = analyzer.finish();
  return {
    kind,
    packets: summary.packets,
    flowRows: sink.flowRows,
    seconds: Math.round(performance.now() - begin) / 1000,
    maxRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
    indexBytes: analyzer.packetIndexParts().reduce((sum, part) => sum + part.length, 0),
    missing: sink.missing(summary),
    weirds: summary.weirds,
  };
}

if (import.meta.main) {
  const [kind = 'one-packet-flows', count = '1000000'] = process.argv.slice(2);
  process.stdout.write(`${JSON.stringify(runFlood(kind, Number(count)))}\n`);
}
