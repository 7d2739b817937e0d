/** Who talks in flows that are in no table yet: those that are open, and those that ended in the file at hand. Bounded. */
import { formatIp, type FlowRow } from '@wirecase/contract';
import { Traffic, type Analyzer, type Share } from '@wirecase/engine';
import type { LiveTops } from '@wirecase/store';

/** Hosts told apart, and those of them that are told. */
const mostHosts = 20_000;
const mostTold = 500;

export class LiveTraffic {
  private ended = new Traffic(mostHosts);

  /** The flow ended in the file at hand. */
  flow({ sourceIp, destinationIp, protocols, transport, bytes, aggregate }: FlowRow): void {
    this.ended.add(formatIp(sourceIp), formatIp(destinationIp), protocols[0] ?? transport, bytes, aggregate);
  }

  /** The file at hand goes into the tables, or is left out. */
  nextFile(): void {
    this.ended = new Traffic(mostHosts);
  }

  tops(analyzer: Pick<Analyzer, 'addOpenTraffic'>): LiveTops {
    const all = new Traffic(mostHosts);
    copy(this.ended.hosts, all.hosts);
    copy(this.ended.protocols, all.protocols);
    analyzer.addOpenTraffic(all);
    return { hosts: largest(all.hosts), protocols: largest(all.protocols) };
  }
}

function copy(from: ReadonlyMap<string, Share>, to: Map<string, Share>): void {
  for (const [name, share] of from) to.set(name, { ...share });
}

/** Those with the most bytes. */
function largest(shares: ReadonlyMap<string, Share>): LiveTops['hosts'] {
  const sorted = [...shares].sort(([, a], [, b]) => b.bytes - a.bytes).slice(0, mostTold);
  return sorted.map(([name, { bytes, flows }]) => ({ name, bytes, flows }));
}
