import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { Analyzer, type PacketRef } from '@wirecase/engine';
import { CaptureReader } from '@wirecase/pcap-parser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodePlatform } from './platform.ts';
import { openCapture } from './capture-source.ts';
import { CaptureSlices, secretBlocks } from './slice.ts';

/** What a reader sees of a capture, packet by packet. */
interface Seen {
  time: bigint;
  original: number;
  bytes: string;
}

const packetCount = 3000;
const flowOfPacket = (number: number) => (number % 5 === 0 ? null : number % 3);

/** UDP over Ethernet between 192.0.2.1 and 192.0.2.2, one flow per port; `null` is an ARP frame, which is no flow. */
function frame(flow: number | null, number: number): Buffer {
  if (flow === null) return Buffer.concat([Buffer.from('ffffffffffff0200000000010806', 'hex'), Buffer.alloc(28, number)]);
  const payload = Buffer.alloc(1 + (number % 700), number);
  const ip = Buffer.from('4500000000000000401100000c0002010c000202'.replaceAll('0c00', 'c000'), 'hex');
  ip.writeUInt16BE(28 + payload.length, 2);
  const udp = Buffer.alloc(8);
  udp.writeUInt16BE(4000 + flow, 0);
  udp.writeUInt16BE(9, 2);
  udp.writeUInt16BE(8 + payload.length, 4);
  return Buffer.concat([Buffer.from('0200000000020200000000010800', 'hex'), ip, udp, payload]);
}

/** Classic pcap, nanoseconds, big-endian. */
function capture(): Buffer {
  const header = Buffer.from('a1b23c4d000200040000000000000000000400000000' + '0001', 'hex');
  const records = Array.from({ length: packetCount }, (_, i) => {
    const bytes = frame(flowOfPacket(i + 1), i + 1);
    const record = Buffer.alloc(16);
    record.writeUInt32BE(1_700_000_000 + Math.floor(i / 100), 0);
    record.writeUInt32BE((i % 100) * 7_654_321, 4);
    record.writeUInt32BE(bytes.length, 8);
    record.writeUInt32BE(bytes.length + (i % 2), 12);
    return Buffer.concat([record, bytes]);
  });
  return Buffer.concat([header, ...records]);
}

function readAll(bytes: Uint8Array): Seen[] {
  const reader = new CaptureReader();
  reader.push(bytes);
  reader.finish();
  const seen: Seen[] = [];
  while (reader.next()) {
    const data = reader.buffer.subarray(reader.dataOffset, reader.dataOffset + reader.capturedLength);
    seen.push({ time: reader.timeNs(), original: reader.originalLength, bytes: Buffer.from(data).toString('hex') });
  }
  return seen;
}

describe('slices of a capture', () => {
  let folder: string;
  let slices: CaptureSlices;
  const original = capture();
  const all = readAll(original);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wirecase-slice-'));
    const analyzer = new Analyzer({
      platform: nodePlatform,
      sink: { record: () => undefined },
      captureSha256: createHash('sha256').update(original).digest(),
    });
    analyzer.push(original);
    expect(analyzer.finish()).toMatchObject({ packets: packetCount, damaged: [] });
    const files = { capture: join(folder, 'original'), index: join(folder, 'index') };
    await writeFile(files.capture, original);
    await writeFile(files.index, analyzer.packetIndex());
    slices = await CaptureSlices.open(files);
  });
  afterAll(async () => {
    await slices.close();
    await rm(folder, { recursive: true });
  });

  it('finds the packets of each flow, in order, and none for a number at which no flow began', async () => {
    for (const first of [1, 2, 3]) {
      const refs = await slices.flowPackets(first);
      const expected = Array.from({ length: packetCount }, (_, i) => i + 1).filter((number) => flowOfPacket(number) === first % 3);
      expect(refs.map((ref) => ref.number)).toEqual(expected);
    }
    expect(await slices.flowPackets(4)).toEqual([]);
  });

  it('finds every packet by its number, those outside flows too', async () => {
    for (const number of [1, 2, 5, 1023, 1024, 1025, 1026, 2048, 2049, packetCount]) {
      const ref = await slices.packet(number);
      expect(ref.number).toBe(number);
      for await (const record of slices.records([ref])) {
        expect(record.timeNs()).toBe(all[number - 1]!.time);
        expect(record.capturedLength * 2).toBe(all[number - 1]!.bytes.length);
      }
    }
  });

  it.each([0, -1, 1.5, packetCount + 1, Number.NaN])('says that there is no packet %s', async (number) => {
    await expect(slices.packet(number)).rejects.toMatchObject({ code: 'packet.not-found' });
  });

  it('cuts a pcapng with the same bytes, times and lengths', async () => {
    const refs = await slices.flowPackets(2);
    const pieces: Uint8Array[] = [];
    for await (const piece of slices.pcapng(refs)) pieces.push(piece);
    expect(readAll(Buffer.concat(pieces))).toEqual(refs.map((ref) => all[ref.number - 1]));
  });

  it('refuses an index that does not fit the capture', async () => {
    const wrong: PacketRef = { ...(await slices.packet(packetCount)), offset: original.length - 3 };
    const read = async () => {
      for await (const record of slices.records([wrong])) expect(record).toBeUndefined();
    };
    await expect(read()).rejects.toMatchObject({ code: 'capture.evidence-changed' });
  });
});

describe('packets of other containers', () => {
  const forms = new URL('../../../e2e/traces/forms/', import.meta.url);
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slice-forms-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(['http.snoop', 'http.pcap.xz', 'http.pcapng.lz4', 'http.zip', 'small-modpcap.pcap', 'small-bigendian.pcap'])(
    'are reached by their numbers: %s',
    async (name) => {
      const plainPath = join(folder, `${name}.plain`);
      const path = new URL(name, forms).pathname;
      const source = await openCapture(path, { plainPath });
      const isPacked = source.sniffed.compression !== 'none';
      const analyzer = new Analyzer({ platform: nodePlatform, sink: { record: () => {} }, captureSha256: new Uint8Array(32) });
      for await (const chunk of source.chunks()) analyzer.push(chunk);
      const { packets } = analyzer.finish();
      const index = join(folder, `${name}.index`);
      await writeFile(index, analyzer.packetIndex());
      const plain = isPacked ? plainPath : path;
      const slices = await CaptureSlices.open({ capture: plain, index });
      const refs: PacketRef[] = [];
      for (let number = 1; number <= packets; number++) refs.push(await slices.packet(number));
      const pieces: Uint8Array[] = [];
      for await (const piece of slices.pcapng(refs)) pieces.push(piece);
      await slices.close();
      expect(readAll(Buffer.concat(pieces))).toEqual(readAll(await readFile(plain)));
    },
  );

  it('come with the decryption secrets of their capture', async () => {
    const analyzer = new Analyzer({ platform: nodePlatform, sink: { record: () => {} }, captureSha256: new Uint8Array(32) });
    const path = new URL('small-pcapng.pcapng', forms).pathname;
    analyzer.push(await readFile(path));
    analyzer.finish();
    const index = join(folder, 'secret.index');
    const secrets = join(folder, 'secrets');
    await writeFile(index, analyzer.packetIndex());
    const keys = { type: 0x544c534b, data: Uint8Array.from(Buffer.from('CLIENT_RANDOM 0011 2233\n')) };
    await writeFile(secrets, secretBlocks([keys]));
    const slices = await CaptureSlices.open({ capture: path, index, secrets });
    const reader = new CaptureReader();
    for await (const piece of slices.pcapng([await slices.packet(3)])) reader.push(piece);
    reader.finish();
    await slices.close();
    expect(reader.next()).toBe(true);
    expect(reader.notes!.secrets).toEqual([keys]);
    expect(reader.next()).toBe(false);
    expect(reader.damaged).toEqual([]);
  });
});
