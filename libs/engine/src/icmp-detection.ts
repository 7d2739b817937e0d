/** What detectors are told of ICMP and ICMPv6: each packet, what echo carries, who neighbours are, and errors about packets. */
import { decode, LinkType, Packet } from '@wirecase/decode';
import type { Detector } from '@wirecase/detect';
import { type FlowTable, noFlow } from '@wirecase/flow';
import { having, type With } from './detector-hooks.ts';
import { EchoMessage } from './echo-message.ts';
import { NeighbourMessage, tellsOfNeighbours } from './neighbour-message.ts';

/** A host asks another for its time: behind the identifier stands its own (RFC 792). */
const TIMESTAMP = 13;
/** Bytes of an IP header, which an error quotes at least. */
const SHORTEST_QUOTE = 20;
/** Beside `noFlow`: the flow cannot be told. */
const unknownFlow = -2;

export class IcmpDetection {
  private readonly table: FlowTable;
  private readonly onIcmp: readonly With<'icmp'>[];
  private readonly onEcho: readonly With<'echo'>[];
  private readonly onStamped: readonly With<'stamped'>[];
  private readonly onNeighbour: readonly With<'neighbour'>[];
  private readonly onUnasked: readonly With<'unasked'>[];
  private readonly echo = new EchoMessage();
  private readonly neighbour = new NeighbourMessage();
  /** The packet that an error is about. */
  private readonly quoted = new Packet();

  constructor(table: FlowTable, detectors: readonly Detector[]) {
    this.table = table;
    this.onIcmp = having('icmp', detectors);
    this.onEcho = having('echo', detectors);
    this.onStamped = having('stamped', detectors);
    this.onNeighbour = having('neighbour', detectors);
    this.onUnasked = having('unasked', detectors);
  }

  packet(packet: Packet, view: DataView): void {
    for (let i = 0; i < this.onIcmp.length; i++) this.onIcmp[i]!.icmp(packet);
    if (this.echo.read(packet, view)) for (let i = 0; i < this.onEcho.length; i++) this.onEcho[i]!.echo(packet, this.echo);
    if (packet.icmpType === TIMESTAMP && packet.ipVersion === 4 && packet.payloadLength >= 4) {
      const millis = view.getUint32(packet.payloadOffset);
      for (let i = 0; i < this.onStamped.length; i++) this.onStamped[i]!.stamped(packet, millis);
    }
    if (tellsOfNeighbours(packet) && this.neighbour.read(packet, view))
      for (let i = 0; i < this.onNeighbour.length; i++) this.onNeighbour[i]!.neighbour(this.neighbour);
  }

  /** The flow whose originator's packet an error says could not be delivered; `noFlow` for any other packet, and for an error about nothing. */
  refusedBy(packet: Packet, view: DataView): number {
    if (!isError(packet)) return noFlow;
    const { table } = this;
    const { direction } = table;
    const slot = this.quotedFlow(packet, view);
    const quotedDirection = table.direction;
    table.direction = direction;
    if (slot === noFlow && !packet.isTruncated) for (let i = 0; i < this.onUnasked.length; i++) this.onUnasked[i]!.unasked(packet);
    const isUnreachable = packet.icmpType === (packet.ipVersion === 4 ? 3 : 1);
    return slot !== unknownFlow && quotedDirection === 0 && isUnreachable ? slot : noFlow;
  }

  /** The flow of the packet that an error quotes, and its direction; `noFlow`: none that was seen; `unknownFlow`: that does not show. */
  private quotedFlow(packet: Packet, view: DataView): number {
    if (packet.payloadLength < SHORTEST_QUOTE) return noFlow;
    decode(this.quoted, view, packet.payloadOffset, packet.payloadLength, packet.payloadLength, LinkType.Raw);
    if (this.quoted.fragmentOffset > 0) return unknownFlow;
    return this.quoted.bucket === 0 ? this.table.find(this.quoted) : noFlow;
  }
}

/**
 * Messages that quote a packet: destination unreachable, source quench, redirect, time exceeded, parameter problem (RFC 792), those of
 * ICMPv6 without the highest bit (RFC 4443 2.1).
 */
function isError({ icmpType, ipVersion }: Packet): boolean {
  if (ipVersion === 6) return icmpType >= 1 && icmpType <= 4;
  return icmpType === 3 || icmpType === 4 || icmpType === 5 || icmpType === 11 || icmpType === 12;
}
