/** Port scans of one host. */
import type { Site } from '../site.ts';
import { type Attack, type Plan, single } from './attack.ts';

const speeds = { fast: [100, 1500], medium: [10, 40], slow: [0.2, 0.5], crawl: [0.0667, 0.08] } as const;
const technique = 'T1046';
const vertical = ['scan.vertical'];

/** How many ports: enough for the whole time at this rate. */
function portsAt(rate: number): number {
  return Math.round(Math.min(300, Math.max(14, rate * 15)));
}

function secondsAt(rate: number): number {
  return Math.min(240, Math.ceil(portsAt(rate) / rate) + 8);
}

/** nmap's word for "one probe each 1/rate seconds"; by `--scan-delay`, else it waits for answers. */
function pace(rate: number): string {
  return rate >= 5
    ? `--min-rate ${Math.round(rate)} --max-rate ${Math.round(rate)}`
    : `--scan-delay ${Math.round(1000 / rate)}ms --max-rate ${rate}`;
}

/** `options` of nmap at a victim that refuses (`web`) or drops (`dark`). */
function nmap(name: string, options: string, alerts: readonly string[] = vertical, victim: 'web' | 'dark' = 'web'): Attack {
  return {
    class: `scan.${name}`,
    alerts,
    technique,
    tool: 'nmap',
    needs: ['nmap'],
    speeds,
    plan(site, rate) {
      const isIpv6 = options.includes('-6');
      const target = isIpv6 ? site.address6(victim) : site.address(victim);
      const attacker = isIpv6 ? site.address6('evil') : site.address('evil');
      const first = site.random.whole(1, 900);
      const ports = options.includes('-sO') ? '' : ` -p ${first}-${first + portsAt(rate) - 1}`;
      const command = `nmap ${options} -n -Pn --disable-arp-ping${ports} ${pace(rate)} --max-retries 1 ${target}`;
      return single('evil', command, [attacker], [target], secondsAt(rate));
    },
  };
}

const tcpForms: readonly (readonly [string, string])[] = [
  ['syn', '-sS'],
  ['connect', '-sT'],
  ['fin', '-sF'],
  ['null', '-sN'],
  ['xmas', '-sX'],
  ['ack', '-sA'],
  ['maimon', '-sM'],
  ['udp', '-sU'],
];

function masscan(site: Site, rate: number): Plan {
  const [attacker, target] = [site.net + '.160', site.address('web')];
  const command =
    `masscan ${target} -p1-${portsAt(rate)} --rate ${Math.round(rate)} --adapter-ip ${attacker} --adapter-mac ${site.mac('evil')} ` +
    `--router-mac ${site.mac('web')} --interface eth0 --wait 1`;
  return single('evil', command, [attacker], [target], secondsAt(rate));
}

/** Of hping3: whole seconds from one second on, which it cannot wait for in microseconds. */
function interval(rate: number): string {
  return rate > 1 ? `u${Math.round(1e6 / rate)}` : String(Math.round(1 / rate));
}

/** hping3 counts up the destination port with each packet. */
function hping(flags: string, name: string): Attack {
  return {
    class: `scan.${name}`,
    alerts: vertical,
    technique,
    tool: 'hping3',
    needs: ['hping3'],
    speeds: { fast: speeds.fast, medium: speeds.medium, slow: speeds.slow },
    plan(site, rate) {
      const target = site.address('web');
      const command = `hping3 ${flags} -p ++${site.random.whole(100, 900)} -s 40000 -k -i ${interval(rate)} -c ${portsAt(rate)} -n -q ${target}`;
      return single('evil', command, [site.address('evil')], [target], secondsAt(rate));
    },
  };
}

/** Five ports by each of twenty sources at once. */
function distributed(site: Site, rate: number): Plan {
  const target = site.address('web');
  const sources = site.evilExtra.slice(0, 20);
  const jobs = sources.map((source, i) => ({
    host: 'evil' as const,
    argv: `nmap -sS -n -Pn --disable-arp-ping -e eth0 -S ${source} -p ${100 + 5 * i}-${104 + 5 * i} ${pace(Math.max(1.2, rate / 20))} --max-retries 0 ${target}`.split(
      ' ',
    ),
  }));
  return { jobs, attackers: sources, victims: [target], seconds: 40 };
}

function decoy(site: Site, rate: number): Plan {
  const target = site.address('web');
  const decoys = site.evilExtra.slice(0, site.random.whole(4, 12));
  const command = `nmap -sS -n -Pn --disable-arp-ping -D ${decoys.join(',')},ME -p 200-230 ${pace(rate)} --max-retries 0 ${target}`;
  return single('evil', command, [site.address('evil'), ...decoys], [target], 60);
}

export const scans: readonly Attack[] = [
  ...tcpForms.flatMap(([name, option]) => [nmap(name, option), nmap(`${name}.v6`, `${option} -6`)]),
  ...tcpForms.filter(([name]) => name !== 'connect' && name !== 'udp').map(([name, option]) => nmap(`${name}.fragmented`, `${option} -f`)),
  nmap('protocol', '-sO', ['scan.protocol']),
  nmap('protocol.silent', '-sO', ['scan.protocol'], 'dark'),
  nmap('syn.silent', '-sS', vertical, 'dark'),
  nmap('syn.silent.v6', '-sS -6', vertical, 'dark'),
  nmap('udp.silent', '-sU', vertical, 'dark'),
  nmap('fin.silent', '-sF', vertical, 'dark'),
  { class: 'scan.syn', alerts: vertical, technique, tool: 'masscan', needs: ['masscan'], speeds, plan: masscan },
  hping('-S', 'syn'),
  hping('-F', 'fin'),
  hping('-A', 'ack'),
  hping('--udp', 'udp'),
  {
    class: 'scan.connect',
    alerts: vertical,
    technique,
    tool: 'nc',
    needs: ['nc'],
    speeds: { fast: [50, 200], medium: speeds.medium },
    plan: (site, rate) =>
      single(
        'evil',
        `nc -z -n -w 1 ${site.address('web')} 300-${300 + Math.min(200, portsAt(rate))}`,
        [site.address('evil')],
        [site.address('web')],
        30,
      ),
  },
  {
    class: 'scan.external',
    alerts: vertical,
    technique: 'T1595.001',
    tool: 'nmap',
    needs: ['nmap'],
    speeds,
    plan: (site, rate) =>
      single(
        'outside',
        `nmap -sS -n -Pn -p 400-${399 + portsAt(rate)} ${pace(rate)} --max-retries 1 ${site.address('web')}`,
        [site.address('outside')],
        [site.address('web')],
        secondsAt(rate),
      ),
  },
  {
    class: 'scan.distributed',
    alerts: ['scan.distributed'],
    technique,
    tool: 'nmap',
    needs: ['nmap'],
    speeds: { fast: [100, 400], medium: [20, 40] },
    plan: distributed,
  },
  {
    class: 'scan.decoy',
    alerts: ['scan.distributed'],
    technique,
    tool: 'nmap',
    needs: ['nmap'],
    speeds: { fast: [50, 400], medium: [10, 30], slow: [1, 3] },
    plan: decoy,
  },
];
