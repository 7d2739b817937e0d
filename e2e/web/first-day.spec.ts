/** From the one-time link to the bytes of a packet: what someone does who has just installed Wirecase. */
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { password } from '../api/api-server.ts';
import { Product } from './product.ts';
import { traces, type Visitor } from './visitor.ts';

const trace = 'http.pcap';
let product: Product;
let visitor: Visitor;

beforeAll(async () => {
  product = await Product.start({ isSetUp: false });
  visitor = await product.visit();
});
afterAll(() => product?.close());

describe('the first day', () => {
  it('without the one-time link says where it is', async () => {
    const { page } = visitor;
    await page.goto('/');
    await page.waitForURL('**/setup');
    await page.getByText('Open the one-time link').waitFor();
  });

  it('with the link makes the administrator and arrives at the empty captures', async () => {
    const { page } = visitor;
    const token = (await readFile(join(product.services.dataDir, 'setup-token'), 'utf8')).trim();
    await page.goto('about:blank');
    await page.goto(`/setup#token=${token}`);
    await page.getByLabel('Name').fill('ada');
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByLabel('Password again').fill('another one');
    await page.getByRole('button', { name: 'Create administrator' }).click();
    await page.getByText('The two passwords differ.').waitFor();
    await page.getByLabel('Password again').fill(password);
    await page.getByRole('button', { name: 'Create administrator' }).click();
    await page.waitForURL('**/captures');
    await page.getByRole('button', { name: 'Try the sample capture' }).waitFor();
  });

  it('logs out, is told of a wrong password, and logs in', async () => {
    const { page } = visitor;
    await page.getByRole('button', { name: 'ada' }).click();
    await page.getByRole('menuitem', { name: 'Log out' }).click();
    await page.waitForURL('**/login');
    await page.getByLabel('Name').fill('ada');
    await page.getByLabel('Password').fill('not this one');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('alert').getByText('Wrong name or password').waitFor();
    await visitor.logIn('ada');
  });

  it('drops a capture on the page and sees it become ready', async () => {
    await visitor.drop(join(traces, trace));
    await visitor.untilState(trace, 'Ready');
  });

  it('finds its flows, with the capture in the address', async () => {
    const { page } = visitor;
    await visitor.capture(trace).getByRole('link', { name: 'Search' }).click();
    await page.waitForURL(/\/search\?capture=/);
    await page.getByRole('combobox', { name: 'Query' }).fill('network.protocol:http');
    await page.keyboard.press('Enter');
    await page.waitForURL(/q=network\.protocol:http/);
    await page.locator('[role=row].row').first().waitFor();
  });

  it('opens a flow down to the protocol tree and the bytes, each pointing into the other', async () => {
    const { page } = visitor;
    await page
      .getByRole('link', { name: /^Open flow/ })
      .first()
      .click();
    await page.waitForURL(/\/flow\//);
    await page.getByText('Established and closed normally by both sides.').waitFor();
    const ip = page.getByRole('treeitem', { name: /^Internet Protocol Version 4/ });
    await ip.click();
    await page.locator('.hex .selected').first().waitFor();
    expect(await page.locator('.hex .selected').count()).toBe(20);
    expect(await page.locator('.hex .selected').first().getAttribute('data-byte')).toBe('14');
    await page.locator('.hex [data-byte="36"]').click();
    const port = page.getByRole('treeitem', { name: /^Destination Port/ });
    await port.waitFor();
    await expect.poll(() => port.getAttribute('aria-selected')).toBe('true');
    await expect.poll(() => page.locator('.hex .selected').count()).toBe(2);
  });

  it('shows what was said, and leads from a record to its packet', async () => {
    const { page } = visitor;
    const records = page.getByRole('region', { name: 'What was said' });
    await records.getByRole('tab', { name: /^HTTP/ }).waitFor();
    const packet = records.getByTitle(/^Show packet/).first();
    const number = await packet.innerText();
    await packet.click();
    await page.waitForURL(new RegExp(`packet=${number}`));
    await page.getByRole('treeitem', { name: new RegExp(`^Frame ${number}:`) }).waitFor();
  });

  it('shows the bytes of what came in several packets beside those of the packet', async () => {
    const { page } = visitor;
    await page
      .getByRole('row', { name: /HTTP\/1\.1 200 OK/ })
      .last()
      .click();
    const others = page.getByRole('group', { name: 'Bytes of' });
    await others.getByRole('button', { name: /^Packet/, pressed: true }).waitFor();
    await page.getByRole('treeitem', { name: 'Hypertext Transfer Protocol' }).click();
    await others.getByRole('button', { name: /^Reassembled TCP/, pressed: true }).waitFor();
    await expect.poll(() => page.locator('.hex .selected').first().getAttribute('data-byte')).toBe('0');
    expect(await page.locator('.hex .selected').first().innerText()).toBe('48');
    await others.getByRole('button', { name: /^Packet/ }).click();
    await expect.poll(() => page.locator('.hex .selected').count()).toBe(0);
  });

  it('downloads the packets of the flow as a file that tshark reads', async () => {
    const { page } = visitor;
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download pcapng' }).click()]);
    const file = join(product.services.dataDir, 'flow.pcapng');
    await download.saveAs(file);
    const numbers = execFileSync('tshark', ['-r', file, '-T', 'fields', '-e', 'frame.number'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const shown = await page.getByRole('grid', { name: 'Packets of the flow' }).getAttribute('aria-rowcount');
    expect(numbers.toString().trim().split('\n')).toHaveLength(Number(shown) - 1);
  });

  it('comes back to the same page after the session was over', async () => {
    const { page } = visitor;
    const address = page.url();
    await visitor.context.clearCookies();
    await page.reload();
    await page.waitForURL(/\/login\?next=/);
    await page.getByLabel('Name').fill('ada');
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.waitForURL(address);
    await page.getByRole('treeitem').first().waitFor();
  });

  it('deletes the capture after being asked', async () => {
    const { page } = visitor;
    await page.goto('/captures');
    await page.getByRole('button', { name: `More about ${trace}` }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click();
    await visitor.capture(trace).waitFor();
    await page.getByRole('button', { name: `More about ${trace}` }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete capture' }).click();
    await visitor.capture(trace).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Try the sample capture' }).waitFor();
  });

  it('takes in the sample that comes with Wirecase', async () => {
    const { page } = visitor;
    await page.getByRole('button', { name: 'Try the sample capture' }).click();
    await page.locator('tr[data-capture]').getByText('Ready', { exact: true }).waitFor({ timeout: 60_000 });
  });

  it('never made the browser complain', () => {
    expect(visitor.complaints).toEqual([]);
  });
});
