/** Findings about routers: rows and the sentences that explain them. */
import { formatIp } from '@wirecase/contract';
import { macText } from '../address-text.ts';
import type { Entity, Finding, OptionValues } from '../detector.ts';
import { type Episode, spanText } from '../tally.ts';
import type { Incident, Router, Stranger } from './lan.ts';
import type { options } from './options.ts';

type Values = OptionValues<typeof options>;

export function rogueFinding(stranger: Stranger, { advertisements, window }: Values): Finding {
  const { address, mac, incident, known, isHost } = stranger;
  const ip = formatIp(address);
  const routers = known.map(formatIp);
  return {
    ...timesOf(incident),
    severity: 75,
    confidence: isHost ? 0.9 : 0.8,
    techniques: ['T1557'],
    sourceIp: address,
    destinationIp: null,
    alertClass: 'ndp.rogue-router',
    entities: [{ role: 'attacker', ip, mac: macText(mac) }, ...routers.map((router): Entity => ({ role: 'victim', ip: router }))],
    evidence: {
      metric: 'advertisements that lead elsewhere',
      value: incident.count,
      threshold: advertisements,
      window,
      packets: incident.packets,
    },
    explanation:
      `${macText(mac)} (${ip}) advertised itself as a router ${times(incident.count)}, though ${routers.join(', ')} was here before it: ` +
      `it gives ${listText('prefix', 'prefixes', stranger.prefixes)} and ${listText('DNS server', 'DNS servers', stranger.dnsServers)}` +
      `${isHost ? ', and told its neighbours that it is no router' : ''}. The threshold is ${advertisements} within ${window} s.`,
  };
}

export function killFinding(router: Router, withdrawals: number, window: number): Finding {
  const { address, forger } = router;
  const incident = router.kill!;
  const ip = formatIp(address);
  const isOther = forger !== null && forger >= 0;
  const how = isOther ? ` by ${macText(forger)}` : forger === null ? ' and came back' : ', within a second of its own advertisement';
  const threshold = forger === null ? withdrawals : 1;
  const attackers: Entity[] = isOther ? [{ role: 'attacker', mac: macText(forger) }] : [];
  return {
    ...timesOf(incident),
    severity: 65,
    confidence: forger === null ? 0.6 : 0.9,
    techniques: ['T1557', 'T1498'],
    sourceIp: null,
    destinationIp: address,
    alertClass: 'ndp.router-kill',
    entities: [...attackers, { role: 'victim', ip }],
    evidence: { metric: 'withdrawals of a router', value: incident.count, threshold, window, packets: incident.packets },
    explanation:
      `The router ${ip} was said to be none any more ${times(incident.count)}${how}: hosts then take another way, or none. ` +
      `The threshold is ${threshold} within ${window} s.`,
  };
}

export function floodFinding(episode: Episode, macs: readonly number[], { floodRouters, floodWindow }: Values): Finding {
  const named = macs.map(macText);
  return {
    start: episode.startNs,
    end: episode.endNs,
    detectedAt: episode.detectedAtNs,
    severity: 70,
    confidence: episode.count >= 2 * floodRouters ? 0.95 : 0.8,
    techniques: ['T1499.001'],
    sourceIp: null,
    destinationIp: null,
    alertClass: 'ndp.router-flood',
    entities: named.map((mac) => ({ role: 'attacker', mac })),
    evidence: { metric: 'new routers', value: episode.count, threshold: floodRouters, window: floodWindow, packets: episode.packets },
    explanation:
      `${episode.count} routers never heard before advertised themselves in ${spanText(episode.endSeconds - episode.startSeconds)} ` +
      `(${named.slice(0, 3).join(', ')} ...): each makes every host of the network take an address and a way out. ` +
      `The threshold is ${floodRouters} within ${floodWindow} s.`,
  };
}

function timesOf({ startNs, endNs, detectedAtNs }: Incident) {
  return { start: startNs, end: endNs, detectedAt: detectedAtNs ?? endNs };
}

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

function listText(one: string, many: string, addresses: readonly Uint8Array[]): string {
  if (addresses.length === 0) return `no ${one}`;
  return `${addresses.length === 1 ? one : many} ${addresses.map(formatIp).join(', ')}`;
}
