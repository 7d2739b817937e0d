import { randomBytes } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';
import helmet from 'helmet';

/**
 * The headers of every answer (RELIABILITY 7.7). Nothing is loaded but what this server serves; styles that the UI framework adds at run
 * time carry the answer's nonce, which `response.locals.cspNonce` holds for the page.
 */
export function securityHeaders(options: { isTls: boolean }) {
  const headers = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'script-src': ["'self'"],
        'style-src': ["'self'", (_request, response) => `'nonce-${(response as Response).locals['cspNonce'] as string}'`],
        'font-src': ["'self'"],
        'img-src': ["'self'", 'data:'],
        'connect-src': ["'self'"],
        'frame-ancestors': ["'none'"],
        'base-uri': ["'none'"],
        'form-action': ["'self'"],
        'require-trusted-types-for': ["'script'"],
        // Policies that Angular and its icon registry make; none of them lets a page through unchecked.
        'trusted-types': ['angular', 'angular#bundler', 'angular#components'],
      },
    },
    crossOriginEmbedderPolicy: false,
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: options.isTls,
    xFrameOptions: { action: 'deny' },
  });
  return (request: Request, response: Response, next: NextFunction) => {
    response.locals['cspNonce'] = randomBytes(16).toString('base64');
    headers(request, response, next);
  };
}
