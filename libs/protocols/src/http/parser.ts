/** HTTP/1 (RFC 9110, 9112) over TCP: requests matched with responses in order. Heads are parsed, bodies are handed on as files. */
import type { Direction, FlowContext, OwnRow, PacketMark, ProbeAnswer, ProtocolModule, ProtocolParser } from '@wirecase/contract';
import { ByteBuffer } from '../common/byte-buffer.ts';
import { FormBody, formCodingOf } from '../common/http-form.ts';
import { loginOf } from '../common/http-login.ts';
import { gssRecords, GssExchange } from '../common/gss-exchange.ts';
import { httpRecord } from '../common/http-record.ts';
import { type BodyFraming, BodyReader } from './body.ts';
import { bodyFile } from './body-file.ts';
import { parseCutHead, parseRequestHead, parseResponseHead, urlOf, type RequestHead, type ResponseHead } from './head.ts';
import { isStartLine, probe } from './start-line.ts';

/** What a head has beyond this is not read (servers allow 8 to 64 KiB). */
const MAX_HEAD_BYTES = 98_304;
/** Requests waiting for their response; beyond it the oldest is emitted without one. */
const MAX_PIPELINED = 1024;

/** A message whose head has been parsed; the other numbers grow while its body passes, and are null where a head was cut. */
interface Message<Head> {
  head: Head;
  at: PacketMark;
  headBytes: number;
  bytes: number | null;
  bodyBytes: number | null;
  /** The body where it may be a form with a login. */
  form: FormBody | null;
}

/** What is known of one direction's stream. */
class Stream {
  readonly direction: Direction;
  /** `resync`: bytes were lost, wait for a delivery that begins with a start line. */
  phase: 'head' | 'body' | 'resync' | 'stopped' = 'head';
  /** Bytes of a head that came in pieces. */
  readonly head = new ByteBuffer(MAX_HEAD_BYTES);
  readonly body = new BodyReader();
  /** Bytes of the current line of the head without its end; the head ends with an empty line. */
  lineBytes = 0;
  hasLine = false;
  /** Whether a request came this way; a stream carries requests or responses, by what its heads say. */
  hasRequests = false;
  /** The message whose body is passing. */
  request: Message<RequestHead> | null = null;
  response: Message<ResponseHead> | null = null;

  constructor(direction: Direction) {
    this.direction = direction;
  }
}

class HttpParser implements ProtocolParser {
  private readonly context: FlowContext;
  /** Authentication by tokens, which holds for the connection. */
  private tokens: GssExchange | null = null;
  private readonly streams: readonly [Stream, Stream] = [new Stream(0), new Stream(1)];
  /** Requests without a final response yet, oldest first. */
  private readonly requests: Message<RequestHead>[] = [];
  /** A tunnel or another protocol begins behind the head at hand. */
  private isHandingOver = false;
  private readonly weird = (name: string): void => this.context.weird(name);

  constructor(context: FlowContext) {
    this.context = context;
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    const stream = this.streams[direction];
    if (stream.phase === 'resync' && isStartLine(bytes, start, end)) stream.phase = 'head';
    let offset = start;
    while (offset < end) {
      if (stream.phase === 'head') offset = this.gatherHead(stream, bytes, offset, end);
      else if (stream.phase === 'body') offset = this.takeBody(stream, bytes, offset, end);
      else break;
    }
    if (this.isHandingOver) {
      this.isHandingOver = false;
      this.context.handOver(offset);
    }
    return stream.phase !== 'stopped';
  }

  gap(direction: Direction, missing: number): boolean {
    const stream = this.streams[direction];
    if (stream.phase === 'stopped') return false;
    if (stream.phase === 'body' && stream.body.gap(missing)) {
      if (stream.body.isDone) this.endBody(stream);
    } else {
      if (this.takeCutHead(stream)) this.context.weird('http_head_cut');
      this.lose(stream);
    }
    return true;
  }

  end(): void {
    for (const stream of this.streams) {
      if (this.takeCutHead(stream)) this.context.weird('http_head_cut');
      if (stream.response) this.endBody(stream);
      else this.endFile(stream);
    }
    this.emitUnanswered();
    this.tokens?.finish(null);
  }

  /** Take bytes to the end of the head and parse it when it is whole. Returns the offset behind what was taken. */
  private gatherHead(stream: Stream, bytes: Uint8Array, start: number, end: number): number {
    let offset = start;
    // RFC 9112 2.2: empty lines before a start line are to be ignored.
    if (!stream.hasLine) while (offset < end && (bytes[offset] === 13 || bytes[offset] === 10)) offset++;
    const headStart = offset;
    while (offset < end) {
      const byte = bytes[offset++]!;
      if (byte === 10) {
        if (stream.lineBytes === 0) return this.endHead(stream, bytes, headStart, offset);
        stream.lineBytes = 0;
      } else if (byte !== 13) {
        stream.hasLine = true;
        stream.lineBytes++;
      }
    }
    if (!stream.head.append(bytes, headStart, end)) this.abandonHead(stream);
    return end;
  }

  private endHead(stream: Stream, bytes: Uint8Array, start: number, end: number): number {
    if (stream.head.length === 0) this.begin(stream, bytes, start, end);
    else if (stream.head.append(bytes, start, end)) this.begin(stream, stream.head.bytes, 0, stream.head.length);
    else this.abandonHead(stream);
    this.forgetHead(stream);
    return end;
  }

  private abandonHead(stream: Stream): void {
    this.context.weird('http_head_too_long');
    this.takeCutHead(stream);
    this.lose(stream);
  }

  private forgetHead(stream: Stream): void {
    stream.head.clear();
    stream.hasLine = false;
    stream.lineBytes = 0;
  }

  /** A whole head lies in `bytes[start, end)`. */
  private begin(stream: Stream, bytes: Uint8Array, start: number, end: number): void {
    const response = parseResponseHead(bytes, start, end, this.weird);
    if (response) return this.beginResponse(stream, response, end - start);
    const request = parseRequestHead(bytes, start, end, this.weird);
    if (request) return this.beginRequest(stream, request, end - start);
    this.context.weird('http_bad_start_line');
    this.lose(stream);
  }

  /**
   * The head at hand goes no further: what there is of it counts, by a short snap length as well. Its body is not known. Returns whether it
   * was one.
   */
  private takeCutHead(stream: Stream): boolean {
    const { head } = stream;
    if (stream.phase !== 'head' || head.length === 0) return false;
    const { request, response } = parseCutHead(head.bytes, 0, head.length, this.weird);
    if (!request && !response) return false;
    if (response) {
      if (response.statusCode >= 200) this.emit(this.requests.shift() ?? null, this.cutMessage(response, head.length));
    } else if (request) {
      stream.hasRequests = true;
      this.wait(this.cutMessage(request, head.length));
    }
    this.forgetHead(stream);
    return true;
  }

  private beginRequest(stream: Stream, head: RequestHead, headBytes: number): void {
    stream.hasRequests = true;
    if (head.token) this.takeToken(head.token);
    stream.request = this.message(head, headBytes);
    this.wait(stream.request);
    this.beginBody(stream, head.body === 'none-given' ? 0 : head.body);
  }

  private wait(request: Message<RequestHead>): void {
    this.requests.push(request);
    if (this.requests.length <= MAX_PIPELINED) return;
    this.context.weird('http_pipeline_limit');
    this.emit(this.requests.shift()!, null);
  }

  private beginResponse(stream: Stream, head: ResponseHead, headBytes: number): void {
    // RFC 9110 15.2: an interim response precedes the final one; 101 is final, another protocol follows it.
    if (head.statusCode >= 100 && head.statusCode < 200 && head.statusCode !== 101) return;
    this.authenticated(head);
    const method = this.requests[0]?.head.method;
    stream.response = this.message(head, headBytes);
    const isTunnel = method === 'CONNECT' && head.statusCode >= 200 && head.statusCode < 300;
    // RFC 9112 6.3: these have no body, whatever their headers say.
    const isBodiless = method === 'HEAD' || head.statusCode === 101 || head.statusCode === 204 || head.statusCode === 304 || isTunnel;
    this.beginBody(stream, isBodiless ? 0 : head.body === 'none-given' ? 'until-close' : head.body);
    if (head.statusCode === 101 || isTunnel) {
      this.stop();
      this.isHandingOver = true;
    }
  }

  /** A refusal with a token asks for the next one; without one, and any other answer, it ends the authentication (RFC 4559 5). */
  private authenticated({ statusCode, token }: ResponseHead): void {
    const isRefusal = statusCode === 401 || statusCode === 407;
    if (token && (isRefusal || !this.tokens?.isWaiting)) this.takeToken(token);
    else if (this.tokens?.isWaiting) this.tokens.finish(!isRefusal);
  }

  private takeToken(token: Uint8Array): void {
    this.tokens ??= new GssExchange(this.context, 'http');
    this.tokens.take(token, 0, token.length);
  }

  private message<Head>(head: Head, headBytes: number): Message<Head> {
    return {
      head,
      at: { packet: this.context.packet, timeNs: this.context.timeNs },
      headBytes,
      bytes: headBytes,
      bodyBytes: 0,
      form: null,
    };
  }

  private cutMessage<Head>(head: Head, headBytes: number): Message<Head> {
    return { ...this.message(head, headBytes), bytes: null, bodyBytes: null };
  }

  private beginBody(stream: Stream, body: BodyFraming): void {
    stream.phase = 'body';
    stream.body.begin(body);
    const { request, response } = stream;
    if (body !== 0) {
      const asked = request ?? this.requests[0] ?? null;
      const file = bodyFile(this.context, stream.direction, asked && asked.head, response && response.head, body);
      const coding = request && request.head.codings.length === 0 ? formCodingOf(request.head.mimeType, request.head.boundary) : null;
      stream.body.target = coding ? (request!.form = new FormBody(file, coding)) : file;
    }
    if (stream.body.isDone) this.endBody(stream);
  }

  private takeBody(stream: Stream, bytes: Uint8Array, start: number, end: number): number {
    const offset = stream.body.take(bytes, start, end);
    if (stream.body.isDone) this.endBody(stream);
    else if (stream.body.isBad) {
      this.context.weird('http_bad_chunk');
      this.lose(stream);
    }
    return offset;
  }

  /** The message of `stream` is complete, or as complete as it gets; a response is emitted with its request. */
  private endBody(stream: Stream): void {
    if (stream.body.hasOddSize) this.context.weird('http_bad_chunk');
    this.endFile(stream);
    this.countBody(stream);
    const response = stream.response;
    if (stream.request && stream.body.isDone) this.context.requested(stream.request.head.target);
    stream.request = null;
    stream.response = null;
    stream.phase = 'head';
    if (response) this.emit(this.requests.shift() ?? null, response);
  }

  private endFile(stream: Stream): void {
    const { body } = stream;
    const { target } = body;
    if (!target) return;
    body.target = null;
    const isWhole = body.isDone || (body.isOpenEnded && this.context.isWhole(stream.direction));
    const message = stream.response ?? stream.request;
    target.end(!isWhole ? 'cut-off' : message?.head.isPart ? 'range' : null);
  }

  private countBody(stream: Stream): void {
    const message = stream.response ?? stream.request;
    if (!message) return;
    message.bodyBytes = stream.body.contentBytes;
    message.bytes = message.headBytes + stream.body.wireBytes;
  }

  /** The framing of `stream` is lost: end what was open and wait for the next start line. */
  private lose(stream: Stream): void {
    this.endBody(stream);
    this.forgetHead(stream);
    stream.phase = 'resync';
    // The responses to the waiting requests were among what is lost; pairing later ones with them would be wrong.
    if (!stream.hasRequests) this.emitUnanswered();
  }

  /** HTTP ends here for both directions: a tunnel or another protocol follows. */
  private stop(): void {
    this.emitUnanswered();
    for (const stream of this.streams) {
      stream.phase = 'stopped';
      this.forgetHead(stream);
    }
  }

  private emitUnanswered(): void {
    for (const stream of this.streams) if (stream.request) this.countBody(stream);
    for (const request of this.requests.splice(0)) this.emit(request, null);
  }

  private emit(request: Message<RequestHead> | null, response: Message<ResponseHead> | null): void {
    for (const stream of this.streams) if (request && stream.request === request) this.countBody(stream);
    const login = request && loginOf(request.head, response?.head.statusCode ?? null, request.form?.login);
    if (login) this.context.login(login);
    this.context.emit(httpRecord, row(request, response, this.context.destinationPort), response ? undefined : request?.at);
  }
}

/** One of the two is not null. */
function row(request: Message<RequestHead> | null, response: Message<ResponseHead> | null, port: number): OwnRow<typeof httpRecord> {
  const url = request ? urlOf(request.head.method, request.head.target, request.head.host, port) : null;
  return {
    version: (response ?? request)!.head.version,
    method: request?.head.method ?? null,
    statusCode: response?.head.statusCode || null,
    urlFull: url?.full ?? null,
    urlDomain: url?.domain ?? null,
    urlPath: url?.path ?? null,
    urlQuery: url?.query ?? null,
    userAgent: request?.head.userAgent ?? null,
    referrer: request?.head.referrer ?? null,
    ranges: request?.head.ranges ?? null,
    requestBytes: request?.bytes ?? null,
    requestBodyBytes: request?.bodyBytes ?? null,
    requestMimeType: request?.head.mimeType ?? null,
    responseBytes: response?.bytes ?? null,
    responseBodyBytes: response?.bodyBytes ?? null,
    responseMimeType: response?.head.mimeType ?? null,
    authUser: request?.head.authUser ?? null,
  };
}

export const http: ProtocolModule = {
  name: 'http',
  records: [httpRecord, ...gssRecords],
  transports: ['tcp'],
  ports: [80, 8080, 8000, 3128, 8888, 81, 5985],
  probe: (_transport, _direction, bytes, start, end): ProbeAnswer => probe(bytes, start, end),
  create: (context) => new HttpParser(context),
};
