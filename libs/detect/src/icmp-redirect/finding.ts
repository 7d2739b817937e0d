/** Forged redirects of one VLAN, their alert and the sentence that explains it. */
import { formatIp } from '@wirecase/contract';
import { macText } from '../address-text.ts';
import type { Entity, Finding, OptionValues } from '../detector.ts';
import { spanText, Tally } from '../tally.ts';
import type { options } from './options.ts';

const MAX_ENTITIES = 64;
const MAX_PACKETS = 50;

/** What shows that a redirect is forged: it leads to its sender, or to a host that is no router, or its sender looks for the router itself. */
export type Proof = 'itself' | 'host' | 'stranger';

const reasons: Readonly<Record<Proof, (mac: string) => string>> = {
  itself: () => 'which is itself',
  host: (mac) => `of which ${mac} says that it is no router`,
  stranger: () => 'though it asks by ARP who that router is',
};

/** An address and its number in its VLAN. */
export interface Addressed {
  readonly key: number;
  readonly bytes: Uint8Array;
}

export interface Redirect {
  readonly vlan: number;
  /** Of the frame. */
  readonly mac: number;
  /** Whom it comes from, as it says, who is told, and that `target` leads to `about`. */
  readonly router: Addressed;
  readonly client: Addressed;
  readonly target: Addressed;
  readonly about: Uint8Array;
  readonly seconds: number;
  readonly packet: number;
}

export class Lan {
  readonly tally = new Tally();
  /** Hardware addresses of the new ways. */
  readonly macs = new Set<number>();
  /** By key: new ways, and those who are told of them and in whose name. */
  readonly targets = new Map<number, Uint8Array>();
  readonly victims = new Map<number, Uint8Array>();
  readonly packets = new Set<number>();
  first: { redirect: Redirect; proof: Proof; mac: number } | null = null;

  note(redirect: Redirect, proof: Proof, mac: number, packet: number | null): void {
    this.first ??= { redirect, proof, mac };
    if (this.macs.size < MAX_ENTITIES) this.macs.add(mac);
    // Where a stranger leads may be a victim too.
    if (proof !== 'stranger' && this.targets.size < MAX_ENTITIES) this.targets.set(redirect.target.key, redirect.target.bytes);
    for (const { key, bytes } of [redirect.client, redirect.router]) if (this.victims.size < MAX_ENTITIES) this.victims.set(key, bytes);
    for (const each of [packet, redirect.packet]) if (each !== null && this.packets.size < MAX_PACKETS) this.packets.add(each);
  }

  clear(): void {
    this.tally.close();
    for (const each of [this.macs, this.targets, this.victims, this.packets]) each.clear();
    this.first = null;
  }
}

/** `lan` has crossed its threshold. */
export function redirectFinding(
  { tally, macs, targets, victims, packets, first }: Lan,
  { redirects, window }: OptionValues<typeof options>,
): Finding {
  const episode = tally.episode!;
  const { redirect, proof, mac: number } = first!;
  const [ip, mac] = [formatIp(redirect.target.bytes), macText(number)];
  const isStranger = proof === 'stranger';
  const [client, router, about] = [redirect.client.bytes, redirect.router.bytes, redirect.about].map(formatIp);
  const misled = [...victims].filter(([key]) => !targets.has(key));
  const others = [...targets.values()].slice(isStranger ? 0 : 1).map((target): Entity => ({ role: 'attacker', ip: formatIp(target) }));
  return {
    start: episode.startNs,
    end: episode.endNs,
    detectedAt: episode.detectedAtNs,
    severity: 75,
    confidence: proof === 'itself' ? 0.9 : 0.8,
    techniques: ['T1557'],
    sourceIp: isStranger ? null : redirect.target.bytes,
    destinationIp: victims.size <= 2 ? redirect.client.bytes : null,
    alertClass: 'icmp.redirect',
    entities: [
      { role: 'attacker', ...(isStranger ? {} : { ip }), mac },
      ...others,
      ...[...macs].filter((other) => other !== number).map((other): Entity => ({ role: 'attacker', mac: macText(other) })),
      ...misled.map(([, victim]): Entity => ({ role: 'victim', ip: formatIp(victim) })),
    ],
    evidence: {
      metric: 'redirects that no router sends',
      value: episode.count,
      threshold: redirects,
      window,
      packets: [...packets].toSorted((a, b) => a - b),
    },
    explanation:
      `${proof === 'host' ? `${client} was told` : `${mac} told ${client}`}, in the name of the router ${router}, to reach ${about} by ${ip}, ` +
      `${reasons[proof](mac)}; ${episode.count} such ${episode.count === 1 ? 'redirect' : 'redirects'} in ` +
      `${spanText(episode.endSeconds - episode.startSeconds)}. Routers lead to other routers only. The threshold is ${redirects} within ${window} s.`,
  };
}
