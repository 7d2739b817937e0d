/** Someone at a browser in front of the running product. Whatever the browser complains about meanwhile is kept. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { password } from '../api/api-server.ts';
import { root } from '../../scripts/bootstrap/modules.mjs';

export const traces = join(root, 'e2e/traces');

/** Debian's Chromium, quiet on a closed network; as root it needs --no-sandbox. */
export function openBrowser(): Promise<Browser> {
  if (!existsSync(join(root, 'dist/web/browser/index.html'))) throw new Error('The web app is not built: npx ng build');
  return chromium.launch({
    executablePath: process.env['WIRECASE_CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** The longest that one step of a journey may take, unless it says otherwise. */
const patienceMs = 30_000;

export type Theme = 'light' | 'dark';

export class Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Errors of scripts and of the content security policy, and answers that are a bug of the server. Refusals (4xx) are part of the journeys. */
  readonly complaints: string[] = [];

  private constructor(context: BrowserContext, page: Page) {
    this.context = context;
    this.page = page;
    page.setDefaultTimeout(patienceMs);
    this.watch(page);
    context.on('page', (other) => this.watch(other));
  }

  static async come(browser: Browser, url: string, theme: Theme = 'light'): Promise<Visitor> {
    const context = await browser.newContext({ baseURL: url, viewport: { width: 1440, height: 900 }, colorScheme: theme });
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) =>
        console.error(`CSP: ${violatedDirective} ${blockedURI} ${sample}`),
      );
    });
    return new Visitor(context, await context.newPage());
  }

  async logIn(name = 'admin', secret = password): Promise<void> {
    await this.page.goto('/login');
    await this.page.getByLabel('Name').fill(name);
    await this.page.getByLabel('Password').fill(secret);
    await this.page.getByRole('button', { name: 'Log in' }).click();
    await this.page.waitForURL('**/captures');
  }

  /** Choose files by the button. */
  async choose(...files: string[]): Promise<void> {
    await this.page.locator('input[type=file]').setInputFiles(files);
  }

  /** Drag a file over the page and drop it. */
  async drop(file: string): Promise<void> {
    const data = await this.page.evaluateHandle(
      ([name, base64]) => {
        const bytes = Uint8Array.from(atob(base64!), (character) => character.charCodeAt(0));
        const transfer = new DataTransfer();
        transfer.items.add(new File([bytes], name!));
        return transfer;
      },
      [basename(file), (await readFile(file)).toString('base64')],
    );
    await this.page.dispatchEvent('main', 'dragenter', { dataTransfer: data });
    await this.page.getByText('Drop to upload').waitFor();
    await this.page.dispatchEvent('main', 'dragover', { dataTransfer: data });
    await this.page.dispatchEvent('main', 'drop', { dataTransfer: data });
  }

  /** The row of a capture in the list. */
  capture(name: string) {
    return this.page.locator('tr[data-capture]').filter({ has: this.page.getByRole('link', { name, exact: true }) });
  }

  /** Wait until a capture's row says so. */
  async untilState(name: string, state: string, timeout = 60_000): Promise<void> {
    await this.capture(name).getByText(state, { exact: true }).waitFor({ timeout });
  }

  /** Upload by the button and wait until it is parsed. */
  async ingest(...files: string[]): Promise<void> {
    await this.page.goto('/captures');
    await this.choose(...files);
    for (const file of files) await this.untilState(basename(file), 'Ready');
  }

  leave(): Promise<void> {
    return this.context.close();
  }

  private watch(page: Page): void {
    page.on('console', (message) => {
      const isRefusal = message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !isRefusal) this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(error.stack ?? error.message));
    page.on('response', (response) => {
      // 503 is an answer too: set-up is not done, the server is just being started.
      if (response.status() >= 500 && response.status() !== 503) this.complaints.push(`${response.status()} ${response.url()}`);
    });
  }
}
