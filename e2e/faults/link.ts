/** A wire of our own: a pair of virtual interfaces, one in a network namespace that sends, one here to capture from. Nothing else is on it. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { removeLeftovers } from './leftovers.ts';

const execFileAsync = promisify(execFile);
const run = (...[file, ...args]: [string, ...string[]]) => execFileAsync(file, args);

export class Link {
  /** Captures. */
  readonly near: string;
  private readonly far: string;
  private readonly namespace: string;

  private constructor(name: string) {
    this.namespace = `wc-${name}`;
    this.near = `wc${name}a`;
    this.far = `wc${name}b`;
  }

  /** As root, with `ip` and `tcpreplay`. */
  static async lay(): Promise<Link> {
    await removeLeftovers();
    const link = new Link(String(process.pid));
    await run('ip', 'netns', 'add', link.namespace);
    await run('ip', 'link', 'add', link.near, 'type', 'veth', 'peer', 'name', link.far, 'netns', link.namespace);
    // Without IPv6 the kernel says nothing by itself: every packet on the wire is one that was sent.
    const silence = (name: string) => ['sh', '-c', `f=/proc/sys/net/ipv6/conf/${name}/disable_ipv6; [ ! -e $f ] || echo 1 > $f`] as const;
    await run(...silence(link.near));
    await link.inside(...silence(link.far));
    await run('ip', 'link', 'set', link.near, 'up');
    await link.inside('ip', 'link', 'set', link.far, 'up');
    return link;
  }

  /** Send `packets` packets of the capture, over and over, so many a second. Answers how many the kernel took. */
  async send(capture: string, packets: number, perSecond: number): Promise<number> {
    const limits = [`--limit=${packets}`, '--loop=0', '--preload-pcap', `--pps=${perSecond}`];
    const { stdout } = await this.inside('tcpreplay', '-i', this.far, ...limits, capture);
    const sent = /Successful packets:\s+(\d+)/.exec(stdout);
    if (!sent) throw new Error(`tcpreplay said nothing of its packets: ${stdout}`);
    return Number(sent[1]);
  }

  async remove(): Promise<void> {
    await run('ip', 'netns', 'del', this.namespace);
  }

  private inside(...command: [string, ...string[]]) {
    return run('ip', 'netns', 'exec', this.namespace, ...command);
  }
}
