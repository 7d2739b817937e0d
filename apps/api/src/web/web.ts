import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import express, { type NextFunction, type Request, type Response, type Router } from 'express';
import { apiBase } from '@wirecase/contract';

/**
 * Serves the built UI: hashed assets for a year, every other page address as index.html with this answer's CSP nonce. Without a build
 * only the API answers.
 */
export function webPages(directory: string): Router {
  const router = express.Router();
  const page = join(directory, 'index.html');
  if (!existsSync(page)) return router;
  const html = readFileSync(page, 'utf8');
  router.use(notForTheApi(express.static(directory, { index: false, redirect: false, setHeaders: cacheHeaders })));
  router.use(
    notForTheApi((request, response, next) => {
      const isPage = (request.method === 'GET' || request.method === 'HEAD') && request.accepts(['html', 'json']) === 'html';
      if (!isPage || /\.[a-z0-9]+$/i.test(request.path)) return next();
      response.set('Cache-Control', 'no-store').type('html');
      response.send(html.replaceAll('CSP_NONCE', response.locals['cspNonce'] as string));
    }),
  );
  return router;
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

function notForTheApi(handler: (request: Request, response: Response, next: NextFunction) => void) {
  return (request: Request, response: Response, next: NextFunction) => {
    if (request.path.startsWith(apiBase)) next();
    else handler(request, response, next);
  };
}

/** The Angular build puts a hash of 8 characters into each name whose content may change. */
function cacheHeaders(response: Response, path: string): void {
  const isHashed = /-[A-Z0-9]{8}\.[a-z0-9.]+$/.test(path);
  response.setHeader('Cache-Control', isHashed ? 'public, max-age=31536000, immutable' : 'public, max-age=300');
}
