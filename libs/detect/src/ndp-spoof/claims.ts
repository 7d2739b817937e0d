/** Who claims an IPv6 address by neighbour discovery, and how. */
import type { DetectContext } from '../detector.ts';

const MAX_PACKETS = 50;
const MAX_TARGETS = 64;

/**
 * `answered`: it was asked for and told the asker. `announced`: it told everyone, or asked from the address. `forced`: it told a single host
 * that had not asked, or that is told as if it had not.
 */
export type Manner = 'answered' | 'announced' | 'forced';

export interface Mark {
  seconds: number;
  timeNs: bigint;
  packet: number;
}

/** What one hardware address did to have an address that another one has, in the window that began with `first`. */
export interface Rival {
  readonly mac: number;
  /** Claims forced on single hosts, and answers beside the owner's. */
  pushes: number;
  /** Announcements after the owner used the address again. */
  switches: number;
  /** Whether it says that it is no router of a router's address. */
  deniesRouter: boolean;
  /** Whether the owner has used the address since its last announcement. */
  isOwnerBack: boolean;
  first: Mark;
  last: Mark;
  packets: number[];
  /** Addresses of the hosts that it told, by key. */
  targets: Map<number, Uint8Array>;
}

/** One IPv6 address in one VLAN. */
export interface Claims {
  readonly address: Uint8Array;
  /** The hardware address that was heard first, or has it since that one fell silent. */
  mac: number;
  first: Mark;
  last: Mark;
  /** Whether its owner is a router, as that says. */
  isRouter: boolean;
  /** What its owner forced on others, as no owner needs to; null when it did not. */
  forced: Rival | null;
  rival: Rival | null;
}

export function newClaims(address: Uint8Array, mac: number, mark: Mark): Claims {
  return { address, mac, first: mark, last: mark, isRouter: false, forced: null, rival: null };
}

export function newRival(mac: number, mark: Mark): Rival {
  return {
    mac,
    pushes: 0,
    switches: 0,
    deniesRouter: false,
    isOwnerBack: true,
    first: mark,
    last: mark,
    packets: [],
    targets: new Map(),
  };
}

/** `packet` is part of the evidence of what `rival` did, `target` whom it told. */
export function note(rival: Rival, mark: Mark, packet: number, target: Uint8Array | null, targetKey: number): void {
  if (rival.packets.length < MAX_PACKETS && !rival.packets.includes(packet)) rival.packets.push(packet);
  if (target && rival.targets.size < MAX_TARGETS) rival.targets.set(targetKey, target);
  rival.last = mark;
}

export function markOf({ seconds, timeNs, packet }: DetectContext): Mark {
  return { seconds, timeNs, packet };
}
