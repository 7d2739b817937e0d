/** The flows as Zeek's conn.log, tab-separated with Zeek's header lines, for scripts that read that. */
import { type Fields, flowRecord, type FlowRow, formatIp, type RecordType, type RowOf } from '@wirecase/contract';
import type { Output } from './output.ts';
import type { AnalyzedCapture, Writer } from './writer.ts';

interface Column {
  name: string;
  type: string;
  value(flow: FlowRow): string | number | null;
}

/** Zeek logs TCP, UDP and ICMP under these names; anything else is `unknown_transport`. */
const transports: Readonly<Record<string, string>> = { tcp: 'tcp', udp: 'udp', icmp: 'icmp', 'ipv6-icmp': 'icmp' };
const services: Readonly<Record<string, string>> = { tls: 'ssl', mdns: 'dns', llmnr: 'dns' };
/** Zeek knows services by content only. */
const serviceOf = ({ protocols, identifiedBy, transport }: FlowRow): string =>
  identifiedBy === 'content' && (transport === 'tcp' || transport === 'udp')
    ? protocols.map((name) => services[name] ?? name).join(',')
    : '';

const columns: readonly Column[] = [
  { name: 'ts', type: 'time', value: ({ start }) => seconds(start) },
  { name: 'uid', type: 'string', value: ({ id }) => id },
  { name: 'id.orig_h', type: 'addr', value: ({ sourceIp }) => formatIp(sourceIp) },
  { name: 'id.orig_p', type: 'port', value: ({ sourcePort }) => sourcePort ?? 0 },
  { name: 'id.resp_h', type: 'addr', value: ({ destinationIp }) => formatIp(destinationIp) },
  { name: 'id.resp_p', type: 'port', value: ({ destinationPort }) => destinationPort ?? 0 },
  { name: 'proto', type: 'enum', value: ({ transport }) => transports[transport] ?? 'unknown_transport' },
  { name: 'service', type: 'string', value: serviceOf },
  { name: 'duration', type: 'interval', value: ({ duration }) => (duration === 0n ? null : seconds(duration)) },
  { name: 'orig_bytes', type: 'count', value: ({ sourcePayloadBytes }) => sourcePayloadBytes },
  { name: 'resp_bytes', type: 'count', value: ({ destinationPayloadBytes }) => destinationPayloadBytes },
  { name: 'conn_state', type: 'string', value: ({ state }) => state },
  { name: 'missed_bytes', type: 'count', value: (flow) => flow.sourceGapBytes + flow.destinationGapBytes },
  { name: 'history', type: 'string', value: ({ history }) => history },
  { name: 'orig_pkts', type: 'count', value: ({ sourcePackets }) => sourcePackets },
  { name: 'orig_ip_bytes', type: 'count', value: ({ sourceIpBytes }) => sourceIpBytes },
  { name: 'resp_pkts', type: 'count', value: ({ destinationPackets }) => destinationPackets },
  { name: 'resp_ip_bytes', type: 'count', value: ({ destinationIpBytes }) => destinationIpBytes },
  { name: 'community_id', type: 'string', value: ({ communityId }) => communityId },
];

export class ZeekWriter implements Writer {
  private readonly output: Output;
  private hasHeader = false;

  constructor(output: Output) {
    this.output = output;
  }

  begin(): void {
    if (this.hasHeader) return;
    this.hasHeader = true;
    this.output.line('#separator \\x09');
    this.output.line('#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn');
    this.output.line(`#fields\t${columns.map(({ name }) => name).join('\t')}`);
    this.output.line(`#types\t${columns.map(({ type }) => type).join('\t')}`);
  }

  record<F extends Fields>(type: RecordType<F>, row: RowOf<F>): void {
    if (type.name !== flowRecord.name) return;
    const flow = row as unknown as FlowRow;
    this.output.line(columns.map(({ value }) => cell(value(flow))).join('\t'));
  }

  end(_capture: AnalyzedCapture): void {}
}

function cell(value: string | number | null): string {
  return value === null || value === '' ? '-' : String(value);
}

/** Seconds with six digits, as Zeek writes times and intervals. */
function seconds(ns: bigint): string {
  const micros = ns / 1000n;
  const whole = micros / 1_000_000n;
  const fraction = micros % 1_000_000n;
  const sign = micros < 0n ? '-' : '';
  return `${sign}${whole < 0n ? -whole : whole}.${String(fraction < 0n ? -fraction : fraction).padStart(6, '0')}`;
}
