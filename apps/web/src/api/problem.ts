import { HttpErrorResponse } from '@angular/common/http';
import type { Problem } from '@wirecase/contract';

/** Anything a request can end with, as a problem to show. A server that cannot be reached gets status 0. */
export function problemOf(error: unknown): Problem {
  if (error instanceof HttpErrorResponse) {
    if (isProblem(error.error)) return error.error;
    if (error.status === 0)
      return problem(0, 'web.unreachable', 'No answer from the server', 'Check that Wirecase is running, then try again.');
    return problem(error.status, 'web.unexpected', `The server answered ${error.status}`, error.statusText);
  }
  return problem(0, 'web.bug', 'Something went wrong in this page', error instanceof Error ? error.message : String(error));
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && 'title' in body;
}

function problem(status: number, code: string, title: string, detail: string): Problem {
  return { type: 'about:blank', title, status, detail, instance: '', code };
}
