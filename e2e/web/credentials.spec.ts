/** A credential in the search: its secret is shown when asked for, to who may see it. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seriousIssues } from './axe.ts';
import { Product } from './product.ts';
import { traces } from './visitor.ts';

const shots = process.env['WIRECASE_TEST_SHOTS'];
let product: Product;

beforeAll(async () => {
  product = await Product.start();
});
afterAll(() => product?.close());

describe('a credential', () => {
  it('shows its secret on demand, and hides it again', async () => {
    const visitor = await product.visit();
    const { page } = visitor;
    await visitor.logIn();
    await visitor.ingest(join(traces, 'http.pcap'));
    await page.goto('/search?record=credential&q=user.name%3Aalice');
    await page.locator('[role=row].row').first().click();
    await page.getByRole('button', { name: 'Reveal secret' }).waitFor();
    expect(await page.locator('app-row-panel').textContent()).not.toContain('secret"');
    expect(await page.locator('app-reveal-secret code').count()).toBe(0);
    await page.getByRole('button', { name: 'Reveal secret' }).click();
    await page.locator('app-reveal-secret code', { hasText: /^secret$/ }).waitFor();
    expect(await seriousIssues(visitor)).toEqual([]);
    for (const theme of shots ? (['light', 'dark'] as const) : []) {
      await page.emulateMedia({ colorScheme: theme });
      await page.screenshot({ path: join(shots!, `credential-${theme}.png`) });
    }
    await page.getByRole('button', { name: 'Hide' }).click();
    await page.locator('app-reveal-secret code').waitFor({ state: 'detached' });
  });
});
