import { describe, expect, it } from 'vitest';
import { alertQuery, openSince } from './alert-query.ts';

const start = '2026-11-21T18:38:24.638594000Z';

describe('the search for the flows of an alert', () => {
  it("is its rule's, else for those between attacker and victim", () => {
    expect(alertQuery({ filter: 'ip == 10.0.0.1', source: '10.0.0.2' })).toBe('ip == 10.0.0.1');
    expect(alertQuery({ source: '10.0.0.2', destination: '10.0.0.3' })).toBe('source.ip == 10.0.0.2 and destination.ip == 10.0.0.3');
    expect(alertQuery({})).toBe('');
  });

  it('finds what had begun before it and was not over', () => {
    expect(openSince('ip == 10.0.0.1 or ip == 10.0.0.2', start)).toBe(`(ip == 10.0.0.1 or ip == 10.0.0.2) and event.end >= ${start}`);
    expect(openSince('', start)).toBe(`event.end >= ${start}`);
  });
});
