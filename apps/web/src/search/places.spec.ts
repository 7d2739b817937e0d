import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { NavigationEnd, Router } from '@angular/router';
import { Subject } from 'rxjs';
import type { TablePlace, VirtualTable } from '../ui/virtual-table.ts';
import { followAsked, Places } from './places.ts';
import { Results } from './results.ts';

const router = {
  currentNavigation: () => null,
  lastSuccessfulNavigation: signal<{ trigger: string; extras: { info?: unknown } }>({ trigger: 'imperative', extras: {} }),
  events: new Subject(),
  parseUrl: (url: string) => ({ queryParams: Object.fromEntries(new URLSearchParams(url.split('?')[1])) }),
};

/** A page whose list has 600 rows and is scrolled to `at`. */
function pageAt(at: TablePlace) {
  const asked = signal('a');
  const loads: [string, number | undefined][] = [];
  const shown: TablePlace[] = [];
  const table = { place: () => at, show: (place: TablePlace) => shown.push(place) } as unknown as VirtualTable<unknown>;
  const results = { rows: () => Array.from({ length: 600 }) } as unknown as Results;
  TestBed.runInInjectionContext(() =>
    followAsked({ asked, load: async (what, rows) => void loads.push([what, rows]), results, table: () => table }),
  );
  return { asked, loads, shown };
}

async function settled(): Promise<void> {
  TestBed.tick();
  await Promise.resolve();
  await Promise.resolve();
  TestBed.tick();
}

describe('a list', () => {
  const top = { top: 0, row: 0, column: 0 };
  const deep = { top: 9_600, row: 410, column: 2 };

  beforeEach(() => {
    router.lastSuccessfulNavigation.set({ trigger: 'imperative', extras: {} });
    TestBed.configureTestingModule({ providers: [{ provide: Router, useValue: router }] });
  });

  it('is shown where it was left when the browser goes back to it, with as many rows', async () => {
    const page = pageAt(deep);
    await settled();
    page.asked.set('b');
    await settled();
    router.lastSuccessfulNavigation.set({ trigger: 'popstate', extras: {} });
    page.asked.set('a');
    await settled();
    expect(page.loads).toEqual([
      ['a', undefined],
      ['b', undefined],
      ['a', 600],
    ]);
    expect(page.shown.at(-1)).toEqual(deep);
  });

  it('begins at the top for who comes to it anew', async () => {
    const page = pageAt(deep);
    await settled();
    page.asked.set('b');
    await settled();
    page.asked.set('a');
    await settled();
    expect(page.loads.at(-1)).toEqual(['a', undefined]);
    expect(page.shown.at(-1)).toEqual(top);
  });

  it('is shown where it was left by a link that leads back to it, which knows what it was asked', async () => {
    const places = TestBed.inject(Places);
    const page = pageAt(deep);
    await settled();
    router.events.next(new NavigationEnd(1, '/list?q=a', '/list?q=a'));
    router.events.next(new NavigationEnd(2, '/list/1', '/list/1'));
    expect(places.lastOf('/list')).toEqual({ q: 'a' });
    expect(places.lastOf('/other')).toEqual({});
    page.asked.set('b');
    await settled();
    router.lastSuccessfulNavigation.set({ trigger: 'imperative', extras: { info: places.back } });
    page.asked.set('a');
    await settled();
    expect(page.shown.at(-1)).toEqual(deep);
  });
});
