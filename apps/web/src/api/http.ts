/** How every request travels: cookie session, CSRF token on changes; one that finds the session over waits for a new one. */
import { type HttpHandlerFn, type HttpRequest, HttpErrorResponse } from '@angular/common/http';
import { Service, inject } from '@angular/core';
import { apiBase } from '@wirecase/contract';
import { catchError, from, switchMap, throwError } from 'rxjs';

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
  /** Asks for a new session of the same user, when there was one; false: there will be none. */
  ask: () => Promise<boolean> = async () => false;
  private renewal: Promise<boolean> | null = null;

  /** One question, however many requests found the session over. */
  renew(): Promise<boolean> {
    this.csrfToken = null;
    return (this.renewal ??= this.ask().finally(() => (this.renewal = null)));
  }

  get changeHeaders(): Record<string, string> {
    return this.csrfToken === null ? {} : { 'X-Wirecase-CSRF': this.csrfToken };
  }
}

export function sessionInterceptor(request: HttpRequest<unknown>, next: HttpHandlerFn) {
  const context = inject(RequestContext);
  const changes = request.method !== 'GET' && request.method !== 'HEAD';
  const token = context.csrfToken;
  const send = () => next(changes ? request.clone({ setHeaders: context.changeHeaders }) : request);
  return send().pipe(
    catchError((error: unknown) => {
      // Without a session before, 401 is the answer: to logging in, or to asking who is logged in.
      if (!(error instanceof HttpErrorResponse) || error.status !== 401 || token === null) return throwError(() => error);
      const isRenewed = context.csrfToken !== null && context.csrfToken !== token;
      const renewed = isRenewed ? Promise.resolve(true) : context.renew();
      return from(renewed).pipe(switchMap((again) => (again ? send() : throwError(() => error))));
    }),
  );
}
