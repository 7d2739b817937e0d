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

/** ECS name of a record's field -> name in the event of EVE. */
const eventFields: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  dns: {
    'dns.id': 'id',
    'dns.question.name': 'rrname',
    'dns.question.type': 'rrtype',
    'dns.response_code': 'rcode',
    'dns.answers.data': 'answers',
  },
  http: {
    'url.domain': 'hostname',
    'url.path': 'url',
    'http.request.method': 'http_method',
    'http.version': 'protocol',
    'http.response.status_code': 'status',
    'user_agent.original': 'http_user_agent',
    'http.request.referrer': 'http_refer',
    'http.response.mime_type': 'http_content_type',
    'http.response.body.bytes': 'length',
  },
  tls: {
    'tls.client.server_name': 'sni',
    'tls.version': 'version',
    'tls.client.ja3': 'ja3',
    'tls.server.ja3s': 'ja3s',
    'wirecase.tls.ja4': 'ja4',
  },
};

/** What it has events for. */
export const eveRecords = [flowRecord.name, alertRecord.name, ...Object.keys(eventFields)];

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
    else if (Object.hasOwn(eventFields, type.name)) event = recordEvent(type, row);
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
    proto: flow.transport.toUpperCase(),
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
  const details: Record<string, unknown> = {};
  for (const [name, eveName] of Object.entries(eventFields[type.name]!)) details[eveName] = valueAt(json, name);
  const query = valueAt(json, 'url.query');
  if (query !== undefined) details['url'] = `${String(details['url'] ?? '')}?${String(query)}`;
  return {
    timestamp: String(valueAt(json, '@timestamp')).replace(/(\.\d{6})\d*Z$/, '$1+0000'),
    flow_id: flowNumber(String(valueAt(json, 'wirecase.flow.id'))),
    pcap_cnt: valueAt(json, 'wirecase.packet.number'),
    event_type: type.name,
    src_ip: valueAt(json, 'source.ip'),
    src_port: valueAt(json, 'source.port'),
    dest_ip: valueAt(json, 'destination.ip'),
    dest_port: valueAt(json, 'destination.port'),
    [type.name]: details,
  };
}

function valueAt(json: unknown, name: string): unknown {
  return name.split('.').reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], json);
}

/** EVE's flow_id is a number: the number of the flow's first packet. */
function flowNumber(id: string): number {
  return parseInt(id.replaceAll('-', '').slice(16), 16);
}
