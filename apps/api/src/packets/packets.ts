import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import {
  WirecaseError,
  formatTime,
  type Capture,
  type CredentialRow,
  type FlowRow,
  type PacketDetail,
  type PacketPage,
  type PacketSummary,
} from '@wirecase/contract';
import { Packet, decode } from '@wirecase/decode';
import { directionOf, type FlowPackets, type PacketRef } from '@wirecase/engine';
import type { CaptureRecord } from '@wirecase/pcap-parser';
import {
  CaptureSlices,
  EvidenceStore,
  KeyLogs,
  secretOf,
  SeriesSlices,
  seriesOf,
  type PacketSlices,
  type SliceFiles,
} from '@wirecase/store';
import { Dissector, maxSliceBytes, type PacketColumns, type Slice } from '@wirecase/tshark';
import { Captures } from '../captures/captures.ts';
import { Database } from '../store.providers.ts';

/** Earlier packets of the flow that tshark sees before those it is asked about, for reassembly and relative numbers. */
const CONTEXT_PACKETS = 2_000;
const CONTEXT_BYTES = 8 * 1024 * 1024;

/** Packets of stored captures: cut out by the packet index, explained by sandboxed tshark where that is to be had. */
@Injectable()
export class Packets {
  constructor(
    private readonly captures: Captures,
    private readonly database: Database,
    private readonly evidence: EvidenceStore,
    private readonly dissector: Dissector,
    private readonly keyLogs: KeyLogs,
  ) {}

  /** `limit` packets of the flow from the one at `offset`. */
  page(captureId: string, flow: FlowRow, offset: number, limit: number): Promise<PacketPage> {
    return this.withSlices(captureId, async (slices) => {
      const packets = await slices.flow(firstPacketOf(flow.id));
      const wanted = await packets.slice(offset, offset + limit);
      const items: PacketSummary[] = [];
      const packet = new Packet();
      for await (const record of slices.records(wanted)) {
        decode(packet, record.view, record.dataOffset, record.capturedLength, record.originalLength, record.linkType);
        items.push(summaryOf(record, flow, directionOf(packet, record.buffer, flow)));
      }
      const warnings: string[] = [];
      const columns = wanted.length === 0 ? [] : await this.columns(captureId, slices, packets, offset, wanted, warnings);
      for (const [i, item] of items.entries()) Object.assign(item, columns?.[i]);
      return { items, total: packets.total, dissected: columns !== null, warnings };
    });
  }

  /** One packet with its tree; `flow` gives tshark the packets before it. */
  detail(captureId: string, number: number, flow: FlowRow | null): Promise<PacketDetail> {
    return this.withSlices(captureId, async (slices) => {
      const ref = await slices.packet(number);
      const { detail, bytes } = await readDetail(slices, ref);
      const packets = flow && (await slices.flow(firstPacketOf(flow.id)));
      const earlier = packets ? await contextOf(slices, packets, number, bytes.length) : [];
      try {
        const { tree, sources } = await this.dissector.dissection(await this.sliceOf(captureId, slices, [...earlier, ref]), bytes);
        return {
          ...detail,
          tree,
          sources: sources.map((source) => ({ ...source, bytes: base64Of(source.bytes) })),
          warnings: [],
        };
      } catch (error) {
        return { ...detail, tree: null, sources: [], warnings: [warningOf(error)] };
      }
    });
  }

  /** The secret of a credential; null when its packets do not give it again. */
  secret(captureId: string, credential: CredentialRow): Promise<string | null> {
    return this.withSlices(captureId, async (slices) =>
      secretOf(slices, await slices.flowPackets(firstPacketOf(credential.flowId)), credential),
    );
  }

  /** The packets of the flow as pcapng; the caller reads or destroys the stream. */
  async pcapng(captureId: string, flow: FlowRow): Promise<Readable> {
    const slices = await this.open(captureId);
    try {
      const refs = await slices.flowPackets(firstPacketOf(flow.id));
      return Readable.from(closing(slices, refs), { objectMode: false });
    } catch (error) {
      await slices.close();
      throw error;
    }
  }

  /** The packets of several flows of a capture in their order, as one capture in pieces. */
  async *captureOf(captureId: string, flowIds: readonly string[]): AsyncGenerator<Uint8Array> {
    const slices = await this.open(captureId);
    const refs = new Map<number, PacketRef>();
    try {
      for (const id of flowIds) for (const ref of await slices.flowPackets(firstPacketOf(id))) refs.set(ref.number, ref);
    } catch (error) {
      await slices.close();
      throw error;
    }
    yield* closing(
      slices,
      [...refs.values()].toSorted((a, b) => a.number - b.number),
    );
  }

  /** Columns of the `wanted` packets, which are those from `offset` on, or null with a warning. */
  private async columns(
    captureId: string,
    slices: PacketSlices,
    packets: FlowPackets,
    offset: number,
    wanted: readonly PacketRef[],
    warnings: string[],
  ): Promise<PacketColumns[] | null> {
    const earlier = await contextBefore(slices, packets, offset, 0);
    if (earlier.length < offset) {
      warnings.push(
        `tshark saw the ${earlier.length} packets before these and not the whole flow; numbers relative to its begin may be missing.`,
      );
    }
    try {
      const slice = await this.sliceOf(captureId, slices, [...earlier, ...wanted]);
      return (await this.dissector.columns(slice)).slice(earlier.length);
    } catch (error) {
      warnings.push(warningOf(error));
      return null;
    }
  }

  /** What tshark is given, with the secrets that the capture was given; those are in no download. */
  private async sliceOf(captureId: string, slices: PacketSlices, refs: readonly PacketRef[]): Promise<Slice> {
    const secrets = await this.keyLogs.blocks(captureId);
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    for await (const piece of slices.pcapng(refs, secrets)) {
      bytes += piece.length;
      if (bytes > maxSliceBytes)
        throw new WirecaseError('tshark.failed', 'These packets are too large to be dissected at once. Ask for fewer.');
      pieces.push(piece);
    }
    return { bytes: Buffer.concat(pieces), numbers: refs.map(({ number }) => number) };
  }

  /** Work on the packets of a capture. Throws as `files`, and `sensor.away`. */
  async withSlices<T>(captureId: string, work: (slices: PacketSlices) => Promise<T>): Promise<T> {
    const slices = await this.open(captureId);
    try {
      return await work(slices);
    } finally {
      await slices.close();
    }
  }

  /** Where the uncompressed capture, its index and its secrets are. Throws `capture.not-ready`, `capture.evidence-changed`. */
  async files(captureId: string): Promise<SliceFiles> {
    const capture = await this.captures.ready(captureId);
    const paths = await this.evidence.present(captureId);
    await requireUnchanged(capture, paths.original);
    const isPacked = capture.format?.includes('+') ?? false;
    return { capture: isPacked ? paths.plain : paths.original, index: paths.index, secrets: paths.secrets };
  }

  /** The packets of a capture, to be closed; of a sensor's capture the files before it, too: flows go on over them. */
  async open(captureId: string): Promise<PacketSlices> {
    const capture = await this.captures.ready(captureId);
    const series = capture.origin === 'ring' ? await seriesOf(this.database.pool, captureId) : null;
    return series ? new SeriesSlices(series, this.evidence) : CaptureSlices.open(await this.files(captureId));
  }
}

/** The number of the packet with which a flow began is the second half of its id. */
export function firstPacketOf(flowId: string): number {
  return Number(BigInt(`0x${flowId.replaceAll('-', '').slice(16)}`));
}

/** Evidence of another size is not what arrived; its offsets would lead anywhere. */
async function requireUnchanged(capture: Capture, path: string): Promise<void> {
  const { size } = await stat(path);
  if (size !== capture.size) {
    throw new WirecaseError('capture.evidence-changed', `The stored file has ${size} bytes; ${capture.size} arrived.`);
  }
}

function summaryOf(record: CaptureRecord, flow: FlowRow, direction: PacketSummary['direction']): PacketSummary {
  const timeNs = record.timeNs();
  return {
    number: record.number,
    time: formatTime(timeNs),
    relativeSeconds: Number(timeNs - flow.start) / 1e9,
    direction,
    length: record.originalLength,
    capturedLength: record.capturedLength,
    source: null,
    destination: null,
    protocol: null,
    info: null,
  };
}

async function readDetail(
  slices: PacketSlices,
  ref: PacketRef,
): Promise<{ detail: Omit<PacketDetail, 'tree' | 'sources' | 'warnings'>; bytes: Uint8Array }> {
  for await (const record of slices.records([ref])) {
    const bytes = record.buffer.slice(record.dataOffset, record.dataOffset + record.capturedLength);
    return {
      detail: {
        number: record.number,
        time: formatTime(record.timeNs()),
        length: record.originalLength,
        capturedLength: record.capturedLength,
        bytes: base64Of(bytes),
      },
      bytes,
    };
  }
  throw new WirecaseError('packet.not-found', `The capture has no packet ${ref.number}.`);
}

/** The context of packet `number`; none when it is not of the flow. */
async function contextOf(slices: PacketSlices, packets: FlowPackets, number: number, bytes: number): Promise<readonly PacketRef[]> {
  const position = await packets.positionOf(number);
  const [found] = await packets.slice(position, position + 1);
  return found?.number === number ? contextBefore(slices, packets, position, bytes) : [];
}

/** The packets before `position`, as many as fit the context; all of them or the last ones. */
async function contextBefore(slices: PacketSlices, packets: FlowPackets, position: number, bytes: number): Promise<readonly PacketRef[]> {
  const candidates = await packets.slice(Math.max(0, position - CONTEXT_PACKETS), position);
  const lengths: number[] = [];
  for await (const record of slices.records(candidates)) lengths.push(record.capturedLength);
  let total = bytes;
  let first = candidates.length;
  while (first > 0 && total + lengths[first - 1]! <= CONTEXT_BYTES) total += lengths[--first]!;
  return candidates.slice(first);
}

async function* closing(slices: PacketSlices, refs: readonly PacketRef[]): AsyncGenerator<Uint8Array> {
  try {
    yield* slices.pcapng(refs);
  } finally {
    await slices.close();
  }
}

const base64Of = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');

/** What tshark could not do is a warning: the bytes are there. Bugs are thrown on. */
function warningOf(error: unknown): string {
  if (error instanceof WirecaseError && error.code.startsWith('tshark.')) return `${error.title}. ${error.message}`;
  throw error;
}
