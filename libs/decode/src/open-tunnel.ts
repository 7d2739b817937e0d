/** What the decoders of tunnels share. */
import { maxTunnels, type Packet, TunnelWord, tunnelWords } from './packet.ts';
import { Weird } from './weird.ts';

/** Note the packet's IP header and ports as a tunnel of `type` without a key. False: no more tunnels are opened in this packet. */
export function openTunnel(packet: Packet, type: number): boolean {
  return open(packet, type, 0, 0);
}

/** The same with the tunnel's key (VNI, TEID ...), an int32. */
export function openKeyedTunnel(packet: Packet, type: number, key: number): boolean {
  return open(packet, type, 1, key);
}

function open(packet: Packet, type: number, hasKey: number, key: number): boolean {
  if (packet.tunnelCount >= packet.tunnelLimit) {
    if (packet.tunnelLimit === maxTunnels) packet.weird(Weird.TunnelTooDeep);
    return false;
  }
  const { tunnels } = packet;
  const at = packet.tunnelCount++ * tunnelWords;
  tunnels[at + TunnelWord.Type] = type;
  tunnels[at + TunnelWord.HasKey] = hasKey;
  tunnels[at + TunnelWord.Key] = key;
  tunnels[at + TunnelWord.IpVersion] = packet.ipVersion;
  tunnels[at + TunnelWord.SourcePort] = packet.sourcePort;
  tunnels[at + TunnelWord.DestinationPort] = packet.destinationPort;
  tunnels[at + TunnelWord.Source] = packet.sourceWord0;
  tunnels[at + TunnelWord.Source + 1] = packet.sourceWord1;
  tunnels[at + TunnelWord.Source + 2] = packet.sourceWord2;
  tunnels[at + TunnelWord.Source + 3] = packet.sourceWord3;
  tunnels[at + TunnelWord.Destination] = packet.destinationWord0;
  tunnels[at + TunnelWord.Destination + 1] = packet.destinationWord1;
  tunnels[at + TunnelWord.Destination + 2] = packet.destinationWord2;
  tunnels[at + TunnelWord.Destination + 3] = packet.destinationWord3;
  packet.resetTransport();
  return true;
}

/** Whether an IP header at `offset` is sound and its datagram fits into what the wire had. */
export function holdsIp(view: DataView, offset: number, end: number, wireEnd: number): boolean {
  if (end - offset < 20) return false;
  const first = view.getUint8(offset);
  if (first >> 4 === 6) return end - offset >= 40 && view.getUint16(offset + 4) + 40 <= wireEnd - offset;
  if (first >> 4 !== 4 || (first & 15) < 5) return false;
  const length = view.getUint16(offset + 2);
  return length >= (first & 15) * 4 && length <= wireEnd - offset;
}

/** As `holdsIp`, and the datagram ends where the wire's bytes do: for tunnels whose own header says nearly nothing. */
export function isWholeIp(view: DataView, offset: number, end: number, wireEnd: number): boolean {
  if (!holdsIp(view, offset, end, wireEnd)) return false;
  const length = view.getUint8(offset) >> 4 === 6 ? view.getUint16(offset + 4) + 40 : view.getUint16(offset + 2);
  return length === wireEnd - offset;
}

/** Whether two addresses and a type that is known stand at `offset`. */
export function looksLikeEthernet(view: DataView, offset: number, end: number): boolean {
  if (end - offset < 14) return false;
  switch (view.getUint16(offset + 12)) {
    case 0x0800:
    case 0x0806:
    case 0x86dd:
    case 0x8100:
    case 0x88a8:
    case 0x8847:
    case 0x8863:
    case 0x8864:
    case 0x88cc:
    case 0x8809:
    case 0x8902:
    case 0x9000:
      return true;
    default: {
      const length = view.getUint16(offset + 12);
      return length >= 3 && length <= end - offset - 14 && end - offset - 14 - length < 64;
    }
  }
}
