/**
 * Flows of TCP that began without a SYN and in which one end alone speaks: what a capture of one side shows of a connection, or a flood with
 * forged headers. The sequence numbers of a connection go on: with the bytes it sends, or with those it acknowledges. State: the newest
 * flows of 8,192 classes.
 */
import type { PacketView } from '../detector.ts';

const CLASSES = 8192;
/** Words of a class: which flow it is; sequence and acknowledgment number of its last segment; whether that had payload. */
const WORDS = 4;
/** Bytes that a window of data has at most: what steps further is no progress but another number. */
const LONGEST_STEP = 1 << 24;

export class LoneFlows {
  private readonly words = new Int32Array(WORDS * CLASSES);

  /** The first segment of such a flow. */
  begin(packet: PacketView): void {
    const flow = flowHash(packet);
    this.note(packet, flow, placeOf(flow));
  }

  /** Whether a further segment, of a flow that is known, says nothing that goes on from the one before. */
  isNonsense(packet: PacketView): boolean {
    const { words } = this;
    const flow = flowHash(packet);
    const at = placeOf(flow);
    if (words[at] !== flow) return false;
    const hasPayload = packet.payloadBytes > 0 || words[at + 3] !== 0;
    const isProgress = isStep((packet.tcpAck - words[at + 2]!) | 0) || (hasPayload && isStep((packet.tcpSeq - words[at + 1]!) | 0));
    this.note(packet, flow, at);
    return !isProgress;
  }

  private note({ tcpSeq, tcpAck, payloadBytes }: PacketView, flow: number, at: number): void {
    const { words } = this;
    words[at] = flow;
    words[at + 1] = tcpSeq;
    words[at + 2] = tcpAck;
    words[at + 3] = payloadBytes > 0 ? 1 : 0;
  }
}

const isStep = (step: number): boolean => step > 0 && step < LONGEST_STEP;

const placeOf = (flow: number): number => WORDS * ((flow ^ (flow >>> 15)) & (CLASSES - 1));

/** int32 of addresses and ports, one way. */
function flowHash(packet: PacketView): number {
  const source = packet.sourceWord0 ^ Math.imul(packet.sourceWord1, 31) ^ Math.imul(packet.sourceWord2, 961) ^ packet.sourceWord3;
  const destination =
    packet.destinationWord0 ^ Math.imul(packet.destinationWord1, 31) ^ Math.imul(packet.destinationWord2, 961) ^ packet.destinationWord3;
  const hash = Math.imul(source, 0x9e3779b1) ^ Math.imul(destination ^ (destination >>> 16), 0x45d9f3b);
  return Math.imul(hash ^ (hash >>> 15), 0x85ebca6b) ^ ((packet.sourcePort << 16) | packet.destinationPort);
}
