/** Linux cooked captures, of either version. */
import { Bucket } from './bucket.ts';
import { decodeEtherType, decodeLlc, decodeTypeOrLength, isVlanTag } from './ethernet.ts';
import type { Packet } from './packet.ts';

/** LINKTYPE_LINUX_SLL: 16 bytes, big-endian: packet type, ARPHRD type, address length, address (8), protocol. */
export function decodeLinuxSll(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (end - offset < 16) {
    packet.bucket = Bucket.LinkTruncated;
    return;
  }
  if (view.getUint16(offset + 4) === 6) packet.sourceMacOffset = offset + 6;
  decodeCooked(packet, view, view.getUint16(offset + 2), offset + 14, offset + 16, end, wireEnd);
}

/** LINKTYPE_LINUX_SLL2: 20 bytes, big-endian: protocol, reserved, interface (4), ARPHRD type, packet type, address length, address (8). */
export function decodeLinuxSll2(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (end - offset < 20) {
    packet.bucket = Bucket.LinkTruncated;
    return;
  }
  if (view.getUint8(offset + 11) === 6) packet.sourceMacOffset = offset + 12;
  decodeCooked(packet, view, view.getUint16(offset + 8), offset, offset + 20, end, wireEnd);
}

const arphrdNetlink = 824;

/** What follows a cooked header. The protocol field means an EtherType except for netlink and small Linux-only numbers. */
function decodeCooked(
  packet: Packet,
  view: DataView,
  arphrdType: number,
  protocolOffset: number,
  payloadOffset: number,
  end: number,
  wireEnd: number,
): void {
  const protocol = view.getUint16(protocolOffset);
  if (arphrdType === arphrdNetlink) {
    packet.bucket = Bucket.Netlink;
    return;
  }
  switch (protocol) {
    case 0x0001: // ETH_P_802_3: Novell's frames without LLC
      packet.bucket = Bucket.Ipx;
      return;
    case 0x0004: // ETH_P_802_2
      decodeLlc(packet, view, payloadOffset, end, wireEnd);
      return;
    case 0x000c: // ETH_P_CAN, ETH_P_CANFD
    case 0x000d:
      packet.bucket = Bucket.Can;
      return;
  }
  if (isVlanTag(protocol)) decodeCookedVlan(packet, view, protocol, payloadOffset, end, wireEnd);
  else decodeEtherType(packet, view, protocol, payloadOffset, end, wireEnd);
}

/** A VLAN tag whose TPID is the cooked header's protocol: tag control and type follow. */
function decodeCookedVlan(packet: Packet, view: DataView, tpid: number, offset: number, end: number, wireEnd: number): void {
  packet.etherType = tpid;
  if (end - offset < 4) {
    packet.bucket = Bucket.VlanTruncated;
    return;
  }
  packet.outerVlan = packet.innerVlan = view.getUint16(offset) & 0xfff;
  packet.vlanDepth = 1;
  decodeTypeOrLength(packet, view, offset + 2, end, wireEnd);
}
