/** An analyst follows what was said in a flow: from the packets to the words and back. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PacketScript, text, type TcpTalk } from '@wirecase/testkit/packets';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seriousIssues } from './axe.ts';
import { Product } from './product.ts';
import type { Visitor } from './visitor.ts';

let product: Product;
let visitor: Visitor;
let page: Page;

const hostile = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>\u202egnp.exe\0\x1b[2J\r\n`;
/** More than the pages of 64 KiB that are loaded at once. */
const long = Array.from({ length: 150 }, (_, i) => `line ${i} `.padEnd(1000, '.') + '\r\n');

beforeAll(async () => {
  product = await Product.start();
  visitor = await product.visit();
  page = visitor.page;
  await visitor.logIn();
  const files = [
    await made('talk', (talk) => {
      talk.send('a', 'GET /secret HTTP/1.1\r\nHost: x\r\n\r\n').send('b', hostile).lose('b', 30).send('b', 'Secret found\r\n').ack('a');
    }),
    await made('long', (talk) => long.forEach((line) => talk.send('b', line)), 8080),
    await made('silent', (talk) => talk.rst('b'), 9090),
    await made(
      'binary',
      (talk) =>
        talk
          .send(
            'a',
            Uint8Array.from({ length: 40 }, (_, i) => i),
          )
          .send('b', text('ok')),
      7070,
    ),
  ];
  await visitor.ingest(...files);
});
afterAll(() => product?.close());

async function made(name: string, write: (talk: TcpTalk) => unknown, port = 80): Promise<string> {
  const script = new PacketScript();
  write(script.tcp('10.0.0.1', '198.51.100.9', port, 50_000 + port).handshake());
  const file = join(product.services.dataDir, `${name}.pcap`);
  await writeFile(file, script.capture());
  return file;
}

const turns = () => page.locator('app-stream-view .turn');
const address = () => new URL(page.url()).searchParams;

/** The flow to this port, its stream open. */
async function openStream(port: number): Promise<void> {
  await page.goto(`/search?q=destination.port:${port}`);
  await page
    .getByRole('link', { name: /^Open flow/ })
    .first()
    .click();
  await page.getByRole('tab', { name: 'Stream' }).click();
}

describe('the stream of a flow', () => {
  it('tells who said what, in order, gaps included, and nothing that was said does anything', async () => {
    await openStream(80);
    await turns().first().waitFor();
    const said = (await turns().allInnerTexts()).map((each) => each.replaceAll(/\s+/g, ' '));
    expect(said).toHaveLength(4);
    expect(said[0]).toMatch(/^Client .*packet 4 .*GET \/secret HTTP\/1\.1 Host: x/);
    expect(said[1]).toMatch(/^Server .*packet 5 .*<img src=x onerror=.*\\u202egnp\.exe\\x00\\x1b\[2J/);
    expect(said[2]).toContain('30 bytes of the server are missing from the capture');
    expect(said[3]).toMatch(/^Server .*Secret found/);
    expect(await page.title()).toBe('Flow · Wirecase');
    expect(await turns().locator('img, script').count()).toBe(0);
  });

  it('is text or hexadecimal, of both sides or one, as the address says', async () => {
    await page.getByRole('button', { name: 'Hex' }).click();
    await turns().first().getByText('00000000 47 45 54 20 2f 73').waitFor();
    await page.getByRole('button', { name: 'Server', exact: true }).click();
    await expect.poll(() => turns().count()).toBe(3);
    expect([address().get('form'), address().get('side')]).toEqual(['hex', 'server']);
    await page.reload();
    await turns().first().getByText('00000000 3c 69 6d 67').waitFor();
    await page.getByRole('button', { name: 'Both sides' }).click();
    await page.getByRole('button', { name: 'Text', exact: true }).click();
    await turns().first().getByText('GET /secret').waitFor();
  });

  it('is searched: matches are counted, marked, and walked through', async () => {
    const field = page.getByRole('searchbox', { name: 'Find in what is loaded' });
    await field.fill('SECRET');
    await page.getByText('1 of 2').waitFor();
    await field.press('Enter');
    await page.getByText('2 of 2').waitFor();
    const marked = (name: string) =>
      page.evaluate((of) => [...CSS.highlights.get(of)!].map((range) => String((range as StaticRange).startOffset)), name);
    expect([await marked('stream-found'), await marked('stream-current')]).toEqual([['5'], ['0']]);
    await field.fill('nowhere');
    await page.getByText('Not found').waitFor();
    await field.fill('');
  });

  it('leads to the packet in the list, and the list to the words', async () => {
    await turns().nth(1).getByRole('button', { name: 'packet 5' }).click();
    await page.waitForURL(/packet=5/);
    await page.locator('[role=row].open').getByText('5', { exact: true }).waitFor();
    expect(await turns().nth(1).getAttribute('class')).toContain('current');
    await page.goto(`${page.url().replace(/\?.*/, '')}?packet=2`);
    await page.getByRole('button', { name: 'Packet 2 in the stream' }).click();
    await page.getByText('Packet 2 says nothing itself; this is what comes next.').waitFor();
  });

  it('is downloaded a side at a time', async () => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Client' }).click()]);
    expect(download.suggestedFilename()).toMatch(/^flow-[0-9a-f-]{36}-client\.bin$/);
    expect(await readFile(await download.path(), 'utf8')).toBe('GET /secret HTTP/1.1\r\nHost: x\r\n\r\n');
  });

  it('is loaded in parts, and further for a packet that is sought', async () => {
    await openStream(8080);
    await page.getByRole('button', { name: 'Load more' }).click();
    await page.getByText('line 100 ').waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Load more' }).waitFor();
    expect(await page.getByText('line 149 ').count()).toBe(0);
    const flow = page.url().replace(/\?.*/, '');
    await page.goto(`${flow}?packet=150&tab=stream`);
    await page.getByRole('button', { name: 'Packet 150 in the stream' }).click();
    await page.getByText('line 146 ').waitFor();
  });

  it('that cannot be read as text is shown in hexadecimal', async () => {
    await openStream(7070);
    await turns().first().getByText('00000000 00 01 02 03').waitFor();
  });

  it('in which nobody says anything says so', async () => {
    await openStream(9090);
    await page.getByRole('heading', { name: 'No payload' }).waitFor();
  });

  it('has no serious issue of accessibility, light or dark, and fits a phone', async () => {
    await openStream(80);
    await turns().first().waitFor();
    expect(await seriousIssues(visitor)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await seriousIssues(visitor)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    const beyond = () =>
      page
        .locator('app-stream-view')
        .evaluate(
          (view) =>
            [...view.querySelectorAll('button, a, input')].filter((each) => each.getBoundingClientRect().right > innerWidth + 1).length,
        );
    expect(await beyond()).toBe(0);
    expect(visitor.complaints).toEqual([]);
  });
});

it('is not offered to who may not read packets', async () => {
  const url = page.url().replace(/\?.*/, '');
  await product.server.createUser('vera', 'viewer');
  const viewer = await product.visit();
  await viewer.logIn('vera');
  await viewer.page.goto(url);
  await viewer.page.getByText('Packets and bytes need the role analyst.').waitFor();
  expect(await viewer.page.getByRole('tab', { name: 'Stream' }).count()).toBe(0);
  await viewer.leave();
});
