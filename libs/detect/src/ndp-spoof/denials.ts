/** New addresses that hosts of one VLAN try (RFC 4862 5.4), and who claims them then. */
import { addressBytes } from '../address-text.ts';
import type { DetectContext } from '../detector.ts';
import { GenerationMap } from '../generation-map.ts';
import { type Episode, Tally } from '../tally.ts';

const MAX_TRIED = 4096;
/** Hosts and addresses named. */
const MAX_NAMED = 16;

export class Denials {
  readonly tally = new Tally();
  /** Who claimed them, who tried them, and which: the first ones. */
  deniers = new Set<number>();
  victims = new Set<number>();
  addresses: Uint8Array[] = [];
  /** By address: who tries it since when. */
  private readonly tries = new GenerationMap<{ mac: number; seconds: number }>(MAX_TRIED);
  private readonly tell: (episode: Episode) => void;

  constructor(tell: (episode: Episode) => void) {
    this.tell = tell;
  }

  /** `mac` asks whether anyone has the address. */
  tried(key: number, mac: number, { seconds }: DetectContext): void {
    this.tries.set(key, { mac, seconds });
  }

  /** `mac`, which is known to have the address since `ownedSince` seconds, says so. */
  answered(
    key: number,
    address: Int32Array,
    mac: number,
    ownedSince: number,
    context: DetectContext,
    wait: number,
    threshold: number,
    window: number,
  ): void {
    const tried = this.tries.get(key);
    if (!tried || tried.mac === mac || context.seconds - tried.seconds > wait || ownedSince < tried.seconds) return;
    this.tries.delete(key);
    if (this.tally.isQuiet(context.seconds, window)) this.end();
    this.tally.add(context, window, threshold);
    if (this.addresses.length === MAX_NAMED) return;
    this.addresses.push(addressBytes(address));
    this.deniers.add(mac);
    this.victims.add(tried.mac);
  }

  /** What goes on is over. */
  end(): void {
    const episode = this.tally.close();
    if (episode) this.tell(episode);
    this.deniers = new Set();
    this.victims = new Set();
    this.addresses = [];
  }
}
