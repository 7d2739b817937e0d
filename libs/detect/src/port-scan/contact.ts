/** First contacts and which of them may fail at all. */
import type { FlowView } from '../detector.ts';

const TCP = 6;
const UDP = 17;
const FIN = 1;
const SYN = 2;
const PSH = 8;
const ACK = 16;
const URG = 32;

/** UDP ports that traceroute walks through: the last hop refuses every one of them. */
const TRACEROUTE_FIRST = 33_434;
const TRACEROUTE_LAST = 33_534;
/** Where systems take the ports of their clients from (Linux; others begin higher). */
const EPHEMERAL_FIRST = 32_768;

/** The first packet of a flow towards a port, until its outcome is known. */
export interface Contact {
  source: number;
  destination: number;
  ianaNumber: number;
  port: number;
  packet: number;
  seconds: number;
  timeNs: bigint;
  state: 'waiting' | 'failed' | 'answered';
  /** When failed: whether a refusal was seen, and the packet time at which that was known. */
  isRefused: boolean;
  knownAtNs: bigint;
}

/** Whether a flow's first packet can be a probe of a port. */
export function isProbe(flow: FlowView): boolean {
  if (flow.ianaNumber === UDP) return flow.destinationPort < TRACEROUTE_FIRST || flow.destinationPort > TRACEROUTE_LAST;
  if (flow.ianaNumber !== TCP) return false;
  switch (flow.firstFlags & 0x3f) {
    case SYN:
    case 0: // NULL scan
    case FIN:
    case FIN | PSH | URG: // XMAS scan
      return true;
    case ACK:
    case FIN | ACK: // Maimon scan
      // A server that ends old connections looks the same, but its targets are ephemeral ports.
      return flow.destinationPort < EPHEMERAL_FIRST && flow.destinationPort < flow.sourcePort;
    default:
      return false;
  }
}

/** Whether the first packet asks for an answer, so that silence is a failure. */
export function isSyn(flow: FlowView): boolean {
  return flow.ianaNumber === TCP && (flow.firstFlags & 0x3f) === SYN;
}
