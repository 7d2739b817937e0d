/** Uploads that do not go as planned: cut, paused, reloaded, refused, repeated. */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { zipOf } from '../api/api-server.ts';
import { bulky } from './made-captures.ts';
import { Product } from './product.ts';
import { traces, type Visitor } from './visitor.ts';

let product: Product;
let visitor: Visitor;
/** 40 MB: five pieces. */
let file: string;

beforeAll(async () => {
  product = await Product.start();
  file = await bulky(product.services.dataDir, 40);
});
afterAll(() => product?.close());
beforeEach(async () => {
  visitor = await product.visit();
  await visitor.logIn();
});
afterEach(async () => {
  expect(visitor.complaints).toEqual([]);
  await visitor.leave();
  for (const { id } of await product.services.captures.list({ limit: 100 })) await product.services.captures.delete(id);
});

it('an archive of several captures is received as each of them', async () => {
  const entries = ['floods.pcap', 'nmap-syn.pcap'];
  const contents = await Promise.all(entries.map(async (name) => [name, await readFile(join(traces, name))] as const));
  const archive = join(product.services.dataDir, 'two.zip');
  await writeFile(archive, await zipOf(Object.fromEntries(contents)));
  await visitor.choose(archive);
  await visitor.page.getByText('Received: 2 captures, each by its name below.').waitFor();
  for (const name of entries) await visitor.untilState(`two.zip/${name}`, 'Ready');
});

const pieceBytes = 8 * 1024 * 1024;

/** A line that takes so many bytes a second; 0: as many as there are. */
async function lineSpeed(bytesPerSecond: number): Promise<void> {
  const devtools = await visitor.context.newCDPSession(visitor.page);
  const uploadThroughput = bytesPerSecond || -1;
  await devtools.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput });
}

/** Begin an upload over a slow line, and wait until its first piece is with the server. */
async function beginSlowly(): Promise<void> {
  await lineSpeed(4_000_000);
  const piece = visitor.page.waitForResponse((response) => response.request().method() === 'PATCH');
  await visitor.choose(file);
  await piece;
}

const nextOffset = async () => {
  const request = await visitor.page.waitForRequest((each) => each.method() === 'PATCH');
  return Number(request.headers()['upload-offset']);
};

const upload = () => visitor.page.locator(`[data-upload="${basename(file)}"]`);

async function expectWholeFile(): Promise<void> {
  await visitor.untilState(basename(file), 'Ready');
  await visitor
    .capture(basename(file))
    .getByRole('link', { name: basename(file) })
    .click();
  const hash = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  await visitor.page.getByText(hash).waitFor();
}

describe('an upload', () => {
  it('goes on where it stopped when the page was loaded anew and the file is chosen again', async () => {
    await beginSlowly();
    visitor.page.on('dialog', (dialog) => void dialog.accept());
    await visitor.page.reload();
    const offset = nextOffset();
    await visitor.choose(file);
    expect(await offset).toBeGreaterThanOrEqual(pieceBytes);
    await lineSpeed(0);
    await expectWholeFile();
  });

  it('can be paused and resumed', async () => {
    await beginSlowly();
    await upload().getByRole('button', { name: 'Pause' }).click();
    await upload().getByText('Paused at').waitFor();
    await lineSpeed(0);
    const offset = nextOffset();
    await upload().getByRole('button', { name: 'Resume' }).click();
    expect(await offset).toBeGreaterThanOrEqual(pieceBytes);
    await expectWholeFile();
  });

  it('goes on by itself after the connection was cut for a moment', async () => {
    let cuts = 0;
    await visitor.page.route('**/api/v1/uploads/*', async (route) => {
      if (route.request().method() === 'PATCH' && cuts++ < 2) await route.abort('connectionreset');
      else await route.continue();
    });
    await visitor.choose(file);
    await expectWholeFile();
    expect(cuts).toBeGreaterThan(2);
  });

  it('can be given up', async () => {
    await beginSlowly();
    await upload()
      .getByRole('button', { name: /^Cancel/ })
      .click();
    await upload().waitFor({ state: 'detached' });
  });

  it('of something else is refused with what it looks like, and not offered again', async () => {
    const text = join(product.services.dataDir, 'notes.txt');
    await writeFile(text, 'These are notes and no packets.\n'.repeat(10));
    await visitor.choose(text);
    const item = visitor.page.locator('[data-upload="notes.txt"]');
    await item.getByText(/Not a capture file: .*text/).waitFor();
    expect(await item.getByRole('button').count()).toBe(1);
  });

  it('of a file that is there already is the same capture', async () => {
    await visitor.choose(file);
    await visitor.untilState(basename(file), 'Ready');
    await visitor.choose(file);
    await visitor.page.locator('[data-upload][data-state=done]').nth(1).waitFor();
    expect(await visitor.capture(basename(file)).count()).toBe(1);
  });

  it('leaves the page with all others that are received or refused', async () => {
    const text = join(product.services.dataDir, 'notes.txt');
    await writeFile(text, 'These are notes and no packets.\n');
    await visitor.choose(text, join(traces, 'http.pcap'), join(traces, 'dns.pcap'));
    await visitor.page.getByText('2 of 3 files received, 1 not').waitFor();
    await visitor.page.getByRole('button', { name: 'Clear what has ended' }).click();
    await visitor.page.locator('[data-upload]').first().waitFor({ state: 'detached' });
    await visitor.untilState('http.pcap', 'Ready');
    await visitor.untilState('dns.pcap', 'Ready');
  });
});

describe('the list', () => {
  it('can be of some captures only, and the address says which', async () => {
    const { page } = visitor;
    await visitor.ingest(join(traces, 'http.pcap'), join(traces, 'dns.pcap'));
    await page.getByLabel('Name', { exact: true }).fill('HTTP');
    await page.getByLabel('Name', { exact: true }).press('Enter');
    await visitor.capture('dns.pcap').waitFor({ state: 'detached' });
    await visitor.capture('http.pcap').waitFor();
    await page.getByLabel('Origin').selectOption('from the ring capture');
    await page.getByText('No such captures').waitFor();
    await page.waitForURL('**/captures?name=HTTP&origin=ring');
    await page.reload();
    await page.getByText('No such captures').waitFor();
    await page.getByRole('button', { name: 'All captures' }).click();
    await visitor.capture('dns.pcap').waitFor();
    await page.getByLabel('State').selectOption('Failed');
    await page.getByText('No such captures').waitFor();
    // Elsewhere one still chooses from all of them.
    await page.getByRole('link', { name: 'Hosts' }).click();
    for (const name of ['http.pcap', 'dns.pcap'])
      await page.locator('label', { hasText: /^In/ }).locator('option', { hasText: name }).waitFor({ state: 'attached' });
  });
});
