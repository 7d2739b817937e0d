/**
 * Routers that advertise themselves by IPv6 (RFC 4861 6.2) and should not: one that leads elsewhere than those known, one withdrawn by
 * another, or ever new ones. State: MAX_LANS VLANs with a bounded number of routers each; of others those not heard for longest go first.
 */
import { addressKey } from '../address-key.ts';
import type { DetectContext, Detector, DetectorModule, Finding, NeighbourView, OptionValues } from '../detector.ts';
import { GenerationMap } from '../generation-map.ts';
import { isRouterGroup } from '../mac.ts';
import { floodFinding, killFinding, rogueFinding } from './finding.ts';
import { extend, Lan, newIncident, newStranger, type Router, shares, type Stranger } from './lan.ts';
import { options } from './options.ts';

const MAX_LANS = 1024;
const ROUTER_ADVERTISEMENT = 134;
const NEIGHBOUR_ADVERTISEMENT = 136;
/** Seconds until a new router is told of: by then it is clear whether it is one of a flood. */
const PATIENCE = 2;
/** No router leaves within so many seconds of its own advertisement. */
const HASTE = 1;
/** Seconds in which a router must come and go to be killed, and after which a kill is over. */
const KILL_WINDOW = 300;
const MAX_NAMED = 8;

class RogueRouterDetector implements Detector {
  private readonly context: DetectContext;
  private readonly options: OptionValues<typeof options>;
  /** By VLAN. */
  private readonly lans = new GenerationMap<Lan>(MAX_LANS, (_vlan, lan) => this.close(lan));

  constructor(context: DetectContext, values: OptionValues<typeof options>) {
    this.context = context;
    this.options = values;
  }

  neighbour(message: NeighbourView): void {
    const { icmpType, vlan } = message;
    if (icmpType !== ROUTER_ADVERTISEMENT && icmpType !== NEIGHBOUR_ADVERTISEMENT) return;
    const lan = this.lans.get(vlan) ?? new Lan((stranger) => this.tell(stranger));
    this.lans.set(vlan, lan);
    if (icmpType === ROUTER_ADVERTISEMENT) this.advertised(lan, message);
    else lan.hear(message, this.context.seconds);
  }

  advance(): void {
    for (const [, lan] of this.lans.entries()) this.judge(lan, this.context.seconds);
  }

  open(): Finding[] {
    const { seconds } = this.context;
    const found: Finding[] = [];
    for (const [, lan] of this.lans.entries()) {
      this.endFlood(lan);
      if (lan.flood.episode) found.push(floodFinding(lan.flood.episode, lan.floodMacs, this.options));
      for (const router of lan.routers) {
        this.endKill(router);
        if (router.kill?.detectedAtNs != null) found.push(killFinding(router, this.options.withdrawals, KILL_WINDOW));
      }
      for (const [key, stranger] of [...lan.strangers.entries()]) {
        if (stranger.incident.detectedAtNs === null || stranger.judgedAt !== null) continue;
        if (seconds - stranger.incident.endSeconds <= this.options.window) found.push(rogueFinding(stranger, this.options));
        else this.tell(lan.strangers.take(key)!);
      }
    }
    return found;
  }

  finish(): void {
    this.lans.clear();
  }

  private advertised(lan: Lan, message: NeighbourView): void {
    const { seconds } = this.context;
    const key = addressKey(message.vlan, message.source);
    const known = lan.routers.find((router) => router.key === key);
    if (message.lifetime === 0) {
      if (known) this.withdrawn(known, message);
      return;
    }
    const others = lan.living(seconds);
    const isHost = lan.hosts.get(key) === true && others.some((router) => router !== known);
    const isTrusted = known ? isOf(known, message) || shares(message, others) : others.length === 0 || (!isHost && shares(message, others));
    // The rogue was first to advertise itself, not first to be a router.
    if (!isTrusted && lan.isOlder(message.sourceMac, others)) lan.routers = [];
    if (lan.routers.length === 0 || isTrusted) lan.believe(message, key, this.context);
    else this.strange(lan, message, key, isHost, others);
  }

  /** An advertisement of a router that leads elsewhere than `known`. */
  private strange(lan: Lan, message: NeighbourView, key: number, isHost: boolean, known: readonly Router[]): void {
    const { context } = this;
    const { seconds } = context;
    let stranger = lan.strangers.get(key);
    if (stranger && seconds - stranger.incident.endSeconds > this.options.window) {
      this.tell(lan.strangers.take(key)!);
      stranger = undefined;
    }
    if (!stranger) {
      this.countFlood(lan, message.sourceMac);
      if (lan.flood.episode) return;
      stranger = newStranger(message, isHost, known, context);
    }
    lan.strangers.set(key, stranger);
    const { incident } = stranger;
    extend(incident, context);
    if (incident.detectedAtNs !== null || incident.count < this.options.advertisements) return;
    incident.detectedAtNs = context.timeNs;
    stranger.judgedAt = seconds + PATIENCE;
    context.wakeAt(stranger.judgedAt);
  }

  private countFlood(lan: Lan, mac: number): void {
    const { floodRouters, floodWindow } = this.options;
    this.endFlood(lan);
    if (lan.floodMacs.length === MAX_NAMED) lan.floodMacs.shift();
    if (!lan.flood.episode) lan.floodMacs.push(mac);
    lan.flood.add(this.context, floodWindow, floodRouters);
  }

  /** Strangers that have waited long enough: those of a flood are told with it. */
  private judge(lan: Lan, seconds: number): void {
    const since = lan.flood.episode?.startSeconds ?? Number.POSITIVE_INFINITY;
    for (const [key, stranger] of [...lan.strangers.entries()]) {
      if (stranger.judgedAt === null) continue;
      if (stranger.incident.startSeconds >= since) lan.strangers.delete(key);
      else if (stranger.judgedAt <= seconds) stranger.judgedAt = null;
      else this.context.wakeAt(stranger.judgedAt);
    }
  }

  /** A router's name is used to say that it is none any more. */
  private withdrawn(router: Router, message: NeighbourView): void {
    const { context } = this;
    const { seconds } = context;
    // A router that leaves says so up to three times (RFC 4861 6.2.5).
    if (router.until < seconds) return;
    this.endKill(router);
    const isOther = !isOf(router, message);
    const isForged = isOther || (seconds - router.seconds <= HASTE && message.linkMac !== router.linkMac);
    const kill = (router.kill ??= newIncident(context));
    if (kill.packets.at(-1) !== router.packet) kill.packets.push(router.packet);
    extend(kill, context);
    if (isForged) router.forger = isOther ? message.sourceMac : -1;
    else router.until = seconds;
    if (kill.detectedAtNs === null && (isForged || kill.count >= this.options.withdrawals)) kill.detectedAtNs = context.timeNs;
  }

  private endKill(router: Router): void {
    const { kill } = router;
    if (!kill || this.context.seconds - (kill.detectedAtNs === null ? kill.startSeconds : kill.endSeconds) <= KILL_WINDOW) return;
    this.tellKill(router);
  }

  private tellKill(router: Router): void {
    if (router.kill?.detectedAtNs != null) this.context.alert(killFinding(router, this.options.withdrawals, KILL_WINDOW));
    router.kill = null;
    router.forger = null;
  }

  private endFlood(lan: Lan): void {
    if (lan.flood.isQuiet(this.context.seconds, this.options.floodWindow)) this.tellFlood(lan);
  }

  private tellFlood(lan: Lan): void {
    this.judge(lan, this.context.seconds);
    const episode = lan.flood.close();
    if (episode) this.context.alert(floodFinding(episode, lan.floodMacs, this.options));
    lan.floodMacs = [];
  }

  private tell(stranger: Stranger): void {
    if (stranger.incident.detectedAtNs !== null) this.context.alert(rogueFinding(stranger, this.options));
  }

  private close(lan: Lan): void {
    this.judge(lan, Number.POSITIVE_INFINITY);
    this.tellFlood(lan);
    for (const router of lan.routers) this.tellKill(router);
    lan.strangers.clear();
  }
}

/** Whether the frame is of a hardware address that the router has used, or of one that routers share. */
function isOf(router: Router, { sourceMac }: NeighbourView): boolean {
  return router.macs.has(sourceMac) || isRouterGroup(sourceMac);
}

export const rogueRouter: DetectorModule<typeof options> = {
  rule: {
    id: 'rogue-router',
    name: 'Rogue IPv6 router',
    version: '1',
    needs: ['whole-packets'],
    doc:
      'A host advertises itself as a router by IPv6 and leads elsewhere (ndp.rogue-router): it gives prefixes that the routers heard before ' +
      'do not give, or says elsewhere that it is none. A router is withdrawn by another, or comes and goes (ndp.router-kill). Ever new routers ' +
      'appear (ndp.router-flood). Routers that share their prefixes, as for fail-over, and those that follow one whose time is over stay ' +
      'quiet; two providers at one network, and networks that were captured together without their VLANs, look like a rogue.',
  },
  options,
  create: (context, values) => new RogueRouterDetector(context, values),
};
