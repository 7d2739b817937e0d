/** Who advertises itself as a router in one VLAN. */
import { addressBytes } from '../address-text.ts';
import { addressKey } from '../address-key.ts';
import type { DetectContext, NeighbourView } from '../detector.ts';
import { GenerationMap } from '../generation-map.ts';
import { Tally } from '../tally.ts';

/** Routers that are believed; further ones that share their prefixes are not kept. */
const MAX_ROUTERS = 16;
/** Routers that are not, and hosts that said that they are none. */
const MAX_STRANGERS = 256;
const MAX_HOSTS = 4096;
/** Hardware addresses that a router moves between. */
const MAX_MACS = 8;
const MAX_PREFIXES = 64;
const MAX_PACKETS = 50;

/** What one attack has done so far. */
export interface Incident {
  count: number;
  packets: number[];
  startSeconds: number;
  endSeconds: number;
  startNs: bigint;
  endNs: bigint;
  /** Null until the threshold is crossed. */
  detectedAtNs: bigint | null;
}

/** A router that is believed: the first of its network, or one that shares the prefixes of those. */
export interface Router {
  /** Of `addressKey`. */
  readonly key: number;
  /** 16 bytes. */
  readonly address: Uint8Array;
  readonly macs: Set<number>;
  readonly prefixes: Set<number>;
  linkMac: number;
  /** Since when it is known to be a router, seconds. */
  readonly since: number;
  /** Of its last advertisement; it is a router until `until`. */
  seconds: number;
  packet: number;
  until: number;
  /** Withdrawals in its name. */
  kill: Incident | null;
  /** Whether `kill` was forged: by whom, -1 where the frame has the router's own address. */
  forger: number | null;
}

/** A router that leads elsewhere. */
export interface Stranger {
  readonly address: Uint8Array;
  readonly mac: number;
  readonly prefixes: Uint8Array[];
  readonly dnsServers: Uint8Array[];
  /** Whether it told neighbours that it is no router. */
  readonly isHost: boolean;
  /** Routers that were believed when it came. */
  readonly known: Uint8Array[];
  readonly incident: Incident;
  /** When it is judged, if it is not part of a flood by then; null once that is done. */
  judgedAt: number | null;
}

export class Lan {
  routers: Router[] = [];
  readonly strangers: GenerationMap<Stranger>;
  /** Addresses that are of hosts, as they say. */
  readonly hosts = new GenerationMap<true>(MAX_HOSTS);
  /** By hardware address: since when its host says, when it is asked for, that it is a router. */
  private readonly said = new GenerationMap<number>(MAX_HOSTS);
  readonly flood = new Tally();
  /** Newest hardware addresses of the flood. */
  floodMacs: number[] = [];

  /** `drop` is told of strangers that are forgotten. */
  constructor(drop: (stranger: Stranger) => void) {
    this.strangers = new GenerationMap(MAX_STRANGERS, (_key, stranger) => drop(stranger));
  }

  /** Routers whose time is not over. */
  living(seconds: number): Router[] {
    return this.routers.filter(({ until }) => until >= seconds);
  }

  /** A neighbour told whether it is a router: RFC 4861 7.2.4. The kernel below a tool that only claims to be one says the truth. */
  hear({ vlan, target, sourceMac, isRouter }: NeighbourView, seconds: number): void {
    const key = addressKey(vlan, target);
    if (!isRouter) this.hosts.set(key, true);
    else {
      this.hosts.delete(key);
      this.said.set(sourceMac, this.said.get(sourceMac) ?? seconds);
    }
  }

  /** Whether `mac` was known to be a router before any of `routers` was: they came between its advertisements. */
  isOlder(mac: number, routers: readonly Router[]): boolean {
    const since = this.said.get(mac);
    return since !== undefined && routers.every((router) => since < router.since);
  }

  /** Believe a router that advertises itself now. */
  believe(message: NeighbourView, key: number, { seconds, packet }: DetectContext): void {
    const known = this.routers.find((router) => router.key === key);
    // One that is gone makes room for it.
    if (!known && this.routers.length >= MAX_ROUTERS) this.routers = this.living(seconds);
    if (!known && this.routers.length >= MAX_ROUTERS) return;
    const router = known ?? newRouter(message, key, this.said.get(message.sourceMac) ?? seconds);
    if (!known) this.routers.push(router);
    if (router.macs.size < MAX_MACS) router.macs.add(message.sourceMac);
    for (let i = 0; i < message.prefixCount && router.prefixes.size < MAX_PREFIXES; i++)
      router.prefixes.add(addressKey(message.vlan, message.prefixes, 4 * i));
    router.linkMac = message.linkMac;
    router.seconds = seconds;
    router.packet = packet;
    router.until = seconds + message.lifetime;
  }
}

/** Whether a router gives the prefixes of those that are believed: all of its own are theirs, or neither has any. */
export function shares(message: NeighbourView, routers: readonly Router[]): boolean {
  if (message.prefixCount === 0) return routers.every(({ prefixes }) => prefixes.size === 0);
  for (let i = 0; i < message.prefixCount; i++) {
    const prefix = addressKey(message.vlan, message.prefixes, 4 * i);
    if (!routers.some(({ prefixes }) => prefixes.has(prefix))) return false;
  }
  return true;
}

export function newStranger(message: NeighbourView, isHost: boolean, known: readonly Router[], context: DetectContext): Stranger {
  const incident = newIncident(context);
  // Without these there is nothing that it could differ from.
  for (const { packet } of known.slice(0, 1)) incident.packets.push(packet);
  return {
    address: addressBytes(message.source),
    mac: message.sourceMac,
    prefixes: addressesOf(message.prefixes, message.prefixCount),
    dnsServers: addressesOf(message.dnsServers, message.dnsServerCount),
    isHost,
    known: known.map(({ address }) => address),
    incident,
    judgedAt: null,
  };
}

export function newIncident({ seconds, timeNs }: DetectContext): Incident {
  return { count: 0, packets: [], startSeconds: seconds, endSeconds: seconds, startNs: timeNs, endNs: timeNs, detectedAtNs: null };
}

/** One more packet of it. */
export function extend(incident: Incident, { seconds, timeNs, packet }: DetectContext): void {
  incident.count++;
  if (incident.packets.length < MAX_PACKETS) incident.packets.push(packet);
  incident.endSeconds = seconds;
  incident.endNs = timeNs;
}

function newRouter(message: NeighbourView, key: number, since: number): Router {
  return {
    key,
    address: addressBytes(message.source),
    macs: new Set(),
    prefixes: new Set(),
    linkMac: -1,
    since,
    seconds: 0,
    packet: 0,
    until: 0,
    kill: null,
    forger: null,
  };
}

function addressesOf(words: Int32Array, count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => addressBytes(words.subarray(4 * i, 4 * i + 4)));
}
