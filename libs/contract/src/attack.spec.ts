import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { attackTactics, tacticsOf, techniqueTactics } from './attack.ts';

describe('the tactics of an alert', () => {
  it('are those of its techniques and sub-techniques, once each, in the order of an attack', () => {
    expect(tacticsOf(['T1046', 'T1018', 'T1595.001'])).toEqual({ ids: ['TA0043', 'TA0007'], names: ['Reconnaissance', 'Discovery'] });
    expect(tacticsOf(['T1557.002']).names).toEqual(['Credential Access', 'Collection']);
    expect(tacticsOf(['T9999'])).toEqual({ ids: [], names: [] });
  });

  it('have names', () => {
    for (const id of Object.values(techniqueTactics).flat()) expect(attackTactics).toHaveProperty(id);
  });

  it('are known of every technique that a detector or a match of an indicator names', () => {
    const libs = join(import.meta.dirname, '../..');
    const sources = ['detect/src', 'store/src/indicators'].flatMap((folder) =>
      readdirSync(join(libs, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(libs, folder, file)),
    );
    const texts = sources.filter((file) => file.endsWith('.ts')).map((file) => readFileSync(file, 'utf8'));
    const named = new Set(texts.flatMap((text) => text.match(/(?<=')T\d{4}(?=(\.\d{3})?')/g) ?? []));
    expect(named.size).toBeGreaterThan(20);
    expect([...named].filter((technique) => !(technique in techniqueTactics))).toEqual([]);
  });
});
