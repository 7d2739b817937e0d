/** First contacts and what their silence means. */
import type { EndedFlow, FlowView } from '../detector.ts';

const ICMP = 1;
const TCP = 6;
const UDP = 17;
const SCTP = 132;
const FIN = 1;
const SYN = 2;
const RST = 4;
const ACK = 16;
const URG = 32;

/** UDP ports that traceroute walks through: the last hop refuses every one of them. */
const TRACEROUTE_FIRST = 33_434;
const TRACEROUTE_LAST = 33_534;
/** Where systems take the ports of their clients from (Linux; others begin higher). */
const EPHEMERAL_FIRST = 32_768;
/** Ports up to this are of services; media and peer-to-peer take theirs above it. */
const SERVICE_LAST = 9_999;
/** Tries of a scanner at one port: some repeat what stayed unanswered. */
const SCANNER_TRIES = 3;
/** Protocols of IP that hosts and routers speak with each other: IGMP, tunnels, IPsec, routing, SCTP, DCCP, UDP-Lite and others. */
const ordinaryProtocols = new Set([2, 4, 41, 47, 50, 51, 58, 88, 89, 94, 97, 98, 103, 112, 115, 132, 33, 136, 137, 139]);

/** What it means when a probe stays unanswered. */
export const Silence = {
  /** Nothing: not a probe. */
  NoProbe: 0,
  /** A SYN asks for an answer: the port is filtered. */
  Failure: 1,
  /** No such packet begins a conversation: a failure as soon as it is sent, whatever comes back. */
  Odd: 2,
  /** UDP to a service, or SCTP: a failure once the host has refused others, else a faint sign. */
  Faint: 3,
  /** ACK and the like, which also begin where a capture begins, and UDP anywhere: only a refusal tells. */
  Nothing: 4,
} as const;

/** The first packet of a flow towards a port, until its outcome is known. */
export interface Contact {
  source: number;
  destination: number;
  /** IP protocol * 65,536 + port. */
  target: number;
  sourcePort: number;
  silence: number;
  packet: number;
  seconds: number;
  timeNs: bigint;
  state: 'waiting' | 'closed' | 'filtered' | 'open';
  /** How often the source tried the same of late, with this time: a client or monitor tries again. Without end once it was answered. */
  tries: number;
}

export const PORTS = 0x1_0000;

/** Whether a failure counts however long ago: it is at a service, which is not one that the source knows or waits for. */
export function isLasting({ target, tries }: Contact): boolean {
  return target % PORTS <= SERVICE_LAST && tries <= SCANNER_TRIES;
}

/** What a flow's first packet is, as a probe of a port or protocol. */
export function silenceOf(flow: FlowView): number {
  const { ianaNumber } = flow;
  if (ianaNumber === TCP) return tcpSilence(flow);
  if (ianaNumber === UDP) return udpSilence(flow);
  // Associations have several paths, of which the capture may show one way only.
  if (ianaNumber === SCTP && flow.destinationPort !== 0) return Silence.Faint;
  // A message of ICMP is no probe of a port; multicast has hosts without number.
  return ianaNumber === ICMP || ordinaryProtocols.has(ianaNumber) || isGroup(flow) ? Silence.NoProbe : Silence.Odd;
}

function tcpSilence(flow: FlowView): number {
  const flags = flow.firstFlags;
  if (flags & RST) return Silence.NoProbe;
  if (flags & SYN) {
    if (flags & ACK) return Silence.NoProbe;
    // Nothing ends, and nothing is urgent, before it has begun.
    if (flags & (FIN | URG)) return Silence.Odd;
    // An FTP server that opens a data connection to its client, who told it the port.
    return flow.sourcePort === 20 ? Silence.NoProbe : Silence.Failure;
  }
  // RFC 9293 3.10.7.4: what is neither SYN nor RST has ACK. NULL, FIN and XMAS scans, and what else a tool is told to set.
  if ((flags & ACK) === 0) return Silence.Odd;
  if ((flags & 0x3f) !== ACK && (flags & 0x3f) !== (FIN | ACK)) return Silence.NoProbe;
  // ACK or Maimon scan. A server that ends old connections looks the same, but its targets are ephemeral ports.
  return isService(flow.destinationPort, flow.sourcePort) ? Silence.Nothing : Silence.NoProbe;
}

/**
 * Whether a flow is a SYN+ACK that nobody asked for and that is refused. Its sender, whom it names as responder, probes a port. Answers to
 * SYNs in the name of others go to ephemeral ports, or from those of services.
 */
export function isRefusedSynAck(flow: EndedFlow): boolean {
  const isSynAck = (flow.firstFlags & (SYN | ACK)) === (SYN | ACK);
  return isSynAck && flow.packets(0) === 1 && flow.payloadBytes(1) === 0 && isService(flow.sourcePort, flow.destinationPort);
}

function isService(port: number, otherPort: number): boolean {
  return port < EPHEMERAL_FIRST && port < otherPort;
}

function udpSilence(flow: FlowView): number {
  const { sourcePort, destinationPort } = flow;
  if ((destinationPort >= TRACEROUTE_FIRST && destinationPort <= TRACEROUTE_LAST) || isGroup(flow)) return Silence.NoProbe;
  return destinationPort <= SERVICE_LAST && destinationPort < sourcePort ? Silence.Faint : Silence.Nothing;
}

/** Whether it goes to many hosts: multicast, limited broadcast. */
function isGroup(flow: FlowView): boolean {
  return flow.isIpv6 ? flow.destinationWord(0) >>> 24 === 0xff : flow.destinationWord(0) >>> 28 >= 14;
}
