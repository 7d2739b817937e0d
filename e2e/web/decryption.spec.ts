/** An analyst gives a key log to a capture and reads what was encrypted. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encryptedTalk, request } from '../api/encrypted-talk.ts';
import { seriousIssues } from './axe.ts';
import { Product } from './product.ts';
import type { Visitor } from './visitor.ts';

let product: Product;
let visitor: Visitor;
let keyLog: string;

beforeAll(async () => {
  product = await Product.start();
  visitor = await product.visit();
  await visitor.logIn();
  const talk = await encryptedTalk();
  await writeFile(join(product.services.dataDir, 'tls.pcap'), talk.capture);
  keyLog = join(product.services.dataDir, 'keys.log');
  await writeFile(keyLog, talk.keyLog);
  await visitor.ingest(join(product.services.dataDir, 'tls.pcap'));
});
afterAll(() => product?.close());

async function openCapture(): Promise<void> {
  await visitor.page.goto('/captures');
  await visitor.capture('tls.pcap').getByRole('link', { name: 'tls.pcap', exact: true }).click();
}

async function openFlow(): Promise<void> {
  await visitor.page.goto('/search?q=destination.port:443');
  await visitor.page
    .getByRole('link', { name: /^Open flow/ })
    .first()
    .click();
}

describe('decryption', () => {
  it('says what is wrong with a file that is no key log', async () => {
    const { page } = visitor;
    await openCapture();
    await page.getByText('TLS and QUIC stay as they are on the wire').waitFor();
    await page.getByLabel('Key log').setInputFiles(join(product.services.dataDir, 'tls.pcap'));
    await page.getByText(/Line 1 is none of a key log/).waitFor();
  });

  it('begins with a key log', async () => {
    const { page } = visitor;
    await page.getByLabel('Key log').setInputFiles(keyLog);
    await page.getByText('1 session', { exact: true }).waitFor();
    expect(await seriousIssues(visitor)).toEqual([]);
  });

  it('shows in packets, tree and bytes what was encrypted', async () => {
    const { page } = visitor;
    await openFlow();
    await page.getByRole('row', { name: /GET \/secret/ }).click();
    await page.getByRole('treeitem', { name: 'Hypertext Transfer Protocol' }).click();
    const sources = page.getByRole('group', { name: 'Bytes of' });
    await sources.getByRole('button', { name: /^Decrypted TLS/, pressed: true }).waitFor();
    await expect.poll(() => page.locator('.hex .selected').count()).toBe(request.length);
    expect(await seriousIssues(visitor)).toEqual([]);
  });

  it('ends when the key log is forgotten', async () => {
    const { page } = visitor;
    await openCapture();
    await page.getByRole('button', { name: 'Forget it' }).click();
    await page.getByText('TLS and QUIC stay as they are on the wire').waitFor();
    await openFlow();
    await page.getByRole('row', { name: /Application Data/ }).waitFor();
    expect(await page.getByText('GET /secret').count()).toBe(0);
  });
});
