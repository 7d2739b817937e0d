import type { Params } from 'nestjs-pino';
import { requestId } from './http/request.ts';

/** One JSON line a request; no cookies, keys, bodies, query texts or values of statements (RELIABILITY 7.19, A20). */
export function loggerParameters(level: string): Params {
  return {
    pinoHttp: {
      level,
      genReqId: requestId,
      redact: [
        ...['req.headers.cookie', 'req.headers.authorization', 'req.headers["x-wirecase-csrf"]', 'res.headers["set-cookie"]'],
        // Values that a failed statement was about: hashes of passwords, keys and sessions among them.
        ...['err.parameters', 'err.detail', 'err.where', 'err.driverError'],
      ],
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
