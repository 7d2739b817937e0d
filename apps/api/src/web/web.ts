import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { WirecaseError, apiBase } from '@wirecase/contract';
import express, { type Request, type Response, type Router } from 'express';
import { problemOf } from '../http/problem.ts';
import { requestId } from '../http/request.ts';

/**
 * Serves the built UI: hashed assets for a year, every page address as index.html with this answer's CSP nonce, anything else is
 * not found. Without a build only the API answers.
 */
export function webPages(directory: string): Router {
  const router = express.Router();
  router.use((request, _response, next) => next(request.path.startsWith(`${apiBase}/`) ? 'router' : undefined));
  const page = join(directory, 'index.html');
  if (existsSync(page)) {
    const html = readFileSync(page, 'utf8');
    router.use(express.static(directory, { index: false, redirect: false, setHeaders: cacheHeaders }));
    router.use((request, response, next) => {
      if (!isPage(request)) return next();
      response.set('Cache-Control', 'no-store').type('html');
      response.send(html.replaceAll('CSP_NONCE', response.locals['cspNonce'] as string));
    });
  }
  router.use((request, response) => {
    const missing = new WirecaseError('request.not-found', `There is no page and no file ${request.path}.`);
    const problem = problemOf(missing, request.path, requestId(request, response));
    response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  });
  return router;
}

/** Whether a browser asks for a page and not for a file: pages of the UI have no extension, but may end with an address. */
function isPage(request: Request): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  return request.accepts(['html', 'json']) === 'html' && !/\.[a-z][a-z0-9]*$/i.test(request.path);
}

/** The folder of the built UI: dist/web/browser below the folder that holds our package.json. */
export function webDirectory(from = import.meta.dirname): string {
  return join(repositoryRoot(from), 'dist/web/browser');
}

/** The nearest folder above `from` that holds nest-cli.json: the same from source and from the bundle. */
export function repositoryRoot(from = import.meta.dirname): string {
  for (let directory = from; ; directory = dirname(directory)) {
    if (existsSync(join(directory, 'nest-cli.json'))) return directory;
    if (directory === dirname(directory)) throw new Error(`No nest-cli.json above ${from}`);
  }
}

/** The Angular build puts a hash of 8 characters into each name whose content may change. */
function cacheHeaders(response: Response, path: string): void {
  const isHashed = /-[A-Z0-9]{8}\.[a-z0-9.]+$/.test(path);
  response.setHeader('Cache-Control', isHashed ? 'public, max-age=31536000, immutable' : 'public, max-age=300');
}
