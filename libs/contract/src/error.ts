/**
 * Every error a user or their environment can cause, in one table. A weird is odd traffic and becomes a row; a bug is thrown as it is;
 * everything else is a WirecaseError whose text says what, where and what to do.
 */
export const errorTable = {
  'capture.unreadable': { status: 415, title: 'Not a capture file' },
  'capture.empty': { status: 415, title: 'The file is empty' },
  'capture.damaged': { status: 422, title: 'The capture is damaged' },
  'capture.bomb': { status: 422, title: 'The file unpacks to more than is allowed' },
  'capture.not-found': { status: 404, title: 'No such capture' },
  'capture.not-ready': { status: 409, title: 'The capture is not ready' },
  'capture.evidence-changed': { status: 500, title: 'The stored file no longer has the SHA-256 it arrived with' },
  'capture.held': { status: 409, title: 'The capture is held' },
  'capture.poison': { status: 422, title: 'Parsing this capture ended the parser three times' },
  'flow.not-found': { status: 404, title: 'No such flow' },
  'packet.not-found': { status: 404, title: 'No such packet' },
  'credential.not-found': { status: 404, title: 'No such credential' },
  'credential.not-readable': { status: 409, title: 'The packets do not give the secret again' },
  'alert.not-found': { status: 404, title: 'No such alert' },
  'incident.not-found': { status: 404, title: 'The alert is in no incident' },
  'host.not-found': { status: 404, title: 'No such host' },
  'key-log.unreadable': { status: 422, title: 'This is no key log' },
  'hold.not-found': { status: 404, title: 'No such hold' },
  'detection.changed': { status: 409, title: 'Somebody else changed the settings meanwhile' },
  'zones.changed': { status: 409, title: 'Somebody else changed the zones meanwhile' },
  'list.not-found': { status: 404, title: 'No such list' },
  'list.changed': { status: 409, title: 'Somebody else changed the list meanwhile' },
  'list.unreadable': { status: 422, title: 'The file has no indicators that can be read' },
  'suppression.not-found': { status: 404, title: 'No such suppression' },
  'channel.not-found': { status: 404, title: 'No such channel' },
  'channel.changed': { status: 409, title: 'Somebody else changed the channel meanwhile' },
  'file.not-found': { status: 404, title: 'No such file' },
  'file.incomplete': { status: 409, title: 'Bytes of the file are missing' },
  'file.too-large': { status: 413, title: 'The file is too large to be extracted' },
  'file.not-reproduced': { status: 409, title: 'The packets do not give the file any more' },
  'query.syntax': { status: 400, title: 'The query cannot be read' },
  'query.unknown-field': { status: 400, title: 'No such field' },
  'query.bad-value': { status: 400, title: 'The value does not fit the field' },
  'query.timeout': { status: 408, title: 'The search took too long' },
  'request.invalid': { status: 400, title: 'The request is not valid' },
  'request.not-found': { status: 404, title: 'There is nothing at this address' },
  'request.too-large': { status: 413, title: 'The request is too large' },
  'request.too-many': { status: 429, title: 'Too many requests at once' },
  'auth.required': { status: 401, title: 'Log in or give an API key' },
  'auth.failed': { status: 401, title: 'Wrong name or password' },
  'auth.forbidden': { status: 403, title: 'Your role or key does not allow this' },
  'auth.too-many': { status: 429, title: 'Too many attempts' },
  'auth.csrf': { status: 403, title: 'The request did not come from this site' },
  'setup.done': { status: 409, title: 'Set-up is already done' },
  'setup.bad-token': { status: 403, title: 'The set-up link is not valid' },
  'setup.required': { status: 503, title: 'Set-up is not done yet' },
  'user.not-found': { status: 404, title: 'No such user' },
  'user.exists': { status: 409, title: 'A user of that name exists' },
  'user.last-admin': { status: 409, title: 'The last administrator cannot be removed' },
  'key.not-found': { status: 404, title: 'No such API key' },
  'upload.not-found': { status: 404, title: 'No such upload' },
  'storage.full': { status: 507, title: 'The disk is full' },
  'storage.read-only': { status: 503, title: 'The disk takes no writes' },
  'storage.unavailable': { status: 503, title: 'The database is not reachable' },
  'sensor.not-found': { status: 404, title: 'No such sensor' },
  'sensor.changed': { status: 409, title: 'Somebody else changed the sensor meanwhile' },
  'sensor.exists': { status: 409, title: 'A sensor of that name exists' },
  'sensor.away': { status: 503, title: 'The machine of the sensor does not answer' },
  'sensor.bad-filter': { status: 400, title: 'The interface or the filter does not work' },
  'tshark.unavailable': { status: 503, title: 'tshark or its sandbox is not available' },
  'tshark.failed': { status: 502, title: 'Dissection failed' },
  'tshark.busy': { status: 429, title: 'Too many dissections at once' },
  'yara.unavailable': { status: 503, title: 'YARA, its rules or its sandbox is not available' },
  'yara.failed': { status: 502, title: 'YARA could not scan the file' },
  'capture-tool.failed': { status: 500, title: 'The capture tool ended' },
  'config.invalid': { status: 500, title: 'The configuration is not valid' },
  internal: { status: 500, title: 'Something went wrong in Wirecase' },
} as const;

export type ErrorCode = keyof typeof errorTable;

export class WirecaseError extends Error {
  readonly code: ErrorCode;
  /** For syntax errors and damage: where, in characters or bytes. */
  readonly position: number | null;

  /** `detail` is public: what happened, where, and what to do. */
  constructor(code: ErrorCode, detail: string, options: { cause?: unknown; position?: number } = {}) {
    super(detail, { cause: options.cause });
    this.name = 'WirecaseError';
    this.code = code;
    this.position = options.position ?? null;
  }

  get status(): number {
    return errorTable[this.code].status;
  }

  get title(): string {
    return errorTable[this.code].title;
  }
}
