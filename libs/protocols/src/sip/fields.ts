import { field, optional, recordType } from '@wirecase/contract';

export const sipRecord = recordType(
  'sip',
  'SIP',
  'One SIP request with its final response (RFC 3261). Points to the packet with the response, or to the request when none was seen.',
  {
    method: field('wirecase.sip.method', 'keyword', 'Method, as INVITE, REGISTER or BYE.', {
      label: 'SIP method',
      aliases: ['method', 'sip.Method'],
    }),
    uri: optional('wirecase.sip.uri', 'keyword', 'Address that the request goes to; empty when only the response was seen.', {
      label: 'SIP address',
      aliases: ['uri', 'sip.r-uri'],
      tshark: 'sip.r-uri',
    }),
    from: optional('sip.from', 'keyword', 'From header, as sent.', {
      label: 'SIP from',
      aliases: ['request_from', 'sip.From'],
      indexed: true,
    }),
    to: optional('sip.to', 'keyword', 'To header, as sent.', { label: 'SIP to', aliases: ['request_to', 'sip.To'], indexed: true }),
    callId: optional('sip.call_id', 'keyword', 'Call-ID header: ties all requests of a call together.', {
      label: 'Call id',
      aliases: ['call_id', 'sip.Call-ID'],
      tshark: 'sip.Call-ID',
      indexed: true,
    }),
    sequence: optional('wirecase.sip.cseq', 'keyword', 'CSeq header: number and method.', {
      label: 'CSeq',
      aliases: ['seq', 'sip.CSeq'],
      tshark: 'sip.CSeq',
    }),
    contact: optional('wirecase.sip.contact', 'keyword', 'Contact header of the request.', { label: 'Contact' }),
    userAgent: optional('user_agent.original', 'keyword', 'User-Agent header of the request.', {
      label: 'User agent',
      aliases: ['sip.User-Agent'],
    }),
    server: optional('wirecase.sip.server', 'keyword', 'Server or User-Agent header of the response.', {
      label: 'SIP server',
      aliases: ['sip.Server'],
    }),
    subject: optional('wirecase.sip.subject', 'text', 'Subject header.', { label: 'SIP subject' }),
    authUser: optional('wirecase.sip.auth_user', 'keyword', 'User name of the Authorization header; nothing else of it is kept.', {
      label: 'SIP login',
      aliases: ['sip.auth.username'],
      indexed: true,
    }),
    statusCode: optional('wirecase.sip.status_code', 'integer', 'Status of the final response.', {
      label: 'SIP status',
      aliases: ['status_code', 'sip.Status-Code'],
    }),
    statusText: optional('wirecase.sip.status_msg', 'keyword', 'Text of that status.', {
      label: 'SIP status text',
      aliases: ['status_msg'],
    }),
    path: field('wirecase.sip.request_path', 'keywords', 'Via headers of the request: the way it came; at most 16.', {
      label: 'Via',
      aliases: ['request_path', 'sip.Via'],
    }),
    media: field(
      'wirecase.sip.media',
      'keywords',
      'Media that the session descriptions offer, as `audio 10.0.0.1:4000 RTP/AVP` (RFC 8866); at most 16.',
      {
        label: 'Media',
      },
    ),
    requestBytes: optional('wirecase.sip.request_bytes', 'count', 'Bytes of the body of the request, as its header says.', {
      label: 'SIP request bytes',
      aliases: ['request_body_len'],
    }),
    responseBytes: optional('wirecase.sip.response_bytes', 'count', 'Bytes of the body of the response, as its header says.', {
      label: 'SIP response bytes',
      aliases: ['response_body_len'],
    }),
  },
);
