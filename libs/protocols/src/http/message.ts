/** What is under way in the two directions of a connection, and the record that a request and its response become. */
import type { Direction, OwnRow, PacketMark } from '@wirecase/contract';
import { ByteBuffer } from '../common/byte-buffer.ts';
import type { FormBody } from '../common/http-form.ts';
import type { httpRecord } from '../common/http-record.ts';
import { BodyReader } from './body.ts';
import type { RequestHead, ResponseHead } from './head.ts';
import { urlOf } from './url.ts';

/** What a head has beyond this is not read (servers allow 8 to 64 KiB). */
const MAX_HEAD_BYTES = 98_304;

/** A message whose head has been parsed; the other numbers grow while its body passes, and are null where a head was cut. */
export interface Message<Head> {
  head: Head;
  at: PacketMark;
  headBytes: number;
  bytes: number | null;
  bodyBytes: number | null;
  /** The body where it may be a form with a login. */
  form: FormBody | null;
}

/** What is known of one direction's stream. */
export class Stream {
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

/** The record of a request with its response; one of the two is not null. `port`: where the address of a request without one leads. */
export function rowOf(
  request: Message<RequestHead> | null,
  response: Message<ResponseHead> | null,
  port: number,
): OwnRow<typeof httpRecord> {
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
