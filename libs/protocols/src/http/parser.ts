/** HTTP/1 (RFC 9110, 9112) over TCP: requests matched with responses in order. Heads are parsed, bodies are handed on as files. */
import type { Direction, FlowContext, ProbeAnswer, ProtocolModule, ProtocolParser } from '@wirecase/contract';
import { FormBody, formCodingOf } from '../common/http-form.ts';
import { loginOf } from '../common/http-login.ts';
import { gssRecords, GssExchange } from '../common/gss-exchange.ts';
import { httpRecord } from '../common/http-record.ts';
import type { BodyFraming } from './body.ts';
import { bodyFile } from './body-file.ts';
import {
  BARE_VERSION,
  bareResponse,
  parseCutHead,
  parseRequestHead,
  parseResponseHead,
  type RequestHead,
  type ResponseHead,
} from './head.ts';
import { type Message, rowOf, Stream } from './message.ts';
import { isBareRequest, isStartLine, probe } from './start-line.ts';
import { portOf } from './url.ts';

const PORTS = [80, 8080, 8000, 3128, 8888, 81, 5985];
/** Requests waiting for their response; beyond it the oldest is emitted without one. */
const MAX_PIPELINED = 1024;

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
    if (stream.phase === 'head' && this.mayBeAsked(stream)) this.answerBare(stream, bytes, start, end);
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

  /** Whether the other side has begun a head, or waits for an answer without one. */
  private mayBeAsked(stream: Stream): boolean {
    return this.streams[1 - stream.direction]!.head.length > 0 || this.requests[0]?.head.version === BARE_VERSION;
  }

  /** HTTP/0.9: the answer to a request without a version is a body, up to the end of the connection. */
  private answerBare(stream: Stream, bytes: Uint8Array, start: number, end: number): void {
    if (stream.head.length > 0 || stream.hasRequests) return;
    const asking = this.streams[1 - stream.direction]!;
    const { head } = asking;
    if (asking.phase === 'head' && head.length > 0 && head.bytes[head.length - 1] === 10) {
      // One line, behind which no empty one comes.
      const request = parseRequestHead(head.bytes, 0, head.length, this.weird);
      if (request?.version !== BARE_VERSION) return;
      this.beginRequest(asking, request, head.length);
      this.forgetHead(asking);
    }
    if (this.requests[0]?.head.version !== BARE_VERSION || isStartLine(bytes, start, end)) return;
    stream.response = this.message(bareResponse(), 0);
    this.beginBody(stream, 'until-close');
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
   * was the begin of one; a line of HTTP/0.9 is whole.
   */
  private takeCutHead(stream: Stream): boolean {
    const { head } = stream;
    if (stream.phase !== 'head' || head.length === 0) return false;
    const { request, response } = parseCutHead(head.bytes, 0, head.length, this.weird);
    if (!request && !response) return false;
    const isWhole = request?.version === BARE_VERSION && head.bytes[head.length - 1] === 10;
    if (response) {
      if (response.statusCode >= 200) this.emit(this.requests.shift() ?? null, this.cutMessage(response, head.length));
    } else if (request) {
      stream.hasRequests = true;
      this.wait(isWhole ? this.message(request, head.length) : this.cutMessage(request, head.length));
    }
    this.forgetHead(stream);
    return !isWhole;
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
    this.context.emit(httpRecord, rowOf(request, response, portOf(this.context)), response ? undefined : request?.at);
  }
}

export const http: ProtocolModule = {
  name: 'http',
  records: [httpRecord, ...gssRecords],
  transports: ['tcp'],
  ports: PORTS,
  probe(_transport, direction, bytes, start, end, sourcePort, destinationPort): ProbeAnswer {
    const answer = probe(bytes, start, end);
    if (answer !== 'no' || direction === 1 || !(PORTS.includes(destinationPort) || PORTS.includes(sourcePort))) return answer;
    return isBareRequest(bytes, start, end) ? 'yes' : 'no';
  },
  create: (context) => new HttpParser(context),
};
