import { dnsRecord } from '@wirecase/protocols';
import { describe, expect, it } from 'vitest';
import { ContactScript } from '../contact-script.fixture.ts';
import { features, vectorOf } from './features.ts';
import { TrafficWindows } from './traffic-windows.ts';
import { MAX_HOSTS } from './window-table.ts';

const [attacker, victim] = ['203.0.113.9', '10.0.0.2'];
const [SYN, ACK, SYN_ACK, RST_ACK, FIN] = [2, 16, 18, 20, 1];
const addressText = (address: Uint8Array): string => [...address].join('.');

interface Seen {
  length: number;
  host: string;
  from: number;
  to: number;
  packets: number[];
  features: Record<string, number>;
}

/** What is said of each host at the end of each window; features that are 0 are left out. */
function windows(talk: (script: ContactScript) => void): Seen[] {
  const seen: Seen[] = [];
  const script = new ContactScript(
    (context) =>
      new TrafficWindows(context, (length, table) => {
        const vector = new Float64Array(features.length);
        for (let row = 0; row < table.size; row++) {
          vectorOf(table, row, vector);
          const named = features.map(({ name }, i): [string, number] => [name, vector[i]!]).filter(([, value]) => value !== 0);
          const host = table.macOf(row) >= 0 ? `mac ${table.macOf(row)}` : addressText(table.hosts.addressOf(row));
          const [from, to] = [table.firstSeconds(row), table.lastSeconds(row)];
          seen.push({ length, host, from, to, packets: table.packetsOf(row), features: Object.fromEntries(named) });
        }
      }),
  );
  talk(script);
  script.finish();
  return seen;
}

/** log2(1 + n), as the features have it. */
const log = (count: number): number => Math.round(1000 * Math.log2(1 + count)) / 1000;

describe('the features of a window', () => {
  it('of a scanner: three SYNs to ports of one host, two refused, one not answered', () => {
    const seen = windows((script) => {
      for (const [i, port] of [22, 80, 443].entries()) {
        script.at(10 + i / 10).headers(attacker, victim, { tcpFlags: SYN, destinationPort: port });
        if (port === 443) continue;
        script.headers(victim, attacker, { tcpFlags: RST_ACK, sourcePort: port, destinationPort: 50_000 }, 1, [1, 1]);
        script.refused(script.syn(attacker, victim, port));
      }
    });
    const scanner = seen.find(({ length, host }) => length === 0 && host === attacker)!;
    expect(scanner.features).toMatchObject({
      packets_out: log(3),
      packets_in: log(2),
      empty_share: 1,
      syn_out: log(3),
      rst_in: log(2),
      flows_out: log(3),
      refused_share: 0.667,
      failed_share: 1,
      burst: log(2), // at 10.0 and 10.1, which is 99.99 ms later in doubles
    });
    // Linear counting: one bit of 256 is 1.002 hosts, three are 3.018 ports.
    expect(scanner.features['destinations']).toBe(log(-256 * Math.log(255 / 256)));
    expect(scanner.features['ports']).toBe(log(-256 * Math.log(253 / 256)));
    const scanned = seen.find(({ length, host }) => length === 0 && host === victim)!;
    expect(scanned.features).toMatchObject({ packets_in: log(3), packets_out: log(2), syn_in: log(3), rst_out: log(2) });
    expect(scanned.features).not.toHaveProperty('flows_out');
  });

  it('of sizes: mean, spread and bytes both ways', () => {
    const [first] = windows((script) => {
      script.at(1).headers(attacker, victim, { ipProtocol: 17, payloadBytes: 100 });
      script.at(1.5).headers(attacker, victim, { ipProtocol: 17, payloadBytes: 300 }, 0, [2, 0]);
      script.headers(victim, attacker, { ipProtocol: 17, payloadBytes: 50 }, 1, [2, 1]);
    });
    expect(first!.features).toMatchObject({ size_mean: 200, size_sd: 100, bytes_out: log(400), bytes_in: log(50), udp_share: 1 });
  });

  it('of flags that no stack sends, and of segments outside connections', () => {
    const [first] = windows((script) => {
      for (const tcpFlags of [0, FIN, 41, ACK, FIN | ACK]) script.at(1).headers(attacker, victim, { tcpFlags });
    });
    expect(first!.features).toMatchObject({ odd_out: log(3), ack_first_out: log(2) });
  });

  it('of handshakes and logins', () => {
    const [first] = windows((script) => {
      script.at(1).headers(attacker, victim, { tcpFlags: SYN });
      script.headers(victim, attacker, { tcpFlags: SYN_ACK }, 1, [1, 1]);
      const flow = script.syn(attacker, victim, 22);
      script.answered(flow);
      script.established(flow);
      script.login(flow, 'ssh', 'failure');
      script.login(flow, 'ssh', 'success');
    });
    expect(first!.features).toMatchObject({ syn_ack_in: 1, established_out: 1, logins: log(2), login_failures: 1 });
    expect(first!.features).not.toHaveProperty('failed_share');
  });

  it('of regular packets and of irregular ones', () => {
    const gapOf = (times: readonly number[]): number | undefined =>
      windows((script) => times.forEach((time) => script.at(time).headers(attacker, victim, { ipProtocol: 17 })))[0]!.features['gap_cv'];
    expect(gapOf([0, 0.5, 1, 1.5])).toBeUndefined();
    // Gaps of 0.1 and 0.9: mean 0.5, standard deviation 0.4.
    expect(gapOf([0, 0.1, 1])).toBe(0.8);
  });

  it('of names asked for: length, surprise and rare types', () => {
    const [first] = windows((script) => {
      const sourceIp = Uint8Array.of(10, 0, 0, 7);
      script.at(1).record(dnsRecord, { sourceIp, questionName: 'abcdefgh', questionType: 'NULL' });
      script.record(dnsRecord, { sourceIp, questionName: 'aaaa', questionType: 'A' });
    });
    expect(first!.host).toBe('10.0.0.7');
    expect(first!.features).toMatchObject({ dns_queries: log(2), dns_name_length: 6, dns_name_entropy: 1.5, dns_rare_share: 0.5 });
  });

  it('of names asked for: what mail servers and virus scanners ask by rare types carries nothing', () => {
    const rareOf = (name: string) => {
      const sourceIp = Uint8Array.of(10, 0, 0, 7);
      const [first] = windows((script) => script.at(1).record(dnsRecord, { sourceIp, questionName: name, questionType: 'TXT' }));
      return first!.features['dns_rare_share'] ?? 0;
    };
    for (const name of ['example.com', '_dmarc.example.com', 's1._domainkey.example.co.uk', 'd41d8cd98f00b204.malware.hash.cymru.com'])
      expect(rareOf(name)).toBe(0);
    for (const name of ['d41d8cd98f00b204.example.com', 't.example.com', 'abcdefgh']) expect(rareOf(name)).toBe(1);
  });

  it('of ARP are of the hardware address: a host that claims two addresses', () => {
    const [first] = windows((script) => {
      script.at(1).arpReply(0x02005e100042, '10.0.0.1', '10.0.0.9');
      script.arpReply(0x02005e100042, '10.0.0.9', '10.0.0.1');
      script.arpRequest(0x02005e100042, '10.0.0.1', '10.0.0.77');
    });
    expect(first!.host).toBe(`mac ${0x02005e100042}`);
    expect(first!.features).toMatchObject({ arp_replies: log(2), arp_requests: 1 });
    expect(first!.features['arp_claims']).toBe(log(-256 * Math.log(254 / 256)));
  });
});

describe('windows', () => {
  it('are of 2 s and of 60 s of packet time, aligned to it, and the long one is made of the short ones', () => {
    const seen = windows((script) => {
      for (const time of [59, 60, 61.9, 62, 119.9]) script.at(time).headers(attacker, victim, { tcpFlags: SYN });
    }).filter(({ host }) => host === attacker);
    expect(seen.map(({ length, from, to, features: { syn_out: syns } }) => [length, from, to, syns])).toEqual([
      [0, 59, 59, log(1)],
      [1, 59, 59, log(1)],
      [0, 60, 61.9, log(2)],
      [0, 62, 62, log(1)],
      [0, 119.9, 119.9, log(1)],
      [1, 60, 119.9, log(4)],
    ]);
    expect(seen.at(-1)!.packets).toEqual([2, 3, 4, 5]);
  });

  it('hold so many hosts; those that come later in a window are not counted', () => {
    const seen = windows((script) => {
      for (let i = 0; i < MAX_HOSTS + 100; i++)
        script.at(1).headers(`198.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, victim, { tcpFlags: SYN });
    });
    expect(seen.filter(({ length }) => length === 0)).toHaveLength(MAX_HOSTS);
    expect(seen[1]).toMatchObject({ host: victim, features: { syn_in: log(MAX_HOSTS + 100) } });
  });
});
