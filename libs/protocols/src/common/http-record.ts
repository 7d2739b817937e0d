import { field, optional, recordType } from '@wirecase/contract';

export const httpRecord = recordType(
  'http',
  'HTTP',
  'One HTTP/1 or HTTP/2 request with its response (RFC 9110, 9112, 9113); the one or the other alone when its partner was not seen.',
  {
    version: field('http.version', 'keyword', 'Version of the response, or of the request when there is none: 1.1, 1.0, 2 ...', {
      label: 'HTTP version',
      aliases: ['http.request.version', 'http.response.version'],
    }),
    method: optional('http.request.method', 'keyword', 'Method as sent: GET, POST ...', {
      label: 'Method',
      aliases: ['http.method', 'method', 'http.http_method'],
      tshark: 'http.request.method',
    }),
    statusCode: optional('http.response.status_code', 'integer', 'Status of the final response; empty when none was seen.', {
      label: 'Status',
      aliases: ['http.statuscode', 'http.response.code', 'status_code', 'http.status'],
      tshark: 'http.response.code',
      indexed: true,
    }),
    urlFull: optional('url.full', 'text', 'Address of the request, put together from request line, Host header and port.', {
      label: 'URL',
      aliases: ['http.uri', 'http.request.full_uri'],
    }),
    urlDomain: optional('url.domain', 'keyword', 'Host that the request names (Host header or absolute address), without its port.', {
      label: 'Host',
      aliases: ['host.http', 'http.host', 'http.hostname'],
      indexed: true,
    }),
    urlPath: optional('url.path', 'text', 'Path of the request, as sent, without the query.', {
      label: 'Path',
      aliases: ['http.uri.path', 'http.request.uri.path'],
    }),
    urlQuery: optional('url.query', 'text', 'Query of the request without the question mark, as sent.', {
      label: 'URL query',
      aliases: ['http.uri.query', 'http.request.uri.query'],
      tshark: 'http.request.uri.query',
    }),
    userAgent: optional('user_agent.original', 'text', 'User-Agent header: what the client says it is.', {
      label: 'User agent',
      aliases: ['http.user-agent', 'http.user_agent', 'user_agent', 'http.http_user_agent'],
      tshark: 'http.user_agent',
    }),
    referrer: optional('http.request.referrer', 'text', 'Referer header: the page that led to the request.', {
      label: 'Referrer',
      aliases: ['http.referer', 'referrer', 'http.http_refer'],
      tshark: 'http.referer',
    }),
    ranges: optional(
      'wirecase.http.request_ranges',
      'integer',
      'How many parts of the page Range asks for (RFC 9110 14.2); empty when all of it is asked for. Hundreds keep a server busy.',
      { label: 'Ranges' },
    ),
    requestBytes: optional('http.request.bytes', 'count', 'Bytes of the request, head and body, as sent; empty where its head was cut.', {
      label: 'Request bytes',
    }),
    requestBodyBytes: optional(
      'http.request.body.bytes',
      'count',
      'Bytes of the request body as sent, without chunk framing; still compressed if it was. Empty where nobody knows: its head was cut.',
      { label: 'Request body', aliases: ['request_body_len'] },
    ),
    requestMimeType: optional('http.request.mime_type', 'keyword', 'Type of the request body as its Content-Type header declares it.', {
      label: 'Request type',
    }),
    responseBytes: optional(
      'http.response.bytes',
      'count',
      'Bytes of the response, head and body, as sent; empty where its head was cut.',
      { label: 'Response bytes' },
    ),
    responseBodyBytes: optional(
      'http.response.body.bytes',
      'count',
      'Bytes of the response body as sent, without chunk framing; still compressed if it was. Empty where nobody knows: its head was cut.',
      { label: 'Response body', aliases: ['response_body_len', 'http.length'] },
    ),
    responseMimeType: optional('http.response.mime_type', 'keyword', 'Type of the response body as its Content-Type header declares it.', {
      label: 'Response type',
      aliases: ['http.content-type', 'resp_mime_types', 'http.http_content_type'],
    }),
    authUser: optional('wirecase.http.auth_user', 'text', 'User name sent in clear by Basic authentication; the password is not kept.', {
      label: 'Basic user',
      aliases: ['http.user', 'username'],
    }),
  },
);
