/** Triage at the browser: one alert in the panel and on its page, many by ticks and keys, and the news of new ones. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
  await visitor.ingest(join(traces, 'floods.pcap'), join(traces, 'nmap-syn.pcap'));
});
afterAll(() => product?.close());

const rows = () => page.locator('[role=row].row');
/** The word for state or verdict in each row. */
const standings = () => rows().locator('.chip.standing').allInnerTexts();
const panel = () => page.locator('app-alert-panel');

async function openAlerts(query = ''): Promise<void> {
  await page.goto(`/alerts${query}`);
  await rows().first().waitFor();
}

async function openFirst(): Promise<void> {
  await rows()
    .first()
    .click({ position: { x: 214, y: 12 } });
  await panel().getByRole('heading', { name: 'Why it fired' }).waitFor();
}

describe('news of alerts', () => {
  it('are counted in the bar until the alerts are looked at', async () => {
    const listening = page.waitForResponse(/events\/stream/);
    await page.goto('/captures');
    await listening;
    await visitor.choose(join(traces, 'ping-sweep.pcap'));
    await page.locator('mat-snack-bar-container').filter({ hasText: 'New alert: Ping sweep' }).waitFor();
    await page.getByRole('link', { name: 'Alerts 1 new' }).click();
    await page.getByRole('link', { name: 'Alerts', exact: true }).waitFor();
  });
});

describe('an alert', () => {
  it('on its page leads back to the list as it was asked', async () => {
    await openAlerts('?q=event.severity%20%3E%3D%201');
    const found = await rows().count();
    await openFirst();
    await panel().getByRole('link', { name: 'Open', exact: true }).click();
    await page.waitForURL(/\/alerts\/[0-9a-f-]{36}$/);
    await page.locator('.way').getByRole('link', { name: 'Alerts' }).click();
    await page.waitForURL(/\/alerts\?.*q=event\.severity/);
    await rows().first().waitFor();
    expect(await rows().count()).toBe(found);
  });

  it('is given to someone, commented on and closed; the history says who did it', async () => {
    await openAlerts();
    await openFirst();
    await panel().getByLabel('Assignee').selectOption('admin');
    await panel().getByText('gave it to admin').waitFor();
    await panel().getByLabel('Comment').fill('Known test.\nSee the lab book.');
    await panel().getByRole('button', { name: 'Comment' }).click();
    await panel().getByText('See the lab book.').waitFor();
    await panel().getByLabel('State').selectOption('Closed: benign positive');
    await panel().getByText('closed it: benign positive').waitFor();
    await expect.poll(standings).toContain('Benign positive');
  });

  it('has a page of its own with evidence, ways down and history', async () => {
    await panel().getByRole('link', { name: 'Open' }).click();
    await page.waitForURL(/\/alerts\/[0-9a-f-]{36}$/);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.getByText('See the lab book.').waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Evidence capture' }).click();
    expect((await download).suggestedFilename()).toMatch(/^alert-.*\.pcapng$/);
    // The list as it was left: with the alert beside it.
    await page.getByRole('link', { name: 'Alerts', exact: true }).last().click();
    await page.waitForURL(/\/alerts\?open=[0-9a-f-]{36}$/);
    await panel().getByRole('heading', { name: 'Why it fired' }).waitFor();
  });

  it('that is not there says so', async () => {
    await page.goto(`/alerts/${crypto.randomUUID()}`);
    await page.getByText('No such alert').waitFor();
    await page.goto(`/alerts?open=${crypto.randomUUID()}`);
    await page.getByText('Opening the alert did not work. No such alert').waitFor();
    await page.waitForURL(/\/alerts$/);
  });

  it('opens from its address although it is not among the rows', async () => {
    await openAlerts();
    await openFirst();
    const id = new URL(page.url()).searchParams.get('open')!;
    await openAlerts(`?q=${encodeURIComponent(`not wirecase.alert.id == "${id}"`)}&open=${id}`);
    await panel().getByRole('heading', { name: 'Why it fired' }).waitFor();
  });
});

describe('many alerts', () => {
  it('are found by state and severity with one click', async () => {
    await openAlerts();
    const all = await rows().count();
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await expect.poll(() => rows().count()).toBe(all - 1);
    await page.getByRole('button', { name: 'High +' }).click();
    await page.waitForURL(/severity/);
    await page.getByRole('button', { name: 'High +' }).click();
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await expect.poll(() => rows().count()).toBe(all);
  });

  it('are closed together by their ticks', async () => {
    await openAlerts('?q=wirecase.alert.class:flood.syn%20or%20wirecase.alert.class:flood.ack');
    await rows().nth(0).getByRole('checkbox').check();
    await rows().nth(1).getByRole('checkbox').check();
    await page.getByText('2 chosen').waitFor();
    await page.getByRole('button', { name: 'Closed: false positive' }).click();
    await page.getByText('2 alerts changed.').waitFor();
    await expect.poll(standings).toEqual(['False positive', 'False positive']);
  });

  it('are triaged without a mouse', async () => {
    await openAlerts('?q=wirecase.alert.class:flood.udp');
    await page.keyboard.press('j');
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('data-cell'))).toBe('0:0');
    await page.keyboard.press('p');
    await expect.poll(standings).toEqual(['In progress']);
    await rows().first().getByRole('gridcell').first().focus();
    await page.keyboard.press('x');
    await page.getByText('1 chosen').waitFor();
    await page.keyboard.press('t');
    await expect.poll(standings).toEqual(['True positive']);
  });

  it('change before the eyes of others', async () => {
    const other = await product.visit();
    await other.logIn();
    await openAlerts('?q=wirecase.alert.class:flood.icmp');
    await other.page.goto('/alerts?q=wirecase.alert.class:flood.icmp');
    await other.page.locator('[role=row].row [role=gridcell]').first().focus();
    await other.page.keyboard.press('a');
    await expect.poll(standings).toEqual(['In progress']);
    await other.leave();
  });
});

describe('what operators set', () => {
  it('counts when a capture is analysed again', async () => {
    await page.goto('/settings/detection');
    const scans = page.locator('[data-detector=port-scan]');
    await scans.locator('summary').click();
    await scans.getByLabel(/^ports /).fill('500');
    await scans.getByLabel(/^ports /).blur();
    await page.getByRole('button', { name: 'Save changes' }).first().click();
    await page.getByText('Version 1, by admin').waitFor();
    await page.goto('/captures');
    await page.getByRole('link', { name: 'nmap-syn.pcap' }).click();
    await page.getByRole('button', { name: 'Analyse again' }).click();
    await page.locator('mat-snack-bar-container').filter({ hasText: 'is analysed again' }).waitFor();
    const scansLeft = async () => {
      const answer = await page.request.get('/api/v1/alerts?q=rule.id:port-scan');
      return ((await answer.json()) as { items: unknown[] }).items.length;
    };
    await expect.poll(scansLeft, { timeout: 60_000 }).toBe(0);
  });

  it('a channel is made, tested and its log read', async () => {
    await page.goto('/settings/notifications');
    await page.getByLabel('Kind').selectOption('log');
    await page.getByLabel('Name').fill('Alert log');
    await page.getByRole('button', { name: 'Add channel' }).click();
    await page.locator('[data-channel="Alert log"]').getByRole('button', { name: 'Test' }).click();
    const log = page.getByRole('region', { name: 'Deliveries of Alert log' });
    await expect
      .poll(
        async () => {
          await log.getByRole('button', { name: 'Refresh' }).click();
          return log.getByText('sent').count();
        },
        { timeout: 60_000, interval: 500 },
      )
      .toBe(1);
  });
});

describe('all along', () => {
  it('the browser had nothing to complain about', () => {
    expect(visitor.complaints).toEqual([]);
  });
});
