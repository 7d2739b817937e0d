/** What is known of one address in one capture. Every list has a bound, and all of them together a budget. */
import { cleanText, type Login } from '@wirecase/contract';
import type { AddressKey } from './address-key.ts';
import type { OsEvidence } from './os-guess.ts';
import { Peers } from './peers.ts';

const MAX_NAMES = 32;
const MAX_SERVICES = 64;
const MAX_USERS = 32;
const MAX_MACS = 8;
const MAX_REASONS = 16;
const MAX_PRODUCTS = 16;
/** Characters of a name, user or product that are kept. */
const MAX_TEXT = 256;

/** Notes that all hosts of a capture may have together. */
export interface NoteBudget {
  left: number;
}

interface Seen {
  first: bigint;
  last: bigint;
}
export interface NameNote extends Seen {
  name: string;
  source: string;
}
export interface ServiceNote extends Seen {
  transport: string;
  port: number;
  protocols: string[];
  flows: number;
}
export interface UserNote extends Seen {
  user: string;
  service: string;
  side: 'client' | 'server';
  outcome: Login['outcome'];
  logins: number;
}

/** How a MAC address is known to be the host's: said by itself (ARP, DHCP), or only from frames, which may be a router's. */
export type MacSource = 'said' | 'frame';

/** Most hosts have most lists empty: these share one. */
const none: ReadonlyMap<string, never> = new Map<string, never>();

/** The same list to write to, an own one if it was the shared one. */
function owned<V>(notes: ReadonlyMap<string, V>): Map<string, V> {
  return notes === none ? new Map<string, V>() : (notes as Map<string, V>);
}

const outcomes: readonly Login['outcome'][] = ['unknown', 'failure', 'success'];

export class Host {
  readonly key: AddressKey;
  readonly address: Uint8Array;
  first: bigint | null = null;
  last = 0n;
  /** Whether it sent a packet of its own. */
  isHeard = false;
  packetsSent = 0;
  packetsReceived = 0;
  bytesSent = 0;
  bytesReceived = 0;
  flowsOut = 0;
  flowsIn = 0;
  /** Fingerprint of its last SYN, so that the same one is not looked at again. */
  synHash = 0;
  /** MAC address in its last ARP packet, a number. */
  arpMac = 0;
  /** TTL of its last TCP flow. */
  ttl = 0;
  readonly peers = new Peers();
  macs: ReadonlyMap<string, MacSource> = none;
  names: ReadonlyMap<string, NameNote> = none;
  offers: ReadonlyMap<string, ServiceNote> = none;
  uses: ReadonlyMap<string, ServiceNote> = none;
  users: ReadonlyMap<string, UserNote> = none;
  products: ReadonlyMap<string, string> = none;
  reasons: ReadonlyMap<string, OsEvidence> = none;
  roles: readonly string[] = [];
  private lastTold: unknown = null;
  private readonly budget: NoteBudget;

  constructor(key: AddressKey, address: Uint8Array, budget: NoteBudget) {
    this.key = key;
    this.address = address;
    this.budget = budget;
  }

  /** Whether so little is known of it that it may give way: nobody answered it, or a single flow, and nothing was said of it. */
  get isFaint(): boolean {
    return (this.packetsReceived === 0 || this.flowsIn + this.flowsOut <= 1) && this.notes === 0;
  }

  private get notes(): number {
    return this.names.size + this.offers.size + this.users.size + this.products.size + this.roles.length;
  }

  seen(from: bigint, to: bigint): void {
    if (this.first === null || from < this.first) this.first = from;
    if (to > this.last) this.last = to;
  }

  mac(mac: string, source: MacSource): void {
    if (source === 'said' || (!this.macs.has(mac) && this.hasRoom(this.macs, mac, MAX_MACS)))
      (this.macs = owned(this.macs)).set(mac, source);
  }

  /** `name`: as it was sent; one that is empty or longer than names are is passed over. */
  name(name: string, source: string, at: bigint): void {
    // Most are told again and again: the text is looked at once.
    const key = `${source} ${name}`;
    const known = this.names.get(key);
    if (known) return extend(known, at, at);
    if (name.length > MAX_TEXT) return;
    const clean = cleanText(name);
    if (clean === '' || clean === '.') return;
    if (this.hasRoom(this.names, key, MAX_NAMES)) (this.names = owned(this.names)).set(key, { name: clean, source, first: at, last: at });
  }

  /** A flow to a port that answered. `protocol`: null where none is known. */
  offered(transport: string, port: number, protocols: readonly string[], flows: number, from: bigint, to: bigint): void {
    const key = `${transport}/${port}`;
    const known = this.offers.get(key);
    if (known) {
      extend(known, from, to);
      known.flows += flows;
      for (const protocol of protocols)
        if (!known.protocols.includes(protocol) && known.protocols.length < 8) known.protocols.push(protocol);
    } else if (this.hasRoom(this.offers, key, MAX_SERVICES)) {
      (this.offers = owned(this.offers)).set(key, { transport, port, protocols: protocols.slice(0, 8), flows, first: from, last: to });
    }
  }

  used(transport: string, port: number, protocols: readonly string[], flows: number, from: bigint, to: bigint): void {
    const protocol = protocols[0];
    const key = protocol === undefined ? `${transport}/${port}` : `${transport} ${protocol} ${port}`;
    const known = this.uses.get(key);
    if (known) {
      extend(known, from, to);
      known.flows += flows;
    } else if (this.hasRoom(this.uses, key, MAX_SERVICES)) {
      (this.uses = owned(this.uses)).set(key, {
        transport,
        port,
        protocols: protocol === undefined ? [] : [protocol],
        flows,
        first: from,
        last: to,
      });
    }
  }

  user(user: string, service: string, side: 'client' | 'server', outcome: Login['outcome'], at: bigint): void {
    const clean = cleanText(user).slice(0, MAX_TEXT);
    if (clean === '') return;
    const key = `${side} ${service} ${clean}`;
    const known = this.users.get(key);
    if (known) {
      extend(known, at, at);
      known.logins++;
      if (outcomes.indexOf(outcome) > outcomes.indexOf(known.outcome)) known.outcome = outcome;
    } else if (this.hasRoom(this.users, key, MAX_USERS)) {
      (this.users = owned(this.users)).set(key, { user: clean, service, side, outcome, logins: 1, first: at, last: at });
    }
  }

  /** What a server says of itself; the last word counts. */
  product(transport: string, port: number, product: string): void {
    const key = `${transport}/${port}`;
    if (this.hasRoom(this.products, key, MAX_PRODUCTS))
      (this.products = owned(this.products)).set(key, cleanText(product.trim()).slice(0, MAX_TEXT));
  }

  role(role: string): void {
    if (!this.roles.includes(role)) this.roles = [...this.roles, role];
  }

  /** What a text tells of its system, by `judge`, which is asked once for the same text. */
  tells<T>(value: T, judge: (value: T) => OsEvidence | null): void {
    if (value === this.lastTold) return;
    this.lastTold = value;
    this.reason(judge(value));
  }

  reason(evidence: OsEvidence | null): void {
    if (evidence === null) return;
    const key = `${evidence.source} ${evidence.value}`;
    if (!this.reasons.has(key) && this.hasRoom(this.reasons, key, MAX_REASONS)) (this.reasons = owned(this.reasons)).set(key, evidence);
  }

  private hasRoom(notes: ReadonlyMap<string, unknown>, key: string, most: number): boolean {
    if (notes.has(key)) return true;
    if (notes.size >= most || this.budget.left <= 0) return false;
    this.budget.left--;
    return true;
  }
}

function extend(seen: Seen, from: bigint, to: bigint): void {
  if (from < seen.first) seen.first = from;
  if (to > seen.last) seen.last = to;
}
