/**
 * Spoofed neighbour advertisements (RFC 4861 7.2) from who claims an IPv6 address, and denied addresses (RFC 4862 5.4). One change of an
 * address is never an alert: clusters move them. State is bounded: what was not heard of for longest goes first.
 */
import { addressKey } from '../address-key.ts';
import { addressBytes } from '../address-text.ts';
import type { DetectContext, Detector, DetectorModule, Finding, NeighbourView, OptionValues } from '../detector.ts';
import { GenerationMap } from '../generation-map.ts';
import { isRouterGroup } from '../mac.ts';
import { type Claims, type Manner, markOf, newClaims, newRival, note, type Rival } from './claims.ts';
import { Denials } from './denials.ts';
import { denialFinding, extendIncident, type Incident, newIncident, spoofFinding } from './finding.ts';
import { options } from './options.ts';

const MAX_ADDRESSES = 65_536;
const MAX_INCIDENTS = 1024;
const MAX_LANS = 1024;
const ROUTER_ADVERTISEMENT = 134;
const SOLICITATION = 135;
const ADVERTISEMENT = 136;
/** Half of the bits of a key. */
const HALF = 2 ** 26;

/** Who was asked for what, and who answered first; -1: nobody yet. */
interface Question {
  seconds: number;
  mac: number;
  packet: number;
}

class NdpSpoofDetector implements Detector {
  private readonly context: DetectContext;
  private readonly options: OptionValues<typeof options>;
  /** By VLAN and address. */
  private readonly claims = new GenerationMap<Claims>(MAX_ADDRESSES);
  /** By address and who asks for it. */
  private readonly questions = new GenerationMap<Question>(MAX_ADDRESSES);
  /** By hardware address of the attacker. */
  private readonly incidents = new GenerationMap<Incident>(MAX_INCIDENTS, (_mac, incident) => this.emit(incident));
  /** By VLAN. */
  private readonly denials = new GenerationMap<Denials>(MAX_LANS, (_vlan, denials) => denials.end());

  constructor(context: DetectContext, values: OptionValues<typeof options>) {
    this.context = context;
    this.options = values;
  }

  neighbour(message: NeighbourView): void {
    const mac = message.linkMac >= 0 ? message.linkMac : message.sourceMac;
    if (message.ipVersion !== 6 || isRouterGroup(mac)) return;
    if (message.icmpType === ADVERTISEMENT) this.advertised(message, mac);
    else if (message.icmpType === SOLICITATION) this.solicited(message, mac);
    else if (message.icmpType === ROUTER_ADVERTISEMENT) this.confirm(addressKey(message.vlan, message.source), mac, true);
  }

  open(): Finding[] {
    const { seconds } = this.context;
    const found: Finding[] = [];
    for (const [mac, incident] of [...this.incidents.entries()]) {
      if (seconds - incident.last.seconds <= this.options.window) found.push(spoofFinding(incident, this.options));
      else this.emit(this.incidents.take(mac)!);
    }
    for (const [, denials] of this.denials.entries()) {
      if (denials.tally.isQuiet(seconds, this.options.denialWindow)) denials.end();
      if (denials.tally.episode) found.push(denialFinding(denials.tally.episode, denials, this.options));
    }
    return found;
  }

  finish(): void {
    this.incidents.clear();
    this.denials.clear();
  }

  private solicited(message: NeighbourView, mac: number): void {
    const { vlan, target, source } = message;
    const key = addressKey(vlan, target);
    if (isUnspecified(source)) {
      this.denialsOf(vlan).tried(key, mac, this.context);
      return;
    }
    const asker = addressKey(vlan, source);
    this.questions.set(pairOf(key, asker), { seconds: this.context.seconds, mac: -1, packet: 0 });
    this.claim(source, asker, mac, 'announced', message, false);
  }

  private advertised(message: NeighbourView, mac: number): void {
    const { vlan, target, destination, isOverride, isSolicited, isRouter } = message;
    const { answerWait, denials, denialWindow } = this.options;
    const key = addressKey(vlan, target);
    const known = this.claims.get(key);
    const ownedSince = known?.mac === mac ? known.first.seconds : Number.POSITIVE_INFINITY;
    this.denialsOf(vlan).answered(key, target, mac, ownedSince, this.context, answerWait, denials, denialWindow);
    // RFC 4861 7.2.7, 7.2.8: proxies, and the many that have one anycast address, leave what is known as it is.
    if (!isOverride) {
      this.confirm(key, mac, isRouter);
      return;
    }
    if (isMulticast(destination)) this.claim(target, key, mac, 'announced', message, known?.isRouter === true && !isRouter);
    else {
      const question = this.questions.get(pairOf(key, addressKey(vlan, destination)));
      const isAsked = isSolicited && question !== undefined && this.context.seconds - question.seconds <= answerWait;
      if (isAsked) this.replied(message, key, mac, question);
      else this.claim(target, key, mac, 'forced', message, false);
    }
    this.confirm(key, mac, isRouter);
  }

  /** An answer: the second one to a question is one of two hosts too many. */
  private replied(message: NeighbourView, key: number, mac: number, question: Question): void {
    const claims = this.claim(message.target, key, mac, 'answered', message, false);
    const isContest = question.mac >= 0 && question.mac !== mac;
    const answeredPacket = question.packet;
    if (question.mac < 0) Object.assign(question, { mac, packet: this.context.packet });
    const rival = claims.rival;
    if (!isContest || !rival || (rival.mac !== mac && rival.mac !== question.mac)) return;
    const packet = rival.mac === mac ? this.context.packet : answeredPacket;
    rival.pushes++;
    note(rival, markOf(this.context), packet, addressBytes(message.destination), addressKey(message.vlan, message.destination));
    this.judge(claims, key, rival);
  }

  /** `mac` says that it has the address. */
  private claim(address: Int32Array, key: number, mac: number, manner: Manner, message: NeighbourView, deniesRouter: boolean): Claims {
    const mark = markOf(this.context);
    const claims = this.claims.get(key) ?? newClaims(addressBytes(address), mac, mark);
    this.claims.set(key, claims);
    this.succeed(claims, mac);
    // An owner needs not force its address on anyone: the one who did so was only heard first.
    if (mac !== claims.mac && claims.forced && manner !== 'forced') {
      Object.assign(claims, { mac, rival: claims.forced, forced: null, first: mark });
      if (claims.rival) this.judge(claims, key, claims.rival);
    }
    const rival = mac === claims.mac ? (claims.forced ??= manner === 'forced' ? newRival(mac, mark) : null) : this.rivalOf(claims, mac);
    if (mac === claims.mac) {
      claims.last = mark;
      if (claims.rival) claims.rival.isOwnerBack = true;
    }
    if (!rival || manner === 'answered') return claims;
    const { destination, vlan } = message;
    if (manner === 'forced') {
      rival.pushes++;
      note(rival, mark, mark.packet, addressBytes(destination), addressKey(vlan, destination));
    } else if (mac !== claims.mac && (rival.isOwnerBack || deniesRouter)) {
      rival.switches += rival.isOwnerBack ? 1 : 0;
      rival.isOwnerBack = false;
      rival.deniesRouter ||= deniesRouter;
      note(rival, mark, mark.packet, null, 0);
    }
    if (mac !== claims.mac) this.judge(claims, key, rival);
    return claims;
  }

  /** An address whose owner is silent for the window is of whoever claims it. */
  private succeed(claims: Claims, mac: number): void {
    const mark = markOf(this.context);
    const oldest = mark.seconds - this.options.window;
    if (claims.rival && claims.rival.last.seconds < oldest) claims.rival = null;
    if (claims.forced && claims.forced.last.seconds < oldest) claims.forced = null;
    if (mac !== claims.mac && claims.last.seconds < oldest)
      Object.assign(claims, { mac, first: mark, last: mark, isRouter: false, forced: null, rival: null });
  }

  private rivalOf(claims: Claims, mac: number): Rival {
    const { rival } = claims;
    const isGoingOn = rival?.mac === mac && this.context.seconds - rival.first.seconds <= this.options.window;
    return isGoingOn ? rival : (claims.rival = newRival(mac, markOf(this.context)));
  }

  /** `mac` is heard as that of the address, which changes nothing where it is another's. */
  private confirm(key: number, mac: number, isRouter: boolean): void {
    const claims = this.claims.get(key);
    if (claims?.mac !== mac) return;
    claims.last = markOf(this.context);
    claims.isRouter = isRouter;
    if (claims.rival) claims.rival.isOwnerBack = true;
  }

  private judge(claims: Claims, key: number, rival: Rival): void {
    const { window, claims: pushes, switches } = this.options;
    let incident = this.incidents.get(rival.mac);
    if (incident && this.context.seconds - incident.last.seconds > window) {
      this.emit(this.incidents.take(rival.mac)!);
      incident = undefined;
    }
    if (!incident) {
      // The true owner puts its address right: that is no second incident.
      if (this.incidents.get(claims.mac)?.addresses.has(key)) return;
      if (rival.pushes < pushes && rival.switches < switches && !rival.deniesRouter) return;
      incident = newIncident(rival, markOf(this.context), pushes);
    } else if (rival.pushes + rival.switches === 0) return;
    this.incidents.set(rival.mac, incident);
    extendIncident(incident, claims, key, rival);
  }

  private denialsOf(vlan: number): Denials {
    const known = this.denials.get(vlan);
    if (known) return known;
    const denials = new Denials((episode) => this.context.alert(denialFinding(episode, denials, this.options)));
    this.denials.set(vlan, denials);
    return denials;
  }

  private emit(incident: Incident): void {
    this.context.alert(spoofFinding(incident, this.options));
  }
}

function isUnspecified(words: Int32Array): boolean {
  return (words[0]! | words[1]! | words[2]! | words[3]!) === 0;
}

function isMulticast(words: Int32Array): boolean {
  return words[0]! >>> 24 === 0xff;
}

function pairOf(key: number, other: number): number {
  return (key % HALF) * HALF + (other % HALF);
}

export const ndpSpoof: DetectorModule<typeof options> = {
  rule: {
    id: 'ndp-spoof',
    name: 'IPv6 neighbour spoofing',
    version: '1',
    needs: [],
    doc:
      'A host takes the IPv6 address of another by neighbour advertisements (ndp.spoof): it forces it on single hosts that did not ask, answers ' +
      'beside the owner, announces it whenever the owner has used it again, or announces the address of a router as that of none. ' +
      'Or it claims the new addresses that others try (ndp.dad-denial). An address that moves once, as by fail-over, proxies, anycast and new ' +
      'random addresses stay quiet. Two hosts that really have one address look like spoofing.',
  },
  options,
  create: (context, values) => new NdpSpoofDetector(context, values),
};
