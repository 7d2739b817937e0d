import { runProtocol, textBytes, type Delivery } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { http } from './parser.ts';
import { chunked, get, ok, request, summary } from './talk.fixture.ts';

describe('http', () => {
  it('matches a response with its request into one record', () => {
    const { records, weirds } = runProtocol(http, [
      [0, get],
      [1, ok],
    ]);
    expect(records).toEqual([
      {
        record: 'http',
        packet: 2,
        version: '1.1',
        method: 'GET',
        statusCode: 200,
        urlFull: 'http://example.com/a?b=c',
        urlDomain: 'example.com',
        urlPath: '/a',
        urlQuery: 'b=c',
        userAgent: 'curl/8',
        referrer: 'http://r/',
        ranges: null,
        requestBytes: get.length,
        requestBodyBytes: 0,
        requestMimeType: null,
        responseBytes: ok.length,
        responseBodyBytes: 5,
        responseMimeType: 'text/html',
        authUser: null,
      },
    ]);
    expect(weirds).toEqual({});
  });

  it('counts the parts that a request asks for', () => {
    const asked = request('GET / HTTP/1.1', 'Host: h', `Range: bytes=0-${',5-9'.repeat(1999)}`);
    expect(runProtocol(http, [[0, asked]]).records).toMatchObject([{ ranges: 2000 }]);
  });

  it('gives the same records wherever the segments are cut', () => {
    const post = textBytes('POST /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n');
    const both: Delivery[] = [
      [0, Uint8Array.from([...get, ...post, ...get])],
      [1, Uint8Array.from([...ok, ...textBytes('HTTP/1.1 100 Continue\r\n\r\n'), ...chunked, ...ok])],
    ];
    const whole = runProtocol(http, both);
    expect(whole.records.map((r) => [r['method'], r['requestBodyBytes'], r['responseBodyBytes']])).toEqual([
      ['GET', 0, 5],
      ['POST', 3, 15],
      ['GET', 0, 5],
    ]);
    for (let cutAt = 1; cutAt < 400; cutAt++) expect(runProtocol(http, both, { cutAt }), `${cutAt}`).toEqual(whole);
    for (const pieceBytes of [1, 2, 3, 5, 11]) expect(runProtocol(http, both, { pieceBytes }), `${pieceBytes}`).toEqual(whole);
  });

  const bodiless: [string, string, string][] = [
    ['HEAD', 'HEAD / HTTP/1.1', 'HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n'],
    ['204', 'GET / HTTP/1.1', 'HTTP/1.1 204 No Content\r\nContent-Length: 999\r\n\r\n'],
    ['304', 'GET / HTTP/1.1', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 999\r\n\r\n'],
    ['length 0', 'GET / HTTP/1.1', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'],
  ];
  it.each(bodiless)('knows that a response to %s has no body', (_name, line, head) => {
    const found = summary([
      [0, request(line, 'Host: h')],
      [1, textBytes(head)],
      [0, get],
      [1, ok],
    ]);
    expect(found.map((row) => row[3])).toEqual([0, 5]);
  });

  it('knows which of several pipelined requests a response answers', () => {
    const pipelined = Uint8Array.from([...get, ...request('HEAD /h HTTP/1.1', 'Host: h'), ...get]);
    const head = textBytes('HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n');
    expect(
      summary([
        [0, pipelined],
        [1, Uint8Array.from([...ok, ...head, ...ok])],
      ]),
    ).toEqual([
      ['GET', '/a', 200, 5],
      ['HEAD', '/h', 200, 0],
      ['GET', '/a', 200, 5],
    ]);
  });

  it.each([
    ['a request without body', get, 1],
    ['two requests', Uint8Array.of(...get, ...get), 2],
    ['half a head', get.subarray(0, -2), 0],
    ['the first word', textBytes('GET '), 0],
    ['a whole body', textBytes('POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc'), 1],
    ['half a body', textBytes('POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nab'), 0],
    ['chunks without the last', textBytes('POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n'), 0],
    ['all chunks', textBytes('POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n'), 1],
    ['what is no request', ok, 0],
  ])('tells whether all of a request was said: %s', (_name, bytes, requests) => {
    expect(runProtocol(http, [[0, bytes]]).requested).toHaveLength(requests);
  });

  it('takes everything to the end of the connection as body when no length is given', () => {
    const head = 'HTTP/1.0 200 OK\r\n\r\n';
    const { records } = runProtocol(http, [
      [0, get],
      [1, textBytes(`${head}abc`)],
      [1, textBytes('HTTP/1.0 200 OK')],
    ]);
    expect(records).toMatchObject([{ version: '1.0', responseBodyBytes: 18, responseBytes: head.length + 18 }]);
  });

  it('tells what there is of heads that a short snap length cut', () => {
    const run = (asked: string, said: string) =>
      runProtocol(http, [
        [0, textBytes(asked)],
        [0, 400],
        [1, textBytes(said)],
        [1, 900],
      ]);
    const { records, weirds } = run('GET /a?b=c HTTP/1.1\r\nHost: example.com\r\nUser-Ag', 'HTTP/1.1 404 Not Found\r\nContent-Ty');
    expect(records).toMatchObject([
      { method: 'GET', urlFull: 'http://example.com/a?b=c', userAgent: null, version: '1.1', statusCode: 404, responseMimeType: null },
    ]);
    // How long their bodies are, nobody knows.
    expect(records).toMatchObject([{ requestBytes: null, requestBodyBytes: null, responseBytes: null, responseBodyBytes: null }]);
    expect(weirds).toEqual({ http_head_cut: 2 });
    expect(run('GET /image.gif HT', 'HTTP/1.1 200 O').records).toMatchObject([{ method: 'GET', urlPath: '/image.gif', statusCode: 200 }]);
    // Where a target ends is not known without the space behind it.
    expect(run('GET /image.g', 'HTTP/1.1 2').records).toEqual([]);
  });

  it('tells of a head at which the capture ends', () => {
    expect(runProtocol(http, [[0, textBytes('POST /x HTTP/1.1\r\nHost: h\r\nConte')]]).records).toMatchObject([
      { method: 'POST', urlFull: 'http://h/x', statusCode: null },
    ]);
  });

  it('emits a request that nobody answered at its own packet, and a response alone', () => {
    expect(
      runProtocol(http, [
        [0, get],
        [0, get],
      ]).records,
    ).toMatchObject([
      { packet: 1, statusCode: null, responseBytes: null },
      { packet: 2, statusCode: null },
    ]);
    expect(runProtocol(http, [[1, ok]]).records).toMatchObject([{ method: null, statusCode: 200, urlFull: null, requestBytes: null }]);
  });

  it('finds requests and responses by what they say, not by direction', () => {
    expect(
      summary([
        [1, get],
        [0, ok],
      ]),
    ).toEqual([['GET', '/a', 200, 5]]);
  });

  it('leaves what follows a tunnel and an upgrade to another protocol', () => {
    const connect = runProtocol(http, [
      [0, request('CONNECT example.com:443 HTTP/1.1', 'Host: example.com:443')],
      [1, textBytes('HTTP/1.1 200 Connection established\r\n\r\n\x16\x03\x01')],
      [0, textBytes('\x16\x03\x01\x02\x00\x01')],
    ]);
    expect(connect.records).toMatchObject([{ method: 'CONNECT', urlDomain: 'example.com', urlFull: null, urlPath: null, statusCode: 200 }]);
    expect(connect.handedOver).toBe(3);
    expect(connect.weirds).toEqual({});
    const upgrade = runProtocol(http, [
      [0, request('GET /chat HTTP/1.1', 'Host: h', 'Upgrade: websocket')],
      [1, textBytes('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\x81\x05hello')],
    ]);
    expect(upgrade.records).toMatchObject([{ statusCode: 101, responseBodyBytes: 0 }]);
    expect(upgrade.handedOver).toBe(7);
  });

  it('reads the answers of SHOUTcast, which have another word for HTTP/1.0', () => {
    const stream = textBytes('ICY 200 OK\r\nicy-name: x\r\nContent-Type: audio/mpeg\r\n\r\nsound');
    const { records, weirds } = runProtocol(http, [[0, request('GET /live HTTP/1.0', 'Host: radio')], [1, stream]], { destinationPort: 8000 }); // prettier-ignore
    expect(records).toMatchObject([{ version: '1.0', statusCode: 200, responseMimeType: 'audio/mpeg', responseBodyBytes: 5 }]);
    expect(weirds).toEqual({});
  });

  const urls: [string, string, string | null, number, string | null, string | null][] = [
    ['a port that is not 80', '/x', 'h', 8080, 'http://h:8080/x', 'h'],
    ['a Host with its port', '/x', 'h:81', 81, 'http://h:81/x', 'h'],
    ['an absolute address, which wins over Host', 'http://a.example/x?y', 'b', 3128, 'http://a.example/x?y', 'a.example'],
    ['an absolute address of another scheme', 'ftp://a.example/x', 'b', 3128, 'ftp://a.example/x', 'a.example'],
    ['an asterisk, which stands for the server (RFC 9112 3.2.4)', '*', 'h', 80, 'http://h', 'h'],
    ['an IPv6 host', '/x', '[2001:db8::1]:80', 80, 'http://[2001:db8::1]:80/x', '2001:db8::1'],
    ['no host', '/x', null, 80, null, null],
  ];
  it.each(urls)('builds the address from %s', (_name, target, host, port, full, domain) => {
    const line = `GET ${target} HTTP/1.1`;
    const { records } = runProtocol(http, [[0, host === null ? request(line) : request(line, `Host: ${host}`)]], { destinationPort: port });
    expect(records).toMatchObject([{ urlFull: full, urlDomain: domain }]);
  });

  it('cleans and bounds what it keeps', () => {
    const { records } = runProtocol(http, [[0, request(`GET /${'x'.repeat(9000)}\x1b HTTP/1.1`, 'User-Agent: a\x00b\x1b[31m')]]);
    expect(records[0]!['userAgent']).toBe('a\\x00b\\x1b[31m');
    expect(records[0]!['urlPath']).toHaveLength(4096);
  });
});

describe('http probe', () => {
  const probe = (text: string) => http.probe('tcp', 0, textBytes(text), 0, text.length, 40_000, 80);

  it.each(['GET / HTTP/1.1\r\n', 'HTTP/1.0 200 OK', 'PROPFIND /x HTTP/1.1\r\n', '\r\nPOST / HTTP/1.0\n', `GET /${'x'.repeat(600)}`])(
    'takes %j',
    (text) => {
      expect(probe(text)).toBe('yes');
    },
  );

  it.each([
    'SSH-2.0-x',
    'OPTIONS sip:a SIP/2.0\r\n',
    'DESCRIBE rtsp://a RTSP/1.0\r\n',
    'PRI * HTTP/2.0\r\n',
    'GETX / HTTP/1.1\r\n',
    '\x16\x03\x01',
    'get / HTTP/1.1\r\n',
  ])('refuses %j', (text) => {
    expect(probe(text)).toBe('no');
  });

  it('waits while it may become HTTP', () => {
    const text = 'GET / HTTP/1.1\r\n';
    for (let length = 0; length < text.length; length++) expect(probe(text.slice(0, length)), `${length} bytes`).toBe('more');
    expect(probe('HTTP/1')).toBe('more');
  });
});
