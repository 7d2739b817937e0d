/**
 * One packet as numbers. A thread has one `Packet` and `decode` fills it anew for each frame; whoever keeps something past the call
 * copies it. Positions (`…Offset`) are absolute in the buffer that was decoded, -1 when the packet has no such thing.
 */
import type { WeirdCode } from './weird.ts';

/** Most weirds one packet can carry; further ones are not kept. */
export const maxWeirds = 8;
/** Tunnels that are opened in one packet; what is deeper stays closed. */
export const maxTunnels = 8;
/** Words of a layer in `Packet.tunnels`. */
export const tunnelWords = 16;
/**
 * Words of a tunnel's layer: `TunnelType`; whether it has a key, and the key (VNI, TEID ...) as int32; what carries it: IP version, ports
 * (0 where the carrier has none), addresses as in `Packet`, 4 words each.
 */
export const TunnelWord = {
  Type: 0,
  HasKey: 1,
  Key: 2,
  IpVersion: 3,
  SourcePort: 4,
  DestinationPort: 5,
  Source: 6,
  Destination: 10,
} as const;

export class Packet {
  /** Start of the frame. */
  frameOffset = 0;
  /** Bytes of the frame that are in the buffer. */
  capturedLength = 0;
  /** Bytes of the frame on the wire, never less than `capturedLength`. */
  frameBytes = 0;
  /** LINKTYPE_ number of the frame. */
  linkType = 0;

  /** 0: the packet belongs to a flow. Otherwise the bucket it is counted in; `bucketName` gives its name. */
  bucket = 0;

  /** Ethernet addresses, 6 bytes each; the cooked link types know at most the source. */
  destinationMacOffset = -1;
  sourceMacOffset = -1;
  /** EtherType of the innermost payload, 0 when the link type has none (IP without a link header) or LLC without SNAP. */
  etherType = 0;
  /** How many VLAN tags there are; ids are kept of the outermost and the innermost (equal with one tag). */
  vlanDepth = 0;
  outerVlan = 0;
  innerVlan = 0;
  /** Headers between Ethernet's addresses and its type that were passed (see ethernet.ts). */
  shims = 0;

  /**
   * Tunnels that were opened, outermost first, `tunnelWords` words each; what follows here (`ipVersion` ...) is of the innermost packet.
   * Frame and link fields are of the frame, except that Ethernet within a tunnel overwrites the addresses and adds its VLAN tags.
   */
  tunnelCount = 0;
  readonly tunnels = new Int32Array(maxTunnels * tunnelWords);
  /** Tunnels that may be opened in this packet. */
  tunnelLimit = maxTunnels;
  /** Set while decoding: an `Inner` that waits at `[innerOffset, innerEnd)`, on the wire up to `innerWireEnd`. */
  innerKind = 0;
  innerOffset = 0;
  innerEnd = 0;
  innerWireEnd = 0;

  /** 4, 6, or 0 when the frame holds no readable IP header. */
  ipVersion = 0;
  ipOffset = -1;
  /** Bytes of the IP datagram (or fragment) on the wire, header included. */
  ipBytes = 0;
  /** IP protocol number after all IPv6 extension headers. */
  ipProtocol = 0;
  /** TTL or hop limit. */
  ttl = 0;
  /** Addresses: 4 or 16 bytes. */
  sourceIpOffset = -1;
  destinationIpOffset = -1;
  /** The same as int32 words in network order; IPv4 uses word 0 only and leaves the others 0. */
  sourceWord0 = 0;
  sourceWord1 = 0;
  sourceWord2 = 0;
  sourceWord3 = 0;
  destinationWord0 = 0;
  destinationWord1 = 0;
  destinationWord2 = 0;
  destinationWord3 = 0;

  /** Whether the datagram is a piece of a larger one (offset or "more fragments" set). */
  isFragment = false;
  moreFragments = false;
  /** IPv6: position of the fragment header, and of the next-header field that leads to it. -1 otherwise. */
  fragmentHeaderOffset = -1;
  fragmentLinkOffset = -1;
  /** Position of this piece in its datagram, bytes. A piece with a position above 0 has no transport header. */
  fragmentOffset = 0;
  /** Identification: 16 bits (IPv4) or int32 (IPv6). Also set on whole IPv4 datagrams. */
  fragmentId = 0;

  /** TCP, UDP, ICMP or other header after IP; -1 in a later fragment. */
  transportOffset = -1;
  /** Whether `sourcePort` and `destinationPort` are known (TCP, UDP, UDP-Lite, SCTP, DCCP; not in later fragments). */
  hasPorts = false;
  sourcePort = 0;
  destinationPort = 0;
  /** ICMP and ICMPv6, -1 otherwise. */
  icmpType = -1;
  icmpCode = -1;

  /** TCP: sequence and acknowledgment number as int32 bit patterns: compare with `(a - b) | 0`, show with `>>> 0`. */
  tcpSeq = 0;
  tcpAck = 0;
  /** TCP flags: FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32, ECE 64, CWR 128. */
  tcpFlags = 0;
  tcpWindow = 0;
  /** Header length with options, bytes: 20-60. Options are `[transportOffset + 20, transportOffset + tcpHeaderLength)`, as far as captured. */
  tcpHeaderLength = 0;

  /** Bytes after the transport header (after the IP header where there is none) that are in the buffer. */
  payloadOffset = -1;
  payloadLength = 0;
  /** The same on the wire, from the IP length; link padding is not payload. */
  payloadBytes = 0;
  /** Whether the capture holds less of the IP datagram than was on the wire. */
  isTruncated = false;

  /** Oddities met: `weirds[0 .. weirdCount)`, each a `Weird` code. */
  weirdCount = 0;
  readonly weirds = new Int32Array(maxWeirds);

  /** Forget the last frame. `originalLength` below `capturedLength` is raised to it. */
  reset(offset: number, capturedLength: number, originalLength: number, linkType: number): void {
    this.frameOffset = offset;
    this.capturedLength = capturedLength;
    this.frameBytes = originalLength < capturedLength ? capturedLength : originalLength;
    this.linkType = linkType;
    this.destinationMacOffset = -1;
    this.sourceMacOffset = -1;
    this.etherType = 0;
    this.vlanDepth = 0;
    this.outerVlan = 0;
    this.innerVlan = 0;
    this.shims = 0;
    this.tunnelCount = 0;
    this.resetNetwork();
  }

  /** Forget what follows the link header. */
  resetNetwork(): void {
    this.bucket = 0;
    this.innerKind = 0;
    this.ipVersion = 0;
    this.ipOffset = -1;
    this.ipBytes = 0;
    this.ipProtocol = 0;
    this.ttl = 0;
    this.sourceIpOffset = -1;
    this.destinationIpOffset = -1;
    this.isFragment = false;
    this.moreFragments = false;
    this.fragmentHeaderOffset = -1;
    this.fragmentLinkOffset = -1;
    this.fragmentOffset = 0;
    this.fragmentId = 0;
    this.icmpType = -1;
    this.icmpCode = -1;
    this.tcpSeq = 0;
    this.tcpAck = 0;
    this.tcpFlags = 0;
    this.tcpWindow = 0;
    this.tcpHeaderLength = 0;
    this.isTruncated = false;
    this.weirdCount = 0;
    this.resetTransport();
  }

  /** Forget what a tunnel's carrier leaves: ports and payload. */
  resetTransport(): void {
    this.transportOffset = -1;
    this.hasPorts = false;
    this.sourcePort = 0;
    this.destinationPort = 0;
    this.payloadOffset = -1;
    this.payloadLength = 0;
    this.payloadBytes = 0;
  }

  /** What is carried at `[offset, end)` is decoded next, as `kind` (an `Inner`). */
  carry(kind: number, offset: number, end: number, wireEnd: number): void {
    this.innerKind = kind;
    this.innerOffset = offset;
    this.innerEnd = end;
    this.innerWireEnd = wireEnd;
  }

  /** Note an oddity; the first `maxWeirds` of a packet are kept. */
  weird(code: WeirdCode): void {
    if (this.weirdCount < maxWeirds) this.weirds[this.weirdCount++] = code;
  }
}
