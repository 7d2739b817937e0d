import type { FlowRow } from '@wirecase/contract';
import type { Packet } from '@wirecase/decode';

/** Who of the flow's two ends sent the packet; null when its addresses cannot be read. `bytes`: what was decoded into `packet`. */
export function directionOf(
  packet: Packet,
  bytes: Uint8Array,
  flow: Pick<FlowRow, 'sourceIp' | 'sourcePort' | 'destinationIp'>,
): 'source' | 'destination' | null {
  if (packet.sourceIpOffset < 0) return null;
  const isFrom = (address: Uint8Array) => address.every((byte, i) => bytes[packet.sourceIpOffset + i] === byte);
  const fromSource = isFrom(flow.sourceIp);
  const fromDestination = isFrom(flow.destinationIp);
  if (fromSource !== fromDestination) return fromSource ? 'source' : 'destination';
  // Both ends have the same address (loopback): the port tells them apart.
  if (!fromSource || !packet.hasPorts) return null;
  return packet.sourcePort === flow.sourcePort ? 'source' : 'destination';
}
