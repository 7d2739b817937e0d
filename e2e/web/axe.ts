/** What axe finds on the page of a visitor. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Visitor } from './visitor.ts';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Axe {
  axe: { run(options: RunOptions): Promise<AxeResults> };
}

/** Every rule is tried; what passes is not described: that took nine tenths of the time on a big table. */
const onlyViolations: RunOptions = { resultTypes: ['violations'] };

/** Findings that keep people out, one line each. What is fading while newer rows are on their way is waited for. */
export async function seriousIssues({ page }: Visitor): Promise<string[]> {
  await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
  await page.evaluate(axe);
  const { violations } = await page.evaluate((options) => (window as unknown as Axe).axe.run(options), onlyViolations);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`));
}
