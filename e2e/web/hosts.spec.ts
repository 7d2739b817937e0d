/** The inventory at the browser: the list, a host, and the ways from it to flows and back. */
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
  await visitor.ingest(join(traces, 'sample.pcapng'), join(traces, 'smb.pcap'));
});
afterAll(() => product?.close());

const rows = () => page.locator('[data-host]');

describe('the hosts', () => {
  it('are listed once over captures, and found by a query', async () => {
    await page.getByRole('link', { name: 'Hosts', exact: true }).click();
    await rows().first().waitFor();
    const addresses = await rows().evaluateAll((found) => found.map((row) => row.getAttribute('data-host')));
    expect(new Set(addresses).size).toBe(addresses.length);
    expect(addresses).toContain('10.20.0.2');
    await page.getByRole('combobox', { name: 'Query' }).fill('role:web-server');
    await page.getByRole('combobox', { name: 'Query' }).press('Enter');
    await page
      .getByRole('status')
      .filter({ hasText: /^1 host$/ })
      .waitFor();
    expect(await rows().count()).toBe(1);
  });

  it('say where a query is wrong', async () => {
    await page.goto('/hosts?q=bogus:1');
    await page.locator('#query-problem').filter({ hasText: 'bogus' }).waitFor();
  });
});

describe('a host', () => {
  it('shows who told its names, what its system is guessed from, services, users and captures', async () => {
    await page.goto('/hosts/10.20.0.2');
    await page.getByRole('heading', { level: 1, name: '10.20.0.2' }).waitFor();
    await page.getByText('told by tls').first().waitFor();
    await page
      .getByText(/OpenSSH_9/)
      .first()
      .waitFor();
    await page.getByRole('link', { name: 'alice' }).waitFor();
    await page.getByText(/% sure/).waitFor();
    expect(await page.getByRole('link', { name: /sample\.pcapng|smb\.pcap/ }).count()).toBe(2);
    await page.getByText('Vertical port scan').or(page.getByText(/scan/i)).first().waitFor();
  });

  it('leads to the flows of a service, and a flow leads back', async () => {
    await page.getByRole('link', { name: 'tcp/22 ssh' }).click();
    await page.waitForURL(/\/search\?/);
    await page.locator('[role=row].row').first().waitFor();
    await page
      .getByRole('link', { name: /^Open flow/ })
      .first()
      .click();
    await page.getByRole('heading', { level: 1 }).getByRole('link', { name: '10.20.0.2' }).click();
    await page.waitForURL(/\/hosts\/10\.20\.0\.2/);
  });

  it('that nobody saw is said to be none', async () => {
    await page.goto('/hosts/192.0.2.1');
    await page.getByRole('alert').filter({ hasText: 'No such host' }).waitFor();
  });

  it('leaves the browser nothing to complain about', () => expect(visitor.complaints).toEqual([]));
});
