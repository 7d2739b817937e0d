/**
 * What parsers keep of conversations that want everything kept: `node e2e/hostile/kept.ts` gives each conversation, which does not end, to its
 * parser and prints one JSON line: bytes that were sent, bytes that the heap holds more than before, rows and oddities.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { ProtocolModule } from '@wirecase/contract';
import { registry } from '@wirecase/protocols';
import { CountingContext } from './counting-context.ts';

export interface KeptReport {
  name: string;
  sentBytes: number;
  keptBytes: number;
  rows: number;
  weirds: number;
}

interface Conversation {
  parser: string;
  /** What the originator sends. */
  pieces(): Generator<Buffer>;
}

const segmentBytes = 1460;
const cookie = 'c'.repeat(65_536);

function* repeated(count: number, piece: (i: number) => string | Buffer): Generator<Buffer> {
  for (let i = 0; i < count; i++) yield Buffer.from(piece(i));
}

function* after(begin: string, rest: Generator<Buffer>): Generator<Buffer> {
  yield Buffer.from(begin);
  yield* rest;
}

/** A frame of HTTP/2 (RFC 9113 4.1). */
function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(9);
  header.writeUIntBE(payload.length, 0, 3);
  header[3] = type;
  header[4] = flags;
  header.writeUInt32BE(stream, 5);
  return Buffer.concat([header, payload]);
}

/** A field that enters no table (RFC 7541 6.2.2), with a value of up to 16,510 bytes. */
function literal(name: string, value: string): Buffer {
  const length = value.length < 127 ? [value.length] : [127, 128 | ((value.length - 127) & 127), (value.length - 127) >> 7];
  return Buffer.concat([Buffer.from([0, name.length]), Buffer.from(name), Buffer.from(length), Buffer.from(value)]);
}

/** A DNS message over TCP, of questions whose names are pointers to pointers (RFC 1035 4.1.4). */
function pointers(id: number): Buffer {
  const chain = Array.from({ length: 8000 }, (_, i) => [0xc0 | ((11 + 2 * i) >> 8), (11 + 2 * i) & 255]).flat();
  const header = [id >> 8, id & 255, 1, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 0];
  const message = Buffer.from([...header, 0, ...chain.slice(2), 0, 1, 0, 1]);
  return Buffer.concat([Buffer.from([message.length >> 8, message.length & 255]), message]);
}

const request = (i: number, fields: string) => `GET /page/number/${i} HTTP/1.1\r\nHost: host-${i}.example.test\r\n${fields}\r\n`;
const chunked = 'POST /upload HTTP/1.1\r\nHost: example.test\r\nTransfer-Encoding: chunked\r\n\r\n';

const conversations: Readonly<Record<string, Conversation>> = {
  'requests with cookies of 64 KiB': { parser: 'http', pieces: () => repeated(500, (i) => request(i, `Cookie: ${cookie}\r\n`)) },
  'streams with cookies of 16 KiB': {
    parser: 'http2',
    pieces: () =>
      after(
        'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
        repeated(1000, (i) =>
          frame(1, 4, 2 * i + 1, Buffer.concat([literal(':path', `/page/number/${i}`), literal('cookie', cookie.slice(0, 16_000))])),
        ),
      ),
  },
  'a head of a million fields': {
    parser: 'http',
    pieces: () =>
      after(
        'GET / HTTP/1.1\r\n',
        repeated(1_000_000, (i) => `X-${i}: y\r\n`),
      ),
  },
  'a field of 16 MB': {
    parser: 'http',
    pieces: () =>
      after(
        'GET / HTTP/1.1\r\nX: ',
        repeated(256, () => cookie),
      ),
  },
  'a million chunks of a byte': {
    parser: 'http',
    pieces: () =>
      after(
        chunked,
        repeated(1_000_000, () => '1\r\nx\r\n'),
      ),
  },
  'a chunk of 8 TB': {
    parser: 'http',
    pieces: () =>
      after(
        `${chunked}7ffffffffff\r\n`,
        repeated(256, () => cookie),
      ),
  },
  'a chunk size that does not end': {
    parser: 'http',
    pieces: () =>
      after(
        `${chunked}1;`,
        repeated(256, () => cookie),
      ),
  },
  'pointers to pointers': { parser: 'dns', pieces: () => repeated(500, pointers) },
};

/** Full segments, as TCP has them. */
function* segments(pieces: Iterable<Buffer>): Generator<Buffer> {
  let waiting: Buffer[] = [];
  let bytes = 0;
  for (const piece of pieces) {
    waiting.push(piece);
    bytes += piece.length;
    if (bytes < 64 * segmentBytes) continue;
    const all = Buffer.concat(waiting);
    for (let at = 0; at < all.length; at += segmentBytes) yield all.subarray(at, at + segmentBytes);
    waiting = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(waiting);
}

function heapBytes(collect: () => void): number {
  // What an earlier collection found dead outside the heap is given back by the next.
  for (let i = 0; i < 3; i++) collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function run(name: string, collect: () => void): KeptReport {
  const { parser, pieces } = conversations[name]!;
  const module: ProtocolModule = registry.find((each) => each.name === parser)!;
  const context = new CountingContext({ transport: 'tcp', sourcePort: 40_000, destinationPort: module.ports[0]! });
  const instance = module.create(context);
  const before = heapBytes(collect);
  let sentBytes = 0;
  // One buffer for all, as the engine has: what is kept must be copied.
  const buffer = Buffer.alloc(64 * segmentBytes);
  for (const segment of segments(pieces())) {
    sentBytes += segment.length;
    segment.copy(buffer);
    instance.data(0, buffer, 0, segment.length);
  }
  const keptBytes = heapBytes(collect) - before;
  const { rows, weirds } = context;
  instance.end();
  return { name, sentBytes, keptBytes, rows, weirds };
}

if (import.meta.main) {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (const name of Object.keys(conversations)) process.stdout.write(`${JSON.stringify(run(name, collect))}\n`);
}
