/** Who talks, and by which protocols, of flows that have no rows yet. */
import { type FlowView, Slot, slotWords, type FlowTable } from '@wirecase/flow';
import { formatIp } from '@wirecase/contract';
import { transportName } from './flow-row.ts';

export interface Share {
  bytes: number;
  flows: number;
}

/** Sums by address and by protocol, or transport where none is known. Bounded: what is beyond is left out. */
export class Traffic {
  readonly hosts = new Map<string, Share>();
  readonly protocols = new Map<string, Share>();
  private readonly most: number;

  /** `most`: addresses told apart. */
  constructor(most: number) {
    this.most = most;
  }

  /** `flows` flows between two hosts with so many bytes of frames. */
  add(source: string, destination: string, protocol: string, bytes: number, flows: number): void {
    this.count(this.hosts, source, bytes, flows);
    this.count(this.hosts, destination, bytes, flows);
    this.count(this.protocols, protocol, bytes, flows);
  }

  private count(shares: Map<string, Share>, name: string, bytes: number, flows: number): void {
    const share = shares.get(name);
    if (share) {
      share.bytes += bytes;
      share.flows += flows;
    } else if (shares.size < this.most) shares.set(name, { bytes, flows });
  }
}

/** Add the flows that are open in `table`. `flow`: a view of it; `protocolOf`: what the content of the flow in a slot showed so far. */
export function addOpenFlows(traffic: Traffic, table: FlowTable, flow: FlowView, protocolOf: (slot: number) => string | undefined): void {
  const { words } = table;
  const names = new Map<number, string>();
  for (const slot of table.openSlots()) {
    flow.at(slot);
    const bytes = flow.frameBytes(0) + flow.frameBytes(1);
    const source = nameOf(names, flow.isIpv6, words[slot * slotWords + Slot.SourceIp]!, () => flow.sourceIp);
    const destination = nameOf(names, flow.isIpv6, words[slot * slotWords + Slot.DestinationIp]!, () => flow.destinationIp);
    traffic.add(source, destination, protocolOf(slot) ?? transportName(flow.ianaNumber), bytes, 1);
  }
}

/** Texts of IPv4 addresses are made once. */
function nameOf(names: Map<number, string>, isIpv6: boolean, word: number, address: () => Uint8Array): string {
  if (isIpv6) return formatIp(address());
  let name = names.get(word);
  if (name === undefined) names.set(word, (name = formatIp(address())));
  return name;
}
