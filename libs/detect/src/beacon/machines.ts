/** Which addresses are of one machine: those behind one hardware address, unless they are too many, as behind a router. */
import { GenerationMap } from '../generation-map.ts';

const MAX_MACHINES = 16_384;
/** One of IPv4 and some of IPv6: link-local, fixed, temporary. */
const MAX_ADDRESSES = 4;

export class Machines {
  /** By hardware address: numbers of its hosts, at most one more than a machine has. */
  private readonly hosts = new GenerationMap<number[]>(MAX_MACHINES);

  /** The host by whose number the machine of `host` is known; `mac` is -1 where none was seen. */
  machineOf(mac: number, host: number): number {
    if (mac < 0) return host;
    const known = this.hosts.get(mac);
    if (known === undefined) {
      this.hosts.set(mac, [host]);
      return host;
    }
    if (known.length <= MAX_ADDRESSES && !known.includes(host)) known.push(host);
    return known.length <= MAX_ADDRESSES ? known[0]! : host;
  }

  clear(): void {
    this.hosts.clear();
  }
}
