/** How every request travels: cookie session, CSRF token on changes, 401 handed to whoever listens. */
import { type HttpHandlerFn, type HttpRequest, HttpErrorResponse } from '@angular/common/http';
import { Service, inject, signal } from '@angular/core';
import { apiBase } from '@wirecase/contract';
import { catchError, throwError } from 'rxjs';

/** Full path of an API route: `url('/flows')` -> `/api/v1/flows`. */
export function url(path: string): string {
  return apiBase + path;
}

/** Parameters without the empty ones, as HttpClient takes them. */
export function given(parameters: Readonly<Record<string, string | number | undefined | null>>): Record<string, string | number> {
  const kept: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined && value !== null && value !== '') kept[name] = value;
  return kept;
}

/** What requests need to know of the session, apart from who is logged in. */
@Service()
export class RequestContext {
  csrfToken: string | null = null;
  /** Counts the answers that said the session is over. */
  readonly expirations = signal(0);

  get changeHeaders(): Record<string, string> {
    return this.csrfToken === null ? {} : { 'X-Wirecase-CSRF': this.csrfToken };
  }
}

export function sessionInterceptor(request: HttpRequest<unknown>, next: HttpHandlerFn) {
  const context = inject(RequestContext);
  const changes = request.method !== 'GET' && request.method !== 'HEAD';
  const sent = changes ? request.clone({ setHeaders: context.changeHeaders }) : request;
  return next(sent).pipe(
    catchError((error: unknown) => {
      if (error instanceof HttpErrorResponse && error.status === 401 && context.csrfToken !== null) {
        context.csrfToken = null;
        context.expirations.update((count) => count + 1);
      }
      return throwError(() => error);
    }),
  );
}
