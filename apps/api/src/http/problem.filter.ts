import { Catch, Injectable, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { problemOf } from './problem.ts';

/** Turns whatever a route throws into a problem (RFC 9457). */
@Catch()
@Injectable()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Problem');

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const problem = problemOf(error, request.originalUrl.split('?')[0]!, String(request.id));
    // Before set-up every request ends so: nothing is wrong with the server.
    if (problem.status >= 500 && problem.code !== 'setup.required')
      this.logger.error({ err: error, requestId: request.id, code: problem.code }, problem.title);
    // Half an answer is out: the only honest end is to cut the connection, so that nobody takes it for the whole.
    if (response.headersSent) {
      response.destroy(error instanceof Error ? error : undefined);
      return;
    }
    if (problem.status === 503) response.setHeader('Retry-After', '5');
    for (const name of ['Content-Disposition', 'Content-Length']) response.removeHeader(name);
    response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  }
}
