/** Redis over TCP (RESP 2 and 3): commands paired with replies in order. */
import type { Direction, FlowContext, OwnRow, PacketMark, ProbeAnswer, ProtocolModule, ProtocolParser } from '@wirecase/contract';
import { decodeText, rowText } from '../common/text.ts';
import { redisRecord } from './fields.ts';
import { RespReader, type RespValue } from './resp.ts';

const REDIS_PORT = 6379;
const MAX_PENDING = 1024;
const MAX_TEXT_CHARACTERS = 256;
const MASK = '***';
const writes = new Set(
  'SET SETEX PSETEX SETNX GETSET APPEND HSET HMSET LPUSH RPUSH SADD ZADD PUBLISH CONFIG CLIENT EXPIRE INCRBY'.split(' '),
);
/** Replies behind them are no longer one for each command. */
const streaming = new Set(['MONITOR', 'SYNC', 'PSYNC']);
/** The same in RESP 2; in RESP 3 they are answered by pushes. */
const subscribing = new Set(['SUBSCRIBE', 'PSUBSCRIBE', 'SSUBSCRIBE']);
const unsubscribing = new Set(['UNSUBSCRIBE', 'PUNSUBSCRIBE', 'SUNSUBSCRIBE']);

type Row = OwnRow<typeof redisRecord>;

class RedisParser implements ProtocolParser {
  private readonly context: FlowContext;
  private readonly readers: readonly [RespReader, RespReader] = [new RespReader(), new RespReader()];
  private readonly pending: { row: Row; at: PacketMark; isSilent: boolean; secret: string | null }[] = [];
  /** CLIENT REPLY OFF, or a stream of messages: what comes answers no command. */
  private isUnpaired = false;
  /** RESP 3 was asked for, and not refused. */
  private hasPushes = false;
  /** CLIENT REPLY SKIP: the next command gets no reply. */
  private isSkipping = false;

  constructor(context: FlowContext) {
    this.context = context;
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    const reader = this.readers[direction];
    let offset = start;
    while (offset < end) {
      offset = reader.take(bytes, offset, end);
      if (reader.isBroken) this.context.weird('redis_bad_value');
      if (!reader.whole) continue;
      if (direction === 0) this.command(reader.whole);
      else this.reply(reader.whole);
    }
    return true;
  }

  gap(direction: Direction): boolean {
    this.readers[direction].forget();
    this.emitUnanswered();
    return true;
  }

  end(): void {
    this.emitUnanswered();
  }

  private command(value: RespValue): void {
    const name = rowText((value.elements[0] ?? '').toUpperCase(), 64);
    if (name === '') return;
    const mode = name === 'CLIENT' && /^reply$/i.test(value.elements[1] ?? '') ? (value.elements[2] ?? '').toUpperCase() : '';
    if (mode === 'ON') this.isUnpaired = false;
    else if (mode === 'OFF' || streaming.has(name) || (subscribing.has(name) && !this.hasPushes)) this.isUnpaired = true;
    if (name === 'HELLO' && value.count > 1) this.hasPushes = value.elements[1] === '3';
    const isPushed = this.hasPushes && (subscribing.has(name) || unsubscribing.has(name));
    const isSilent = this.isUnpaired || this.isSkipping || isPushed || mode === 'SKIP';
    this.isSkipping = mode === 'SKIP';
    this.pending.push({
      row: rowOf(name, value),
      at: { packet: this.context.packet, timeNs: this.context.timeNs },
      isSilent,
      secret: secretOf(name, value),
    });
    this.emitSilent();
    if (this.pending.length <= MAX_PENDING) return;
    this.context.weird('redis_pending_limit');
    const oldest = this.pending.shift()!;
    this.context.emit(redisRecord, oldest.row, oldest.at);
  }

  private reply(value: RespValue): void {
    // Pushes of RESP 3 answer nothing.
    if (value.kind === '>') return;
    const entry = this.pending.shift();
    if (!entry) return;
    entry.row.success = value.kind !== '-' && value.kind !== '!';
    if (entry.row.command === 'HELLO' && !entry.row.success) this.hasPushes = false;
    if (entry.secret !== null)
      this.context.login({ user: entry.row.key, outcome: entry.row.success ? 'success' : 'failure', isClear: true, secret: entry.secret });
    entry.row.reply = rowText(value.text, MAX_TEXT_CHARACTERS);
    this.context.emit(redisRecord, entry.row);
    this.emitSilent();
  }

  /** Commands without a reply whose turn has come. */
  private emitSilent(): void {
    while (this.pending[0]?.isSilent) {
      const { row, at } = this.pending.shift()!;
      this.context.emit(redisRecord, row, at);
    }
  }

  private emitUnanswered(): void {
    for (const { row, at } of this.pending.splice(0)) this.context.emit(redisRecord, row, at);
  }
}

/** The password: the last argument of AUTH, the one behind AUTH and user of HELLO. */
function secretOf(command: string, { elements, count }: RespValue): string | null {
  if (command === 'HELLO') return /^auth$/i.test(elements[2] ?? '') ? (elements[4] ?? null) : null;
  return command === 'AUTH' ? (elements[count - 1] ?? null) : null;
}

/** AUTH [user] password; HELLO version AUTH user password; CONFIG SET requirepass; ACL SETUSER: secrets stand in all of them. */
function rowOf(command: string, { elements, count }: RespValue): Row {
  const row: Row = { command, key: null, value: null, arguments: Math.max(0, count - 1), success: null, reply: null };
  const text = (index: number) => (elements[index] === undefined ? null : rowText(elements[index], MAX_TEXT_CHARACTERS));
  if (command === 'AUTH') row.key = count > 2 ? text(1) : null;
  else if (command === 'HELLO') row.key = /^auth$/i.test(elements[2] ?? '') ? text(3) : null;
  else {
    row.key = text(1);
    if (writes.has(command)) row.value = command === 'CONFIG' && count > 3 ? `${text(2)} ${MASK}` : text(2);
  }
  return row;
}

/** An array of texts from the client, or on Redis's port a reply or an inline command. */
function probe(direction: Direction, bytes: Uint8Array, start: number, end: number, isUsualPort: boolean): ProbeAnswer {
  // Cheap for what is none: `*` begins an array.
  if (bytes[start] !== 0x2a && !isUsualPort) return 'no';
  const text = decodeText(bytes, start, Math.min(end, start + 64));
  if (/^\*\d{1,6}\r\n\$\d{1,9}\r\n[A-Za-z]/.test(text)) return 'yes';
  if (isUsualPort && direction === 1 && /^(?:\+(?:OK|PONG)|-[A-Z]{3,16} |\$-?\d+|:\d+|\*\d+)/.test(text)) return 'yes';
  if (isUsualPort && direction === 0 && /^(?:PING|AUTH|INFO|SET|GET|QUIT|CONFIG|HELLO)(?: |\r\n)/i.test(text)) return 'yes';
  return direction === 0 && text.length < 16 && /^\*(?:\d{1,6}(?:\r(?:\n(?:\$(?:\d{1,9}(?:\r\n?)?)?)?)?)?)?$/.test(text) ? 'more' : 'no';
}

export const redis: ProtocolModule = {
  name: 'redis',
  records: [redisRecord],
  transports: ['tcp'],
  ports: [REDIS_PORT],
  probe: (_transport, direction, bytes, start, end, sourcePort, destinationPort) =>
    probe(direction, bytes, start, end, sourcePort === REDIS_PORT || destinationPort === REDIS_PORT),
  create: (context) => new RedisParser(context),
};
