/** Who claims an IPv4 address by ARP, and how. */

/** Packet numbers kept as evidence. */
const MAX_PACKETS = 50;
/** An owner that hears another use its address says at once that it has it (RFC 5227 2.4); a cluster does not move back within this, seconds. */
const DEFENCE = 1;

/** What one MAC address did to have an IP address; counts are of the window that began with `first`. */
export interface Claimant {
  readonly mac: number;
  /** Answers that nobody asked for, sent to a single host. */
  forced: number;
  /** Questions to a single host that name the address as their sender's. */
  quiet: number;
  /** Whether it claimed the address before everyone, or when it was asked for it: what attackers avoid and owners do. */
  isOpen: boolean;
  /** Times at which the address came back to this MAC from another. */
  switches: number;
  /** Whether it came back at once. */
  isDefending: boolean;
  first: Mark;
  last: Mark;
  packets: number[];
  /** Hosts that the forced answers went to: IPv4 numbers. */
  targets: Set<number>;
}

export interface Mark {
  seconds: number;
  timeNs: bigint;
  packet: number;
}

/** State of one IPv4 address in one VLAN. */
export class Claims {
  /** The MAC that was seen first, or has held the address since the others fell silent. */
  owner: Claimant;
  /** The last other MAC that claimed it. */
  rival: Claimant | null = null;
  /** MAC of the latest claim. */
  private holder: number;

  constructor(mac: number, mark: Mark) {
    this.owner = newClaimant(mac, mark);
    this.holder = mac;
  }

  /** Take a claim; its claimant. What is older than `window` seconds is forgotten. */
  add(mac: number, mark: Mark, manner: 'open' | 'quiet' | 'forced', target: number, window: number): Claimant {
    const oldest = mark.seconds - window;
    if (this.rival && this.rival.last.seconds < oldest) this.rival = null;
    if (mac !== this.owner.mac && this.owner.last.seconds < oldest) this.owner = this.rival ?? newClaimant(mac, mark);
    if (this.rival === this.owner) this.rival = null;
    if (mac !== this.owner.mac && this.rival?.mac !== mac) this.rival = newClaimant(mac, mark);
    const claimant = mac === this.owner.mac ? this.owner : this.rival!;
    if (claimant.first.seconds < oldest) restart(claimant, mark);
    if (this.holder !== mac) {
      claimant.isDefending ||= this.isDefence(claimant, mark);
      claimant.switches++;
      this.holder = mac;
      note(claimant, mark.packet);
    }
    if (manner === 'open') claimant.isOpen = true;
    else {
      if (manner === 'forced') claimant.forced++;
      else claimant.quiet++;
      if (claimant.targets.size < MAX_PACKETS) claimant.targets.add(target);
      note(claimant, mark.packet);
    }
    claimant.last = mark;
    return claimant;
  }

  /** Whether `claimant`, which had the address, takes it back as soon as the other claims it: both are there. */
  private isDefence(claimant: Claimant, mark: Mark): boolean {
    const other = this.other(claimant);
    return other !== null && claimant.last.seconds < other.last.seconds && mark.seconds - other.first.seconds <= DEFENCE;
  }

  /** The other one of the two that claim the address. */
  other(claimant: Claimant): Claimant | null {
    return claimant === this.owner ? this.rival : this.owner;
  }
}

/** `packet` is part of the evidence. */
function note(claimant: Claimant, packet: number): void {
  if (claimant.packets.length < MAX_PACKETS && claimant.packets.at(-1) !== packet) claimant.packets.push(packet);
}

function newClaimant(mac: number, mark: Mark): Claimant {
  return {
    mac,
    forced: 0,
    quiet: 0,
    isOpen: false,
    switches: 0,
    isDefending: false,
    first: mark,
    last: mark,
    packets: [],
    targets: new Set(),
  };
}

function restart(claimant: Claimant, mark: Mark): void {
  Object.assign(claimant, { ...newClaimant(claimant.mac, mark), isOpen: claimant.isOpen });
}
