/** Every page, light and dark: axe finds nothing serious, and the browser has nothing to complain about. On a phone all of it can be reached. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seriousIssues } from './axe.ts';
import { Product } from './product.ts';
import { traces, type Visitor, type Theme } from './visitor.ts';

let product: Product;

beforeAll(async () => {
  product = await Product.start();
});
afterAll(() => product?.close());

/** Each page with what shows that all of it is there. Steps lead to states that no address has. */
const pages: [name: string, path: string, shown: string, step?: (visitor: Visitor) => Promise<void>][] = [
  ['captures', '/captures', 'tr[data-capture]'],
  [
    'a menu',
    '/captures',
    '.menu',
    ({ page }) =>
      page
        .getByRole('button', { name: /^More about/ })
        .first()
        .click(),
  ],
  ['search', '/search', '[role=row].row'],
  [
    'an open row',
    '/search',
    'app-row-panel',
    ({ page }) =>
      page
        .locator('[role=row].row')
        .first()
        .click({ position: { x: 5, y: 12 } }),
  ],
  ['completions', '/search', '[role=option]', ({ page }) => page.getByRole('combobox', { name: 'Query' }).pressSequentially('source')],
  ['a wrong query', '/search?q=bogus:1', '#query-problem'],
  ['nothing found', '/search?q=port:1', 'app-empty-state'],
  [
    'a flow',
    '/search?q=network.protocol:http',
    '[role=treeitem]',
    ({ page }) =>
      page
        .getByRole('link', { name: /^Open flow/ })
        .first()
        .click(),
  ],
  [
    'the stream of a flow',
    '/search?q=network.protocol:http',
    'app-stream-view .turn',
    async ({ page }) => {
      await page
        .getByRole('link', { name: /^Open flow/ })
        .first()
        .click();
      await page.getByRole('tab', { name: 'Stream' }).click();
    },
  ],
  ['incidents', '/incidents', 'tr[data-incident]'],
  ['an incident', '/incidents', '.chain li', ({ page }) => page.locator('tr[data-incident] a').first().click()],
  ['hosts', '/hosts', '[data-host]'],
  ['a host', '/hosts', 'app-host-page dl', ({ page }) => page.locator('[data-host]').first().getByRole('link').click()],
  ['indicators', '/indicators', 'app-indicators form'],
  ['alerts', '/alerts', '[role=row].row'],
  [
    'an alert',
    '/alerts',
    'app-alert-panel',
    ({ page }) =>
      page
        .locator('[role=row].row')
        .first()
        .click({ position: { x: 214, y: 12 } }),
  ],
  ['chosen alerts', '/alerts', '.bulk', ({ page }) => page.locator('[role=row].row').first().getByRole('checkbox').check()],
  [
    "an alert's own page",
    '/alerts',
    'app-alert-page app-triage',
    async ({ page }) => {
      await page
        .locator('[role=row].row')
        .first()
        .click({ position: { x: 214, y: 12 } });
      await page.getByRole('link', { name: 'Open', exact: true }).click();
    },
  ],
  ['account', '/settings/account', 'form'],
  ['appearance', '/settings/appearance', 'fieldset'],
  ['keys', '/settings/keys', 'form'],
  ['users', '/settings/users', '[data-user]'],
  ['detection', '/settings/detection', '[data-detector]', ({ page }) => page.locator('summary').first().click()],
  ['the card of the classifier', '/settings/detection/classifier', 'app-classifier table'],
  ['zones', '/settings/zones', 'form'],
  ['notifications', '/settings/notifications', 'app-notifications form'],
  ['no sensor', '/live', 'app-empty-state'],
  ['sensors', '/settings/sensors', 'form'],
  ['system', '/settings/system', '[data-check]'],
  ['no such page', '/nowhere', 'app-empty-state'],
];

describe.each(['light', 'dark'] as Theme[])('in the %s theme', (theme) => {
  let visitor: Visitor;

  beforeAll(async () => {
    visitor = await product.visit(theme);
  });
  afterAll(() => visitor.leave());

  it.each([
    ['set-up', '/setup#token=of-another-time'],
    ['login', '/login'],
  ])('%s has no serious issue', async (_name, path) => {
    await visitor.page.goto(path);
    await visitor.page.getByRole('heading').first().waitFor();
    expect(await seriousIssues(visitor)).toEqual([]);
  });

  it('the empty captures page has no serious issue', async () => {
    await visitor.logIn();
    await visitor.page.getByText('Drop captures anywhere').waitFor();
    expect(await seriousIssues(visitor)).toEqual([]);
    await visitor.ingest(join(traces, 'http.pcap'), join(traces, 'nmap-syn.pcap'));
  });

  it.each(pages)('%s has no serious issue', async (_name, path, shown, step) => {
    await visitor.page.goto(path);
    if (step) await step(visitor);
    await visitor.page.locator(shown).first().waitFor();
    expect(await seriousIssues(visitor)).toEqual([]);
  });

  it('a capture has no serious issue', async () => {
    const { page } = visitor;
    await page.goto('/captures');
    await page.getByRole('link', { name: 'http.pcap' }).first().click();
    await page.getByRole('heading', { name: 'Where its packets went' }).waitFor();
    expect(await seriousIssues(visitor)).toEqual([]);
  });

  it('the browser had nothing to complain about', () => {
    expect(visitor.complaints).toEqual([]);
  });
});

describe('on a phone', () => {
  let visitor: Visitor;

  beforeAll(async () => {
    visitor = await product.visit('light');
    await visitor.page.setViewportSize({ width: 390, height: 844 });
    await visitor.logIn();
    await visitor.ingest(join(traces, 'http.pcap'), join(traces, 'nmap-syn.pcap'));
  });
  afterAll(() => visitor.leave());

  it.each(pages)('%s has all of it within the window', async (_name, path, shown, step) => {
    await visitor.page.goto(path);
    if (step) await step(visitor);
    await visitor.page.locator(shown).first().waitFor();
    expect(await visitor.page.evaluate(controlsBeyondTheWindow)).toEqual([]);
  });
});

/** Runs in the page: what can be clicked or filled in and is out of sight, unless a table or another box around it scrolls. */
function controlsBeyondTheWindow(): string[] {
  const scrolls = (element: Element | null): boolean =>
    element !== null &&
    element.localName !== 'main' &&
    (/auto|scroll/.test(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
  const main = document.querySelector('main');
  const beyond = [...document.querySelectorAll('a, button, input, select, textarea')].filter((element) => {
    const { left, right, width } = element.getBoundingClientRect();
    return width > 0 && (left < -1 || right > innerWidth + 1) && !scrolls(element) && !element.classList.contains('skip');
  });
  const widened = main && main.scrollWidth > innerWidth + 1 ? [`the page itself: ${main.scrollWidth} px`] : [];
  return [...widened, ...beyond.map((element) => element.getAttribute('aria-label') ?? element.textContent.trim())];
}
