import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { Router } from '@angular/router';
import type { TablePlace, VirtualTable } from '../ui/virtual-table.ts';
import { followAsked } from './places.ts';
import { Results } from './results.ts';

const router = { currentNavigation: () => null, lastSuccessfulNavigation: signal({ trigger: 'imperative' }) };

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
    router.lastSuccessfulNavigation.set({ trigger: 'imperative' });
    TestBed.configureTestingModule({ providers: [{ provide: Router, useValue: router }] });
  });

  it('is shown where it was left when the browser goes back to it, with as many rows', async () => {
    const page = pageAt(deep);
    await settled();
    page.asked.set('b');
    await settled();
    router.lastSuccessfulNavigation.set({ trigger: 'popstate' });
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
});
