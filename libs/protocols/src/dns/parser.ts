/** DNS over UDP and TCP (RFC 1035), mDNS (RFC 6762) and LLMNR (RFC 4795). Queries and responses are matched by id. */
import type { Direction, FlowContext, OwnRow, PacketMark, ProbeAnswer, ProtocolModule, ProtocolParser } from '@wirecase/contract';
import { read16 } from '../common/binary.ts';
import { ByteBuffer } from '../common/byte-buffer.ts';
import { HEADER_BYTES, readName } from './domain-name.ts';
import { dnsRecord } from './fields.ts';
import { parseMessage, type DnsMessage, type Question } from './message.ts';
import { isOpCode, isType } from './names.ts';

const DNS_PORT = 53;
const MDNS_PORT = 5353;
const LLMNR_PORT = 5355;
/** NetBIOS name service has the same header (RFC 1002 4.2.1) and is another protocol. */
const NETBIOS_PORT = 137;
/** Queries waiting for their response in one flow; beyond it the oldest is emitted as unanswered. */
const MAX_PENDING = 512;

interface Pending {
  query: DnsMessage;
  at: PacketMark;
}

class DnsParser implements ProtocolParser {
  private readonly context: FlowContext;
  private readonly isMulticast: boolean;
  /** By id and the direction the query came from: `id * 2 + direction`. Oldest first. */
  private readonly pending = new Map<number, Pending>();
  /** TCP: a message whose bytes have not all come, per direction. */
  private readonly partial: readonly [ByteBuffer, ByteBuffer] = [new ByteBuffer(2 + 0xffff), new ByteBuffer(2 + 0xffff)];
  private readonly isStopped: [boolean, boolean] = [false, false];
  private readonly weird = (name: string): void => this.context.weird(name);

  constructor(context: FlowContext) {
    this.context = context;
    this.isMulticast = context.sourcePort === MDNS_PORT || context.destinationPort === MDNS_PORT;
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    if (this.context.transport === 'tcp') return this.stream(direction, bytes, start, end);
    this.message(direction, bytes, start, end);
    return true;
  }

  /** The framing is lost with the bytes: nothing later in this direction can be trusted. */
  gap(direction: Direction): boolean {
    this.stop(direction);
    return false;
  }

  end(): void {
    for (const { query, at } of this.pending.values()) this.emitUnanswered(query, at);
    this.pending.clear();
  }

  /** TCP: each message follows its length in two bytes (RFC 1035 4.2.2). */
  private stream(direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    if (this.isStopped[direction]) return false;
    const partial = this.partial[direction];
    let offset = start;
    if (partial.length > 0) {
      offset = this.fill(partial, bytes, start, end, 2);
      if (partial.length < 2) return true;
      offset = this.fill(partial, bytes, offset, end, 2 + read16(partial.bytes, 0));
      if (partial.length < 2 + read16(partial.bytes, 0)) return true;
      this.message(direction, partial.bytes, 2, partial.length);
      partial.clear();
    }
    while (end - offset >= 2) {
      const next = offset + 2 + read16(bytes, offset);
      if (next > end) break;
      this.message(direction, bytes, offset + 2, next);
      if (this.isStopped[direction]) return false;
      offset = next;
    }
    partial.append(bytes, offset, end);
    return !this.isStopped[direction];
  }

  /** Bring `partial` to `wanted` bytes as far as they are there; returns the offset behind those taken. */
  private fill(partial: ByteBuffer, bytes: Uint8Array, start: number, end: number, wanted: number): number {
    const next = Math.min(end, start + Math.max(0, wanted - partial.length));
    partial.append(bytes, start, next);
    return next;
  }

  private message(direction: Direction, bytes: Uint8Array, start: number, end: number): void {
    if (end - start < HEADER_BYTES) {
      this.context.weird('dns_truncated_message');
      if (this.context.transport === 'tcp') this.stop(direction);
      return;
    }
    const message = parseMessage(bytes, start, end, this.isMulticast, this.weird);
    if (this.isMulticast) this.emit(message.isResponse ? null : message, message.isResponse ? message : null, null);
    else if (message.isResponse) this.response(direction, message);
    else this.query(direction, message);
  }

  private query(direction: Direction, query: DnsMessage): void {
    const key = query.id * 2 + direction;
    const earlier = this.pending.get(key);
    if (earlier) {
      // The same question again is a retry and waits on with the first; another question with the id in use is a new one.
      if (earlier.query.questionName === query.questionName && earlier.query.questionType === query.questionType) {
        earlier.query.bytes += query.bytes;
        return;
      }
      this.context.weird('dns_id_reused');
      this.pending.delete(key);
      this.emitUnanswered(earlier.query, earlier.at);
    }
    this.pending.set(key, { query, at: { packet: this.context.packet, timeNs: this.context.timeNs } });
    if (this.pending.size <= MAX_PENDING) return;
    const [oldestKey, oldest] = this.pending.entries().next().value!;
    this.context.weird('dns_pending_limit');
    this.pending.delete(oldestKey);
    this.emitUnanswered(oldest.query, oldest.at);
  }

  private response(direction: Direction, response: DnsMessage): void {
    const key = response.id * 2 + (1 - direction);
    const pending = this.pending.get(key);
    if (!pending) {
      this.context.weird('dns_unmatched_response');
      return this.emit(null, response, null);
    }
    this.pending.delete(key);
    const rtt = this.context.timeNs - pending.at.timeNs;
    this.emit(pending.query, response, rtt < 0n ? 0n : rtt);
  }

  private emitUnanswered(query: DnsMessage, at: PacketMark): void {
    this.context.emit(dnsRecord, row(query, null, null), at);
    for (const question of query.further) this.context.emit(dnsRecord, furtherRow(query, question), at);
  }

  private emit(query: DnsMessage | null, response: DnsMessage | null, rtt: bigint | null): void {
    this.context.emit(dnsRecord, row(query, response, rtt));
    const asking = (query ?? response)!;
    for (const question of asking.further) this.context.emit(dnsRecord, furtherRow(asking, question));
  }

  private stop(direction: Direction): void {
    this.isStopped[direction] = true;
    this.partial[direction].clear();
  }
}

/** One of the two is not null. */
function row(query: DnsMessage | null, response: DnsMessage | null, rtt: bigint | null): OwnRow<typeof dnsRecord> {
  const last = (response ?? query)!;
  const asked = query?.questionName == null ? last : query;
  return {
    dnsId: last.id,
    questionName: asked.questionName,
    questionType: asked.questionType,
    questionClass: asked.questionClass,
    opCode: last.opCode,
    responseCode: response?.responseCode ?? null,
    headerFlags: last.flags,
    answerNames: response?.answerNames ?? [],
    answerTypes: response?.answerTypes ?? [],
    answerTtls: response?.answerTtls ?? [],
    answerData: response?.answerData ?? [],
    resolvedIps: response?.resolvedIps ?? [],
    rtt,
    bytes: (query?.bytes ?? 0) + (response?.bytes ?? 0),
    labelMax: asked.labelMax,
    entropy: asked.questionName === null ? null : entropy(asked.questionName),
  };
}

/** What a message asks beside its first question; the message's bytes and answers are in the row of that one. */
function furtherRow(asking: DnsMessage, question: Question): OwnRow<typeof dnsRecord> {
  const alone = { ...asking, ...question, answerNames: [], answerTypes: [], answerTtls: [], answerData: [], resolvedIps: [], bytes: 0 };
  return asking.isResponse ? row(null, alone, null) : row(alone, null, null);
}

/** Shannon entropy of a text's characters in bits, three decimals: H = log2 n - (sum of c log2 c) / n. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let sum = 0;
  let total = 0;
  for (const count of counts.values()) {
    sum += count * Math.log2(count);
    total += count;
  }
  return Math.round((Math.log2(total) - sum / total) * 1000) / 1000;
}

/** Whether a header at `offset` is possible: known operation, reserved bit clear, sections that can fit into `messageBytes`. */
function isHeader(bytes: Uint8Array, offset: number, messageBytes: number): boolean {
  const flags = read16(bytes, offset + 2);
  if (!isOpCode((flags >> 11) & 15) || (flags & 0x0040) !== 0) return false;
  const questions = read16(bytes, offset + 4);
  const records = read16(bytes, offset + 6) + read16(bytes, offset + 8) + read16(bytes, offset + 10);
  if (questions + records === 0) return (flags & 0x8000) !== 0;
  return HEADER_BYTES + 5 * questions + 11 * records <= messageBytes;
}

/** Off the usual ports the whole question must be sound: one, of a known type, in a usual class. */
function isConvincing(bytes: Uint8Array, start: number, end: number): boolean {
  const flags = read16(bytes, start + 2);
  const isQuery = (flags & 0x8000) === 0;
  if (read16(bytes, start + 4) !== 1) return false;
  if (isQuery && ((flags & 15) !== 0 || read16(bytes, start + 6) !== 0)) return false;
  const name = readName(bytes, start, end, start + HEADER_BYTES);
  if (name.problem !== null || name.next + 4 > end) return false;
  const dnsClass = read16(bytes, name.next + 2);
  if (!isType(read16(bytes, name.next)) || (dnsClass !== 1 && dnsClass !== 255)) return false;
  return !isQuery || read16(bytes, start + 10) > 0 || name.next + 4 === end;
}

function probeDatagram(bytes: Uint8Array, start: number, end: number, isUsualPort: boolean): ProbeAnswer {
  if (end - start < HEADER_BYTES) return 'no';
  // On its own port a datagram cut by the snap length, or a malformed one, is still DNS.
  if (isUsualPort) return isOpCode((read16(bytes, start + 2) >> 11) & 15) ? 'yes' : 'no';
  return isHeader(bytes, start, end - start) && isConvincing(bytes, start, end) ? 'yes' : 'no';
}

function probeStream(bytes: Uint8Array, start: number, end: number, isUsualPort: boolean): ProbeAnswer {
  if (end - start < 2) return 'more';
  const messageBytes = read16(bytes, start);
  if (messageBytes < HEADER_BYTES) return 'no';
  if (end - start < 2 + HEADER_BYTES) return 'more';
  if (!isHeader(bytes, start + 2, messageBytes)) return 'no';
  if (isUsualPort) return 'yes';
  const messageEnd = start + 2 + messageBytes;
  // The question is among the first 12 + 255 + 4 bytes.
  if (end < messageEnd && end - start < 2 + HEADER_BYTES + 259) return 'more';
  return isConvincing(bytes, start + 2, Math.min(end, messageEnd)) ? 'yes' : 'no';
}

/** Whether one end is on `port`. */
const isOn = (port: number, sourcePort: number, destinationPort: number): boolean => sourcePort === port || destinationPort === port;

export const dns: ProtocolModule = {
  name: 'dns',
  records: [dnsRecord],
  transports: ['udp', 'tcp'],
  ports: [DNS_PORT],
  probe(transport, _direction, bytes, start, end, sourcePort, destinationPort) {
    for (const port of [NETBIOS_PORT, MDNS_PORT, LLMNR_PORT])
      if (transport === 'udp' && isOn(port, sourcePort, destinationPort)) return 'no';
    const isUsualPort = isOn(DNS_PORT, sourcePort, destinationPort);
    return transport === 'udp' ? probeDatagram(bytes, start, end, isUsualPort) : probeStream(bytes, start, end, isUsualPort);
  },
  create: (context) => new DnsParser(context),
};

/** DNS without a server: the same messages and records under the names of their ports (RFC 6762, 4795). */
function local(name: string, port: number): ProtocolModule {
  return {
    name,
    records: [],
    transports: ['udp'],
    ports: [port],
    probe: (_transport, _direction, bytes, start, end, sourcePort, destinationPort) =>
      isOn(port, sourcePort, destinationPort) ? probeDatagram(bytes, start, end, true) : 'no',
    create: dns.create,
  };
}

export const mdns = local('mdns', MDNS_PORT);
export const llmnr = local('llmnr', LLMNR_PORT);
