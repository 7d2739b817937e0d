import { mutants, runProtocol, textBytes, type Delivery, type RunOptions } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { http } from './parser.ts';

const asked = textBytes('GET /dir/a%20b.bin?x=1 HTTP/1.1\r\nHost: h.test\r\n\r\n');
const answer = (head: string, body: string): Uint8Array => textBytes(`HTTP/1.1 ${head}\r\n\r\n${body}`);
const filesOf = (deliveries: readonly Delivery[], options: RunOptions = {}) =>
  runProtocol(http, deliveries, options).files.map(({ direction, path, mimeType, text, fault, coding }) => ({
    direction,
    path,
    mimeType,
    text,
    fault,
    coding: coding ?? null,
  }));
const given = { direction: 1, path: 'h.test/dir/a b.bin', mimeType: null, text: 'hello', fault: null, coding: null };

describe('files of HTTP', () => {
  it.each<[string, Uint8Array, Record<string, unknown>]>([
    ['a body with its length', answer('200 OK\r\nContent-Length: 5', 'hello'), {}],
    ['a body in chunks', answer('200 OK\r\nTransfer-Encoding: chunked', '3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\n\r\n'), {}],
    ['its declared type', answer('200 OK\r\nContent-Type: Image/PNG; q=1\r\nContent-Length: 5', 'hello'), { mimeType: 'image/png' }],
    [
      'a name that was given',
      answer('200 OK\r\nContent-Disposition: attachment; filename="../x.exe"\r\nContent-Length: 5', 'hello'),
      { path: '../x.exe' },
    ],
    ['a coding that is known', answer('200 OK\r\nContent-Encoding: x-gzip\r\nContent-Length: 5', 'hello'), { coding: 'gzip' }],
    [
      'codings in each other',
      answer('200 OK\r\nContent-Encoding: gzip, br\r\nContent-Length: 5', 'hello'),
      { coding: null, fault: 'undecodable' },
    ],
    ['a coding that is not', answer('200 OK\r\nContent-Encoding: compress\r\nContent-Length: 5', 'hello'), { fault: 'undecodable' }],
    ['a part', answer('206 P\r\nContent-Range: bytes 5-9/10\r\nContent-Length: 5', 'hello'), { fault: 'range' }],
    ['a part that is all', answer('206 P\r\nContent-Range: bytes 0-4/5\r\nContent-Length: 5', 'hello'), {}],
    ['a body that ends early', answer('200 OK\r\nContent-Length: 6', 'hello'), { fault: 'cut-off' }],
    ['chunks that end early', answer('200 OK\r\nTransfer-Encoding: chunked', '5\r\nhello\r\n'), { fault: 'cut-off' }],
    ['a size of a chunk with a NUL behind it', answer('200 OK\r\nTransfer-Encoding: chunked', '5\0\r\nhello\r\n0\r\n\r\n'), {}],
    ['chunks with a word too many', answer('200 OK\r\nTransfer-Encoding: x\r\n chunked', '5\r\nhello\r\n0\r\n\r\n'), {}],
    ['no chunks where an odd coding says so', answer('200 OK\r\nTransfer-Encoding: x chunked', 'hello'), { fault: 'cut-off' }],
    ['a length beside an odd coding', answer('200 OK\r\nTransfer-Encoding: x chunked\r\nContent-Length: 5', 'hello'), {}],
    ['an odd version', textBytes('HTTP/1.01 200 OK\r\nContent-Length: 5\r\n\r\nhello'), {}],
    ['no status', textBytes('HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello'), {}],
    ['half a status', textBytes('HTTP/1.1 20 OK\r\nContent-Length: 5\r\n\r\nhello'), {}],
    ['lines that end in CR', textBytes('HTTP/1.1 200 OK\rX: y\rContent-Length: 5\r\n\r\nhello'), {}],
    ['chunks that are none', answer('200 OK\r\nTransfer-Encoding: chunked', '5\r\nhellozzz'), { fault: 'cut-off' }],
  ])('%s', (_, response, expected) => {
    for (const pieceBytes of [0, 1, 7])
      expect(
        filesOf(
          [
            [0, asked],
            [1, response],
          ],
          { pieceBytes },
        ),
      ).toEqual([{ ...given, ...expected }]);
  });

  it('a body up to the end of the connection is whole when the end was seen', () => {
    const deliveries: Delivery[] = [
      [0, asked],
      [1, answer('200 OK', 'hello')],
    ];
    expect(filesOf(deliveries, { isClosed: true })).toEqual([given]);
    expect(filesOf(deliveries)).toEqual([{ ...given, fault: 'cut-off' }]);
  });

  it('bytes that were lost are holes', () => {
    expect(
      filesOf([
        [0, asked],
        [1, answer('200 OK\r\nContent-Length: 9', 'hel')],
        [1, 4],
        [1, textBytes('lo')],
      ])[0],
    ).toMatchObject({
      text: 'hel####lo',
      fault: null,
    });
  });

  it('no body, no file', () => {
    const head = textBytes('HEAD / HTTP/1.1\r\nHost: h\r\n\r\n');
    expect(
      filesOf([
        [0, head],
        [1, answer('200 OK\r\nContent-Length: 5', '')],
      ]),
    ).toEqual([]);
    expect(
      filesOf([
        [0, asked],
        [1, answer('204 No', '')],
      ]),
    ).toEqual([]);
    expect(
      filesOf([
        [0, asked],
        [1, answer('200 OK\r\nContent-Length: 0', '')],
      ]),
    ).toEqual([]);
  });

  it('what is put has the name of its address, what is posted none', () => {
    const sent = (method: string) => textBytes(`${method} /up/x.txt HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi`);
    expect(filesOf([[0, sent('PUT')]])).toEqual([{ ...given, direction: 0, path: 'h/up/x.txt', text: 'hi' }]);
    expect(filesOf([[0, sent('POST')]])).toEqual([{ ...given, direction: 0, path: null, text: 'hi' }]);
  });

  it('a form is a file, and files in it are; its fields are none', () => {
    const body =
      '--b\r\nContent-Disposition: form-data; name="n"\r\n\r\nfield\r\n' +
      '--b\r\nContent-Disposition: form-data; name="f"; filename="p.png"\r\nContent-Type: image/png\r\n\r\nPNG\r\n--b--\r\n';
    const post = `POST /f HTTP/1.1\r\nHost: h\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    expect(filesOf([[0, textBytes(post)]])).toEqual([
      { ...given, direction: 0, path: null, mimeType: 'multipart/form-data', text: body },
      { ...given, direction: 0, path: 'p.png', mimeType: 'image/png', text: 'PNG' },
    ]);
  });

  it('of pipelined requests each answer has the name of its own', () => {
    const two = textBytes('GET /a HTTP/1.1\r\nHost: h\r\n\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n');
    const both = textBytes('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nAHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nB');
    expect(
      filesOf([
        [0, two],
        [1, both],
      ]).map(({ path, text }) => [path, text]),
    ).toEqual([
      ['h/a', 'A'],
      ['h/b', 'B'],
    ]);
  });

  it('of mutants every file is ended', () => {
    const whole = answer('200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/plain', '3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\n\r\n');
    for (const mutant of mutants(whole, 2000))
      for (const { fault } of filesOf([
        [0, asked],
        [1, mutant],
      ]))
        expect(fault).not.toBe('open');
  });
});
