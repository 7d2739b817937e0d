/**
 * ARP spoofing and duplicate addresses, from who claims an IPv4 address in ARP. One change of an address is never an alert: DHCP hands
 * addresses on and clusters move them. State is bounded: addresses and MACs beyond the caps that were not heard of for longest go first.
 */
import type { ArpView, DetectContext, Detector, DetectorModule, Finding, OptionValues } from '../detector.ts';
import { GenerationMap } from '../generation-map.ts';
import { Claims, type Claimant, type Mark } from './claims.ts';
import { duplicateFinding, type Incident, spoofFinding } from './finding.ts';
import { options } from './options.ts';

const MAX_ADDRESSES = 65_536;
const REPLY = 2;
const MULTICAST_BIT = 0x0100_0000_0000;
const VLAN = 0x1_0000_0000;

class ArpSpoofDetector implements Detector {
  private readonly context: DetectContext;
  private readonly options: OptionValues<typeof options>;
  /** By VLAN and IPv4 address. */
  private readonly claims = new GenerationMap<Claims>(MAX_ADDRESSES);
  /** Seconds of the latest request for an address. */
  private readonly asked = new GenerationMap<number>(MAX_ADDRESSES);
  /** By MAC: the address it asks from, which is its own. */
  private readonly own = new GenerationMap<number>(MAX_ADDRESSES);
  /** By MAC of the attacker. */
  private readonly incidents: GenerationMap<Incident>;

  constructor(context: DetectContext, values: OptionValues<typeof options>) {
    this.context = context;
    this.options = values;
    this.incidents = new GenerationMap(MAX_ADDRESSES, (_mac, incident) => this.emit(incident));
  }

  arp(arp: ArpView): void {
    const { seconds } = this.context;
    const isReply = arp.operation === REPLY;
    const key = arp.vlan * VLAN + arp.senderIp;
    if (isOrdinary(arp)) {
      // A gratuitous announcement and an answer to everyone force nobody: hosts and clusters do that when an address moves.
      const isSingle = isReply && arp.frameDestination >= 0 && !isMulticast(arp.frameDestination) && arp.targetIp !== arp.senderIp;
      const isForced = isSingle && seconds - (this.asked.get(key) ?? Number.NEGATIVE_INFINITY) > this.options.answerWait;
      this.claim(arp, key, isForced);
      if (!isReply && arp.targetIp !== arp.senderIp && !this.own.get(arp.senderMac)) this.own.set(arp.senderMac, arp.senderIp);
    }
    if (!isReply) this.asked.set(arp.vlan * VLAN + arp.targetIp, seconds);
  }

  open(): Finding[] {
    const found: Finding[] = [];
    for (const [mac, incident] of [...this.incidents.entries()]) {
      if (this.context.seconds - incident.last.seconds <= this.options.window) found.push(this.rowOf(incident));
      else {
        this.incidents.delete(mac);
        this.emit(incident);
      }
    }
    return found;
  }

  finish(): void {
    this.incidents.clear();
  }

  private claim(arp: ArpView, key: number, isForced: boolean): void {
    const { seconds, timeNs, packet } = this.context;
    const mark: Mark = { seconds, timeNs, packet };
    const claims = this.claims.get(key) ?? new Claims(arp.senderMac, mark);
    this.claims.set(key, claims);
    const claimant = claims.add(arp.senderMac, mark, isForced, arp.targetIp, this.options.window);
    this.judge(arp.senderIp, claims, claimant);
  }

  private judge(ip: number, claims: Claims, claimant: Claimant): void {
    const other = claims.other(claimant);
    const known = this.incidents.get(claimant.mac);
    if (known && claimant.last.seconds - known.last.seconds <= this.options.window) {
      if (known.claims.has(ip) || this.isForcing(ip, claimant, other)) this.extend(known, ip, claimant, other);
      return;
    }
    // The true owner puts its binding right: that is no second incident.
    if (other && this.incidents.get(other.mac)?.claims.has(ip)) return;
    if (this.isForcing(ip, claimant, other)) this.begin(ip, claimant, other, 'arp.spoof');
    else if (other && claimant.switches + other.switches >= this.options.switches) {
      const attacker = claims.rival!;
      const rightful = claims.owner;
      if (attacker.forced === rightful.forced) this.begin(ip, attacker, rightful, 'arp.duplicate-ip');
      else if (attacker.forced > rightful.forced) this.begin(ip, attacker, rightful, 'arp.spoof');
      else this.begin(ip, rightful, attacker, 'arp.spoof');
    }
  }

  /** Whether the claimant forces the address on hosts, and it is that of someone else. */
  private isForcing(ip: number, claimant: Claimant, other: Claimant | null): boolean {
    if (claimant.forced < this.options.replies) return false;
    const own = this.own.get(claimant.mac);
    return other !== null || (own !== undefined && own !== ip);
  }

  private begin(ip: number, attacker: Claimant, other: Claimant | null, alertClass: Incident['alertClass']): void {
    const earlier = this.incidents.get(attacker.mac);
    if (earlier) this.emit(earlier);
    const incident: Incident = {
      alertClass,
      attacker: attacker.mac,
      ownIp: this.own.get(attacker.mac) ?? null,
      claims: new Map(),
      targets: new Set(),
      packets: [],
      forced: 0,
      switches: 0,
      first: attacker.first,
      last: attacker.last,
      detectedAtNs: this.context.timeNs,
    };
    this.incidents.set(attacker.mac, incident);
    this.extend(incident, ip, attacker, other);
  }

  private extend(incident: Incident, ip: number, claimant: Claimant, other: Claimant | null): void {
    incident.claims.set(ip, other?.mac ?? incident.claims.get(ip) ?? null);
    for (const target of claimant.targets) incident.targets.add(target);
    for (const packet of claimant.packets) {
      if (incident.packets.length < 50 && !incident.packets.includes(packet)) incident.packets.push(packet);
    }
    incident.forced += claimant.forced;
    incident.switches += claimant.switches + (other?.switches ?? 0);
    claimant.forced = 0;
    claimant.switches = 0;
    if (other) other.switches = 0;
    if (claimant.first.seconds < incident.first.seconds) incident.first = claimant.first;
    incident.last = claimant.last;
    if (incident.alertClass === 'arp.duplicate-ip' && incident.forced >= this.options.replies) incident.alertClass = 'arp.spoof';
  }

  private emit(incident: Incident): void {
    this.context.alert(this.rowOf(incident));
  }

  private rowOf(incident: Incident): Finding {
    const { replies, switches, window } = this.options;
    return incident.alertClass === 'arp.spoof' ? spoofFinding(incident, replies, window) : duplicateFinding(incident, switches, window);
  }
}

/** Whether the packet claims an address for a host of its own, rather than probing for one or serving a group of routers. */
function isOrdinary(arp: ArpView): boolean {
  return (
    arp.senderIp !== 0 &&
    arp.senderIp !== 0xffff_ffff &&
    arp.senderMac !== 0 &&
    !isMulticast(arp.senderMac) &&
    !isRouterGroup(arp.senderMac)
  );
}

/** Whether the group bit of a MAC address is set; broadcast has it too. */
function isMulticast(mac: number): boolean {
  return Math.floor(mac / MULTICAST_BIT) % 2 === 1;
}

/** Virtual routers share an address by design: VRRP and CARP (RFC 9568 7.3), HSRP versions 1 and 2, GLBP. */
function isRouterGroup(mac: number): boolean {
  const prefix = Math.floor(mac / 0x1_0000);
  const byte = Math.floor(mac / 0x100);
  return (
    byte === 0x00_00_5e_00_01 ||
    byte === 0x00_00_5e_00_02 ||
    byte === 0x00_00_0c_07_ac ||
    prefix === 0x00_07_b4_00 ||
    Math.floor(mac / 0x1000) === 0x0_00_0c_9f_f
  );
}

export const arpSpoof: DetectorModule<typeof options> = {
  rule: {
    id: 'arp-spoof',
    name: 'ARP spoofing',
    version: '1',
    doc:
      'A host forces an address of another on single hosts by answers that nobody asked for (arp.spoof), or two hosts claim one address ' +
      'by turns (arp.duplicate-ip). An address that moves once, as by DHCP or fail-over, and the shared MAC addresses of VRRP, CARP, HSRP ' +
      'and GLBP stay quiet. Load balancing by ARP and proxy ARP for hosts that are present look like a duplicate.',
  },
  options,
  create: (context, values) => new ArpSpoofDetector(context, values),
};
