import { TestBed } from '@angular/core/testing';
import type { JsonRow, Page } from '@wirecase/contract';
import { SearchApi } from '../api/search-api.ts';
import { Results } from './results.ts';

const page = (rows: number, value: number, nextCursor: string | null): Page<JsonRow> => ({
  items: Array.from({ length: rows }, () => ({})),
  nextCursor,
  total: { value, relation: nextCursor === null ? 'eq' : 'gte' },
  tookMs: 1,
  warnings: [],
});

describe('the rows of a search of which only the least is counted', () => {
  it('go on behind that number, until there are no more', async () => {
    const pages = [page(200, 300, 'a'), page(100, 300, 'b'), page(50, 300, null)];
    TestBed.configureTestingModule({ providers: [Results, { provide: SearchApi, useValue: { page: async () => pages.shift()! } }] });
    const results = TestBed.inject(Results);
    await results.search('flow', {});
    expect(results.total()).toEqual({ value: 300, relation: 'gte' });
    await results.more();
    expect(results.total()).toEqual({ value: 301, relation: 'gte' });
    await results.more();
    expect(results.rows()).toHaveLength(350);
    expect(results.total()).toEqual({ value: 350, relation: 'eq' });
  });
});

it('that are to be as many as before are asked for at once, up to what the server gives', async () => {
  const limits: (number | undefined)[] = [];
  const api = {
    page: async (_record: string, { limit }: { limit?: number }) => {
      limits.push(limit);
      return page(1, 1, null);
    },
  };
  TestBed.configureTestingModule({ providers: [Results, { provide: SearchApi, useValue: api }] });
  const results = TestBed.inject(Results);
  await results.search('alert', {});
  await results.search('alert', {}, 1_400);
  await results.search('alert', {}, 12_000);
  expect(limits).toEqual([200, 1_400, 10_000]);
});
