import { describe, expect, it } from 'vitest';
import { countsText } from './alert-counts.ts';

const counts = { flows: 1200, packets: 2400, bytes: 144_000, ports: 1000, hosts: 2, relation: 'eq' as const };

describe('what the flows of an alert come to', () => {
  it('is a line', () => expect(countsText(counts)).toBe('1,200 flows of 2 hosts at 1,000 ports: 2,400 packets, 144 kB.'));
  it('is at least what was counted', () => expect(countsText({ ...counts, relation: 'gte' })).toMatch(/^At least 1,200 flows/));
  it('has no ports where there are none', () => expect(countsText({ ...counts, ports: 0 })).toMatch(/of 2 hosts: 2,400/));
  it('says that there is none', () => expect(countsText({ ...counts, flows: 0 })).toMatch(/^No flow/));
});
