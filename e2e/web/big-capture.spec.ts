/**
 * 200 MB of real traffic through the browser. The mix is built from captures that are not part of this repository: their folder is given
 * by WIRECASE_TEST_CAPTURES or lies beside the repository as ../shared; without it there is nothing to mix.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../scripts/bootstrap/modules.mjs';
import { Product } from './product.ts';
import type { Visitor } from './visitor.ts';

const shared = process.env['WIRECASE_TEST_CAPTURES'] ?? resolve(root, '../shared');
const mixer = join(shared, 'conformance/mix.py');
const megabytes = 200;

describe.skipIf(!existsSync(mixer))(`a capture of ${megabytes} MB`, () => {
  let product: Product;
  let visitor: Visitor;
  let file: string;

  beforeAll(async () => {
    product = await Product.start();
    file = join(product.services.dataDir, 'mix.pcap');
    execFileSync('python3', [mixer, file, String(megabytes)], { stdio: 'ignore' });
    visitor = await product.visit();
    await visitor.logIn();
  }, 300_000);
  afterAll(() => product?.close());

  it('is searchable after its upload, and a flow opens down to tree, bytes and a file for tshark', { timeout: 300_000 }, async () => {
    const { page } = visitor;
    const begun = performance.now();
    await visitor.choose(file);
    await page.locator('[data-upload][data-state=done]').waitFor({ timeout: 120_000 });
    const received = performance.now();
    await visitor.untilState('mix.pcap', 'Ready', 180_000);
    const ready = performance.now();
    await visitor.capture('mix.pcap').getByRole('link', { name: 'Search' }).click();
    await page.locator('[role=row].row').first().waitFor();
    const found = performance.now();
    await page.getByRole('combobox', { name: 'Query' }).fill('network.protocol:http and wirecase.flow.state:SF');
    await page.keyboard.press('Enter');
    await page.waitForURL(/q=/);
    await page
      .getByRole('link', { name: /^Open flow/ })
      .first()
      .click();
    const opened = performance.now();
    await page.getByRole('treeitem', { name: /^Frame/ }).waitFor({ timeout: 30_000 });
    await page.locator('.hex [data-byte="0"]').waitFor();
    const dissected = performance.now();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download pcapng' }).click()]);
    const packets = join(product.services.dataDir, 'flow.pcapng');
    await download.saveAs(packets);
    const numbers = execFileSync('tshark', ['-r', packets, '-T', 'fields', '-e', 'frame.number'], { stdio: ['ignore', 'pipe', 'ignore'] });
    expect(numbers.toString().trim()).toMatch(/^1\b/);
    expect(visitor.complaints).toEqual([]);
    const seconds = (from: number, to: number) => ((to - from) / 1000).toFixed(1);
    console.log(
      `${megabytes} MB: received in ${seconds(begun, received)} s, ready ${seconds(received, ready)} s later, first rows in ` +
        `${seconds(ready, found)} s, flow to tree and bytes in ${seconds(opened, dissected)} s`,
    );
  });
});
