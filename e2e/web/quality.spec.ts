/** What could not be seen, at the browser: on the page of a capture, and on that of an alert. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lossyScan } from '../api/scans.ts';
import { Product } from './product.ts';
import type { Visitor } from './visitor.ts';

let product: Product;
let visitor: Visitor;
let page: Page;

beforeAll(async () => {
  product = await Product.start();
  visitor = await product.visit();
  page = visitor.page;
  await visitor.logIn();
  const file = join(product.services.dataDir, 'lossy.pcapng');
  await writeFile(file, lossyScan());
  await visitor.ingest(file);
});
afterAll(() => product?.close());

describe('the page of a capture', () => {
  it('says what could not be seen, of which hosts, and when', async () => {
    await visitor.capture('lossy.pcapng').getByRole('link', { name: 'lossy.pcapng' }).click();
    const panel = page.locator('app-capture-quality');
    await panel.getByRole('listitem').filter({ hasText: '2 of 202 TCP connections (< 1 %) were seen from one side only' }).waitFor();
    await panel.getByText('Something of the connections was missed in 1 of 2 times of 1 minute.').waitFor();
    const worst = panel.getByRole('row').filter({ has: page.getByRole('link', { name: '10.0.0.3', exact: true }) });
    expect(await worst.getByRole('cell').allInnerTexts()).toEqual(['10.0.0.3', '6', '2 of 2', '3 of 4', '0', '–']);
  });

  it('says of what was not found why it may not have been', async () => {
    await page.getByText('What each detector found and could not see').click();
    const rowOf = (name: string) => page.getByRole('row').filter({ has: page.getByRole('cell', { name, exact: true }) });
    expect(await rowOf('Port scan').getByRole('cell').nth(1).innerText()).toBe('1 alert');
    expect(await rowOf('Flood').getByRole('cell').allInnerTexts()).toEqual([
      'Flood',
      'nothing',
      expect.stringContaining('3 of 4 UDP flows (75 %) show no answer: none came, or it was not captured'),
    ]);
  });
});

describe('an alert', () => {
  it('says what its detector could not see, in the panel and on its page', async () => {
    await page.goto('/alerts');
    await page
      .locator('[role=row].row')
      .first()
      .click({ position: { x: 214, y: 12 } });
    await page.getByRole('heading', { name: 'What it could not see' }).waitFor();
    await page.getByText('3 of 416 packets (< 1 %) were dropped while capturing.').waitFor();
    await page.locator('app-alert-panel').getByRole('link', { name: 'Open' }).click();
    await page.waitForURL(/\/alerts\/[0-9a-f-]{36}$/);
    await page.getByText('3 of 416 packets (< 1 %) were dropped while capturing.').waitFor();
  });

  it('brings no complaint of the browser', () => expect(visitor.complaints).toEqual([]));
});
