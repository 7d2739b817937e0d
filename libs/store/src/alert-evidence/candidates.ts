/** Packets that may be evidence of an alert, copied out of the capture's file. */
import { parseIp, type AlertRow } from '@wirecase/contract';
import { Bucket, decode, Packet } from '@wirecase/decode';
import { CaptureReader, CaptureRecord, type CaptureInterface } from '@wirecase/pcap-parser';
import { openCapture } from '../capture-source.ts';

/** Most packets that evidence is looked for in, and most of their bytes. */
const MAX_PACKETS = 50_000;
const MAX_BYTES = 64 * 1024 * 1024;
/** Seconds after the last packet counted in which an answer may still have mattered. */
const AFTER_SECONDS = 10;
/** Senders known apart before the alert. */
const MAX_SENDERS = 4096;

/**
 * How wide to look, narrow first. `between`: packets between two entities, and what a third says of them by ICMP, in the time of the
 * alert. `of`: all packets of an entity. `before`: those from the beginning of the capture too. `all`: whatever was seen in the time, and
 * before it the first frame of each sender: who was there is not new. ARP and neighbour discovery (RFC 4861) are always taken: they say who
 * is who.
 */
export const widths = ['between', 'of', 'before', 'all'] as const;
export type Width = (typeof widths)[number];

export interface Candidates {
  records: readonly CaptureRecord[];
  interfaces: readonly CaptureInterface[];
  /** Whether there were more than the caps allow; the first ones are here. */
  isCut: boolean;
}

/** `path`: the uncompressed capture. */
export async function candidatesOf(path: string, alert: AlertRow, width: Width): Promise<Candidates> {
  const source = await openCapture(path);
  const reader = new CaptureReader();
  const scope = new Scope(alert, width);
  const records: CaptureRecord[] = [];
  let bytes = 0;
  const take = (): boolean => {
    while (reader.next()) {
      if (scope.isPast(reader)) return false;
      if (!scope.holds(reader)) continue;
      if (records.length === MAX_PACKETS || bytes > MAX_BYTES) return false;
      records.push(copyOf(reader));
      bytes += reader.capturedLength;
    }
    return true;
  };
  try {
    for await (const chunk of source.chunks()) {
      reader.push(chunk);
      if (!take()) break;
    }
    reader.finish();
    if (records.length < MAX_PACKETS && bytes <= MAX_BYTES) take();
  } finally {
    await source.close();
  }
  return { records, interfaces: reader.interfaces, isCut: records.length === MAX_PACKETS || bytes > MAX_BYTES };
}

class Scope {
  private readonly width: Width;
  private readonly from: number;
  private readonly to: number;
  private readonly lastPacket: number;
  private readonly counted: ReadonlySet<number>;
  private readonly entities: ReadonlySet<string>;
  /** Hardware addresses heard before the alert. */
  private readonly senders = new Set<number>();
  private readonly packet = new Packet();

  constructor(alert: AlertRow, width: Width) {
    const { packets } = alert.evidence as { packets: readonly number[] };
    this.width = width;
    this.from = width === 'before' ? Number.NEGATIVE_INFINITY : Number(alert.start / 1_000_000_000n);
    this.to = Number(alert.end / 1_000_000_000n) + AFTER_SECONDS;
    this.counted = new Set(packets);
    this.lastPacket = Math.max(0, ...packets);
    const addresses = (alert.entities as readonly { ip?: string }[]).flatMap(({ ip }) => (ip === undefined ? [] : [parseIp(ip)!]));
    this.entities = new Set(addresses.map((address) => wordsOf(address).join()));
  }

  /** Whether nothing can follow: times of a capture may go back a little, so every packet counted must have passed. */
  isPast(record: CaptureRecord): boolean {
    return record.seconds > this.to && record.number > this.lastPacket;
  }

  holds(record: CaptureRecord): boolean {
    if (this.counted.has(record.number)) return true;
    if (record.seconds > this.to) return false;
    if (record.seconds < this.from) return this.width === 'all' && this.isNewSender(record);
    if (this.width === 'all') return true;
    const { packet } = this;
    decode(packet, record.view, record.dataOffset, record.capturedLength, record.originalLength, record.linkType);
    if (packet.bucket === Bucket.Arp || isNeighbourDiscovery(packet)) return true;
    if (packet.ipVersion === 0) return false;
    const { sourceWord0: a, sourceWord1: b, sourceWord2: c, sourceWord3: d } = packet;
    const { destinationWord0: e, destinationWord1: f, destinationWord2: g, destinationWord3: h } = packet;
    const isFrom = this.entities.has(`${a},${b},${c},${d}`);
    const isTo = this.entities.has(`${e},${f},${g},${h}`);
    if (this.width !== 'between') return isFrom || isTo;
    return isFrom && isTo ? true : isTo && packet.icmpType === (packet.ipVersion === 4 ? 3 : 1);
  }

  private isNewSender({ view, dataOffset, capturedLength, originalLength, linkType }: CaptureRecord): boolean {
    decode(this.packet, view, dataOffset, capturedLength, originalLength, linkType);
    const at = this.packet.sourceMacOffset;
    if (at < 0 || this.senders.size === MAX_SENDERS) return false;
    const known = this.senders.size;
    this.senders.add(view.getUint16(at) * 0x1_0000_0000 + view.getUint32(at + 2));
    return this.senders.size > known;
  }
}

const decoded = new Packet();

/** What a packet is like: protocol, way (by which address is the higher), TCP flags and ICMP type, and whether it has payload. */
export function kindOf({ view, dataOffset, capturedLength, originalLength, linkType }: CaptureRecord): string {
  decode(decoded, view, dataOffset, capturedLength, originalLength, linkType);
  const { ipProtocol, sourceWord0, sourceWord3, destinationWord0, destinationWord3, tcpFlags, icmpType, payloadBytes } = decoded;
  const isUp = sourceWord0 === destinationWord0 ? sourceWord3 > destinationWord3 : sourceWord0 > destinationWord0;
  return `${ipProtocol} ${isUp} ${tcpFlags} ${icmpType} ${payloadBytes > 0}`;
}

function isNeighbourDiscovery({ ipVersion, icmpType }: Packet): boolean {
  return ipVersion === 6 && icmpType >= 133 && icmpType <= 137;
}

/** As `Packet` has them: four int32 in network order, IPv4 in the first. */
function wordsOf(address: Uint8Array): number[] {
  const view = new DataView(address.buffer, address.byteOffset, address.length);
  return [0, 4, 8, 12].map((offset) => (offset < address.length ? view.getInt32(offset) : 0));
}

/** A record of its own: the reader's is overwritten by the next. */
function copyOf(record: CaptureRecord): CaptureRecord {
  const copy = new CaptureRecord();
  const { number, fileOffset, seconds, nanos, timeFlag, originalLength, capturedLength, linkType, interfaceId } = record;
  const buffer = record.buffer.slice(record.dataOffset, record.dataOffset + capturedLength);
  const view = new DataView(buffer.buffer);
  return Object.assign(copy, {
    number,
    fileOffset,
    seconds,
    nanos,
    timeFlag,
    originalLength,
    capturedLength,
    linkType,
    interfaceId,
    buffer,
    view,
    dataOffset: 0,
  });
}
