/** What clients and servers say in the specs of HTTP. */
import { runProtocol, textBytes, type Delivery } from '@wirecase/testkit';
import { http } from './parser.ts';

export const get = textBytes('GET /a?b=c HTTP/1.1\r\nHost: example.com\r\nUser-Agent: curl/8\r\nReferer: http://r/\r\n\r\n');
export const ok = textBytes('HTTP/1.1 200 OK\r\nContent-Type: Text/HTML; charset=utf-8\r\nContent-Length: 5\r\n\r\nhello');
export const chunked = textBytes(
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA;x=y\r\n0123456789\r\n0\r\nTrailer: z\r\n\r\n',
);

export const request = (line: string, ...headers: string[]): Uint8Array => textBytes([line, ...headers, '', ''].join('\r\n'));
/** Method, path, status and bytes of the answer, a row each. */
export const summary = (deliveries: Delivery[], port = 80) =>
  runProtocol(http, deliveries, { destinationPort: port }).records.map((r) => [
    r['method'],
    r['urlPath'],
    r['statusCode'],
    r['responseBodyBytes'],
  ]);
