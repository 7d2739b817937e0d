import type { Permission, User } from '@wirecase/contract';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Who makes a request and what they may do. */
export interface Principal {
  /** `null`: a key made on the console, which belongs to no user. */
  user: User | null;
  /** Name for audit rows and `createdBy`. */
  name: string;
  permissions: ReadonlySet<Permission>;
  /** Set for a session: its secret token as the browser sent it. */
  sessionToken: string | null;
}

declare module 'express-serve-static-core' {
  interface Request {
    /** Set by the access guard; absent on public routes without credentials. */
    principal?: Principal;
    /** What an audited route is about, when its parameters do not say it. */
    auditObject?: string;
    /** Set on audited routes: writes the row, the first time it is called. Before a handler sends an answer of its own. */
    writeAudit?: () => Promise<void>;
  }
}

/** The request's id: what the client gave, when it is short and plain, else a new one. Answered as X-Request-Id. */
export function requestId(request: IncomingMessage, response: ServerResponse): string {
  const given = request.headers['x-request-id'];
  const id = typeof given === 'string' && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID();
  response.setHeader('X-Request-Id', id);
  return id;
}
