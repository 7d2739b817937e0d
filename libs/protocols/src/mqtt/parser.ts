/** MQTT over TCP (OASIS 3.1.1 and 5.0): connections with their answers, publications and subscriptions. */
import type { Direction, FlowContext, OwnRow, PacketMark, ProbeAnswer, ProtocolModule } from '@wirecase/contract';
import { FramedParser } from '../common/framed-parser.ts';
import { decodeText } from '../common/text.ts';
import { mqttRecord } from './fields.ts';
import { MqttReader } from './reader.ts';

const MAX_MESSAGE_BYTES = 8192;
const MAX_TOPICS = 64;
const MAX_ALIASES = 256;
const CONNECT = 1;
const CONNACK = 2;
const PUBLISH = 3;
const SUBSCRIBE = 8;
const UNSUBSCRIBE = 10;
const DISCONNECT = 14;
const VERSION_5 = 5;
/** Bad user name or password, not authorized: of 3.1.1, of 5.0. */
const refusals = new Set([4, 5, 134, 135]);
const versions = new Map([
  [3, '3.1'],
  [4, '3.1.1'],
  [VERSION_5, '5.0'],
]);

type Row = OwnRow<typeof mqttRecord>;

class MqttParser extends FramedParser {
  private level = 4;
  private clientId: string | null = null;
  /** The password of the connection. */
  private secret: string | null = null;
  private connect: { row: Row; at: PacketMark } | null = null;
  /** Topics by their numbers. */
  private readonly aliases: readonly [Map<number, string>, Map<number, string>] = [new Map(), new Map()];

  constructor(context: FlowContext) {
    super(context, { limit: MAX_MESSAGE_BYTES, lengthOf: messageLength, broken: 'mqtt_bad_message' });
  }

  end(): void {
    if (this.connect) this.context.emit(mqttRecord, this.connect.row, this.connect.at);
    this.connect = null;
  }

  protected message(direction: Direction, bytes: Uint8Array, start: number, end: number, cutBytes: number): void {
    const reader = new MqttReader(bytes, start + headerBytes(bytes, start), end);
    const type = bytes[start]! >> 4;
    if (type === CONNECT) this.connecting(reader);
    else if (type === CONNACK) this.connected(reader);
    else if (type === PUBLISH) this.published(direction, bytes[start]!, reader, cutBytes);
    else if (type === SUBSCRIBE || type === UNSUBSCRIBE) this.subscribed(type, reader);
    else if (type === DISCONNECT) this.context.emit(mqttRecord, this.row('disconnect'));
    if (reader.isCut && cutBytes === 0) this.context.weird('mqtt_bad_message');
  }

  /** 3.1: name and level of the protocol, flags, then what the flags say is there. */
  private connecting(reader: MqttReader): void {
    this.end();
    const row = this.row('connect');
    reader.text();
    this.level = reader.byte();
    row.version = versions.get(this.level) ?? `${this.level}`;
    const flags = reader.byte();
    reader.skip(2);
    if (this.level === VERSION_5) reader.properties();
    row.clientId = this.clientId = reader.text();
    if (flags & 4) {
      if (this.level === VERSION_5) reader.properties();
      row.willTopic = reader.text();
      reader.skip(reader.short());
    }
    if (flags & 0x80) row.user = reader.text();
    row.hasPassword = (flags & 0x40) !== 0;
    this.secret = row.hasPassword ? reader.text() : null;
    this.connect = { row, at: { packet: this.context.packet, timeNs: this.context.timeNs } };
  }

  private connected(reader: MqttReader): void {
    reader.skip(1);
    const reasonCode = reader.byte();
    const row = this.connect?.row ?? this.row('connect');
    this.connect = null;
    row.reasonCode = reader.isCut ? null : reasonCode;
    // 5.0, 3.2.2.3.7: who connects without an id is given one.
    const given = this.level === VERSION_5 && !reader.isCut && reader.left > 0 ? reader.properties().assignedClientId : null;
    if (given !== null) row.clientId = this.clientId = given;
    if (row.hasPassword && !reader.isCut) {
      this.context.login({
        user: row.user,
        outcome: reasonCode === 0 ? 'success' : refusals.has(reasonCode) ? 'failure' : 'unknown',
        isClear: true,
        secret: this.secret,
      });
    }
    this.context.emit(mqttRecord, row);
  }

  private published(direction: Direction, flags: number, reader: MqttReader, cutBytes: number): void {
    const row = this.row('publish');
    const said = reader.text();
    row.qos = (flags >> 1) & 3;
    row.isRetained = (flags & 1) !== 0;
    if (row.qos > 0) reader.skip(2);
    const alias = this.level === VERSION_5 ? reader.properties().topicAlias : null;
    const topic = said === null || alias === null ? said : this.aliased(direction, alias, said);
    row.topics = topic === null ? [] : [topic];
    row.payloadBytes = reader.left + cutBytes;
    if (!reader.isCut) this.context.emit(mqttRecord, row);
  }

  /** 5.0, 3.3.2.3.4: a topic is said once with its number, then by the number alone; of each side apart. */
  private aliased(direction: Direction, alias: number, said: string): string {
    const known = this.aliases[direction];
    if (said === '') return known.get(alias) ?? '';
    if (known.size < MAX_ALIASES || known.has(alias)) known.set(alias, said);
    return said;
  }

  private subscribed(type: number, reader: MqttReader): void {
    const row = this.row(type === SUBSCRIBE ? 'subscribe' : 'unsubscribe');
    const topics: string[] = [];
    reader.skip(2);
    if (this.level === VERSION_5) reader.properties();
    while (topics.length < MAX_TOPICS && reader.left > 0) {
      const topic = reader.text();
      if (topic === null) break;
      topics.push(topic);
      if (type === SUBSCRIBE) reader.skip(1);
    }
    row.topics = topics;
    this.context.emit(mqttRecord, row);
  }

  private row(type: string): Row {
    return {
      type,
      clientId: type === 'connect' ? null : this.clientId,
      version: null,
      user: null,
      hasPassword: null,
      willTopic: null,
      topics: [],
      qos: null,
      isRetained: null,
      payloadBytes: null,
      reasonCode: null,
    };
  }
}

/** Bytes of the fixed header: the type, then 1 to 4 of length. */
function headerBytes(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  while (bytes[at]! >= 128) at++;
  return at + 1 - start;
}

/** 2.2.3: seven bits a byte, lowest first. Flags are fixed for all types but PUBLISH (2.2.2). */
function messageLength(bytes: Uint8Array, start: number, end: number): number {
  const type = bytes[start]! >> 4;
  const flags = bytes[start]! & 15;
  if (type === 0 || (type !== PUBLISH && flags !== (type === 6 || type === SUBSCRIBE || type === UNSUBSCRIBE ? 2 : 0))) return -1;
  let length = 0;
  for (let i = 0; i < 4; i++) {
    if (start + 1 + i >= end) return 0;
    const byte = bytes[start + 1 + i]!;
    length += (byte & 127) * 128 ** i;
    if (byte < 128) return 2 + i + length;
  }
  return -1;
}

/** The begin of a CONNECT, with the name of the protocol; on MQTT's port also an accepted answer. */
function probe(bytes: Uint8Array, start: number, end: number, isUsualPort: boolean): ProbeAnswer {
  if (bytes[start] !== 0x10) {
    const isAnswer = bytes[start] === 0x20 && end - start >= 4 && messageLength(bytes, start, end) >= 4 && bytes[start + 2]! < 2;
    return isAnswer && isUsualPort ? 'yes' : 'no';
  }
  if (end - start < 12) return messageLength(bytes, start, end) < 0 ? 'no' : 'more';
  const at = start + headerBytes(bytes, start);
  return /^\0\x04MQTT[\x04\x05]|^\0\x06MQIsdp\x03/.test(decodeText(bytes, at, Math.min(end, at + 9))) ? 'yes' : 'no';
}

export const mqtt: ProtocolModule = {
  name: 'mqtt',
  records: [mqttRecord],
  transports: ['tcp'],
  ports: [1883],
  probe: (_transport, _direction, bytes, start, end, sourcePort, destinationPort) =>
    probe(bytes, start, end, sourcePort === 1883 || destinationPort === 1883),
  create: (context) => new MqttParser(context),
};
