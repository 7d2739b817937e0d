/**
 * Neighbour discovery (RFC 4861 4) and ICMP redirects (RFC 792) as numbers, network byte order. One object, read anew for each message;
 * what a host drops is not read: `read` says so.
 */
import type { Packet } from '@wirecase/decode';
import type { NeighbourView } from '@wirecase/detect';
import { macAt } from './arp-packet.ts';

const REDIRECT_V4 = 5;
const ROUTER_SOLICITATION = 133;
const ROUTER_ADVERTISEMENT = 134;
const NEIGHBOUR_ADVERTISEMENT = 136;
const REDIRECT = 137;
/** RFC 4861 6.1: a packet that was forwarded has less, so that nobody far away can send these. */
const HOP_LIMIT = 255;
/** Prefixes and DNS servers that are kept of one message. */
const MAX_LISTED = 8;
/** Bytes of a message before its options, by type from 133 on. */
const optionsAt = [8, 16, 24, 24, 40];
const SOURCE_LINK = 1;
const TARGET_LINK = 2;
const PREFIX = 3;
/** RFC 8106 5.1. */
const DNS_SERVERS = 25;

/** Whether a packet of ICMP or ICMPv6 is one of these messages, by its type. */
export function tellsOfNeighbours({ ipVersion, icmpType }: Packet): boolean {
  return ipVersion === 6 ? icmpType >= ROUTER_SOLICITATION && icmpType <= REDIRECT : icmpType === REDIRECT_V4;
}

export class NeighbourMessage implements NeighbourView {
  ipVersion = 0;
  icmpType = 0;
  vlan = 0;
  sourceMac = 0;
  readonly source = new Int32Array(4);
  readonly destination = new Int32Array(4);
  readonly target = new Int32Array(4);
  readonly about = new Int32Array(4);
  linkMac = -1;
  isRouter = false;
  isSolicited = false;
  isOverride = false;
  lifetime = 0;
  prefixCount = 0;
  readonly prefixes = new Int32Array(4 * MAX_LISTED);
  dnsServerCount = 0;
  readonly dnsServers = new Int32Array(4 * MAX_LISTED);

  /** Read `packet`, of which `tellsOfNeighbours` is true; false when it is cut short, was forwarded, or its link does not tell who sent it. */
  read(packet: Packet, view: DataView): boolean {
    const { transportOffset: at, payloadOffset, payloadLength, sourceMacOffset, destinationMacOffset } = packet;
    if (at < 0 || payloadOffset < 0 || sourceMacOffset < 0 || destinationMacOffset < 0 || packet.icmpCode > 3) return false;
    this.ipVersion = packet.ipVersion;
    this.icmpType = packet.icmpType;
    this.vlan = packet.innerVlan * Math.min(packet.vlanDepth, 1);
    this.sourceMac = macAt(view, sourceMacOffset);
    setWords(this.source, packet.sourceWord0, packet.sourceWord1, packet.sourceWord2, packet.sourceWord3);
    setWords(this.destination, packet.destinationWord0, packet.destinationWord1, packet.destinationWord2, packet.destinationWord3);
    this.linkMac = -1;
    const end = payloadOffset + payloadLength;
    if (packet.ipVersion === 4) return this.readRedirectV4(view, at, end);
    return packet.ttl === HOP_LIMIT && packet.icmpCode === 0 && this.readVersion6(view, at, end);
  }

  /** RFC 792: the gateway, then the packet that was sent the long way. */
  private readRedirectV4(view: DataView, at: number, end: number): boolean {
    if (end - at < 28) return false;
    setWords(this.target, view.getInt32(at + 4), 0, 0, 0);
    setWords(this.about, view.getInt32(at + 24), 0, 0, 0);
    return true;
  }

  private readVersion6(view: DataView, at: number, end: number): boolean {
    const type = this.icmpType;
    const options = at + optionsAt[type - ROUTER_SOLICITATION]!;
    if (end < options) return false;
    const flags = view.getUint8(at + 4);
    const isAdvertisement = type === NEIGHBOUR_ADVERTISEMENT;
    this.isRouter = isAdvertisement && (flags & 0x80) !== 0;
    this.isSolicited = isAdvertisement && (flags & 0x40) !== 0;
    this.isOverride = isAdvertisement && (flags & 0x20) !== 0;
    this.lifetime = type === ROUTER_ADVERTISEMENT ? view.getUint16(at + 6) : 0;
    if (type > ROUTER_ADVERTISEMENT) readWords(this.target, 0, view, at + 8);
    if (type === REDIRECT) readWords(this.about, 0, view, at + 24);
    this.prefixCount = 0;
    this.dnsServerCount = 0;
    this.readOptions(view, options, end);
    return true;
  }

  /** RFC 4861 4.6: type, length in units of 8 bytes, value. A message with an option of length 0 is dropped; what was read of it stays. */
  private readOptions(view: DataView, from: number, end: number): void {
    const link = this.icmpType >= NEIGHBOUR_ADVERTISEMENT ? TARGET_LINK : SOURCE_LINK;
    for (let at = from; at + 8 <= end;) {
      const next = at + 8 * view.getUint8(at + 1);
      if (next === at || next > end) return;
      const option = view.getUint8(at);
      if (option === link && next === at + 8 && this.linkMac < 0) this.linkMac = macAt(view, at + 2);
      else if (option === PREFIX && next === at + 32 && this.prefixCount < MAX_LISTED)
        readWords(this.prefixes, 4 * this.prefixCount++, view, at + 16);
      else if (option === DNS_SERVERS)
        for (let one = at + 8; one + 16 <= next && this.dnsServerCount < MAX_LISTED; one += 16)
          readWords(this.dnsServers, 4 * this.dnsServerCount++, view, one);
      at = next;
    }
  }
}

function setWords(words: Int32Array, word0: number, word1: number, word2: number, word3: number): void {
  words[0] = word0;
  words[1] = word1;
  words[2] = word2;
  words[3] = word3;
}

/** Four words of `view` into `words` from `place` on. */
function readWords(words: Int32Array, place: number, view: DataView, at: number): void {
  for (let i = 0; i < 4; i++) words[place + i] = view.getInt32(at + 4 * i);
}
