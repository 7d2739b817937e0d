/**
 * What two read in one capture: every field of a protocol record that has a Wireshark name, of us and of tshark, as values by their
 * conversations.
 */
import type { Field, RecordType } from '@wirecase/contract';
import { catalogue } from '@wirecase/engine';
import { execa } from 'execa';

const addresses = ['ip.src', 'ipv6.src', 'ip.dst', 'ipv6.dst', 'tcp.srcport', 'udp.srcport', 'tcp.dstport', 'udp.dstport'];

/** What tshark calls one thing may be in records of several types: a server name in those of TLS and QUIC. */
export const compared: { types: RecordType[]; field: Field }[] = [
  ...Map.groupBy(
    catalogue
      .filter((type) => 'flowId' in type.fields)
      .flatMap((type) => Object.values(type.fields).map((field) => ({ type, field })))
      .filter(({ field }) => field.tshark !== null),
    ({ field }) => field.tshark,
  ).values(),
].map((same) => ({ types: same.map(({ type }) => type), field: same[0]!.field }));

/** `conversation value` pairs, sorted, each once. */
export type Opinion = string[];

/** A row as JSON. */
export interface Row {
  [name: string]: unknown;
}

/** What our rows (NDJSON lines) say of a field. */
export function opinion(rows: readonly string[], field: Field): Opinion {
  const pairs = new Set<string>();
  for (const line of rows) {
    const row = JSON.parse(line) as Row;
    const value = valueAt(row, field.name);
    const ends = [`${valueAt(row, 'source.ip')} ${valueAt(row, 'source.port')}`, `${valueAt(row, 'destination.ip')} ${valueAt(row, 'destination.port')}`];
    for (const one of [value].flat()) if (one !== undefined && one !== null) pairs.add(`${ends.sort().join(' - ')} ${normal(String(one), field)}`);
  }
  return [...pairs].sort();
}

/** What a row has at the path of a field. */
function valueAt(row: Row, name: string): unknown {
  let value: unknown = row;
  for (const part of name.split('.')) value = (value as Row | undefined)?.[part];
  return value;
}

/** What tshark says of each field in the capture at `path`, with `options` of its own. */
export async function tsharkOpinions(path: string, options: readonly string[]): Promise<Map<Field, Opinion>> {
  const columns = compared.flatMap(({ field }, i) => namesOf(field).map((name) => ({ name, field, i })));
  const names = [...addresses, ...columns.map(({ name }) => name)];
  const format = ['-T', 'fields', '-E', 'separator=/t', '-E', 'occurrence=a', '-E', 'aggregator=|'];
  // An ICMP error quotes the datagram that it is about; that is not said a second time. A row of HTTP has the final status, not 100 before it.
  const shown = 'not icmp and not icmpv6 and not http.response.code == 100';
  const arguments_ = ['-n', '-r', path, '-o', 'tcp.desegment_tcp_streams:TRUE', ...options, '-Y', shown, ...format];
  const { stdout } = await execa('tshark', [...arguments_, ...names.flatMap((name) => ['-e', name])]);
  const opinions = compared.map(() => new Set<string>());
  for (const line of stdout.split('\n').filter(Boolean)) {
    const [all, values] = [line.split('\t').slice(0, addresses.length), line.split('\t').slice(addresses.length)];
    // In a tunnel the innermost says whose conversation it is (of IPv4, where both are there).
    const [ip4, ip6, toIp4, toIp6, tcp, udp, toTcp, toUdp] = all.map((ends) => ends.split('|').at(-1));
    const ends = [`${ip4 || ip6} ${tcp || udp}`, `${toIp4 || toIp6} ${toTcp || toUdp}`].sort().join(' - ');
    for (const [column, { field, i }] of columns.entries())
      for (const value of (values[column] ?? '').split('|')) if (value !== '' && value !== noText) opinions[i]!.add(`${ends} ${normal(value, field)}`);
  }
  return new Map(compared.map(({ field }, i) => [field, [...opinions[i]!].sort()]));
}

/** What tshark says of a text of NTLM that is empty. */
const noText = 'NULL';

/** tshark has some fields of HTTP a second time for HTTP/2. */
const http2Names: Readonly<Record<string, string>> = {
  'http.request.method': 'http2.headers.method',
  'http.response.code': 'http2.headers.status',
  'http.user_agent': 'http2.headers.user_agent',
  'http.referer': 'http2.headers.referer',
};

/** tshark has the fields of TLS a second time for DTLS. */
function namesOf({ tshark }: Field): string[] {
  const http2Name = http2Names[tshark!];
  if (http2Name) return [tshark!, http2Name];
  return tshark!.startsWith('tls.') ? [tshark!, `d${tshark}`] : [tshark!];
}

/** One spelling for both: our root is a dot and our ends of lines are numbers, tshark's numbers may be hexadecimal and its durations are seconds. */
function normal(value: string, field: Field): string {
  if (value === '<Root>') return '.';
  if (field.kind === 'duration') return value.includes('.') ? String(Math.round(Number(value) * 1e9)) : value;
  return field.kind === 'integer' || field.kind === 'count' ? String(Number(value)) : value.replaceAll('\\n', '\\x0a').replaceAll('\\r', '\\x0d');
}
