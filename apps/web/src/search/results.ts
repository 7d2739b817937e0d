import { Service, inject, signal } from '@angular/core';
import type { JsonRow, Problem, SearchParameters } from '@wirecase/contract';
import { SearchApi } from '../api/search-api.ts';
import { problemOf } from '../api/problem.ts';

const pageRows = 200;
/** The API gives no more at once. */
const mostRows = 10_000;

/** The rows of one search, page after page. The rows before stay in sight until the first new page is there. */
@Service({ autoProvided: false })
export class Results {
  private readonly api = inject(SearchApi);
  readonly rows = signal<readonly JsonRow[]>([]);
  readonly total = signal<{ value: number; relation: 'eq' | 'gte' } | null>(null);
  readonly tookMs = signal<number | null>(null);
  readonly warnings = signal<readonly string[]>([]);
  readonly busy = signal(false);
  readonly problem = signal<Problem | null>(null);
  private record = '';
  private parameters: SearchParameters = {};
  private cursor: string | null = null;
  private loadingMore = false;
  /** Tells the answer of this search from the late ones of searches before it. */
  private turn = 0;

  /** `rows`: how many of them, for a list that is to be as long as it was. */
  async search(record: string, parameters: SearchParameters, rows = 0): Promise<void> {
    const turn = ++this.turn;
    this.record = record;
    this.parameters = parameters;
    this.busy.set(true);
    this.loadingMore = false;
    try {
      const limit = Math.min(Math.max(rows, pageRows), mostRows);
      const page = await this.api.page(record, { ...parameters, limit });
      if (turn !== this.turn) return;
      this.problem.set(null);
      this.rows.set(page.items);
      this.total.set(page.total);
      this.tookMs.set(page.tookMs);
      this.warnings.set(page.warnings);
      this.cursor = page.nextCursor;
    } catch (error) {
      if (turn !== this.turn) return;
      this.problem.set(problemOf(error));
      this.rows.set([]);
      this.total.set(null);
      this.cursor = null;
    }
    this.busy.set(false);
  }

  async more(): Promise<void> {
    if (this.cursor === null || this.loadingMore || this.busy()) return;
    const turn = this.turn;
    this.loadingMore = true;
    try {
      const page = await this.api.page(this.record, { ...this.parameters, limit: pageRows, cursor: this.cursor });
      if (turn !== this.turn) return;
      const rows = [...this.rows(), ...page.items];
      this.rows.set(rows);
      this.cursor = page.nextCursor;
      // Of many only the least is counted: whoever scrolls that far is told of what is there, and goes on.
      if (page.nextCursor === null) this.total.set({ value: rows.length, relation: 'eq' });
      else this.total.update((total) => total && { ...total, value: Math.max(total.value, rows.length + 1) });
    } catch (error) {
      if (turn === this.turn) this.problem.set(problemOf(error));
    } finally {
      if (turn === this.turn) this.loadingMore = false;
    }
  }
}
