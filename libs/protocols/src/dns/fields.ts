import { field, optional, recordType } from '@wirecase/contract';

export const dnsRecord = recordType(
  'dns',
  'DNS',
  'One DNS question with its answer (RFC 1035; also mDNS and LLMNR): a query and the response of the same id, a query that nobody answered, or a response whose query was not seen. A message with several questions, as mDNS sends them, has a row for each; its answers and bytes are in the first.',
  {
    dnsId: field('dns.id', 'integer', 'Id that ties the response to the query, 0-65535; always 0 in mDNS.', {
      label: 'DNS id',
      aliases: ['trans_id'],
      tshark: 'dns.id',
    }),
    questionName: optional(
      'dns.question.name',
      'keyword',
      'Name that was asked for, as sent, without the final dot; `.` is the root. A dot or backslash inside a label is written `\\.` and `\\\\`.',
      { label: 'Query', aliases: ['host.dns', 'dns.host', 'dns.qry.name', 'query', 'dns.rrname'], tshark: 'dns.qry.name', indexed: true },
    ),
    questionType: optional('dns.question.type', 'keyword', 'Type of record asked for: A, AAAA, MX, TXT ...; TYPEn when it has no name.', {
      label: 'Query type',
      aliases: ['dns.query.type', 'dns.qry.type', 'qtype_name', 'dns.rrtype'],
    }),
    questionClass: optional('dns.question.class', 'keyword', 'Class asked for, nearly always IN.', {
      label: 'Query class',
      aliases: ['dns.query.class', 'dns.qry.class', 'qclass_name'],
    }),
    opCode: field('dns.op_code', 'keyword', 'Kind of operation: QUERY, STATUS, NOTIFY, UPDATE ...', {
      label: 'Operation',
      aliases: ['dns.opcode', 'dns.flags.opcode'],
    }),
    responseCode: optional('dns.response_code', 'keyword', 'NOERROR, NXDOMAIN, SERVFAIL, REFUSED ...; empty when no response was seen.', {
      label: 'Response code',
      aliases: ['dns.status', 'dns.flags.rcode', 'rcode_name', 'dns.rcode'],
    }),
    headerFlags: field(
      'dns.header_flags',
      'keywords',
      'Flags of the response, or of the query when there is no response: AA (authoritative), TC (truncated), RD, RA, AD, CD.',
      { label: 'Flags' },
    ),
    answerNames: field('dns.answers.name', 'keywords', 'Owner name of each record of the answer section, in order.', {
      label: 'Answer names',
      aliases: ['dns.resp.name'],
    }),
    answerTypes: field('dns.answers.type', 'keywords', 'Type of each record of the answer section, in order.', {
      label: 'Answer types',
      aliases: ['dns.resp.type'],
    }),
    answerTtls: field('dns.answers.ttl', 'integers', 'Time to live of each record of the answer section in seconds, in order.', {
      label: 'Answer TTLs',
      aliases: ['TTLs', 'dns.resp.ttl'],
    }),
    answerData: field(
      'dns.answers.data',
      'keywords',
      'Data of each record of the answer section, in order: address, name, or the text of master files (`1 . alpn="h3"`); what has no such text as RFC 3597 writes it.',
      { label: 'Answers', aliases: ['answers', 'dns.rdata'] },
    ),
    resolvedIps: field('dns.resolved_ip', 'ips', 'Every address in the answer section.', {
      label: 'Resolved IP',
      aliases: ['ip.dns', 'dns.a', 'dns.aaaa'],
      indexed: true,
    }),
    rtt: optional('wirecase.dns.rtt', 'duration', 'Time from the query to its response, nanoseconds.', {
      label: 'RTT',
      aliases: ['rtt', 'dns.time'],
      tshark: 'dns.time',
    }),
    bytes: field('wirecase.dns.bytes', 'count', 'Bytes of the query and response messages, without UDP or TCP framing.', {
      label: 'DNS bytes',
    }),
    labelMax: optional('wirecase.dns.label_max', 'integer', 'Length of the longest label of the queried name; long ones may carry data.', {
      label: 'Longest label',
    }),
    entropy: optional(
      'wirecase.dns.entropy',
      'float',
      'Shannon entropy of the characters of the queried name, bits a character; names that carry data are near or above 4.',
      { label: 'Name entropy' },
    ),
  },
);
