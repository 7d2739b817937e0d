/** Packets of a sensor's flows, which may lie in several ring files: each file has its index, and all number packets over the series. */
import { WirecaseError } from '@wirecase/contract';
import { JoinedPackets, KnownPackets, type FlowPackets, type PacketRef } from '@wirecase/engine';
import type { CaptureRecord } from '@wirecase/pcap-parser';
import { stat } from 'node:fs/promises';
import type { EvidenceStore } from './evidence-store.ts';
import type { Pool } from './pool.ts';
import { CaptureSlices, gathered, type PacketSlices } from './slice.ts';

/** A file of the series that is kept. */
export interface SliceFile {
  captureId: string;
  size: number;
  /** Packets of the sensor before it, and in it. */
  firstPacket: number;
  packets: number;
}

/** Files opened for one flow: as many as a flow may be open over, and one more for a row that stands for several flows. */
const maxFiles = 130;

/** The sensor's committed files up to the capture, newest first; null when it is not of a series. */
export async function seriesOf(pool: Pool, captureId: string): Promise<SliceFile[] | null> {
  const result = await pool.query<{ id: string; size: bigint; first_packet: bigint; packets: bigint }>(
    `SELECT c.id, c.size, c.first_packet, c.packets FROM capture last JOIN capture c ON c.sensor_id = last.sensor_id
      WHERE last.id = $1 AND last.first_packet IS NOT NULL AND c.state = 'ready' AND c.first_packet <= last.first_packet
      ORDER BY c.first_packet DESC LIMIT ${maxFiles}`,
    [captureId],
  );
  if (result.rows.length === 0) return null;
  return result.rows.map((row) => ({
    captureId: row.id,
    size: Number(row.size),
    firstPacket: Number(row.first_packet),
    packets: Number(row.packets),
  }));
}

export class SeriesSlices implements PacketSlices {
  readonly #files: readonly SliceFile[];
  readonly #evidence: EvidenceStore;
  readonly #open = new Map<SliceFile, CaptureSlices>();

  /** `files`: newest first. */
  constructor(files: readonly SliceFile[], evidence: EvidenceStore) {
    this.#files = files;
    this.#evidence = evidence;
  }

  async close(): Promise<void> {
    for (const slices of this.#open.values()) await slices.close();
  }

  async flowPackets(first: number): Promise<PacketRef[]> {
    const packets = await this.flow(first);
    return packets.slice(0, packets.total);
  }

  /** The packets of the row of flow `first` that are in files still kept, in order. */
  async flow(first: number): Promise<FlowPackets> {
    const oldestFirst = this.#files.toReversed();
    const since = oldestFirst.filter((file) => file.firstPacket + file.packets >= first);
    const own: FlowPackets[] = [];
    const members: number[] = [];
    for (const file of since) {
      own.push(await (await this.#slices(file)).ownPackets(first));
      members.push(...(await this.#membersIn(file, first)));
    }
    const joined = new JoinedPackets(own);
    if (members.length === 0) return joined;
    const found = await joined.slice(0, joined.total);
    for (const file of oldestFirst) {
      const end = file.firstPacket + file.packets;
      for (const key of members) {
        if (key <= file.firstPacket || key > end) continue;
        const packets = await (await this.#slices(file)).ownPackets(key);
        found.push(...(await packets.slice(0, packets.total)));
      }
    }
    return new KnownPackets(found.sort((a, b) => a.number - b.number));
  }

  async packet(number: number): Promise<PacketRef> {
    return (await this.#slices(this.#fileOf(number))).packet(number);
  }

  async *records(refs: readonly PacketRef[]): AsyncGenerator<CaptureRecord> {
    for (const ref of refs) yield* (await this.#slices(this.#fileOf(ref.number))).records([ref]);
  }

  async *pcapng(refs: readonly PacketRef[], secrets = new Uint8Array(0)): AsyncGenerator<Uint8Array> {
    const names = [...new Set(refs.map((ref) => this.#interfaceKey(ref)))];
    const interfaces = await Promise.all(
      names.map(async (name) => {
        const [position, id] = name.split(' ').map(Number);
        return (await this.#slices(this.#files[position!]!)).interface(id!);
      }),
    );
    yield* gathered(interfaces, secrets, this.records(refs), (record) => names.indexOf(this.#interfaceKey(record)));
  }

  #interfaceKey({ number, interfaceId }: { number: number; interfaceId: number }): string {
    return `${this.#files.indexOf(this.#fileOf(number))} ${interfaceId}`;
  }

  #fileOf(number: number): SliceFile {
    const file = this.#files.find(({ firstPacket, packets }) => number > firstPacket && number <= firstPacket + packets);
    if (!file) throw new WirecaseError('packet.not-found', `Packet ${number} is in no ring file that is kept.`);
    return file;
  }

  /** What the file's index says of the row, and the index that was written after the last file. */
  async #membersIn(file: SliceFile, first: number): Promise<number[]> {
    const members = await (await this.#slices(file)).members(first);
    const { original, indexTail } = await this.#evidence.present(file.captureId);
    const hasTail = await stat(indexTail).then(
      () => true,
      () => false, // most have none
    );
    if (!hasTail) return members;
    const tail = await CaptureSlices.open({ capture: original, index: indexTail });
    try {
      return [...members, ...(await tail.members(first))];
    } finally {
      await tail.close();
    }
  }

  async #slices(file: SliceFile): Promise<CaptureSlices> {
    const known = this.#open.get(file);
    if (known) return known;
    const { original, index } = await this.#evidence.present(file.captureId);
    const { size } = await stat(original);
    if (size !== file.size) throw new WirecaseError('capture.evidence-changed', `The stored file has ${size} bytes; ${file.size} arrived.`);
    const slices = await CaptureSlices.open({ capture: original, index });
    this.#open.set(file, slices);
    return slices;
  }
}
