/**
 * A second opinion: every field of a protocol record that has a Wireshark name is compared with what tshark says of the same trace. Both
 * must know the same values in the same conversations.
 */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compared, opinion, tsharkOpinions } from './opinions.ts';
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
const port5300 = ['-d', 'udp.port==5300,dns'];

const traces = (await traceNames()).filter((trace) => !differing[trace]?.without?.includes(''));

describe.each(traces)('%s', (trace) => {
  it('says what tshark says', async () => {
    const { files } = await traceRows(trace);
    const theirs = await tsharkOpinions(join(tracesDirectory, trace), [...port5300, ...(differing[trace]?.options ?? [])]);
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
