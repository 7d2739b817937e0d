import { joinBytes, mutants, runProtocol, textBytes, type Delivery } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { http } from './parser.ts';
import { chunked, get, ok, request, summary } from './talk.fixture.ts';

describe('http that is odd, cut or hostile', () => {
  // Texts that took a regular expression the square of their length, here 50 seconds and more.
  const blanks = ' '.repeat(65_000);
  it.each([
    ['blanks in a status line', 1, `HTTP/1.1 200 ${blanks}\u2028\r\n\r\n`, { statusCode: 200 }],
    ['a host that does not end', 0, `GET http://${'a'.repeat(65_000)}/\u2028b HTTP/1.1\r\n\r\n`, { urlPath: '/\\u2028b' }],
    [
      'codings without end',
      1,
      `HTTP/1.1 200 OK\r\n${Array.from({ length: 3000 }, (_, i) => `Content-Encoding: ${i}\r\n`).join('')}\r\n`,
      { statusCode: 200 },
    ],
  ] as const)('reads %s', (_name, from, text, expected) => {
    const { records, files } = runProtocol(http, [[from, new TextEncoder().encode(text)]]);
    expect(records).toMatchObject([expected]);
    expect(files.length).toBeLessThan(2);
  });

  const oddities: [string, string, string][] = [
    ['length and chunks together', 'Content-Length: 3\r\nTransfer-Encoding: chunked', 'http_length_conflict'],
    ['two different lengths', 'Content-Length: 3\r\nContent-Length: 4', 'http_bad_content_length'],
    ['a length that is no number', 'Content-Length: abc', 'http_bad_content_length'],
    ['two hosts', 'Host: a\r\nHost: b', 'http_many_hosts'],
    ['a header without a colon', 'nonsense', 'http_bad_header'],
    ['a CR alone', 'A: b\rC: d', 'http_bare_cr'],
    ['chunks and then something else', 'Transfer-Encoding: chunked, identity', 'http_bad_transfer_encoding'],
  ];
  it.each(oddities)('says that there are %s', (_name, headers, weird) => {
    expect(runProtocol(http, [[0, textBytes(`GET / HTTP/1.1\r\n${headers}\r\n\r\n`)]]).weirds[weird]).toBe(1);
  });

  it.each([
    ['100,000 chunks of a byte', `${'1\r\nx\r\n'.repeat(100_000)}0\r\n\r\n`, 100_000, {}],
    ['a chunk of more bytes than ever come', `7ffffffffff\r\n${'x'.repeat(1000)}`, 1000, {}],
    ['a size of more digits than can be', `${'f'.repeat(20)}\r\n`, 0, { http_bad_chunk: 1 }],
    ['an extension that does not end', `1;${'x'.repeat(10_000)}`, 0, { http_bad_chunk: 1 }],
    ['a trailer that does not end', `1\r\nx\r\n0\r\n${'x'.repeat(10_000)}`, 1, { http_bad_chunk: 1 }],
  ])('tells of %s by one row', (_name, body, bytes, odd) => {
    const { records, weirds } = runProtocol(http, [[0, get], [1, textBytes(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body}`)]]); // prettier-ignore
    expect(records).toMatchObject([{ statusCode: 200, responseBodyBytes: bytes }]);
    expect(weirds).toEqual(odd);
  });

  it('says that chunk framing is broken and goes on with the next message', () => {
    const broken = textBytes('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n');
    const { records, weirds } = runProtocol(http, [
      [0, get],
      [1, broken],
      [0, get],
      [1, ok],
    ]);
    expect(weirds).toEqual({ http_bad_chunk: 1 });
    expect(records.map((r) => r['statusCode'])).toEqual([200, 200]);
  });

  describe('of a head that is too long', () => {
    const flood = `GET /flood HTTP/1.1\r\nHost: h\r\n${Array.from({ length: 100_000 }, (_, i) => `X-${i}: y\r\n`).join('')}\r\n`;

    it.each([
      ['one field that does not end', `GET /flood HTTP/1.1\r\nHost: h\r\nX: ${'y'.repeat(500_000)}`],
      ['100,000 fields', flood],
    ])('reads the begin, and goes on with what follows: %s', (_name, text) => {
      const { records, weirds } = runProtocol(http, [[0, textBytes(text)], [0, get], [1, ok], [1, ok]], { pieceBytes: 1400 }); // prettier-ignore
      expect(weirds).toEqual({ http_head_too_long: 1 });
      expect(records).toMatchObject([
        { urlFull: 'http://h/flood', statusCode: 200, requestBodyBytes: null, responseBodyBytes: 5 },
        { urlPath: '/a', statusCode: 200 },
      ]);
    });

    it('reads all where a cookie of 64 KiB makes it long', () => {
      const cookie = `Cookie: a=${'b'.repeat(65_536)}`;
      const post = joinBytes(request('POST /p HTTP/1.1', 'Host: h', cookie, 'Content-Length: 3'), textBytes('abc'));
      const said = joinBytes(request('HTTP/1.1 200 OK', `Set-${cookie}`, 'Content-Length: 5'), textBytes('hello'));
      const { records, weirds } = runProtocol(http, [[0, post], [1, said]], { pieceBytes: 1400 }); // prettier-ignore
      expect(records).toMatchObject([{ urlFull: 'http://h/p', requestBodyBytes: 3, requestBytes: post.length, responseBodyBytes: 5 }]);
      expect(weirds).toEqual({});
    });
  });

  describe('when bytes are missing', () => {
    const long = textBytes('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n');

    it('counts those inside a body and goes on', () => {
      expect(
        summary([
          [0, get],
          [1, long],
          [1, 900],
          [1, textBytes('x'.repeat(100))],
          [0, get],
          [1, ok],
        ]),
      ).toEqual([
        ['GET', '/a', 200, 1000],
        ['GET', '/a', 200, 5],
      ]);
    });

    it('ends a body whose end was missed at the next start line', () => {
      const found = runProtocol(http, [
        [0, get],
        [1, long],
        [1, 1200],
        [1, textBytes('rest of a head\r\n\r\n')],
        [0, get],
        [1, ok],
      ]);
      expect(found.records.map((r) => r['responseBodyBytes'])).toEqual([0, 5]);
    });

    it('does not pair a later response with a request whose response was missed', () => {
      const other = request('GET /other HTTP/1.1', 'Host: h');
      expect(
        summary([
          [0, get],
          [1, 300],
          [0, other],
          [1, ok],
        ]),
      ).toEqual([
        ['GET', '/a', null, null],
        ['GET', '/other', 200, 5],
      ]);
    });
  });

  it('survives truncation at every byte', () => {
    for (let length = 0; length <= chunked.length; length++) {
      const { records } = runProtocol(http, [
        [0, get],
        [1, chunked.slice(0, length)],
      ]);
      expect(records, `${length} bytes`).toHaveLength(1);
    }
  });

  it('never throws (20,000 mutants)', () => {
    const stream = Uint8Array.from([...ok, ...chunked]);
    for (const mutant of mutants(stream, 10_000))
      expect(() =>
        runProtocol(
          http,
          [
            [0, get],
            [1, mutant],
          ],
          { pieceBytes: 50 },
        ),
      ).not.toThrow();
    for (const mutant of mutants(get, 10_000))
      expect(() =>
        runProtocol(http, [
          [0, mutant],
          [1, ok],
        ]),
      ).not.toThrow();
  });

  describe('HTTP/0.9 (RFC 1945)', () => {
    const page = textBytes('<html>old</html>\n');

    it('takes what follows a request of one line as its body, to the end of the connection', () => {
      for (const pieceBytes of [0, 3]) {
        const deliveries: Delivery[] = [[0, textBytes('GET /old.html\r\n')], [1, page], [1, page]]; // prettier-ignore
        const { records, files, weirds } = runProtocol(http, deliveries, { destinationPort: 80, isClosed: true, pieceBytes });
        expect(records).toMatchObject([
          { version: '0.9', method: 'GET', urlPath: '/old.html', statusCode: null, requestBytes: 15, responseBodyBytes: 34 },
        ]);
        expect(files).toMatchObject([{ text: '<html>old</html>\n'.repeat(2), fault: null }]);
        expect(weirds).toEqual({});
      }
    });

    it('reads headers behind the line, and an answer of a newer version', () => {
      const old = runProtocol(http, [[0, request('GET /x', 'Host: a.example')], [1, page]], { destinationPort: 80 }); // prettier-ignore
      expect(old.records).toMatchObject([{ version: '0.9', urlFull: 'http://a.example/x', responseBodyBytes: 17 }]);
      const newer = runProtocol(
        http,
        [
          [0, textBytes('GET /\r\n')],
          [1, ok],
        ],
        { destinationPort: 80 },
      );
      expect(newer.records).toMatchObject([{ version: '1.1', method: 'GET', statusCode: 200 }]);
    });

    it('is believed on the usual ports, as one line', () => {
      const answer = (text: string, port: number) => http.probe('tcp', 0, textBytes(text), 0, text.length, 40_000, port);
      expect(answer('GET /index.html\r\n', 80)).toBe('yes');
      expect(answer('GET /\n', 8080)).toBe('yes');
      expect(answer('GET /index.html\r\n', 4000)).toBe('no');
      expect(answer('GET /index.html HTTP/2.5\r\n', 80)).toBe('no');
      expect(answer('GET key\r\n', 80)).toBe('no');
    });
  });

  it('leaves the port of a proxy out of the address', () => {
    const urls = (isWithin: boolean) =>
      runProtocol(http, [[0, request('GET /a HTTP/1.1', 'Host: b.example')]], { destinationPort: 1080, isWithin }).records[0]!['urlFull'];
    expect(urls(true)).toBe('http://b.example/a');
    expect(urls(false)).toBe('http://b.example:1080/a');
  });
});
