import { describe, expect, it } from 'vitest';
import { HostTable } from './host-table.ts';

const hosts = 5000;

describe('a host table', () => {
  it('gives each address a number of its own, which it keeps while the table grows', () => {
    const table = new HostTable();
    for (let i = 0; i < hosts; i++) expect(table.numberOf(i % 2 === 1, i >> 1, 0, 0, 0)).toBe(i);
    for (let i = 0; i < hosts; i++) expect(table.numberOf(i % 2 === 1, i >> 1, 0, 0, 0)).toBe(i);
    expect(table.size).toBe(hosts);
  });

  it('gives addresses back', () => {
    const table = new HostTable();
    const [ipv4, ipv6] = [Uint8Array.of(192, 0, 2, 1), Uint8Array.from({ length: 16 }, (_, i) => 240 + i)];
    expect([table.hostOf(ipv4), table.hostOf(ipv6)]).toEqual([0, 1]);
    expect([table.addressOf(0), table.addressOf(1)]).toEqual([ipv4, ipv6]);
  });

  it('gives no number beyond a limit, be it empty, and forgets all when it is cleared', () => {
    const table = new HostTable();
    expect(table.numberOf(false, 7, 0, 0, 0, 0)).toBe(-1);
    expect(table.numberOf(false, 7, 0, 0, 0, 1)).toBe(0);
    expect(table.numberOf(false, 8, 0, 0, 0, 1)).toBe(-1);
    table.clear();
    expect(table.size).toBe(0);
    expect(table.numberOf(false, 7, 0, 0, 0, 0)).toBe(-1);
  });

  it('leaves other empty tables empty', () => {
    new HostTable().numberOf(false, 7, 0, 0, 0);
    expect(new HostTable().numberOf(false, 7, 0, 0, 0, 0)).toBe(-1);
  });
});
