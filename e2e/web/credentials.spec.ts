/** A credential in the search: its secret is shown when asked for, to who may see it. */
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiServer } from '../api/api-server.ts';
import { seriousIssues } from './axe.ts';
import { openBrowser, traces, Visitor } from './visitor.ts';

const shots = process.env['WIRECASE_TEST_SHOTS'];
let server: ApiServer;
let browser: Browser;

beforeAll(async () => {
  server = await ApiServer.startSetUp();
  await server.startWorker();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

describe('a credential', () => {
  it('shows its secret on demand, and hides it again', async () => {
    const visitor = await Visitor.come(browser, server.url);
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
