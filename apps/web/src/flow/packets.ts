import { Service, inject, signal } from '@angular/core';
import type { PacketSummary, Problem } from '@wirecase/contract';
import { FlowsApi } from '../api/flows-api.ts';
import { problemOf } from '../api/problem.ts';

const pagePackets = 200;

/** The packets of one flow, loaded from the first on as the list is scrolled. */
@Service({ autoProvided: false })
export class Packets {
  private readonly api = inject(FlowsApi);
  readonly rows = signal<readonly PacketSummary[]>([]);
  readonly total = signal(0);
  readonly warnings = signal<readonly string[]>([]);
  readonly dissected = signal(true);
  readonly busy = signal(false);
  readonly problem = signal<Problem | null>(null);
  private flowId = '';

  async open(flowId: string): Promise<void> {
    this.flowId = flowId;
    this.rows.set([]);
    this.total.set(0);
    this.problem.set(null);
    this.busy.set(false);
    await this.more();
  }

  async more(): Promise<void> {
    const loaded = this.rows().length;
    if (this.busy() || (loaded > 0 && loaded >= this.total())) return;
    const flowId = this.flowId;
    this.busy.set(true);
    try {
      const page = await this.api.packets(flowId, loaded, pagePackets);
      if (flowId !== this.flowId) return;
      this.rows.update((rows) => [...rows, ...page.items]);
      this.total.set(page.total);
      this.warnings.set(page.warnings);
      this.dissected.set(page.dissected);
      this.problem.set(null);
    } catch (error) {
      if (flowId === this.flowId) this.problem.set(problemOf(error));
    }
    this.busy.set(false);
  }
}
