/** Logins over HTTP: credentials in a header, or a form that is sent to a page for it. */
import type { Login } from '@wirecase/contract';
import type { RequestHead } from './head.ts';

/** Paths to which forms with a password go, by one of these words. */
const loginPath = /(?:^|[/._-])(?:login|logon|sign-?in|auth|authenticate|authentication|wp-login|session|j_security_check)(?:[/._-]|$)/i;
const forms = new Set(['application/x-www-form-urlencoded', 'multipart/form-data']);

/** The login that a request tries, `null` when it tries none. `status`: of the response, `null` when none was seen. */
export function loginOf(request: RequestHead, status: number | null): Login | null {
  const isRefused = status === 401 || status === 407;
  if (request.authScheme) {
    const outcome = status === null ? 'unknown' : isRefused ? 'failure' : 'success';
    return { user: request.authUser, outcome, isClear: request.authScheme === 'basic' };
  }
  const isForm = request.method === 'POST' && forms.has(request.mimeType ?? '');
  if (!isForm || !loginPath.test(request.target.split('?', 1)[0]!)) return null;
  // What a page answers to a wrong password is its own affair.
  return { user: null, outcome: isRefused || status === 403 ? 'failure' : 'unknown', isClear: true };
}
