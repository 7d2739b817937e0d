import { createHash, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { WirecaseError, rolePermissions, type Permission } from '@wirecase/contract';
import { ApiKeys, Sessions, Users } from '@wirecase/store';
import type { Request } from 'express';
import { clientAddress, isFrom } from '../http/client-address.ts';
import type { Principal } from '../http/request.ts';
import { Settings } from '../settings.ts';
import { sessionTokenOf } from './session-cookie.ts';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Decides whether a request may pass: who it is from, what the route needs, and that no other site sent it. */
@Injectable()
export class Access {
  /** Set-up is done once and for ever: the last administrator cannot be removed. */
  private isSetUp = false;

  constructor(
    private readonly settings: Settings,
    private readonly users: Users,
    private readonly sessions: Sessions,
    private readonly keys: ApiKeys,
  ) {}

  /** Let the request pass or throw; sets `request.principal` when it carries credentials. */
  async authorize(request: Request, permission: Permission, answersBeforeSetup: boolean): Promise<void> {
    requireOwnOrigin(request);
    if (permission === 'public') {
      if (!answersBeforeSetup) await this.requireSetup();
      return;
    }
    const principal = await this.authenticate(request);
    request.principal = principal;
    if (permission === 'session' && principal.sessionToken === null)
      throw new WirecaseError('auth.forbidden', 'This is for somebody who is logged in at a browser; no API key may do it.');
    if (!principal.permissions.has(permission)) {
      throw new WirecaseError('auth.forbidden', `This needs the permission ${permission}, which ${principal.name} does not have here.`);
    }
    if (principal.sessionToken !== null && !safeMethods.has(request.method)) requireCsrfToken(request, principal.sessionToken);
  }

  /** Who sent the request; throws `setup.required`, `auth.required`, and `auth.forbidden` for a key that is used where it may not be. */
  async authenticate(request: Request): Promise<Principal> {
    const authorization = request.get('authorization');
    // A key that was made on this machine's console works without any user, so it is looked at first.
    if (authorization !== undefined) return this.byKey(request, authorization);
    await this.requireSetup();
    return this.bySession(request);
  }

  async requireSetup(): Promise<void> {
    if (await this.setUpIsRequired()) {
      throw new WirecaseError('setup.required', 'Open the set-up link that the server printed when it started.');
    }
  }

  async setUpIsRequired(): Promise<boolean> {
    this.isSetUp ||= await this.users.hasAdmin();
    return !this.isSetUp;
  }

  private async byKey(request: Request, authorization: string): Promise<Principal> {
    const key = /^Bearer (wck_[\w-]{20,100})$/i.exec(authorization)?.[1];
    const found = key === undefined ? null : await this.keys.find(key);
    if (!found) {
      throw new WirecaseError(
        'auth.required',
        'The API key is not valid: it is wrong, expired or revoked. Send `Authorization: Bearer wck_…`.',
      );
    }
    const { row, owner } = found;
    const name = `key ${row.prefix}… (${row.name})`;
    const address = clientAddress(request);
    if (!isFrom(row.allowedCidrs, address)) {
      // A key that is used elsewhere may be stolen: the audit log names it.
      request.principal = { user: owner, name, permissions: new Set(), sessionToken: null };
      throw new WirecaseError('auth.forbidden', `This API key may not be used from ${address}.`);
    }
    await this.keys.noteUse(row.id);
    const possible = rolePermissions[owner?.role ?? 'admin'];
    const granted = row.scopes.includes('all') ? possible : possible.filter((each) => row.scopes.includes(each));
    // Logging out, changing a password or making keys is for a person at a browser.
    const permissions = new Set(granted.filter((each) => each !== 'session'));
    return { user: owner, name, permissions, sessionToken: null };
  }

  private async bySession(request: Request): Promise<Principal> {
    const token = sessionTokenOf(request, this.settings.isTls);
    const user = token === null ? null : await this.sessions.find(token);
    if (!user || token === null) throw new WirecaseError('auth.required', 'Log in, or send `Authorization: Bearer wck_…`.');
    return { user, name: user.name, permissions: new Set(rolePermissions[user.role]), sessionToken: token };
  }
}

/** The value a page must send as X-Wirecase-CSRF: known only to who has the session's answers, not to who can send its cookie. */
export function csrfTokenOf(sessionToken: string): string {
  return createHash('sha256').update(`wirecase csrf ${sessionToken}`).digest('base64url');
}

function requireCsrfToken(request: Request, sessionToken: string): void {
  const given = Buffer.from(request.get('x-wirecase-csrf') ?? '');
  const expected = Buffer.from(csrfTokenOf(sessionToken));
  if (given.length === expected.length && timingSafeEqual(given, expected)) return;
  throw new WirecaseError('auth.csrf', 'Send the csrfToken of GET /session as the header X-Wirecase-CSRF.');
}

/** Browsers say where a page that changes something came from; what is not a browser says nothing. */
function requireOwnOrigin(request: Request): void {
  const origin = request.get('origin');
  if (safeMethods.has(request.method) || origin === undefined) return;
  // `host` is X-Forwarded-Host when a trusted proxy sent it.
  if (URL.canParse(origin) && new URL(origin).host === request.host) return;
  throw new WirecaseError('auth.csrf', `The page that sent this came from ${origin.slice(0, 200)}.`);
}
