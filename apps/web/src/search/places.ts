import { DestroyRef, Injector, Service, afterNextRender, effect, inject, untracked } from '@angular/core';
import { NavigationEnd, type Params, Router } from '@angular/router';
import type { TablePlace, VirtualTable } from '../ui/virtual-table.ts';
import type { Results } from './results.ts';

/** Where a list was left. */
interface Place {
  /** How many of its rows were loaded. */
  rows: number;
  at: TablePlace;
}

/** Where each list was left, by what was asked; the browser's back and forward lead there again. */
@Service()
export class Places {
  private readonly router = inject(Router);
  private readonly kept = new Map<string, Place>();
  /** What each list was last asked, by its path. */
  private readonly asked = new Map<string, Params>();
  /** What the router is told by a link that leads back to a list. */
  readonly back = { isBack: true };

  constructor() {
    this.router.events.subscribe((event) => {
      if (!(event instanceof NavigationEnd)) return;
      const { queryParams } = this.router.parseUrl(event.urlAfterRedirects);
      this.asked.set(event.urlAfterRedirects.split('?')[0]!, queryParams);
    });
  }

  /** Parameters with which the list at `path` was last shown; none when it was not. */
  lastOf(path: string): Params {
    return this.asked.get(path) ?? {};
  }

  keep(list: string, place: Place): void {
    this.kept.set(list, place);
  }

  /** Null for who comes any other way than by back or forward, of the browser or of a page: they begin at the top. */
  of(list: string): Place | null {
    const navigation = this.router.currentNavigation() ?? this.router.lastSuccessfulNavigation();
    const isBack = navigation?.trigger === 'popstate' || navigation?.extras.info === this.back;
    return isBack ? (this.kept.get(list) ?? null) : null;
  }
}

/** For the constructor of a page with a list: load what is asked whenever that changes, and show it where it was left. */
export function followAsked<Asked, Row>(page: {
  asked: () => Asked;
  load: (asked: Asked, rows?: number) => Promise<void>;
  results: Results;
  table: () => VirtualTable<Row> | undefined;
}): void {
  const places = inject(Places);
  const injector = inject(Injector);
  let shown: string | null = null;
  const keep = () => {
    const at = page.table()?.place();
    if (shown !== null && at) places.keep(shown, { rows: page.results.rows().length, at });
  };
  const show = async (asked: Asked) => {
    keep();
    const list = JSON.stringify(asked);
    shown = list;
    const place = places.of(list);
    page.table()?.show({ top: 0, row: 0, column: 0 });
    await page.load(asked, place?.rows);
    if (place && shown === list) afterNextRender(() => page.table()?.show(place.at), { injector });
  };
  effect(() => {
    const asked = page.asked();
    untracked(() => void show(asked));
  });
  inject(DestroyRef).onDestroy(() => {
    keep();
    shown = null;
  });
}
