/** What only the first packet of a flow tells: who began, MAC addresses, VLANs. */
import { IpProtocol, type Packet } from '@wirecase/decode';
import { isIcmpRequest } from './icmp.ts';
import { isServerPort } from './server-port.ts';
import { Flag, Slot } from './slot.ts';
import { TcpFlag } from './tcp-flag.ts';

/** Note it in the slot at `base`; the packet is the originator's (direction 0) or the responder's. */
export function noteFirstPacket(words: Int32Array, base: number, direction: number, packet: Packet, view: DataView): void {
  let flags = words[base + Slot.Flags]!;
  if (packet.sourceMacOffset >= 0 && packet.destinationMacOffset >= 0) {
    const from = direction === 0 ? packet.sourceMacOffset : packet.destinationMacOffset;
    const to = direction === 0 ? packet.destinationMacOffset : packet.sourceMacOffset;
    words[base + Slot.Macs] = view.getInt32(from);
    words[base + Slot.Macs + 1] = (view.getUint16(from + 4) << 16) | view.getUint16(to);
    words[base + Slot.Macs + 2] = view.getInt32(to + 2);
    flags |= Flag.Macs;
  }
  if (packet.vlanDepth > 0) {
    words[base + Slot.Vlans] = (packet.innerVlan << 16) | packet.outerVlan;
    flags |= packet.vlanDepth > 1 ? Flag.Vlan | Flag.DoubleVlan : Flag.Vlan;
  }
  words[base + Slot.FirstHeaders]! |= packet.tcpFlags << 16;
  if (showsInitiator(packet)) flags |= Flag.InitiatorKnown;
  words[base + Slot.Flags] = flags;
}

/** Note addresses and ports (or what stands for them); `isFlipped`: the packet's source is the responder. */
export function noteEnds(words: Int32Array, base: number, isFlipped: boolean, packet: Packet, source: number, destination: number): void {
  words[base + (isFlipped ? Slot.DestinationIp : Slot.SourceIp)] = packet.sourceWord0;
  words[base + (isFlipped ? Slot.SourceIp : Slot.DestinationIp)] = packet.destinationWord0;
  const from = base + (isFlipped ? Slot.DestinationIpRest : Slot.SourceIpRest);
  const to = base + (isFlipped ? Slot.SourceIpRest : Slot.DestinationIpRest);
  words[from] = packet.sourceWord1;
  words[from + 1] = packet.sourceWord2;
  words[from + 2] = packet.sourceWord3;
  words[to] = packet.destinationWord1;
  words[to + 1] = packet.destinationWord2;
  words[to + 2] = packet.destinationWord3;
  words[base + Slot.Ports] = isFlipped ? (destination << 16) | source : (source << 16) | destination;
}

/** Whether the first packet of a flow is or looks like an answer: a SYN-ACK, else by Zeek's rule of server ports. Its sender is the responder then. */
export function isReply(packet: Packet, source: number, destination: number): boolean {
  if (packet.ipProtocol === IpProtocol.Tcp) {
    if (packet.tcpFlags & TcpFlag.Syn) return (packet.tcpFlags & TcpFlag.Ack) !== 0;
    return isServerPort(source) && (!isServerPort(destination) || source < destination);
  }
  return packet.ipProtocol === IpProtocol.Udp && isServerPort(source) && !isServerPort(destination);
}

/** Whether the first packet of a flow tells for sure who began: a SYN, or an ICMP message (a request, or one that nothing answers). */
function showsInitiator(packet: Packet): boolean {
  if (packet.ipProtocol === IpProtocol.Tcp) return (packet.tcpFlags & (TcpFlag.Syn | TcpFlag.Ack)) === TcpFlag.Syn;
  return packet.icmpType >= 0 && isIcmpRequest(packet.icmpType, packet.ipVersion === 6);
}
