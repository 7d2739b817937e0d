/** Packets that an interface lost before anybody could capture them: its buffers were full (as libpcap counts them). */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const counters = ['rx_missed_errors', 'rx_fifo_errors'];

export class InterfaceDrops {
  private readonly directory: string;
  private before: number | null = null;

  /** `directory`: where the kernel keeps the counters of the interface. */
  constructor(name: string, directory = join('/sys/class/net', name, 'statistics')) {
    this.directory = directory;
  }

  /** How many more than when it was asked last; 0 the first time, where there are no counters, and when they began anew. */
  async more(): Promise<number> {
    const texts = await Promise.all(counters.map((name) => readFile(join(this.directory, name), 'utf8').catch(() => null))); // it is gone, or `any`
    const now = texts.every((text) => text !== null) ? texts.reduce((sum, text) => sum + Number(text), 0) : null;
    const more = now === null || this.before === null ? 0 : Math.max(0, now - this.before);
    this.before = now;
    return more;
  }
}
