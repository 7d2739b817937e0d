import { Service, computed, inject, signal } from '@angular/core';
import type { Problem, StreamSide } from '@wirecase/contract';
import { FlowsApi } from '../api/flows-api.ts';
import { problemOf } from '../api/problem.ts';
import { type Turn, Turns } from './turns.ts';

const pageBytes = 64 * 1024;
/** More than this no page lays out; the downloads have all of it. */
const mostBytes = 2 * 1024 * 1024;

/** What was said in one flow, loaded page by page as it is asked for. */
@Service({ autoProvided: false })
export class Said {
  private readonly api = inject(FlowsApi);
  readonly turns = signal<readonly Turn[]>([]);
  readonly warnings = signal<readonly string[]>([]);
  readonly busy = signal(false);
  readonly problem = signal<Problem | null>(null);
  /** Whether all of the stream, or of the chosen side of it, is here. */
  readonly isWhole = signal(false);
  readonly bytes = computed(() => this.turns().reduce((sum, turn) => sum + turn.bytes.length, 0));
  readonly isFull = computed(() => this.bytes() >= mostBytes);
  private made = new Turns();
  private cursor: string | null = null;
  private flowId = '';
  private side: StreamSide = 'both';
  private loading: Promise<void> | null = null;

  async open(flowId: string, side: StreamSide): Promise<void> {
    this.flowId = flowId;
    this.side = side;
    const made = (this.made = new Turns());
    this.cursor = null;
    this.turns.set([]);
    this.isWhole.set(false);
    this.loading = null;
    await this.more();
    // A page of packets that say nothing is no reason to press a button.
    while (this.made === made && made.all.length === 0 && !this.isWhole() && !this.problem()) await this.more();
  }

  /** The next page; while one is on its way, that one. */
  more(): Promise<void> {
    if (this.isWhole()) return Promise.resolve();
    return (this.loading ??= this.load());
  }

  /** Load until what this packet said is here, as far as a page goes. Gives the place of its turn, or of the next one; -1: none. */
  async seek(packet: number): Promise<number> {
    const at = () => this.turns().findIndex(({ lastPacket }) => lastPacket >= packet);
    await this.loading;
    while (at() < 0 && !this.isWhole() && !this.isFull() && !this.problem()) await this.more();
    return at();
  }

  private async load(): Promise<void> {
    const { made } = this;
    this.busy.set(true);
    try {
      const page = await this.api.stream(this.flowId, this.side, pageBytes, this.cursor);
      if (made !== this.made) return;
      made.add(page);
      this.cursor = page.nextCursor;
      this.turns.set([...made.all]);
      this.isWhole.set(page.nextCursor === null);
      this.warnings.set(page.warnings);
      this.problem.set(null);
    } catch (error) {
      if (made === this.made) this.problem.set(problemOf(error));
    }
    if (made !== this.made) return;
    this.busy.set(false);
    this.loading = null;
  }
}
