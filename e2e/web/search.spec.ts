/** The habits of analysts that every page keeps: values filter, the histogram zooms, the address holds it all, ctrl-click opens a tab. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { manyFlows } from './made-captures.ts';
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
  await visitor.ingest(join(traces, 'dns.pcap'), join(traces, 'nmap-syn.pcap'), await manyFlows(product.services.dataDir, 450));
});
afterAll(() => product?.close());
beforeEach(async () => {
  await page.goto('/search');
  await settled();
});

const query = () => page.getByRole('combobox', { name: 'Query' });
const rows = () => page.locator('[role=row].row');
const address = () => new URL(page.url()).searchParams;

/** The rows of the present address are there (or the page says that there are none). */
async function settled(): Promise<void> {
  await page.locator('.results:not(.stale)').getByRole('grid').or(page.getByText('Nothing matches')).first().waitFor();
  await page.locator('.strip [role=status] strong').waitFor();
}

async function total(): Promise<number> {
  await settled();
  return Number((await page.locator('.strip [role=status] strong').innerText()).replace(/\D/g, ''));
}

async function search(text: string): Promise<void> {
  await query().fill(text);
  await page.keyboard.press('Enter');
  await page.waitForFunction((wanted) => (new URL(location.href).searchParams.get('q') ?? '') === wanted, text);
  await settled();
}

/** The cell of the first row in which this value stands. */
const value = (text: string) => rows().getByRole('link', { name: text, exact: true }).first();

describe('a value that is clicked', () => {
  it('is searched for', async () => {
    const all = await total();
    await value('tcp').click();
    await page.waitForURL(/q=/);
    expect(address().get('q')).toBe('network.transport == tcp');
    const some = await total();
    expect(some).toBeGreaterThan(0);
    expect(some).toBeLessThan(all);
  });

  it('is excluded with shift, and added with or by alt', async () => {
    const all = await total();
    await value('tcp').click({ modifiers: ['Shift'] });
    await page.waitForURL(/q=not/);
    expect(address().get('q')).toBe('not network.transport == tcp');
    const others = await total();
    await value('udp').click({ modifiers: ['Alt'] });
    await page.waitForURL(/or/);
    expect(address().get('q')).toBe('not network.transport == tcp or network.transport == udp');
    expect(await total()).toBe(others);
    await search('network.transport == tcp');
    expect(await total()).toBe(all - others);
  });

  it('is excluded by the minus beside it', async () => {
    await value('tcp').hover();
    await rows().getByRole('button', { name: 'Exclude network.transport tcp' }).first().click();
    await page.waitForURL(/q=not/);
    expect(address().get('q')).toBe('not network.transport == tcp');
  });

  it('opens in a new tab with ctrl, as a search of its own', async () => {
    const [tab] = await Promise.all([visitor.context.waitForEvent('page'), value('tcp').click({ modifiers: ['Control'] })]);
    await tab.waitForURL(/q=network\.transport/);
    await tab.locator('[role=row].row').first().waitFor();
    await tab.close();
    expect(address().get('q')).toBeNull();
  });

  it('can be reached and used by keyboard alone', async () => {
    await page.locator('[role=gridcell][tabindex="0"]').focus();
    for (const key of ['j', 'k', 'ArrowDown', 'Home', 'ArrowRight', 'ArrowRight', 'ArrowRight', '+']) await page.keyboard.press(key);
    await page.waitForURL(/q=source\.ip/);
  });
});

describe('the query bar', () => {
  it('completes field names while they are typed', async () => {
    await page.keyboard.press('q');
    await page.keyboard.type('destination.p');
    await page.getByRole('option', { name: /^destination\.port/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect.poll(() => query().inputValue()).toMatch(/^destination\.p\w+:$/);
  });

  it('underlines an unknown field where it stands and says what is wrong', async () => {
    await query().fill('source.ip == 10.0.0.1 and sorce.port == 1');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: 'At character 27' }).filter({ hasText: 'source.port' }).waitFor();
    expect(await page.locator('.mirror .mark').allInnerTexts()).toEqual(['sorce.port']);
  });
});

describe('the histogram', () => {
  const plot = () => page.getByRole('slider', { name: /^Flows over time/ });

  it('zooms to what is brushed, and a double click undoes', async () => {
    const box = (await plot().boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.6, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width - 2, box.y + 20, { steps: 4 });
    await page.mouse.up();
    await page.waitForURL(/from=.*to=/);
    await settled();
    await plot().dblclick();
    await page.waitForFunction(() => !location.search.includes('from='));
  });

  it('zooms by keyboard, steps, zooms out, and the back button restores', async () => {
    await plot().focus();
    for (const key of ['ArrowRight', 'Shift+ArrowRight', 'Shift+ArrowRight', 'Enter']) await page.keyboard.press(key);
    await page.waitForURL(/from=.*to=/);
    const zoomed = page.url();
    await page.getByRole('button', { name: 'The window after' }).click();
    await page.waitForURL((url) => url.href !== zoomed);
    await page.goBack();
    await page.waitForURL(zoomed);
    await page.getByRole('button', { name: 'Zoom out' }).click();
    await page.waitForURL((url) => url.href !== zoomed);
  });
});

describe('the order', () => {
  it('is that of any column with one value a row', async () => {
    await search('network.transport == tcp');
    for (const [name, sort] of [
      ['Bytes', '-network.bytes'],
      ['Bytes', 'network.bytes'],
      ['Destination', '-destination.ip'],
    ]) {
      await page.getByRole('columnheader', { name, exact: true }).getByRole('button').click();
      await page.waitForURL((url) => url.searchParams.get('sort') === sort);
      await settled();
    }
    await page.getByRole('columnheader', { name: 'Destination', exact: true }).and(page.locator('[aria-sort=descending]')).waitFor();
    expect(await page.locator('app-problem-note').count()).toBe(0);
  });
});

describe('the address', () => {
  it('shows someone else the same rows, columns, order, time and open row', async () => {
    await search('network.transport == tcp');
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('checkbox', { name: 'Community ID' }).check();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.waitForURL(/sort=/);
    await settled();
    await rows()
      .nth(2)
      .click({ position: { x: 5, y: 12 } });
    await page.waitForURL(/open=/);
    await page.locator('app-row-panel').waitFor();
    const other = await product.visit();
    await other.logIn();
    await other.page.goto(page.url());
    await other.page.locator('app-row-panel').waitFor();
    const seen = async (of: Page) => ({
      columns: await of.getByRole('columnheader').allInnerTexts(),
      rows: (await of.locator('[role=row].row').allInnerTexts()).slice(0, 20),
      open: await of.locator('[role=row].open').innerText(),
      query: await of.getByRole('combobox', { name: 'Query' }).inputValue(),
    });
    expect(await seen(other.page)).toEqual(await seen(page));
    expect(other.complaints).toEqual([]);
    await other.leave();
  });
});

describe('long results', () => {
  it('load as they are scrolled, few rows being drawn at a time', async () => {
    const all = await total();
    expect(all).toBeGreaterThan(200);
    const grid = page.getByRole('grid', { name: 'Results' });
    const last = page.locator(`[role=row][aria-rowindex="${all + 1}"]`);
    while ((await last.count()) === 0) {
      const before = await grid.evaluate((scroller) => scroller.scrollHeight);
      await grid.evaluate((scroller) => (scroller.scrollTop = scroller.scrollHeight));
      await page.waitForFunction(
        ([height, index]) => {
          const scroller = document.querySelector('[role=grid]')!;
          return scroller.scrollHeight > Number(height) || document.querySelector(`[aria-rowindex="${index}"]`) !== null;
        },
        [before, all + 1],
      );
    }
    expect(await rows().count()).toBeLessThan(120);
  });

  it('are shown where they were left when the browser comes back from a flow', async () => {
    const grid = page.getByRole('grid', { name: 'Results' });
    while ((await page.locator('[role=row][aria-rowindex="302"]').count()) === 0) {
      await grid.evaluate((scroller) => (scroller.scrollTop += 400));
      await page.waitForTimeout(50);
    }
    const link = grid.locator('[aria-rowindex="302"] a.to-flow');
    await link.hover();
    const left = await grid.evaluate((scroller) => scroller.scrollTop);
    await link.click();
    await page.waitForURL(/\/flow\//);
    await page.goBack();
    const away = async () => Math.abs((await grid.evaluate((scroller) => scroller.scrollTop)) - left);
    await expect.poll(away, { timeout: 20_000 }).toBeLessThan(48);
    await link.waitFor();
    await page.goto('/search');
    await settled();
    expect(await grid.evaluate((scroller) => scroller.scrollTop)).toBe(0);
  });

  it('go out whole as CSV and NDJSON', async () => {
    const all = await total();
    for (const [format, extra] of [
      ['CSV', 1],
      ['NDJSON', 0],
    ] as const) {
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: format, exact: true }).click()]);
      const chunks: Buffer[] = [];
      for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
      expect(Buffer.concat(chunks).toString('utf8').trimEnd().split('\n')).toHaveLength(all + extra);
    }
  });
});

describe('records of protocols', () => {
  it('are searched as flows are, with columns from the catalogue', async () => {
    await page.getByLabel('What to search').selectOption('dns');
    await page.waitForURL(/record=dns/);
    await settled();
    await page
      .getByRole('columnheader', { name: 'Query name' })
      .or(page.getByTitle(/^dns\.question\.name/))
      .first()
      .waitFor();
    expect(await total()).toBeGreaterThan(0);
  });
});

describe('alerts', () => {
  it('explain themselves and lead to their flows and packets', async () => {
    await page.goto('/alerts');
    await page
      .locator('[role=row].row')
      .first()
      .click({ position: { x: 214, y: 12 } });
    const panel = page.locator('app-alert-panel');
    await panel.getByRole('heading', { name: 'Why it fired' }).waitFor();
    await panel
      .getByTitle(/^Show packet/)
      .first()
      .click();
    await page
      .getByRole('dialog')
      .getByRole('treeitem', { name: /^Frame/ })
      .waitFor();
    await page.keyboard.press('Escape');
    await panel.getByRole('link', { name: 'Flows behind this alert' }).click();
    await page.waitForURL(/\/search\?/);
    expect(await total()).toBeGreaterThan(0);
  });
});

describe('times', () => {
  it('are in UTC or local time, and the page says which', async () => {
    await page.getByRole('button', { name: /^Times are shown in UTC/ }).click();
    await page.getByRole('button', { name: /^Times are shown in local/ }).click();
    await page.getByRole('button', { name: /^Times are shown in UTC/ }).waitFor();
  });
});

describe('all along', () => {
  it('the browser had nothing to complain about', () => {
    expect(visitor.complaints).toEqual([]);
  });
});
