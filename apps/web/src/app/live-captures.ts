import { DestroyRef, Service, effect, inject, signal, untracked } from '@angular/core';
import type { Capture, CaptureFilter, Page, Problem } from '@wirecase/contract';
import { CapturesApi } from '../api/captures-api.ts';
import { EventStream } from '../api/event-stream.ts';
import { problemOf } from '../api/problem.ts';

const pollMs = 2000;

/** Captures by their ids; null: deleted. */
type News = Map<string, Capture | null>;

/** The captures, newest first, kept fresh by events, or by asking every two seconds while no events come. */
@Service()
export class LiveCaptures {
  private readonly api = inject(CapturesApi);
  private readonly events = inject(EventStream);
  readonly list = signal<readonly Capture[]>([]);
  readonly loaded = signal(false);
  readonly problem = signal<Problem | null>(null);
  readonly nextCursor = signal<string | null>(null);
  /** How many there are, whether they are on the list yet or not. */
  readonly total = signal(0);
  /** Which of them are on the list. */
  private filter: CaptureFilter = {};
  /** What was pushed since each page was asked for that has not come. */
  private readonly pushed = new Set<News>();
  /** Names of captures that are not on the list. */
  private readonly others = signal<ReadonlyMap<string, string>>(new Map());
  private readonly asked = new Set<string>();
  private watchers = 0;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    this.events.listen({
      'capture.updated': (capture) => {
        for (const news of this.pushed) news.set(capture.id, capture);
        this.put(capture);
      },
      'capture.deleted': ({ id }) => {
        for (const news of this.pushed) news.set(id, null);
        this.drop(id);
      },
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

  /** From now on only these are on the list. */
  async show(filter: CaptureFilter): Promise<void> {
    const { origin, state, name } = this.filter;
    if (filter.origin === origin && filter.state === state && filter.name === name) return;
    this.filter = filter;
    this.list.set([]);
    this.loaded.set(false);
    this.nextCursor.set(null);
    await this.refresh();
  }

  async refresh(): Promise<void> {
    const { filter } = this;
    try {
      const { items, nextCursor, total, news } = await this.page();
      if (filter !== this.filter) return; // these were asked for before
      const onPage = new Set(items.map((capture) => capture.id));
      const older = this.nextCursor() === null ? [] : this.list().filter((capture) => !onPage.has(capture.id));
      this.list.set([...items, ...older]);
      this.apply(news);
      if (older.length === 0) this.nextCursor.set(nextCursor);
      this.total.set(total.value);
      this.problem.set(null);
    } catch (error) {
      this.problem.set(problemOf(error));
    } finally {
      if (filter === this.filter) this.loaded.set(true);
    }
  }

  async loadMore(): Promise<void> {
    const { filter } = this;
    const { items, nextCursor, news } = await this.page(this.nextCursor() ?? undefined);
    if (filter !== this.filter) return;
    for (const capture of items) this.put(capture);
    this.apply(news);
    this.nextCursor.set(nextCursor);
  }

  /** What a capture is called, on the list or not; until that is known, and of one that is gone, the beginning of its id. */
  nameOf(id: string): string {
    const name = this.list().find((capture) => capture.id === id)?.name ?? this.others().get(id);
    if (name === undefined && id !== '' && this.loaded()) untracked(() => void this.askName(id));
    return name ?? id.slice(0, 8);
  }

  /** Show what became of it; one that is not (any more) of those that are listed leaves the list. */
  put(capture: Capture): void {
    if (!isOf(this.filter, capture)) {
      this.drop(capture.id);
      return;
    }
    this.list.update((list) => {
      const at = list.findIndex(({ id }) => id === capture.id);
      if (at >= 0) return list.with(at, capture);
      return [...list, capture].toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
    });
  }

  drop(id: string): void {
    this.list.update((list) => list.filter((capture) => capture.id !== id));
  }

  /** A page of the list, and what was pushed while it came: it may have been made before that, and nobody would push it again. */
  private async page(cursor?: string): Promise<Page<Capture> & { news: News }> {
    const news: News = new Map();
    this.pushed.add(news);
    try {
      return { ...(await this.api.list(this.filter, cursor)), news };
    } finally {
      this.pushed.delete(news);
    }
  }

  private async askName(id: string): Promise<void> {
    if (this.asked.has(id)) return;
    this.asked.add(id);
    try {
      const { name } = await this.api.get(id);
      this.others.update((names) => new Map(names).set(id, name));
    } catch {
      // It is gone, or nothing is answered now: its id stands for it.
    }
  }

  private apply(news: News): void {
    for (const [id, capture] of news)
      if (capture === null) this.drop(id);
      else this.put(capture);
  }

  private unwatch(): void {
    if (--this.watchers > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }
}

/** As the list of captures is filtered by the API. */
function isOf({ origin, state, name = '' }: CaptureFilter, capture: Capture): boolean {
  return (
    (origin === undefined || capture.origin === origin) &&
    (state === undefined || capture.state === state) &&
    (name === '' || capture.name.toLowerCase().includes(name.toLowerCase()))
  );
}
