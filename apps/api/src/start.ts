import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { apiBase } from '@wirecase/contract';
import type { Config } from '@wirecase/store';
import type { NextFunction, Request, Response } from 'express';
import { Logger } from 'nestjs-pino';
import { AppModule } from './app.module.ts';
import { BODY_DEADLINE_MS, bodyDeadline } from './http/body-deadline.ts';
import { requirePermissions } from './http/routes.ts';
import { schemaPipe } from './http/schema.pipe.ts';
import { securityHeaders } from './http/security-headers.ts';
import { requireStorable } from './http/storable.ts';
import { OpenApiDocument } from './system/open-api-document.ts';
import { openApiOf } from './openapi.ts';
import { Settings } from './settings.ts';
import { repositoryRoot, webDirectory, webPages } from './web/web.ts';

/** JSON bodies are short, the longest the ids of 10,000 alerts (390 kB); files go through busboy and tus, which stream. */
const BODY_LIMIT_BYTES = 512 * 1024;
/** A request that sends no byte of its headers for this long is cut; bodies may take as long as they move. */
const HEADERS_TIMEOUT_MS = 30_000;

/** Build the application and listen. Throws before listening when a route declares no permission. */
export async function startApi(config: Config): Promise<NestExpressApplication> {
  const app = await buildApi(config);
  await app.listen(config.port, config.host);
  return app;
}

/** The application, initialised and not listening. */
export async function buildApi(config: Config): Promise<NestExpressApplication> {
  const root = repositoryRoot();
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const settings = new Settings(config, version, webDirectory(), join(root, 'e2e/traces/sample.pcapng'));
  const app = await NestFactory.create<NestExpressApplication>(AppModule.for(settings), {
    bodyParser: false,
    bufferLogs: true,
    abortOnError: false,
    forceCloseConnections: true,
    ...(config.tls && { httpsOptions: { cert: readFileSync(config.tls.certFile), key: readFileSync(config.tls.keyFile) } }),
  });
  app.useLogger(app.get(Logger));
  app.disable('x-powered-by');
  // Answers are the caller's alone and change at any moment.
  app.disable('etag');
  app.use(apiBase, (_request: Request, response: Response, next: NextFunction) => {
    response.setHeader('Cache-Control', 'no-store');
    next();
  });
  app.set('trust proxy', config.trustedProxies.length > 0 ? config.trustedProxies : false);
  // `a.b=1` and `a=1&a=2` stay what they are: text and lists of text, never objects.
  app.set('query parser', 'simple');
  app.use(securityHeaders({ isTls: settings.isTls }));
  app.use(bodyDeadline(BODY_DEADLINE_MS));
  app.useBodyParser('json', { limit: BODY_LIMIT_BYTES, reviver: requireStorable });
  app.setGlobalPrefix(apiBase);
  app.useGlobalPipes(schemaPipe());
  requirePermissions(app);
  app.use(webPages(settings.webDirectory));
  app.get(OpenApiDocument).set(openApiOf(app, version));
  await app.init();
  const server = app.getHttpServer() as import('node:http').Server;
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  // Large uploads take longer than Node's five minutes for a whole request.
  server.requestTimeout = 0;
  return app;
}
