/** ARP for IPv4 over Ethernet (RFC 826) as numbers. One object, read anew for each packet. */
import type { Packet } from '@wirecase/decode';
import type { ArpView } from '@wirecase/detect';

/** Hardware type Ethernet, protocol type IPv4. */
const etherIpv4 = 0x0001_0800;
const addressLengths = 0x0604;
const arpBytes = 28;

export class ArpPacket implements ArpView {
  operation = 0;
  vlan = 0;
  senderMac = 0;
  senderIp = 0;
  targetMac = 0;
  targetIp = 0;
  frameDestination = -1;

  /** Read the payload of `packet`; false when it is ARP for other addresses or cut short. */
  read(packet: Packet, view: DataView): boolean {
    const at = packet.payloadOffset;
    if (at < 0 || packet.payloadLength < arpBytes) return false;
    if (view.getUint32(at) !== etherIpv4 || view.getUint16(at + 4) !== addressLengths) return false;
    this.operation = view.getUint16(at + 6);
    this.vlan = packet.innerVlan * Math.min(packet.vlanDepth, 1);
    this.senderMac = macAt(view, at + 8);
    this.senderIp = view.getUint32(at + 14);
    this.targetMac = macAt(view, at + 18);
    this.targetIp = view.getUint32(at + 24);
    this.frameDestination = packet.destinationMacOffset < 0 ? -1 : macAt(view, packet.destinationMacOffset);
    return true;
  }
}

/** A MAC address as a 48-bit number. */
export function macAt(view: DataView, offset: number): number {
  return view.getUint16(offset) * 0x1_0000_0000 + view.getUint32(offset + 2);
}

/** A MAC address as text. */
export function macText(mac: number): string {
  const digits = mac.toString(16).padStart(12, '0');
  return digits.replace(/(..)(?=.)/g, '$1:');
}
