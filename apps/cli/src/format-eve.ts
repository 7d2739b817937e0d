/** Rows as Suricata's EVE JSON: flow, dns, http, tls and alert events, for tools that read eve.json. */
import {
  alertRecord,
  type AlertRow,
  eveAlert,
  eveTime,
  type Fields,
  flowRecord,
  type FlowRow,
  formatIp,
  type RecordType,
  type RowOf,
  rowToJson,
} from '@wirecase/contract';
import type { Output } from './output.ts';
import type { AnalyzedCapture, Writer } from './writer.ts';

/** Of a record, by the names of its fields. */
type ValueOf = (name: string) => unknown;

/** What an event says of a record, by its type. Values that are `undefined` are left out. */
const details: Readonly<Record<string, (value: ValueOf) => object>> = { dns: dnsDetails, http: httpDetails, tls: tlsDetails };

/** What it has events for. */
export const eveRecords = [flowRecord.name, alertRecord.name, ...Object.keys(details)];

export class EveWriter implements Writer {
  private readonly output: Output;
  private readonly wanted: ReadonlySet<string> | null;

  constructor(output: Output, wanted: ReadonlySet<string> | null) {
    this.output = output;
    this.wanted = wanted;
  }

  begin(): void {}

  record<F extends Fields>(type: RecordType<F>, row: RowOf<F>): void {
    if (this.wanted !== null && !this.wanted.has(type.name)) return;
    let event: object;
    if (type.name === flowRecord.name) event = flowEvent(row as unknown as FlowRow);
    else if (type.name === alertRecord.name) event = eveAlert(row as unknown as AlertRow);
    else if (Object.hasOwn(details, type.name)) event = recordEvent(type, row);
    else return;
    this.output.line(JSON.stringify(event));
  }

  end(_capture: AnalyzedCapture): void {}
}

function flowEvent(flow: FlowRow): object {
  return {
    timestamp: eveTime(flow.end),
    flow_id: flowNumber(flow.id),
    event_type: 'flow',
    src_ip: formatIp(flow.sourceIp),
    src_port: flow.sourcePort ?? undefined,
    dest_ip: formatIp(flow.destinationIp),
    dest_port: flow.destinationPort ?? undefined,
    proto: flow.transport === 'ipv6-icmp' ? 'IPv6-ICMP' : flow.transport.toUpperCase(),
    // Suricata names what it parsed, never a guess by port or the transport.
    app_proto: flow.identifiedBy === 'content' && flow.protocols[0] !== flow.transport ? flow.protocols[0] : undefined,
    community_id: flow.communityId ?? undefined,
    vlan: flow.vlans.length > 0 ? flow.vlans : undefined,
    flow: {
      pkts_toserver: flow.sourcePackets,
      pkts_toclient: flow.destinationPackets,
      bytes_toserver: flow.sourceBytes,
      bytes_toclient: flow.destinationBytes,
      start: eveTime(flow.start),
      end: eveTime(flow.end),
      age: Number(flow.duration / 1_000_000_000n),
      state: flow.oneSided ? 'new' : /^(SF|REJ|RST.*|SH.*)$/.test(flow.state) && flow.transport === 'tcp' ? 'closed' : 'established',
    },
  };
}

function recordEvent<F extends Fields>(type: RecordType<F>, row: RowOf<F>): object {
  const json = rowToJson(type, row);
  const value = (name: string): unknown => valueAt(json, name);
  return {
    timestamp: String(value('@timestamp')).replace(/(\.\d{6})\d*Z$/, '$1+0000'),
    flow_id: flowNumber(String(value('wirecase.flow.id'))),
    pcap_cnt: value('wirecase.packet.number'),
    event_type: type.name,
    src_ip: value('source.ip'),
    src_port: value('source.port'),
    dest_ip: value('destination.ip'),
    dest_port: value('destination.port'),
    [type.name]: details[type.name]!(value),
  };
}

/** Suricata has events for the query and for the answer, this is one for both: that of the answer, when there is one. */
function dnsDetails(value: ValueOf): object {
  const flags = value('dns.header_flags') as readonly string[];
  const [names, types, ttls, data] = ['name', 'type', 'ttl', 'data'].map((part) => value(`dns.answers.${part}`) as readonly unknown[]);
  const isAnswered = value('dns.response_code') !== undefined;
  return {
    version: 2,
    type: isAnswered ? 'answer' : 'query',
    id: value('dns.id'),
    qr: isAnswered || undefined,
    aa: flags.includes('AA') || undefined,
    rd: flags.includes('RD') || undefined,
    ra: flags.includes('RA') || undefined,
    rrname: value('dns.question.name'),
    rrtype: value('dns.question.type'),
    rcode: value('dns.response_code'),
    answers: isAnswered ? names!.map((rrname, i) => ({ rrname, rrtype: types![i], ttl: ttls![i], rdata: data![i] })) : undefined,
  };
}

function httpDetails(value: ValueOf): object {
  const [path, query, version] = [value('url.path'), value('url.query'), value('http.version')];
  return {
    hostname: value('url.domain'),
    url: query === undefined ? path : `${String(path ?? '')}?${String(query)}`,
    http_user_agent: value('user_agent.original'),
    http_content_type: value('http.response.mime_type'),
    http_refer: value('http.request.referrer'),
    http_method: value('http.request.method'),
    protocol: version && `HTTP/${String(version)}`,
    status: value('http.response.status_code'),
    length: value('http.response.body.bytes'),
  };
}

/** Suricata calls 1.0 what its library did. */
const tlsVersions: Readonly<Record<string, string>> = { '1.0': 'TLSv1', '3.0': 'SSLv3', '2.0': 'SSLv2' };

function tlsDetails(value: ValueOf): object {
  const version = value('tls.version') as string | undefined;
  const [ja3, ja3s] = [value('tls.client.ja3'), value('tls.server.ja3s')];
  return {
    sni: value('tls.client.server_name'),
    version: version && (tlsVersions[version] ?? `${value('tls.version_protocol') === 'dtls' ? 'DTLS' : 'TLS'} ${version}`),
    session_resumed: value('tls.resumed') === true || undefined,
    ja3: ja3 && { hash: ja3 },
    ja3s: ja3s && { hash: ja3s },
    ja4: value('wirecase.tls.ja4'),
  };
}

function valueAt(json: unknown, name: string): unknown {
  return name.split('.').reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], json);
}

/** EVE's flow_id is a number: the number of the flow's first packet. */
function flowNumber(id: string): number {
  return parseInt(id.replaceAll('-', '').slice(16), 16);
}
