/**
 * What bridges tell each other of the spanning tree (IEEE 802.1D-2004 9.3) as numbers, network byte order; Cisco's message for each VLAN has
 * the same form behind its SNAP header. One object, read anew for each message.
 */
import type { Packet } from '@wirecase/decode';
import type { BridgeView } from '@wirecase/detect';
import { macAt } from './arp-packet.ts';

/** Bytes of a message that proposes a root, up to its port. */
const PROPOSAL_BYTES = 27;
/** The message that only says that the tree has changed. */
const TOPOLOGY_CHANGE = 0x80;
/** The spanning tree's own, and the rapid one's. */
const PROPOSALS = new Set([0x00, 0x02]);

export class BridgeMessage implements BridgeView {
  vlan = 0;
  sourceMac = 0;
  isProposal = false;
  rootPriority = 0;
  rootMac = 0;
  bridgePriority = 0;
  bridgeMac = 0;

  /** Read a packet of the bucket `Stp`; false when it is cut short, of a form that is not known, or its link does not tell who sent it. */
  read(packet: Packet, view: DataView): boolean {
    const { payloadOffset: at, payloadLength, sourceMacOffset } = packet;
    if (at < 0 || payloadLength < 4 || sourceMacOffset < 0 || view.getUint16(at) !== 0) return false;
    const type = view.getUint8(at + 3);
    this.isProposal = PROPOSALS.has(type);
    if (type !== TOPOLOGY_CHANGE && !(this.isProposal && payloadLength >= PROPOSAL_BYTES)) return false;
    this.vlan = packet.innerVlan * Math.min(packet.vlanDepth, 1);
    this.sourceMac = macAt(view, sourceMacOffset);
    this.rootPriority = this.isProposal ? view.getUint16(at + 5) : 0;
    this.rootMac = this.isProposal ? macAt(view, at + 7) : 0;
    this.bridgePriority = this.isProposal ? view.getUint16(at + 17) : 0;
    this.bridgeMac = this.isProposal ? macAt(view, at + 19) : 0;
    return true;
  }
}
