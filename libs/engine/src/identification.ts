/** How the protocols of a flow are known: by content, or guessed by the port of its responder; and whether that port is usual for them. */
import type { FlowRow, ProtocolModule } from '@wirecase/contract';
import { IpProtocol } from '@wirecase/decode';
import { Flag, type FlowView } from '@wirecase/flow';
import type { Signature } from '@wirecase/protocols';

export type Identified = Pick<FlowRow, 'protocols' | 'identifiedBy' | 'unusualPort'>;

const unknown: Identified = { protocols: [], identifiedBy: null, unusualPort: null };
/** Protocols directly over IP: their number in the header is what they are. */
const overIp: ReadonlyMap<number, string> = new Map([
  [1, 'icmp'],
  [2, 'igmp'],
  [8, 'egp'],
  [46, 'rsvp'],
  [47, 'gre'],
  [50, 'ipsec'],
  [51, 'ipsec'],
  [58, 'ipv6-icmp'],
  [88, 'eigrp'],
  [89, 'ospf'],
  [103, 'pim'],
  [112, 'vrrp'],
  [113, 'pgm'],
  [132, 'sctp'],
]);
const overIpIdentified: ReadonlyMap<number, Identified> = new Map(
  [...overIp].map(([number, name]) => [number, { protocols: [name], identifiedBy: 'content', unusualPort: null }]),
);

export class Identification {
  /** Usual ports by protocol. */
  private readonly usual = new Map<string, Set<number>>();
  /** What a port suggests, by transport. */
  private readonly suggested: Readonly<Record<'tcp' | 'udp', Map<number, Identified>>> = { tcp: new Map(), udp: new Map() };

  constructor(modules: readonly ProtocolModule[], signatures: readonly Signature[]) {
    for (const { name, transports, ports } of [...modules, ...signatures]) {
      const known = this.usual.get(name) ?? new Set();
      this.usual.set(name, known);
      for (const port of ports) {
        known.add(port);
        for (const transport of transports) {
          const suggested = this.suggested[transport];
          if (!suggested.has(port)) suggested.set(port, { protocols: [name], identifiedBy: 'port', unusualPort: null });
        }
      }
    }
  }

  /** `found`: protocols that the flow's content showed. A flow without payload spoke none. */
  of(flow: FlowView, found: readonly string[]): Identified {
    if (found.length > 0) return { protocols: found, identifiedBy: 'content', unusualPort: this.isUnusual(flow, found[0]!) };
    const isTcp = flow.ianaNumber === IpProtocol.Tcp;
    if (!isTcp && flow.ianaNumber !== IpProtocol.Udp) return this.byHeader(flow);
    if (flow.payloadBytes(0) + flow.payloadBytes(1) === 0) return unknown;
    return this.suggested[isTcp ? 'tcp' : 'udp'].get(flow.destinationPort) ?? unknown;
  }

  /** What the IP header alone says: of several flows in a row, ports say nothing. */
  byHeader(flow: FlowView): Identified {
    return overIpIdentified.get(flow.ianaNumber) ?? unknown;
  }

  private isUnusual(flow: FlowView, name: string): boolean | null {
    const ports = this.usual.get(name);
    if (!ports || ports.size === 0 || flow.has(Flag.Announced)) return null;
    return !ports.has(flow.destinationPort) && !ports.has(flow.sourcePort);
  }
}
