/**
 * A second opinion: every field of a protocol record that has a Wireshark name is compared with what tshark says of the same trace. Both
 * must know the same values in the same conversations.
 */
import { join } from 'node:path';
import type { Field, RecordType } from '@wirecase/contract';
import { catalogue } from '@wirecase/engine';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { traceNames, tracesDirectory, traceRows } from './rows.ts';

/** A trace of which tshark reads something otherwise. */
interface Difference {
  readonly why: string;
  /** What it is to be told. */
  readonly options?: readonly string[];
  /** Beginnings of tshark's names of what is not compared. */
  readonly without?: readonly string[];
}

const differing: Readonly<Record<string, Difference>> = {
  'http-damaged.pcap': { why: 'tshark ends at the damage', without: [''] },
  'unusual-port.pcap': { why: 'tshark takes what is at port 443 for TLS, here it is SSH', options: ['-d', 'tcp.port==443,ssh'] },
  'weak-tls.pcap': { why: 'tshark reads on inside TLS that is not encrypted (a NULL cipher)', without: ['http'] },
  'http-snaplen.pcap': { why: 'tshark does not dissect a request whose end was not captured', without: ['http.'] },
  'desktop.pcap': {
    why: 'tshark does not know RDP at another port, nor that a connection of it goes on as TLS',
    options: ['-d', 'tcp.port==13389,tpkt'],
    without: ['tls.'],
  },
  'vnc.pcap': {
    why: 'tshark takes each of the lists of Tight for one packet, and reads nothing behind them',
    without: ['vnc.share_desktop_flag', 'vnc.width', 'vnc.height', 'vnc.desktop_name'],
  },
  'tds.pcap': { why: "tshark ends at the server's token of NTLM", without: ['ntlmssp.ntlmserverchallenge', 'ntlmssp.challenge'] },
};
/** dns.pcap asks port 5300 too, which tshark does not take for DNS by itself. */
const tsharkOptions = ['-d', 'udp.port==5300,dns', '-o', 'tcp.desegment_tcp_streams:TRUE'];
const addresses = ['ip.src', 'ipv6.src', 'ip.dst', 'ipv6.dst', 'tcp.srcport', 'udp.srcport', 'tcp.dstport', 'udp.dstport'];

/** What tshark calls one thing may be in records of several types: a server name in those of TLS and QUIC. */
const compared: { types: RecordType[]; field: Field }[] = [
  ...Map.groupBy(
    catalogue
      .filter((type) => 'flowId' in type.fields)
      .flatMap((type) => Object.values(type.fields).map((field) => ({ type, field })))
      .filter(({ field }) => field.tshark !== null),
    ({ field }) => field.tshark,
  ).values(),
].map((same) => ({ types: same.map(({ type }) => type), field: same[0]!.field }));

/** `conversation value` pairs, sorted, each once. */
type Opinion = string[];

const traces = (await traceNames()).filter((trace) => !differing[trace]?.without?.includes(''));

describe.each(traces)('%s', (trace) => {
  it('says what tshark says', async () => {
    const { files } = await traceRows(trace);
    const theirs = await tsharkOpinions(trace, differing[trace]?.options);
    for (const { types, field } of compared) {
      if (differing[trace]?.without?.some((name) => field.tshark!.startsWith(name))) continue;
      const rows = types.flatMap((type) => (files.get(type.name) ?? '').split('\n').filter(Boolean));
      expect.soft(opinion(rows, field), field.name).toEqual(theirs.get(field));
    }
  });
});

describe('the comparison', () => {
  it('covers fields of each protocol', () => {
    expect([...new Set(compared.flatMap(({ types }) => types.map(({ name }) => name)))].sort()).toEqual(['bacnet', 'dce_rpc', 'dhcp', 'dhcpv6', 'dnp3', 'dns', 'enip', 'http', 'iec104', 'kerberos', 'ldap', 'modbus', 'mqtt', 'mysql', 'nbns', 'ntlm', 'ntp', 'quic', 'radius', 'rdp', 'rfb', 's7comm', 'sip', 'ssh', 'tds', 'tftp', 'tls']);
  });
});

function opinion(rows: readonly string[], field: Field): Opinion {
  const pairs = new Set<string>();
  for (const line of rows) {
    const row = JSON.parse(line) as Row;
    const value = valueAt(row, field.name);
    const ends = [`${valueAt(row, 'source.ip')} ${valueAt(row, 'source.port')}`, `${valueAt(row, 'destination.ip')} ${valueAt(row, 'destination.port')}`];
    for (const one of [value].flat()) if (one !== undefined && one !== null) pairs.add(`${ends.sort().join(' - ')} ${normal(String(one), field)}`);
  }
  return [...pairs].sort();
}

interface Row {
  [name: string]: unknown;
}

function valueAt(row: Row, name: string): unknown {
  let value: unknown = row;
  for (const part of name.split('.')) value = (value as Row | undefined)?.[part];
  return value;
}

async function tsharkOpinions(trace: string, options: readonly string[] = []): Promise<Map<Field, Opinion>> {
  const columns = compared.flatMap(({ field }, i) => namesOf(field).map((name) => ({ name, field, i })));
  const names = [...addresses, ...columns.map(({ name }) => name)];
  const format = ['-T', 'fields', '-E', 'separator=/t', '-E', 'occurrence=a', '-E', 'aggregator=|'];
  // An ICMP error quotes the datagram that it is about; that is not said a second time. A row of HTTP has the final status, not 100 before it.
  const shown = 'not icmp and not icmpv6 and not http.response.code == 100';
  const arguments_ = ['-n', '-r', join(tracesDirectory, trace), ...tsharkOptions, ...options, '-Y', shown, ...format];
  const { stdout } = await execa('tshark', [...arguments_, ...names.flatMap((name) => ['-e', name])]);
  const opinions = compared.map(() => new Set<string>());
  for (const line of stdout.split('\n').filter(Boolean)) {
    const [all, values] = [line.split('\t').slice(0, addresses.length), line.split('\t').slice(addresses.length)];
    // In a tunnel the innermost says whose conversation it is (the traces have IPv4 in tunnels).
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
