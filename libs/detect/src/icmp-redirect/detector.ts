/**
 * Forged ICMP redirects (RFC 792, RFC 4861 4.5): a router sends hosts to another router, never to itself and, by IPv6, never to a host that
 * says that it is no router. Who sends it is known by its link address only, since the IP address is the router's. State: MAX_NEIGHBOURS
 * addresses, MAX_WAITING redirects to hosts of which too little is known, MAX_LANS VLANs.
 */
import { addressKey } from '../address-key.ts';
import { addressBytes, ipv4Bytes } from '../address-text.ts';
import type { ArpView, DetectContext, Detector, DetectorModule, Finding, NeighbourView, OptionValues } from '../detector.ts';
import { GenerationMap } from '../generation-map.ts';
import { isRouterGroup } from '../mac.ts';
import { type Addressed, Lan, type Proof, redirectFinding, type Redirect } from './finding.ts';
import { options } from './options.ts';

const MAX_NEIGHBOURS = 16_384;
const MAX_WAITING = 256;
const MAX_LANS = 1024;
const HALF_MAC = 1 << 24;
const REQUEST = 1;
const ROUTER_ADVERTISEMENT = 134;
const SOLICITATION = 135;
const ADVERTISEMENT = 136;
const REDIRECT_V4 = 5;
const REDIRECT_V6 = 137;

/** What a host last said of itself. */
interface Neighbour {
  mac: number;
  /** When it first said so. */
  packet: number;
  /** Whether it advertised itself as a host; null when it did not say. */
  isRouter: boolean | null;
}

class IcmpRedirectDetector implements Detector {
  private readonly context: DetectContext;
  private readonly options: OptionValues<typeof options>;
  /** By VLAN and address. */
  private readonly neighbours = new GenerationMap<Neighbour>(MAX_NEIGHBOURS);
  /** By VLAN and the address that it leads to, of which too little is known: the latest. */
  private readonly waiting = new GenerationMap<Redirect>(MAX_WAITING);
  /** By VLAN, host and the address that it asked for by ARP: the packet; and redirects of such hosts, in the name of what they may yet ask for. */
  private readonly asked = new GenerationMap<number>(MAX_NEIGHBOURS);
  private readonly unproved = new GenerationMap<Redirect>(MAX_WAITING);
  private readonly lans = new GenerationMap<Lan>(MAX_LANS, (_vlan, lan) => this.close(lan));
  private readonly words = new Int32Array(4);
  private readonly pair = new Int32Array(4);

  constructor(context: DetectContext, values: OptionValues<typeof options>) {
    this.context = context;
    this.options = values;
  }

  arp({ operation, vlan, senderIp, senderMac, targetIp }: ArpView): void {
    if (senderIp === 0) return;
    this.words[0] = senderIp;
    this.hear(addressKey(vlan, this.words), senderMac, null);
    if (operation === REQUEST && targetIp !== senderIp) this.ask(this.askKey(vlan, senderMac, targetIp));
  }

  neighbour(message: NeighbourView): void {
    const { icmpType, vlan, source, target, isRouter } = message;
    const mac = message.linkMac >= 0 ? message.linkMac : message.sourceMac;
    if (icmpType === REDIRECT_V4 || icmpType === REDIRECT_V6) this.redirected(message);
    else if (icmpType === ADVERTISEMENT) this.hear(addressKey(vlan, target), mac, isRouter);
    else if (icmpType === ROUTER_ADVERTISEMENT) this.hear(addressKey(vlan, source), mac, true);
    else if (icmpType === SOLICITATION && !isUnspecified(source)) this.hear(addressKey(vlan, source), mac, null);
  }

  open(): Finding[] {
    const found: Finding[] = [];
    for (const [, lan] of this.lans.entries()) {
      this.endIfQuiet(lan);
      if (lan.tally.episode) found.push(redirectFinding(lan, this.options));
    }
    return found;
  }

  finish(): void {
    this.lans.clear();
  }

  private hear(key: number, mac: number, isRouter: boolean | null): void {
    const { packet } = this.context;
    const known = this.neighbours.get(key);
    if (known?.mac === mac) {
      if (isRouter !== null && known.isRouter !== isRouter) Object.assign(known, { isRouter, packet });
    } else this.neighbours.set(key, { mac, packet, isRouter });
    if (this.waiting.isEmpty) return;
    const redirect = this.waiting.get(key);
    if (!redirect) return;
    const isLate = this.context.seconds - redirect.seconds > this.options.proof;
    if (isLate || this.isJudged(redirect, this.neighbours.get(key)!)) this.waiting.delete(key);
  }

  private ask(key: number): void {
    const { packet, seconds } = this.context;
    this.asked.set(key, packet);
    const redirect = this.unproved.isEmpty ? undefined : this.unproved.take(key);
    if (!redirect || seconds - redirect.seconds > this.options.proof) return;
    this.foundStranger(redirect, packet);
  }

  private foundStranger(redirect: Redirect, packet: number): void {
    this.waiting.delete(redirect.target.key);
    this.forged(redirect, 'stranger', redirect.mac, packet);
  }

  private askKey(vlan: number, mac: number, ip: number): number {
    this.pair[0] = ip;
    this.pair[1] = Math.floor(mac / HALF_MAC);
    this.pair[2] = mac % HALF_MAC;
    return addressKey(vlan, this.pair);
  }

  private redirected(message: NeighbourView): void {
    const { ipVersion, vlan, sourceMac, source, destination, target, about, linkMac } = message;
    // That the destination is a neighbour itself is what routers say that answer ARP in the name of all.
    if (isRouterGroup(sourceMac) || isSame(target, about) || isSame(target, source)) return;
    const addressed = (words: Int32Array): Addressed => ({ key: addressKey(vlan, words), bytes: bytesOf(words, ipVersion) });
    const redirect: Redirect = {
      vlan,
      mac: sourceMac,
      router: addressed(source),
      client: addressed(destination),
      target: addressed(target),
      about: bytesOf(about, ipVersion),
      seconds: this.context.seconds,
      packet: this.context.packet,
    };
    const { key } = redirect.target;
    const neighbour = this.neighbours.get(key);
    if (linkMac === sourceMac) {
      this.forged(redirect, 'itself', linkMac, null);
      return;
    }
    if (!neighbour || !this.isJudged(redirect, neighbour)) this.waiting.set(key, redirect);
    if (ipVersion === 4 && neighbour?.mac !== sourceMac) this.checkSender(redirect, this.askKey(vlan, sourceMac, source[0]!));
  }

  /** A redirect by IPv4 that leads to a third host: a router does not ask who has its own address. `asked`: that its sender did. */
  private checkSender(redirect: Redirect, asked: number): void {
    const packet = this.asked.get(asked);
    if (packet === undefined) this.unproved.set(asked, redirect);
    else this.foundStranger(redirect, packet);
  }

  /** Whether what is known of the host that a redirect leads to is enough; an IPv6 host says only later whether it is a router. */
  private isJudged(redirect: Redirect, { mac, packet, isRouter }: Neighbour): boolean {
    if (mac === redirect.mac) this.forged(redirect, 'itself', mac, packet);
    else if (isRouter === false) this.forged(redirect, 'host', mac, packet);
    else return isRouter === true || redirect.target.bytes.length === 4;
    return true;
  }

  /** `mac`: whose the new way is; `packet`: which one proves it, beside the redirect. */
  private forged(redirect: Redirect, proof: Proof, mac: number, packet: number | null): void {
    const { context } = this;
    const { redirects, window } = this.options;
    const lan = this.lans.get(redirect.vlan) ?? new Lan();
    this.lans.set(redirect.vlan, lan);
    this.endIfQuiet(lan);
    lan.note(redirect, proof, mac, packet);
    lan.tally.add(context, window, redirects);
  }

  private endIfQuiet(lan: Lan): void {
    if (lan.tally.isQuiet(this.context.seconds, this.options.window)) this.close(lan);
  }

  private close(lan: Lan): void {
    if (lan.tally.episode) this.context.alert(redirectFinding(lan, this.options));
    lan.clear();
  }
}

function bytesOf(words: Int32Array, ipVersion: number): Uint8Array {
  return ipVersion === 4 ? ipv4Bytes(words[0]!) : addressBytes(words);
}

function isUnspecified(words: Int32Array): boolean {
  return (words[0]! | words[1]! | words[2]! | words[3]!) === 0;
}

function isSame(a: Int32Array, b: Int32Array): boolean {
  return a[0] === b[0] && a[1] === b[1] && a[2] === b[2] && a[3] === b[3];
}

export const icmpRedirect: DetectorModule<typeof options> = {
  rule: {
    id: 'icmp-redirect',
    name: 'Forged ICMP redirects',
    version: '2',
    needs: [],
    doc:
      'A host is told by an ICMP or ICMPv6 redirect to send by another way, and the new way is the sender of the redirect itself, by its ' +
      'hardware address, or an IPv6 host that says that it is no router: no router does that. By IPv4, the sender may also ask who that router ' +
      'is, in whose name it speaks. Redirects of routers to other routers, also by shared addresses (VRRP, HSRP), and redirects that say that ' +
      'the destination is a neighbour stay quiet. One to another host by IPv4 whose sender asks for no router, and one by IPv4 that has the ' +
      'hardware address of the router, cannot be told from a true one. A bridge that gives all frames its own hardware address looks the same.',
  },
  options,
  create: (context, values) => new IcmpRedirectDetector(context, values),
};
