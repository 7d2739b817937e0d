/**
 * ARP spoofing and duplicate addresses, from who claims an IPv4 address in ARP. One change of an address is never an alert: DHCP hands
 * addresses on and clusters move them. State is bounded: addresses and MACs beyond the caps that were not heard of for longest go first.
 */
import type { ArpView, DetectContext, Detector, DetectorModule, Finding, FlowView, OptionValues } from '../detector.ts';
import { GenerationMap } from '../generation-map.ts';
import { isMulticastMac, isRouterGroup } from '../mac.ts';
import { Claims, type Claimant, type Mark } from './claims.ts';
import { duplicateFinding, type Incident, spoofFinding } from './finding.ts';
import { options } from './options.ts';

const MAX_ADDRESSES = 65_536;
const RECENT = 1024;
/** Seconds for which a host that was heard needs no second look. */
const FRESH = 10;
const REPLY = 2;
/** Seconds between answers of several hosts to one question. */
const AT_ONCE = 0.25;
const BROADCAST = 0xffff_ffff_ffff;
const VLAN = 0x1_0000_0000;

class ArpSpoofDetector implements Detector {
  private readonly context: DetectContext;
  private readonly options: OptionValues<typeof options>;
  /** By VLAN and IPv4 address. */
  private readonly claims = new GenerationMap<Claims>(MAX_ADDRESSES);
  /** By address and who asks for it (a hash of both): seconds of the latest request. */
  private readonly asked = new GenerationMap<number>(MAX_ADDRESSES);
  /** By IPv4 address: who sends IP frames from it. */
  private readonly heard = new GenerationMap<{ mac: number; seconds: number }>(MAX_ADDRESSES);
  /** Some of `heard`, each in the place that its address has. */
  private readonly recentIps = new Float64Array(RECENT);
  private readonly recentMacs = new Float64Array(RECENT);
  private readonly recentSeconds = new Float64Array(RECENT);
  /** By MAC: the claim that it forced last. */
  private readonly forcing = new GenerationMap<number>(MAX_ADDRESSES);
  /** By MAC: the address it asks from, which is its own. */
  private readonly own = new GenerationMap<number>(MAX_ADDRESSES);
  /** By MAC of the attacker. */
  private readonly incidents: GenerationMap<Incident>;

  constructor(context: DetectContext, values: OptionValues<typeof options>) {
    this.context = context;
    this.options = values;
    this.incidents = new GenerationMap(MAX_ADDRESSES, (_mac, incident) => this.emit(incident));
  }

  /** Frames of IP tell who has an address, too. */
  attempted(flow: FlowView): void {
    if (!flow.isIpv6) this.hear(flow.sourceWord(0) >>> 0, flow.sourceMacNumber);
  }

  answered(flow: FlowView): void {
    if (!flow.isIpv6) this.hear(flow.destinationWord(0) >>> 0, flow.destinationMacNumber);
  }

  private hear(ip: number, mac: number): void {
    const { seconds } = this.context;
    // Most flows are of the hosts that were heard a moment ago.
    const place = (ip ^ (ip >>> 12)) & (RECENT - 1);
    const isRecent = this.recentIps[place] === ip && this.recentMacs[place] === mac && seconds - this.recentSeconds[place]! < FRESH;
    if (mac < 0 || isRecent || isMulticastMac(mac)) return;
    this.recentIps[place] = ip;
    this.recentMacs[place] = mac;
    this.recentSeconds[place] = seconds;
    const known = this.heard.get(ip);
    if (known === undefined) this.heard.set(ip, { mac, seconds });
    else if (known.mac === mac) known.seconds = seconds;
    else if (seconds - known.seconds > this.options.window) Object.assign(known, { mac, seconds });
  }

  arp(arp: ArpView): void {
    const { seconds } = this.context;
    const isReply = arp.operation === REPLY;
    const key = arp.vlan * VLAN + arp.senderIp;
    if (isOrdinary(arp)) {
      this.claim(arp, key, this.mannerOf(arp));
      if (!isReply && arp.frameDestination === BROADCAST && arp.targetIp !== arp.senderIp) this.owns(arp);
    }
    if (!isReply) this.asked.set(questionKey(arp.targetIp, arp.senderMac), seconds);
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

  private mannerOf(arp: ArpView): 'open' | 'quiet' | 'forced' {
    // A gratuitous announcement and an answer to everyone force nobody: hosts and clusters do that when an address moves.
    const isSingle = arp.frameDestination >= 0 && !isMulticastMac(arp.frameDestination) && arp.targetIp !== arp.senderIp;
    if (arp.operation !== REPLY) return isSingle ? 'quiet' : 'open';
    // An answer to everyone that is for no one is no announcement.
    const isAsked = this.isAsked(questionKey(arp.senderIp, arp.frameDestination));
    return (isSingle || arp.targetIp === 0) && !isAsked ? 'forced' : 'open';
  }

  /** Whether an answer is waited for. Once there is one, others may come at the same time only: whoever waits for a question to answer is late. */
  private isAsked(question: number): boolean {
    const { seconds } = this.context;
    const { answerWait } = this.options;
    const askedAt = this.asked.get(question) ?? Number.NEGATIVE_INFINITY;
    if (seconds - askedAt > answerWait) return false;
    this.asked.set(question, Math.min(askedAt, seconds - answerWait + AT_ONCE));
    return true;
  }

  /** The sender asks from an address of its own. */
  private owns({ senderMac, senderIp }: ArpView): void {
    if (this.own.get(senderMac)) return;
    this.own.set(senderMac, senderIp);
    const key = this.forcing.get(senderMac);
    const claims = key === undefined ? undefined : this.claims.get(key);
    const claimant = claims?.rival?.mac === senderMac ? claims.rival : claims?.owner;
    if (claims && claimant?.mac === senderMac) this.judge(key! % VLAN, claims, claimant);
  }

  private claim(arp: ArpView, key: number, manner: 'open' | 'quiet' | 'forced'): void {
    const { seconds, timeNs, packet } = this.context;
    const mark: Mark = { seconds, timeNs, packet };
    const claims = this.claims.get(key) ?? new Claims(arp.senderMac, mark);
    this.claims.set(key, claims);
    if (manner === 'forced') this.forcing.set(arp.senderMac, key);
    const claimant = claims.add(arp.senderMac, mark, manner, arp.targetIp, this.options.window);
    this.judge(arp.senderIp, claims, claimant);
  }

  private judge(ip: number, claims: Claims, claimant: Claimant): void {
    const other = claims.other(claimant);
    const known = this.incidents.get(claimant.mac);
    if (known && claimant.last.seconds - known.last.seconds <= this.options.window) {
      if (known.claims.has(ip) || this.crossed(ip, claimant, other) > 0) this.extend(known, ip, claimant, other);
      return;
    }
    // The true owner puts its binding right: that is no second incident.
    if (other && this.incidents.get(other.mac)?.claims.has(ip)) return;
    const threshold = this.crossed(ip, claimant, other);
    if (threshold > 0) this.begin(ip, claimant, other, 'arp.spoof', threshold);
    else if (other && claimant.switches + other.switches >= this.switchesOf(claimant, other)) {
      const attacker = claims.rival!;
      const rightful = claims.owner;
      if (attacker.forced === rightful.forced) this.begin(ip, attacker, rightful, 'arp.duplicate-ip');
      else if (attacker.forced > rightful.forced) this.begin(ip, attacker, rightful, 'arp.spoof');
      else this.begin(ip, rightful, attacker, 'arp.spoof');
    }
  }

  /** How many forced claims were needed of this claimant, when it has made them and the address is that of someone else; else 0. */
  private crossed(ip: number, { forced, quiet, mac, isOpen }: Claimant, other: Claimant | null): number {
    const { replies } = this.options;
    // One is enough where the address is known to be another's and the claimant never said aloud that it has it.
    if (forced + quiet > 0 && !isOpen && (other?.isOpen || this.isHeardFromOther(ip, mac))) return 1;
    const own = this.own.get(mac);
    if (forced > 0 && forced + quiet >= replies - 1 && own !== undefined && own !== ip) return replies - 1;
    return forced >= replies && other !== null ? replies : 0;
  }

  /** How many changes show that both use the address: one less when the owner took it back at once. */
  private switchesOf(a: Claimant, b: Claimant): number {
    return this.options.switches - (a.isDefending || b.isDefending ? 1 : 0);
  }

  private isHeardFromOther(ip: number, mac: number): boolean {
    const known = this.heard.get(ip);
    return known !== undefined && known.mac !== mac && this.context.seconds - known.seconds <= this.options.window;
  }

  private begin(ip: number, attacker: Claimant, other: Claimant | null, alertClass: Incident['alertClass'], threshold = 0): void {
    const earlier = this.incidents.get(attacker.mac);
    if (earlier) this.emit(earlier);
    const incident: Incident = {
      alertClass,
      threshold,
      changes: other === null ? this.options.switches : this.switchesOf(attacker, other),
      attacker: attacker.mac,
      ownIp: this.own.get(attacker.mac) ?? null,
      claims: new Map(),
      targets: new Set(),
      packets: [this.context.packet],
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
    incident.forced += claimant.forced + claimant.quiet;
    incident.switches += claimant.switches + (other?.switches ?? 0);
    claimant.forced = 0;
    claimant.quiet = 0;
    claimant.switches = 0;
    if (other) other.switches = 0;
    if (claimant.first.seconds < incident.first.seconds) incident.first = claimant.first;
    incident.last = claimant.last;
    if (incident.alertClass === 'arp.duplicate-ip' && incident.forced >= this.options.replies) {
      incident.alertClass = 'arp.spoof';
      incident.threshold = this.options.replies;
    }
  }

  private emit(incident: Incident): void {
    this.context.alert(this.rowOf(incident));
  }

  private rowOf(incident: Incident): Finding {
    const { window } = this.options;
    return incident.alertClass === 'arp.spoof' ? spoofFinding(incident, window) : duplicateFinding(incident, window);
  }
}

function questionKey(ip: number, mac: number): number {
  return ((ip ^ Math.imul(mac | 0, 0x9e3779b1)) >>> 0) * 0x1_0000 + Math.floor(mac / 0x1_0000_0000);
}

/** Whether the packet claims an address for a host of its own, rather than probing for one or serving a group of routers. */
function isOrdinary(arp: ArpView): boolean {
  return (
    arp.senderIp !== 0 &&
    arp.senderIp !== 0xffff_ffff &&
    arp.senderMac !== 0 &&
    !isMulticastMac(arp.senderMac) &&
    !isRouterGroup(arp.senderMac)
  );
}

export const arpSpoof: DetectorModule<typeof options> = {
  rule: {
    id: 'arp-spoof',
    name: 'ARP spoofing',
    version: '3',
    needs: [],
    doc:
      'A host forces an address of another on single hosts by answers that nobody asked for or questions in its name (arp.spoof; one is enough ' +
      'when the address is known to be of another), or two hosts claim one address ' +
      'by turns (arp.duplicate-ip; sooner when its owner takes it back within a second, as hosts do that defend it). An address that moves once, as by DHCP or fail-over, and the shared MAC addresses of VRRP, CARP, HSRP ' +
      'and GLBP stay quiet. Load balancing by ARP and proxy ARP for hosts that are present look like a duplicate.',
  },
  options,
  create: (context, values) => new ArpSpoofDetector(context, values),
};
