import type { Params } from 'nestjs-pino';
import { requestId } from './http/request.ts';

/** One JSON line a request; no cookies, keys, bodies or query texts (RELIABILITY 7.19, A20). */
export function loggerParameters(level: string): Params {
  return {
    pinoHttp: {
      level,
      genReqId: requestId,
      redact: ['req.headers.cookie', 'req.headers.authorization', 'req.headers["x-wirecase-csrf"]', 'res.headers["set-cookie"]'],
      serializers: {
        req: (request: { id: string; method: string; url: string; remoteAddress: string }) => ({
          id: request.id,
          method: request.method,
          path: request.url.split('?')[0],
          address: request.remoteAddress,
        }),
        res: (response: { statusCode: number }) => ({ status: response.statusCode }),
      },
      // Scripts and load balancers ask every few seconds; only what goes wrong there is news.
      autoLogging: { ignore: (request) => request.url?.includes('/health/') ?? false },
      customLogLevel: (_request, response, error) => (error || response.statusCode >= 500 ? 'error' : 'info'),
    },
  };
}
