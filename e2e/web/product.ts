/** The running product, with its worker, and a browser in front of it: what a spec of the web pages begins with. */
import type { Browser } from 'playwright-core';
import { ApiServer } from '../api/api-server.ts';
import type { Services } from '../faults/services.ts';
import { openBrowser, Visitor, type Theme } from './visitor.ts';

export interface ProductOptions {
  /** Whether there is an administrator already. */
  isSetUp?: boolean;
  hasWorker?: boolean;
}

export class Product {
  readonly server: ApiServer;
  private readonly browser: Browser;

  private constructor(server: ApiServer, browser: Browser) {
    this.server = server;
    this.browser = browser;
  }

  static async start({ isSetUp = true, hasWorker = true }: ProductOptions = {}): Promise<Product> {
    const server = await (isSetUp ? ApiServer.startSetUp() : ApiServer.start());
    try {
      if (hasWorker) await server.startWorker();
      return new Product(server, await openBrowser());
    } catch (error) {
      await server.close();
      throw error;
    }
  }

  get services(): Services {
    return this.server.services;
  }

  /** Somebody comes who is not logged in. */
  visit(theme?: Theme): Promise<Visitor> {
    return Visitor.come(this.browser, this.server.url, theme);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.close();
  }
}
