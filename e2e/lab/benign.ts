/** What goes on in the town all day, hard negatives among it: each activity is a loop that runs until it is ended. No alert may come of it. */
import type { Random } from './random.ts';
import type { Host, Site } from './site.ts';

export interface Activity {
  name: string;
  needs: readonly string[];
  host: Host;
  /** What bash repeats. */
  step(site: Site, random: Random): string;
  /** Seconds between repetitions, drawn between the two. */
  every: readonly [number, number];
}

const seconds = (value: number): string => value.toFixed(2);

export const activities: readonly Activity[] = [
  {
    name: 'browsing',
    needs: ['curl', 'dig'],
    host: 'alice',
    every: [0.3, 3],
    step: (site) =>
      `dig +tries=1 +time=1 @${site.address('infra')} www.example.test > /dev/null; ` +
      `for i in 1 2 3 4 5 6; do curl -s -m 5 -o /dev/null http://${site.address('web')}/page.html & done; wait`,
  },
  {
    name: 'browsing by IPv6',
    needs: ['curl'],
    host: 'bob',
    every: [0.5, 4],
    step: (site) =>
      `curl -s -m 5 -g -o /dev/null 'http://[${site.address6('web')}]/page.html'; ping -6 -q -c 1 ${site.address6('gateway')} > /dev/null`,
  },
  {
    name: 'names, some of which are not',
    needs: ['dig'],
    host: 'bob',
    every: [0.1, 1],
    step: (site, random) =>
      `for name in ${['www', 'mail', 'files', 'shop', 'news', 'absent', `host${random.whole(1, 99)}`].join(' ')}; do dig +tries=1 +time=1 @${site.address('infra')} $name.example.test AAAA > /dev/null; done`,
  },
  {
    name: 'a client that retries a closed port',
    needs: ['curl'],
    host: 'carol',
    every: [0.2, 1],
    step: (site) => `curl -s -m 2 -o /dev/null http://${site.address('web')}:81/ || true`,
  },
  {
    name: 'a monitor, two of whose hosts are down',
    needs: ['fping', 'nc'],
    host: 'monitor',
    every: [2, 6],
    step: (site) =>
      `fping -q -r 1 -t 300 ${(['gateway', 'web', 'files', 'infra', 'alice', 'bob', 'carol', 'nat'] as const).map((host) => site.address(host)).join(' ')} ${site.net}.201 ${site.net}.202 > /dev/null 2>&1; ` +
      `for port in 22 80 8080; do nc -z -w 1 ${site.address('web')} $port; done; for port in 21 22 873; do nc -z -w 1 ${site.address('files')} $port; done; ` +
      `nc -z -w 1 ${site.net}.203 80; nc -z -w 1 ${site.address('dark')} 443`,
  },
  {
    name: 'a sanctioned port checker',
    needs: ['nc'],
    host: 'monitor',
    every: [4, 10],
    step: (site) =>
      `for port in 22 80 443 3306 8080 8443; do nc -z -w 1 ${site.address('web')} $port; done; for port in 21 22 25 80 873 5201; do nc -z -w 1 ${site.address('files')} $port; done`,
  },
  {
    name: 'a load balancer with dead backends',
    needs: ['haproxy', 'curl'],
    host: 'bob',
    every: [0.3, 2],
    step: (site) => `curl -s -m 3 -o /dev/null http://${site.address('monitor')}:8000/ || true`,
  },
  {
    name: 'a peer-to-peer client most of whose peers are gone',
    needs: ['nc', 'socat'],
    host: 'carol',
    every: [1, 4],
    step: (site, random) => {
      const peers = random.shuffled(site.peers).slice(0, 25);
      const ports = peers.map((_, i) => (i % 3 === 0 ? 6881 : random.whole(1025, 65_000)));
      return (
        peers.map((peer, i) => `nc -z -w 2 ${peer} ${ports[i]} & sleep 0.1; `).join('') +
        peers
          .map((peer, i) => `echo d1:ad2:id20 | socat -T 0.3 - UDP:${peer}:${ports[i]},sourceport=6881,reuseaddr > /dev/null 2>&1; `)
          .join('') +
        'wait'
      );
    },
  },
  {
    name: 'a backup',
    needs: ['rsync'],
    host: 'web',
    every: [5, 20],
    step: (site) => `rm -rf copy-rsync; rsync -a --bwlimit=4000 rsync://${site.address('files')}/www/ copy-rsync/`,
  },
  {
    name: 'ten clients behind a NAT gateway',
    needs: ['curl', 'nft'],
    host: 'inner',
    every: [0.3, 2],
    step: (site) =>
      `for i in 2 3 4 5 6 7 8 9 10 11; do curl -s -m 5 -o /dev/null --interface 172.31.250.$i http://${site.address('web')}/ & done; wait`,
  },
  {
    name: 'clock',
    needs: ['chronyd'],
    host: 'alice',
    every: [3, 8],
    step: (site) =>
      `chronyd -Q -u root -t 2 'server ${site.address('infra')} iburst maxsamples 1' 'cmdport 0' "pidfile $PWD/clock.pid" > /dev/null 2>&1`,
  },
  {
    name: 'an SNMP manager',
    needs: ['snmpget', 'snmpd'],
    host: 'monitor',
    every: [2, 6],
    step: (site) => `snmpget -v2c -c public -t 1 -r 0 ${site.address('infra')} 1.3.6.1.2.1.1.1.0 1.3.6.1.2.1.1.3.0 > /dev/null 2>&1`,
  },
  {
    name: 'mail',
    needs: ['curl', 'aiosmtpd'],
    host: 'alice',
    every: [2, 8],
    step: (site) =>
      `printf 'Subject: hello\\r\\n\\r\\ntext\\r\\n' | curl -s -m 5 smtp://${site.address('files')} --mail-from a@example.test --mail-rcpt b@example.test -T -`,
  },
  {
    name: 'files by FTP',
    needs: ['curl', 'vsftpd'],
    host: 'bob',
    every: [1, 4],
    step: (site) => `for name in index.html page.html; do curl -s -m 5 -o /dev/null ftp://${site.address('files')}/$name; done`,
  },
  {
    name: 'logins by key',
    needs: ['ssh'],
    host: 'alice',
    every: [2, 8],
    step: (site) =>
      `ssh -F none -i user-files -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR root@${site.address('files')} true`,
  },
  {
    name: 'a picture stream without answer',
    needs: ['iperf3'],
    host: 'carol',
    every: [2, 6],
    step: (site, random) => `iperf3 -u -c ${site.address('files')} -b ${random.whole(1, 8)}M -l 1200 -t 8 > /dev/null 2>&1`,
  },
  {
    name: 'log lines to a collector that never answers',
    needs: ['nping'],
    host: 'web',
    every: [1, 3],
    step: (site, random) =>
      `nping --udp -q -g 40514 -p 514 --data-length 180 --rate ${random.whole(20, 300)} -c 600 -N ${site.address('dark')} > /dev/null`,
  },
  {
    name: 'flow records to a collector that never answers',
    needs: ['nping'],
    host: 'gateway',
    every: [1, 3],
    step: (site, random) =>
      `nping --udp -q -g 50000 -p 2055 --data-length 1400 --rate ${random.whole(10, 200)} -c 400 -N ${site.address('dark')} > /dev/null`,
  },
  {
    name: 'a load test',
    needs: ['ab'],
    host: 'bob',
    every: [6, 20],
    step: (site) => `ab -q -n 1500 -c 60 http://${site.address('web')}/ > /dev/null 2>&1`,
  },
  {
    name: 'many users at once',
    needs: ['siege'],
    host: 'alice',
    every: [6, 20],
    step: (site) => `siege -q -b -c 30 -r 10 http://${site.address('web')}/index.html > /dev/null 2>&1`,
  },
  {
    name: 'an address that fails over and back',
    needs: ['arping'],
    host: 'files',
    every: [15, 30],
    step: (site) =>
      `ip address add ${site.net}.50/24 dev eth0; arping -q -U -c 3 -i eth0 -S ${site.net}.50 ${site.net}.50 > /dev/null 2>&1; sleep 12; ip address del ${site.net}.50/24 dev eth0`,
  },
  {
    name: 'the standby of that address',
    needs: ['arping'],
    host: 'web',
    every: [25, 40],
    step: (site) =>
      `sleep 13; ip address add ${site.net}.50/24 dev eth0; arping -q -U -c 3 -i eth0 -S ${site.net}.50 ${site.net}.50 > /dev/null 2>&1; sleep 2; ip address del ${site.net}.50/24 dev eth0`,
  },
  {
    name: 'a lease that another host gets next',
    needs: ['ping'],
    host: 'alice',
    every: [12, 20],
    step: (site) =>
      `ip address add ${site.net}.150/24 dev eth0; ping -q -c 2 -i 0.3 -I ${site.net}.150 ${site.address('gateway')} > /dev/null; ip address del ${site.net}.150/24 dev eth0`,
  },
  {
    name: 'the host that gets it',
    needs: ['ping'],
    host: 'carol',
    every: [12, 20],
    step: (site) =>
      `sleep 8; ip address add ${site.net}.150/24 dev eth0; ping -q -c 2 -i 0.3 -I ${site.net}.150 ${site.address('gateway')} > /dev/null; ip address del ${site.net}.150/24 dev eth0`,
  },
  {
    name: 'a traceroute',
    needs: ['traceroute'],
    host: 'bob',
    every: [8, 20],
    step: () => 'traceroute -n -w 1 -q 2 -m 6 198.18.0.11 > /dev/null 2>&1',
  },
];

/** What bash runs for an activity, in a loop with pauses of its own seed. */
export function loopOf(activity: Activity, site: Site, random: Random): string[] {
  const [from, to] = activity.every;
  const pauses = Array.from({ length: 8 }, () => seconds(random.logUniform(from, to)));
  const steps = pauses.map((pause) => `${activity.step(site, random)}; sleep ${pause}`).join('\n');
  return ['bash', '-c', `while :; do\n${steps}\ndone`];
}
