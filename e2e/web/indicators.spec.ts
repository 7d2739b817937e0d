/** Lists of indicators at the browser: made from text, with what was not read, and the ways from a match. */
import { join } from 'node:path';
import type { IndicatorList } from '@wirecase/contract';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Product } from './product.ts';
import { traces, type Visitor } from './visitor.ts';

let product: Product;
let visitor: Visitor;
let page: Page;

beforeAll(async () => {
  product = await Product.start();
  visitor = await product.visit();
  page = visitor.page;
  await visitor.logIn();
  await visitor.ingest(join(traces, 'sample.pcapng'));
});
afterAll(() => product?.close());

it('a list is added from text, says what it could not read, and its matches lead to flows and hosts', async () => {
  await page.getByRole('link', { name: 'Indicators', exact: true }).click();
  await page.getByText('There is no list yet.').waitFor();
  await page.getByLabel('Name', { exact: true }).fill('C2 of May');
  await page.getByLabel('Severity', { exact: true }).fill('80');
  await page.getByLabel('Or the text itself').fill('10.20.0.2,the server\ndomain,example.test\nip,300.1.1.1\n');
  await page.getByRole('button', { name: 'Add list' }).click();
  await page.locator('[data-list="C2 of May"]').waitFor();
  await page.locator('[data-match]').first().waitFor();
  await page.locator('[data-report] summary').click();
  await page.getByText('Line 3: "300.1.1.1" is no address').waitFor();
  const found = await page.locator('[data-match]').allInnerTexts();
  expect(found.some((text) => text.includes('destination.ip'))).toBe(true);
  expect(found.some((text) => text.includes('tls.client.server_name'))).toBe(true);
  await page.getByRole('link', { name: 'Flow', exact: true }).first().click();
  await page.waitForURL('**/flow/*');
  await page.getByRole('link', { name: /^\d+ indicator match(es)?$/ }).click();
  await page.getByRole('heading', { name: 'Matches of a flow' }).waitFor();
  await page.locator('[data-match]').first().waitFor();
  await page.goto('/captures');
  await visitor.capture('sample.pcapng').getByRole('link', { name: 'sample.pcapng' }).click();
  await page.getByRole('link', { name: /^\d+ indicator matches$/ }).click();
  await page.getByRole('heading', { name: 'Matches of a capture' }).waitFor();
  await page.locator('[data-match]').first().waitFor();
  await page.getByRole('button', { name: 'Show all' }).click();
  await page.getByRole('heading', { name: 'Matches', exact: true }).waitFor();
  await page.goto('/hosts/10.20.0.2');
  await page.getByRole('link', { name: 'Its indicators' }).click();
  await page.getByRole('heading', { name: 'Matches of 10.20.0.2' }).waitFor();
  await page.locator('[data-match]').first().waitFor();
});

it('a match is an alert that says which list names what, and leads to its flows', async () => {
  await page.goto('/alerts?q=rule.id:intel.match');
  await page
    .locator('[role=row].row', { hasText: 'Indicator match' })
    .first()
    .click({ position: { x: 214, y: 12 } });
  await page.getByRole('link', { name: 'C2 of May' }).waitFor();
  await page
    .getByText(/that the list "C2 of May" names: (ip|domain) /)
    .first()
    .waitFor();
});

it('a list that cannot be read is refused, and leaves nothing behind', async () => {
  await page.goto('/indicators');
  await page.locator('summary', { hasText: 'Add a list' }).click();
  await page.getByLabel('Name', { exact: true }).fill('nonsense');
  await page.getByLabel('Or the text itself').fill('what is this');
  await page.getByRole('button', { name: 'Add list' }).click();
  await page.getByText('None of its 1 entries can be taken').waitFor();
  await page.reload();
  await page.locator('[data-list="C2 of May"]').waitFor();
  expect(await page.locator('[data-list]').count()).toBe(1);
});

it('a list that somebody else changed meanwhile is not overwritten: the page says who, and shows it as it is now', async () => {
  await page.getByRole('button', { name: 'Change', exact: true }).click();
  await page.getByLabel('Owner', { exact: true }).fill('the night shift');
  const analyst = await product.server.browserOf('analyst');
  const [list] = await analyst.json<IndicatorList[]>('/lists');
  const { id, name, description, version } = list!;
  expect((await analyst.send('PUT', `/lists/${id}`, { name, description, owner: 'the CERT', severity: 60, version })).status).toBe(200);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText(/by the-analyst at .* is the newest, and nothing was changed/).waitFor();
  await page.getByRole('button', { name: 'Show it as it is now' }).click();
  await expect.poll(() => page.getByLabel('Owner', { exact: true }).inputValue()).toBe('the CERT');
  await page.getByLabel('Owner', { exact: true }).fill('the CERT and the night shift');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('cell', { name: 'the CERT and the night shift', exact: true }).waitFor();
});

it('a list is deleted with its matches', async () => {
  await page.getByRole('button', { name: 'Delete C2 of May' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('There is no list yet.').waitFor();
  await page.getByText('Nothing that is stored has one of these indicators.').waitFor();
});
