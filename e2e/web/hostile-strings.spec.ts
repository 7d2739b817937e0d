/** What somebody put into packets and file names to be read by an analyst: it is shown as text, and does nothing. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PacketScript } from '@wirecase/testkit/packets';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Product } from './product.ts';
import type { Visitor } from './visitor.ts';

/** A tag, a template of Angular, text that turns around (U+202E), and colours of a terminal. */
const evil = `<img src=x onerror=alert(1)>{{7*7}}\u{202e}gpj.exe\u{1b}[31m`;
const name = '<img src=x onerror=alert(1)>{{7*7}}.pcap';
let product: Product;
let visitor: Visitor;

beforeAll(async () => {
  product = await Product.start();
  visitor = await product.visit();
  await visitor.logIn();
  const script = new PacketScript();
  const header = `Host: ${evil}\r\nUser-Agent: ${evil}\r\nAuthorization: Basic ${Buffer.from(`${evil}:secret`).toString('base64')}\r\n`;
  const web = script.tcp('10.66.0.1', '10.66.0.2', 80).handshake();
  web.send('a', `GET /${encodeURI('a b')}?q=${evil.replaceAll(' ', '%20')} HTTP/1.1\r\n${header}\r\n`);
  web
    .send('b', `HTTP/1.1 200 ${evil}\r\nServer: ${evil}\r\nContent-Type: ${evil}\r\nContent-Length: 2\r\n\r\nok`)
    .fin('a')
    .fin('b')
    .ack('a');
  const ftp = script.tcp('10.66.0.1', '10.66.0.2', 21, 40001).handshake();
  ftp.send('b', `220 ${evil}\r\n`).send('a', `USER ${evil}\r\n`).send('b', `331 ${evil}\r\n`);
  ftp.send('a', 'PASS secret\r\n').send('b', `230 ${evil}\r\n`).fin('a').fin('b').ack('a');
  const file = join(product.services.dataDir, name);
  await writeFile(file, script.capture());
  await visitor.ingest(file);
});
afterAll(() => product?.close());

it.each([
  ['the list of captures', '/captures'],
  ['a capture', 'capture'],
  ['the search', '/search'],
  ['records of HTTP', '/search?record=http'],
  ['records of FTP', '/search?record=ftp'],
  ['a flow', 'flow'],
  ['the hosts', '/hosts'],
  ['a host', '/hosts/10.66.0.2'],
  ['the alerts', '/alerts'],
  ['an alert', 'alert'],
])('%s shows them as text', async (_what, where) => {
  const { page } = visitor;
  const dialogs: string[] = [];
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await page.goto(await pathOf(where));
  await page
    .getByText(/10\.66\.0\.\d|onerror=alert/)
    .filter({ visible: true })
    .first()
    .waitFor();
  const shown = await page.locator('body').innerText();
  expect(await page.locator('img[src=x]').count()).toBe(0);
  expect(shown).not.toContain('<img src=x onerror=alert(1)>49');
  // eslint-disable-next-line no-control-regex
  expect(shown).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u202a-\u202e\u2066-\u2069]/);
  expect([dialogs, visitor.complaints]).toEqual([[], []]);
});

async function pathOf(where: string): Promise<string> {
  const client = await product.server.browserOf('admin');
  const first = async (path: string) => (await client.json<{ items: Record<string, never>[] }>(path)).items[0]!;
  if (where === 'capture') return `/captures/${(await first('/captures'))['id']}`;
  if (where === 'flow') return `/flow/${(await first('/flows?q=http'))['wirecase']!['flow']['id']}`;
  if (where === 'alert') return `/alerts/${(await first('/alerts'))['wirecase']!['alert']['id']}`;
  return where;
}
