/** A request of HTTP/2 with its response (RFC 9113 8.1 to 8.3): what their header fields say, as a row of HTTP. */
import type { OwnRow, PacketMark } from '@wirecase/contract';
import { FormBody, formCodingOf, type FormLogin } from '../common/http-form.ts';
import { type LoginRequest, readAuthorization } from '../common/http-login.ts';
import type { httpRecord } from '../common/http-record.ts';
import { parseParameters } from '../common/parameters.ts';
import { countRanges } from '../common/ranges.ts';
import { rowText } from '../common/text.ts';
import type { HeaderField } from './hpack.ts';

const MAX_VALUE_CHARACTERS = 4096;
const MAX_NAME_CHARACTERS = 255;

/** Fields that a row or a login needs: cookies of 64 KiB are not kept for as long as a stream is open. */
const kept = new Set(
  (
    ':method :scheme :authority :path :status host user-agent referer range content-type content-encoding authorization ' +
    'proxy-authorization'
  ).split(' '),
);

/** One side of an exchange. */
export class Message {
  fields: ReadonlyMap<string, string> | null = null;
  bytes = 0;
  bodyBytes = 0;
  /** Whether no more follows than what `bodyBytes` counts. */
  isLast = false;
  /** The body where it may be a form with a login, and how much of it was seen. */
  private form: FormBody | null = null;
  private formBytes = 0;

  /** The first block of the side is its head; trailers are passed over. Of a field that is there twice the first counts. */
  head(list: readonly HeaderField[]): void {
    if (this.fields) return;
    const wanted = list.toReversed().filter(({ name }) => kept.has(name));
    this.fields = new Map(wanted.map(({ name, value }) => [name, value]));
  }

  /** The next bytes of the body of a request. */
  content(bytes: Uint8Array, start: number, end: number): void {
    if (this.formBytes === 0 && this.fields && !this.fields.has('content-encoding')) {
      const boundary = parseParameters(this.fields.get('content-type') ?? '').parameters.get('boundary') ?? null;
      const coding = formCodingOf(this.mimeType, boundary);
      this.form = coding && new FormBody(null, coding);
    }
    this.formBytes += end - start;
    this.form?.data(bytes, start, end);
  }

  /** What a body that was seen whole shows of a login. */
  formLogin(): FormLogin | null {
    this.form?.end(this.isLast && this.formBytes === this.bodyBytes ? null : 'cut-off');
    return this.form?.login ?? null;
  }

  text(name: string, limit = MAX_VALUE_CHARACTERS): string | null {
    const value = this.fields?.get(name);
    return value === undefined ? null : rowText(value, limit);
  }

  get mimeType(): string | null {
    const value = this.fields?.get('content-type');
    return value === undefined ? null : rowText(value.split(';', 1)[0]!.trim().toLowerCase(), MAX_NAME_CHARACTERS);
  }
}

export class Exchange {
  readonly request = new Message();
  readonly response = new Message();
  readonly at: PacketMark;

  constructor(at: PacketMark) {
    this.at = at;
  }

  get status(): number | null {
    const status = this.response.fields?.get(':status');
    return status !== undefined && /^\d{3}$/.test(status) ? Number(status) : null;
  }

  /** What of the request bears on a login; `null` when it was not seen. */
  get login(): LoginRequest | null {
    const { request } = this;
    if (!request.fields) return null;
    const credentials = readAuthorization(request.fields.get('authorization') ?? request.fields.get('proxy-authorization') ?? '');
    return {
      method: request.fields.get(':method') ?? '',
      target: request.fields.get(':path') ?? '',
      mimeType: request.mimeType,
      authUser: credentials?.user ?? null,
      authScheme: credentials?.scheme ?? null,
      authSecret: credentials?.secret ?? null,
    };
  }

  row(): OwnRow<typeof httpRecord> {
    const { request, response } = this;
    const { fields } = request;
    // RFC 9113 8.3.1: :authority stands for Host; some send Host only.
    const authority = fields?.get(':authority') ?? fields?.get('host') ?? '';
    const path = fields?.get(':path') ?? '';
    const question = path.indexOf('?');
    return {
      version: '2',
      method: request.text(':method', MAX_NAME_CHARACTERS),
      statusCode: this.status,
      urlFull:
        authority === '' || path === '' ? null : rowText(`${fields?.get(':scheme') ?? 'http'}://${authority}${path}`, MAX_VALUE_CHARACTERS),
      urlDomain: authority === '' ? null : rowText(hostOf(authority), MAX_NAME_CHARACTERS),
      urlPath: path === '' ? null : rowText(question < 0 ? path : path.slice(0, question), MAX_VALUE_CHARACTERS),
      urlQuery: question < 0 ? null : rowText(path.slice(question + 1), MAX_VALUE_CHARACTERS),
      userAgent: request.text('user-agent'),
      referrer: request.text('referer'),
      ranges: countRanges(fields?.get('range') ?? ''),
      requestBytes: fields && request.bytes,
      requestBodyBytes: fields && request.bodyBytes,
      requestMimeType: request.mimeType,
      responseBytes: response.fields && response.bytes,
      responseBodyBytes: response.fields && response.bodyBytes,
      responseMimeType: response.mimeType,
      authUser: this.login?.authUser ?? null,
    };
  }
}

/** Without user information and port; brackets of an IPv6 address stay off. */
function hostOf(authority: string): string {
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  return /^\[([^\]]*)\]/.exec(host)?.[1] ?? host.replace(/:\d*$/, '');
}
