import { hexBytes, mutants, runProtocol, textBytes, type Delivery } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { http2 } from './parser.ts';

const join = (...parts: (Uint8Array | readonly number[])[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));
const preface = textBytes('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const frame = (type: number, flags: number, stream: number, payload: Uint8Array | readonly number[] = []): Uint8Array =>
  join([payload.length >> 16, (payload.length >> 8) & 255, payload.length & 255, type, flags, 0, 0, stream >> 8, stream & 255], payload);
const literal = (name: string, value: string): Uint8Array => join([0, name.length], textBytes(name), [value.length], textBytes(value));
const settings = frame(4, 0, 0, [0, 1, 0, 0, 16, 0]);
/** GET http://www.example.com/, as RFC 7541 C.4.1. */
const get = hexBytes('828684418cf1e3c2e5f23a6ba0ab90f4ff');
const ok = join([0x88], literal('content-type', 'Text/HTML; charset=utf-8'));

const script: Delivery[] = [
  [0, join(preface, settings, frame(1, 5, 1, get))],
  [1, join(settings, frame(4, 1, 0), frame(1, 4, 1, ok), frame(0, 0, 1, textBytes('hello')), frame(0, 1, 1, textBytes(' you')))],
];
const run = (deliveries: Delivery[], pieceBytes = 0) => runProtocol(http2, deliveries, { destinationPort: 80, pieceBytes });

describe('http2', () => {
  it('tells of a request and its response as HTTP', () => {
    expect(run(script)).toMatchObject({
      records: [
        {
          record: 'http',
          packet: 2,
          version: '2',
          method: 'GET',
          statusCode: 200,
          urlFull: 'http://www.example.com/',
          urlDomain: 'www.example.com',
          urlPath: '/',
          urlQuery: null,
          requestBytes: 9 + get.length,
          requestBodyBytes: 0,
          responseBytes: 9 + ok.length + 9 + 5 + 9 + 4,
          responseBodyBytes: 9,
          responseMimeType: 'text/html',
        },
      ],
      weirds: {},
    });
  });

  it('gives the same rows wherever segments are cut', () => {
    const { records } = run(script);
    for (const pieceBytes of [1, 2, 10, 33]) expect(run(script, pieceBytes).records).toEqual(records);
  });

  it('keeps streams apart that are answered out of order, and joins blocks that go on in other frames', () => {
    const post = join([0x83, 0x86], literal(':path', '/form?a=b'), literal('host', '[2001:db8::1]:8080'), literal('user-agent', 'agent'));
    const { records, weirds } = run([
      [0, join(preface, settings, frame(1, 0, 1, get.subarray(0, 5)), frame(9, 4, 1, get.subarray(5)))],
      [0, join(frame(1, 0xc, 3, join([2], post, [0, 0])), frame(0, 9, 3, join([3], textBytes('x=1'), [0, 0, 0])))],
      [1, join(settings, frame(1, 4, 3, literal(':status', '100')), frame(1, 5, 3, [0x8d]), frame(1, 5, 1, [0x88]))],
    ]);
    expect(weirds).toEqual({});
    expect(records).toMatchObject([
      {
        method: 'POST',
        urlPath: '/form',
        urlQuery: 'a=b',
        urlDomain: '2001:db8::1',
        userAgent: 'agent',
        requestBodyBytes: 3,
        statusCode: 404,
      },
      { method: 'GET', statusCode: 200 },
    ]);
  });

  it('tells of what the server pushes', () => {
    const { records } = run([
      script[0]!,
      [1, join(settings, frame(5, 4, 1, join([0, 0, 0, 2], get)), frame(1, 5, 1, ok), frame(1, 5, 2, ok))],
    ]);
    expect(records).toMatchObject([{ method: 'GET', urlPath: '/' }, { method: 'GET', urlPath: '/' }]); // prettier-ignore
  });

  it('tells of a stream that is reset or never answered, at its request', () => {
    expect(run([script[0]!, [1, join(settings, frame(3, 0, 1, [0, 0, 0, 8]))]]).records).toMatchObject([{ packet: 1, statusCode: null }]);
    expect(run([script[0]!]).records).toMatchObject([{ packet: 1, method: 'GET', responseBytes: null }]);
  });

  it('tells when all of a request was said, answered or not', () => {
    expect(run([[0, join(preface, frame(1, 5, 1, get))]]).requested).toEqual(['/']);
    expect(run([[0, join(preface, frame(1, 4, 1, get))]]).requested).toEqual([]);
    expect(run([[0, join(preface, frame(1, 4, 1, get), frame(0, 0, 1, [1]), frame(0, 1, 1, [2]))]]).requested).toEqual(['/']);
  });

  it('reads on behind an upgrade, where the server begins and stream 1 has no request here', () => {
    const { records } = run([[1, join(settings, frame(1, 5, 1, ok))], [0, join(preface, settings)]]); // prettier-ignore
    expect(records).toMatchObject([{ method: null, urlFull: null, statusCode: 200, responseMimeType: 'text/html' }]);
  });

  it('tells of a login', () => {
    const login = join(get, literal('authorization', `Basic ${btoa('ann:secret')}`));
    const { records, logins } = run([[0, join(preface, frame(1, 5, 1, login))], [1, frame(1, 5, 1, literal(':status', '401'))]]); // prettier-ignore
    expect(records).toMatchObject([{ authUser: 'ann' }]);
    expect(JSON.stringify(records)).not.toContain('secret');
    expect(logins).toEqual([{ user: 'ann', outcome: 'failure', isClear: true }]);
  });

  const form = 'user=ann&password=s3cret';
  const post = join([0x83, 0x86], literal(':path', '/session'), literal('content-type', 'application/x-www-form-urlencoded'));
  const refused = frame(1, 5, 1, literal(':status', '401'));
  it.each<[string, Uint8Array[]]>([
    ['in one frame', [frame(0, 1, 1, textBytes(form))]],
    [
      'in frames with padding',
      [frame(0, 8, 1, join([3], textBytes(form.slice(0, 5)), [0, 0, 0])), frame(0, 9, 1, join([0], textBytes(form.slice(5))))],
    ],
    [
      'between those of another stream',
      [frame(0, 0, 1, textBytes(form.slice(0, 9))), frame(0, 0, 3, textBytes('&user=eve')), frame(0, 1, 1, textBytes(form.slice(9)))],
    ],
  ])('tells of a login by a form %s', (_name, frames) => {
    const sent = join(preface, frame(1, 4, 1, post), frame(1, 4, 3, get), ...frames);
    for (const pieceBytes of [0, 1, 7]) {
      const { credentials, logins, records } = run(
        [
          [0, sent],
          [1, refused],
        ],
        pieceBytes,
      );
      expect(credentials).toEqual([{ kind: 'password', user: 'ann', success: false, secret: 's3cret' }]);
      expect(logins).toEqual([{ user: 'ann', outcome: 'failure', isClear: true }]);
      expect(JSON.stringify(records)).not.toContain('s3cret');
    }
  });

  it('reads no password of a form that is cut, packed or has a hole', () => {
    const head = (fields: Uint8Array) => frame(1, 4, 1, join(post, fields));
    const none = new Uint8Array(0);
    const whole = frame(0, 1, 1, textBytes(form));
    for (const sent of [
      [[0, join(preface, head(none), frame(0, 0, 1, textBytes(form)))]],
      [[0, join(preface, head(literal('content-encoding', 'gzip')), whole)]],
      [
        [0, join(preface, head(none), whole.subarray(0, 14))],
        [0, 4],
        [0, whole.subarray(18)],
      ],
    ] as Delivery[][])
      expect(run([...sent, [1, refused]]).credentials).toMatchObject([{ secret: null }]);
  });

  it('reads on where bytes of a body are missing, and not where fields are', () => {
    const body = join(settings, frame(1, 4, 1, ok), frame(0, 1, 1, new Uint8Array(100)), frame(1, 5, 3, ok));
    const at = body.length - ok.length - 9 - 50;
    const lost: Delivery[] = [[1, body.subarray(0, at)], [1, 30], [1, body.subarray(at + 30)]]; // prettier-ignore
    expect(run([script[0]!, ...lost]).records).toMatchObject([{ responseBodyBytes: 100 }, { method: null, statusCode: 200 }]);
    expect(run([script[0]!, [1, join(settings, frame(1, 4, 1, ok).subarray(0, 12))], [1, 5]]).wantsMore[1]).toBe(false);
  });

  it.each([
    ['a block on stream 0', frame(1, 4, 0, get), 'http2_bad_frame'],
    ['padding longer than the frame', frame(1, 0xc, 1, [200, 0x82]), 'http2_bad_frame'],
    ['a continuation of nothing', frame(9, 4, 7, get), 'http2_bad_frame'],
    ['fields that cannot be read', frame(1, 4, 1, [0x80]), 'http2_bad_header_block'],
    ['a block that is too long', frame(1, 4, 1, new Uint8Array(70_000)), 'http2_frame_too_long'],
  ])('gives up at %s', (_name, bytes, weird) => {
    expect(run([[0, join(preface, bytes)]])).toMatchObject({ weirds: { [weird]: 1 }, wantsMore: [false, true] });
  });

  it('bounds its streams', () => {
    const open = Array.from({ length: 1100 }, (_, i) => frame(1, 5, 2 * i + 1, get));
    expect(run([[0, join(preface, ...open)]])).toMatchObject({ records: { length: 1100 }, weirds: { http2_stream_limit: 76 } });
  });

  it('takes any bytes (5,000 mutants)', () => {
    for (const [from, whole] of script)
      for (const mutant of mutants(whole as Uint8Array, 2500)) expect(() => run([[from, mutant], ...script])).not.toThrow();
  });
});

describe('http2 probe', () => {
  const probe = (bytes: Uint8Array, direction: 0 | 1) => http2.probe('tcp', direction, bytes, 0, bytes.length, 40_000, 80);

  it('knows the preface, and the first settings of a server', () => {
    expect(probe(preface, 0)).toBe('yes');
    for (let length = 1; length < preface.length; length++) expect(probe(preface.subarray(0, length), 0)).toBe('more');
    expect(probe(settings, 1)).toBe('yes');
    expect(probe(frame(4, 0, 0), 1)).toBe('yes');
  });

  it('refuses what is near it', () => {
    expect(probe(textBytes('PRI * HTTP/1.1\r\n'), 0)).toBe('no');
    expect(probe(frame(4, 0, 1), 1)).toBe('no');
    expect(probe(frame(4, 0, 0, [0x20, 0, 0, 0, 0, 0]), 1)).toBe('no');
    expect(probe(settings, 0)).toBe('no');
  });
});
