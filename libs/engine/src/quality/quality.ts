/**
 * Capture quality: how well the flows of each host and minute of packet time were captured. It hears of flows as their rows are completed,
 * never of packets, and keeps one cell of sums for each host and minute, as many as it may.
 */
import { noFigures, qualityRecord, type FlowRow, type QualityFigures, type RecordSink } from '@wirecase/contract';
import { addressOfKey, isUnicast, keyOfAddress, type AddressKey } from '../hosts/address-key.ts';
import type { IdMaker } from '../ids.ts';
import { isOfManySources, isToMany } from '../many-ends.ts';
import { isEncrypted } from './encrypted.ts';
import { isHalfSeen } from './half-seen.ts';

const MINUTE_NS = 60_000_000_000n;
/** A week. */
const MAX_MINUTES = 10_080;
/** Ids of rows are numbers of a file and of a row in it: three rows a minute, and those of hosts, fit. */
const IDS_PER_FILE = 1 << 16;

export interface QualityParts {
  sink: RecordSink;
  ids: IdMaker;
  /** Hosts and minutes with a row of their own: at most 30,000. */
  maxCells: number;
}

/** A minute, or all minutes beyond the bound. */
interface Minute {
  /** Number of the first and the last minute since 1970. */
  first: number;
  last: number;
  all: QualityFigures;
  hosts: Map<AddressKey, QualityFigures>;
  /** Sums of hosts without a cell, by bytes of an address. */
  others: Map<4 | 16, QualityFigures>;
}

export class Quality {
  private readonly parts: QualityParts;
  private minutes = new Map<number, Minute>();
  /** What is beyond `MAX_MINUTES`. */
  private rest: Minute | null = null;
  private cells = 0;

  constructor(parts: QualityParts) {
    this.parts = parts;
  }

  /** A flow's row is complete. It counts in the minute in which it began, with both of its hosts. */
  flow(row: FlowRow): void {
    const minute = this.minuteOf(Number(row.start / MINUTE_NS));
    count(minute.all, row);
    if (!isOfManySources(row)) this.countHost(minute, row.sourceIp, row);
    if (!isToMany(row)) this.countHost(minute, row.destinationIp, row);
  }

  /** Write the rows of the file at hand, and begin anew. `file`: a number that no other file of the series has. */
  finish(file: number): void {
    const { sink, ids } = this.parts;
    let id = file * IDS_PER_FILE;
    const minutes = [...this.minutes.values()].sort((a, b) => a.first - b.first);
    if (this.rest) minutes.push(this.rest);
    for (const { first, last, all, hosts, others } of minutes) {
      const time = { start: BigInt(first) * MINUTE_NS, end: BigInt(last + 1) * MINUTE_NS };
      const write = (ip: Uint8Array | null, figures: QualityFigures) =>
        sink.record(qualityRecord, { id: ids.id(id++), ...time, ip, ...figures });
      write(null, all);
      for (const [key, figures] of hosts) write(addressOfKey(key), figures);
      for (const [length, figures] of others) write(new Uint8Array(length), figures);
    }
    this.clear();
  }

  /** Forget what was counted: its rows are of no use. */
  clear(): void {
    this.minutes = new Map();
    this.rest = null;
    this.cells = 0;
  }

  private minuteOf(number: number): Minute {
    const known = this.minutes.get(number);
    if (known) return known;
    if (this.minutes.size < MAX_MINUTES) {
      const minute = minuteAt(number);
      this.minutes.set(number, minute);
      return minute;
    }
    const rest = (this.rest ??= minuteAt(number));
    rest.first = Math.min(rest.first, number);
    rest.last = Math.max(rest.last, number);
    return rest;
  }

  private countHost(minute: Minute, ip: Uint8Array, row: FlowRow): void {
    if (isUnicast(ip)) count(this.cellOf(minute, ip), row);
  }

  private cellOf({ hosts, others }: Minute, ip: Uint8Array): QualityFigures {
    const key = keyOfAddress(ip);
    let cell = hosts.get(key);
    if (cell) return cell;
    if (this.cells < this.parts.maxCells) {
      this.cells++;
      hosts.set(key, (cell = noFigures()));
      return cell;
    }
    const length = ip.length as 4 | 16;
    cell = others.get(length);
    if (!cell) others.set(length, (cell = noFigures()));
    return cell;
  }
}

function minuteAt(number: number): Minute {
  return { first: number, last: number, all: noFigures(), hosts: new Map(), others: new Map() };
}

function count(sum: QualityFigures, row: FlowRow): void {
  const { aggregate, transport, oneSided } = row;
  const payloadBytes = row.sourcePayloadBytes + row.destinationPayloadBytes;
  sum.flows += aggregate;
  sum.packets += row.packets;
  sum.bytes += row.bytes;
  sum.payloadBytes += payloadBytes;
  sum.gapBytes += row.sourceGapBytes + row.destinationGapBytes;
  if (row.truncated) sum.truncated += aggregate;
  if (isEncrypted(row)) {
    sum.encryptedFlows += aggregate;
    sum.encryptedBytes += payloadBytes;
  }
  if (isToGroup(row)) return;
  if (oneSided && (transport === 'tcp' || transport === 'udp' || transport === 'sctp')) sum.oneSided += aggregate;
  if (transport === 'tcp') {
    const half = isHalfSeen(row);
    if (half) sum.halfSeen++;
    if (half || !oneSided) sum.conversations++;
  } else if (transport === 'udp') {
    sum.datagramFlows += aggregate;
    if (oneSided) sum.unanswered += aggregate;
  }
}

/** To many hosts (multicast, broadcast, also of a network, by the frame): nobody has to answer. */
function isToGroup({ destinationIp, destinationMac }: FlowRow): boolean {
  return !isUnicast(destinationIp) || (destinationMac !== null && (Number.parseInt(destinationMac.slice(0, 2), 16) & 1) === 1);
}
