import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { formatTime, streamPageBytes, streamPagePackets, type FlowRow, type StreamPage, type StreamSide } from '@wirecase/contract';
import { Follower, isConnection, type FlowPackets, type FollowPlace, type PacketRef, type Said } from '@wirecase/engine';
import type { PacketSlices } from '@wirecase/store';
import { firstPacketOf, Packets } from '../packets/packets.ts';
import { cursorAt, placeOf } from './stream-cursor.ts';
import type { StreamWriter } from './stream-writers.ts';

/** Pieces of a download are gathered to about this size. */
const PIECE_BYTES = 64 * 1024;

/** What was said in flows: their packets cut out by the packet index and followed. */
@Injectable()
export class Streams {
  constructor(private readonly packets: Packets) {}

  /** About `limit` bytes of the chosen side from `cursor` on. */
  page(captureId: string, flow: FlowRow, side: StreamSide, limit = streamPageBytes.usual, cursor?: string): Promise<StreamPage> {
    const place = placeOf(flow.id, cursor);
    return this.packets.withSlices(captureId, async (slices) => {
      const packets = await slices.flow(firstPacketOf(flow.id));
      return { ...(await pageOf(slices, packets, flow, side, limit, place)), warnings: warningsOf(flow, packets.total) };
    });
  }

  /** The whole stream as `writer` puts it; the caller reads or destroys it. */
  async download(captureId: string, flow: FlowRow, side: StreamSide, writer: StreamWriter): Promise<Readable> {
    const slices = await this.packets.open(captureId);
    try {
      const refs = await slices.flowPackets(firstPacketOf(flow.id));
      return Readable.from(written(slices, refs, flow, side, writer), { objectMode: false });
    } catch (error) {
      await slices.close();
      throw error;
    }
  }
}

async function pageOf(
  slices: PacketSlices,
  packets: FlowPackets,
  flow: FlowRow,
  side: StreamSide,
  limit: number,
  place: FollowPlace,
): Promise<Omit<StreamPage, 'warnings'>> {
  const follower = new Follower(flow, place);
  const begin = await packets.positionOf(place.from);
  const said: Said[] = [];
  let bytes = 0;
  let read = 0;
  const add = (more: readonly Said[]) => {
    for (const each of more) {
      if (!isOf(side, each)) continue;
      bytes += each.bytes?.length ?? 0;
      if (!joins(said.at(-1), each)) said.push(each);
    }
  };
  for await (const record of slices.records(await packets.slice(begin, begin + streamPagePackets))) {
    add(follower.take(record));
    read++;
    if (bytes >= limit) break;
  }
  const isEnd = begin + read === packets.total;
  if (isEnd) add(follower.end());
  return {
    kind: isConnection(flow) ? 'stream' : 'datagrams',
    items: said.map(({ direction, packet, seconds, nanos, offset, length, bytes, gap }) => ({
      direction: direction === 0 ? 'source' : 'destination',
      packet,
      time: formatTime(BigInt(seconds) * 1_000_000_000n + BigInt(nanos)),
      offset,
      length,
      bytes: bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64'),
      gap,
    })),
    nextCursor: isEnd ? null : cursorAt(flow.id, follower.place),
    reached: isEnd ? null : bytes >= limit ? 'bytes' : 'packets',
  };
}

async function* written(
  slices: PacketSlices,
  refs: readonly PacketRef[],
  flow: FlowRow,
  side: StreamSide,
  writer: StreamWriter,
): AsyncGenerator<Uint8Array> {
  let pieces: Uint8Array[] = [];
  let bytes = 0;
  const take = (said: Said) => {
    if (!isOf(side, said)) return;
    const piece = writer.write(said);
    pieces.push(piece);
    bytes += piece.length;
  };
  const follower = new Follower(flow);
  try {
    for await (const record of slices.records(refs)) {
      follower.take(record).forEach(take);
      if (bytes < PIECE_BYTES) continue;
      yield Buffer.concat(pieces);
      pieces = [];
      bytes = 0;
    }
    follower.end().forEach(take);
    yield Buffer.concat([...pieces, writer.end()]);
  } finally {
    await slices.close();
  }
}

function isOf(side: StreamSide, { direction }: Said): boolean {
  return side === 'both' || (side === 'client') === (direction === 0);
}

/** Whether the gap is the end of the one before it, which then is longer: a snap length may leave nothing but gaps. */
function joins(last: Said | undefined, { direction, gap, length }: Said): boolean {
  if (!gap || last?.gap !== gap || last.direction !== direction || length === 0 || last.length === 0) return false;
  last.length += length;
  return true;
}

function warningsOf({ packets, aggregate }: FlowRow, stored: number): string[] {
  return [
    ...(stored < packets ? [`${packets - stored} of the ${packets} packets of this flow are not stored any more.`] : []),
    ...(aggregate > 1 ? [`This row stands for ${aggregate} flows of one packet each; what they carry is told packet by packet.`] : []),
  ];
}
