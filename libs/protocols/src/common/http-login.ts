/** Logins over HTTP: credentials in a header, or a form that is sent to a page for it. */
import type { ProvenLogin } from '@wirecase/contract';
import type { FormLogin } from './http-form.ts';
import { decodeText, rowText } from './text.ts';

const MAX_USER_CHARACTERS = 255;
const MAX_SECRET_CHARACTERS = 1024;

/** What a request says that bears on a login. */
export interface LoginRequest {
  readonly method: string;
  readonly target: string;
  readonly mimeType: string | null;
  readonly authUser: string | null;
  readonly authScheme: AuthScheme | null;
  /** Never for a row. */
  readonly authSecret: string | null;
}

export type AuthScheme = 'basic' | 'digest';

export interface Authorization {
  readonly scheme: AuthScheme;
  readonly user: string | null;
  /** Password, or the parts of the answer. */
  readonly secret: string | null;
}

/** Paths to which forms with a password go, by one of these words. */
const loginPath = /(?:^|[/._-])(?:login|logon|sign-?in|auth|authenticate|authentication|wp-login|session|j_security_check)(?:[/._-]|$)/i;
const forms = new Set(['application/x-www-form-urlencoded', 'multipart/form-data']);

/** The login that a request tries, `null` when it tries none. `status`: of the response, `form`: what its body shows, where these were seen. */
export function loginOf(request: LoginRequest, status: number | null, form: FormLogin | null = null): ProvenLogin | null {
  const isRefused = status === 401 || status === 407;
  if (request.authScheme) {
    const outcome = status === null ? 'unknown' : isRefused ? 'failure' : 'success';
    return {
      user: request.authUser,
      outcome,
      isClear: request.authScheme === 'basic',
      kind: request.authScheme === 'basic' ? 'password' : 'digest',
      secret: request.authSecret,
    };
  }
  if (request.method !== 'POST') return null;
  // What is sent as JSON is a form where it shows a password.
  if (!form && (!forms.has(request.mimeType ?? '') || !loginPath.test(request.target.split('?', 1)[0]!))) return null;
  // What a page answers to a wrong password is its own affair.
  const outcome = isRefused || status === 403 ? 'failure' : 'unknown';
  const user = form?.user ?? null;
  return { user: user && rowText(user, MAX_USER_CHARACTERS), outcome, isClear: true, secret: form?.secret ?? null };
}

/** Scheme and user of an Authorization header: Basic (RFC 7617) or Digest (RFC 7616 3.4); `null` for others. */
export function readAuthorization(value: string): Authorization | null {
  const scheme = /^(basic|digest) /i.exec(value)?.[1]!.toLowerCase() as AuthScheme | undefined;
  if (!scheme) return null;
  if (scheme === 'digest') {
    const user = rowText(/[ ,]username="([^"]*)"/i.exec(value)?.[1] ?? '', MAX_USER_CHARACTERS) || null;
    return { scheme, user, secret: value.slice('digest '.length, MAX_SECRET_CHARACTERS) };
  }
  const [user, secret] = basicPair(value) ?? [null, null];
  return { scheme, user, secret };
}

/** User and password of Basic credentials (RFC 7617). */
function basicPair(value: string): [user: string, secret: string] | null {
  // Padding is left out: a wrong one is no reason not to read it.
  const encoded = /^basic +([A-Za-z0-9+/]{2,1024})={0,2}$/i.exec(value)?.[1];
  if (encoded === undefined || encoded.length % 4 === 1) return null;
  const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
  const colon = bytes.indexOf(58);
  return colon < 0 ? null : [rowText(decodeText(bytes, 0, colon), MAX_USER_CHARACTERS), decodeText(bytes, colon + 1, bytes.length)];
}
