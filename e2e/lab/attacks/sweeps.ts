/** Sweeps: one question to many hosts, by port, ICMP or ARP. */
import type { Site } from '../site.ts';
import { type Attack, type Plan, single } from './attack.ts';

const speeds = { fast: [50, 800], medium: [5, 20], slow: [0.2, 0.5] } as const;

/** Addresses asked: enough for some time at this rate. */
function countAt(rate: number): number {
  return Math.round(Math.min(200, Math.max(10, rate * 10)));
}

function secondsAt(rate: number): number {
  return Math.ceil(countAt(rate) / rate) + 8;
}

/** A network behind the gateway in which nobody answers (250) or the gateway says so (251). */
function far(site: Site): string {
  return `10.${site.random.pick([250, 251])}.${site.random.whole(0, 255)}`;
}

function pace(rate: number): string {
  return rate >= 5
    ? `--min-rate ${Math.round(rate)} --max-rate ${Math.round(rate)}`
    : `--scan-delay ${Math.round(1000 / rate)}ms --max-rate ${rate}`;
}

function nmap(name: string, options: string, alerts: readonly string[], technique: string): Attack {
  return {
    class: `sweep.${name}`,
    alerts,
    technique,
    tool: 'nmap',
    needs: ['nmap'],
    speeds,
    plan(site, rate) {
      const net = far(site);
      const command = `nmap -n ${options} ${pace(rate)} --max-retries 0 ${net}.10-${9 + countAt(rate)}`;
      return single('evil', command, [site.address('evil')], [`${net}.0/24`], secondsAt(rate));
    },
  };
}

function onLink(name: string, tool: string, command: (site: Site, rate: number) => string): Attack {
  return {
    class: `sweep.${name}`,
    alerts: ['scan.arp'],
    technique: 'T1018',
    tool,
    needs: [tool],
    speeds,
    plan: (site, rate) => single('evil', command(site, rate), [site.mac('evil')], [`${site.net}.0/24`], secondsAt(rate)),
  };
}

function fping(site: Site, rate: number): Plan {
  const net = far(site);
  const command = `fping -q -r 0 -i ${Math.max(1, Math.round(1000 / rate))} -g ${net}.1 ${net}.${countAt(rate)}`;
  return single('evil', command, [site.address('evil')], [`${net}.0/24`], secondsAt(rate));
}

/** Whole networks at one port, the addresses in random order. */
function masscan(site: Site, rate: number): Plan {
  const attacker = `${site.net}.161`;
  const command =
    `masscan 10.250.0.0/20 -p${site.random.pick([22, 80, 445, 3389])} --rate ${Math.round(rate)} --adapter-ip ${attacker} ` +
    `--adapter-mac ${site.mac('evil')} --router-mac ${site.mac('gateway')} --interface eth0 --wait 1`;
  return single('evil', command, [attacker], ['10.250.0.0/20'], secondsAt(rate));
}

/** An ICMPv6 echo to each address of a list. */
function ping6(site: Site, rate: number): Plan {
  const net = `${site.net6}${site.random.whole(100, 900)}:`;
  const targets = Array.from({ length: countAt(rate) }, (_, i) => `${net}${(i + 1).toString(16)}`);
  const script = `ip -6 neigh flush all; ${targets.map((target) => `ip -6 neigh replace ${target} lladdr ${site.mac('gateway')} dev eth0`).join('; ')}; fping -6 -q -r 0 -i ${Math.max(1, Math.round(1000 / rate))} ${targets.join(' ')}`;
  return {
    jobs: [{ host: 'evil', argv: ['bash', '-c', script] }],
    attackers: [site.address6('evil')],
    victims: [net],
    seconds: secondsAt(rate),
  };
}

export const sweeps: readonly Attack[] = [
  nmap('syn', '-sS -Pn -p 445', ['scan.horizontal'], 'T1046'),
  nmap('connect', '-sT -Pn -p 22', ['scan.horizontal'], 'T1046'),
  nmap('udp', '-sU -Pn -p 161', ['scan.horizontal'], 'T1046'),
  nmap('ping', '-sn -PE', ['scan.ping'], 'T1018'),
  nmap('ping.timestamp', '-sn -PP', ['scan.ping'], 'T1018'),
  {
    class: 'sweep.syn',
    alerts: ['scan.horizontal'],
    technique: 'T1046',
    tool: 'masscan',
    needs: ['masscan'],
    speeds: { fast: speeds.fast, medium: speeds.medium },
    plan: masscan,
  },
  { class: 'sweep.ping', alerts: ['scan.ping'], technique: 'T1018', tool: 'fping', needs: ['fping'], speeds, plan: fping },
  { class: 'sweep.ping.v6', alerts: ['scan.ping'], technique: 'T1018', tool: 'fping', needs: ['fping'], speeds, plan: ping6 },
  onLink(
    'arp',
    'arp-scan',
    (site, rate) =>
      `arp-scan -q -I eth0 -r 1 -i ${Math.max(1, Math.round(1000 / rate))} ${site.net}.205-${site.net}.${Math.min(254, 204 + countAt(rate))}`,
  ),
  onLink(
    'arp',
    'nmap',
    (site, rate) => `nmap -n -sn -PR ${pace(rate)} --max-retries 0 ${site.net}.205-${Math.min(254, 204 + countAt(rate))}`,
  ),
];
