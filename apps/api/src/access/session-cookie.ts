import type { Request, Response } from 'express';

/** With TLS the `__Host-` prefix keeps sibling hosts and plain HTTP from setting the cookie (RELIABILITY 7.3). */
function nameOf(isTls: boolean): string {
  return isTls ? '__Host-wirecase_session' : 'wirecase_session';
}

/** The session token that the browser sent, or null. */
export function sessionTokenOf(request: Request, isTls: boolean): string | null {
  const name = nameOf(isTls || request.secure);
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [key, value] = pair.trim().split('=', 2);
    if (key === name && value && /^[\w-]{20,200}$/.test(value)) return value;
  }
  return null;
}

export function setSessionCookie(request: Request, response: Response, isTls: boolean, token: string): void {
  response.cookie(nameOf(isTls || request.secure), token, cookieOptions(isTls || request.secure));
}

export function clearSessionCookie(request: Request, response: Response, isTls: boolean): void {
  response.clearCookie(nameOf(isTls || request.secure), cookieOptions(isTls || request.secure));
}

function cookieOptions(secure: boolean) {
  return { httpOnly: true, sameSite: 'strict', secure, path: '/' } as const;
}
