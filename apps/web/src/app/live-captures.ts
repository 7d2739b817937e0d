import { DestroyRef, Service, effect, inject, signal, untracked } from '@angular/core';
import type { Capture, Problem } from '@wirecase/contract';
import { CapturesApi } from '../api/captures-api.ts';
import { EventStream } from '../api/event-stream.ts';
import { problemOf } from '../api/problem.ts';

const pollMs = 2000;

/** The captures, newest first, kept fresh by events, or by asking every two seconds while no events come. */
@Service()
export class LiveCaptures {
  private readonly api = inject(CapturesApi);
  private readonly events = inject(EventStream);
  readonly list = signal<readonly Capture[]>([]);
  readonly loaded = signal(false);
  readonly problem = signal<Problem | null>(null);
  readonly nextCursor = signal<string | null>(null);
  private watchers = 0;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    this.events.listen({
      'capture.updated': (capture) => this.put(capture),
      'capture.deleted': ({ id }) => this.drop(id),
    });
    effect(() => {
      // What happened while the connection was away was not pushed.
      if (this.events.connections() > 0 && this.watchers > 0) untracked(() => void this.refresh());
    });
  }

  /** Keep the list fresh while the caller lives. */
  watch(): void {
    this.watchers++;
    inject(DestroyRef).onDestroy(() => this.unwatch());
    this.timer ??= setInterval(() => {
      if (!this.events.connected()) void this.refresh();
    }, pollMs);
    void this.refresh();
  }

  async refresh(): Promise<void> {
    try {
      const page = await this.api.list();
      const onPage = new Set(page.items.map((capture) => capture.id));
      const older = this.nextCursor() === null ? [] : this.list().filter((capture) => !onPage.has(capture.id));
      this.list.set([...page.items, ...older]);
      if (older.length === 0) this.nextCursor.set(page.nextCursor);
      this.problem.set(null);
    } catch (error) {
      this.problem.set(problemOf(error));
    } finally {
      this.loaded.set(true);
    }
  }

  async loadMore(): Promise<void> {
    const page = await this.api.list(this.nextCursor() ?? undefined);
    for (const capture of page.items) this.put(capture);
    this.nextCursor.set(page.nextCursor);
  }

  /** What a capture is called, as far as it is loaded; else the beginning of its id. */
  nameOf(id: string): string {
    return this.list().find((capture) => capture.id === id)?.name ?? id.slice(0, 8);
  }

  put(capture: Capture): void {
    this.list.update((list) => {
      const at = list.findIndex(({ id }) => id === capture.id);
      if (at >= 0) return list.with(at, capture);
      return [...list, capture].toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
    });
  }

  drop(id: string): void {
    this.list.update((list) => list.filter((capture) => capture.id !== id));
  }

  private unwatch(): void {
    if (--this.watchers > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }
}
