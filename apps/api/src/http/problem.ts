import { HttpException } from '@nestjs/common';
import { WirecaseError, errorTable, type ErrorCode, type Problem } from '@wirecase/contract';
import { asStorageError } from '@wirecase/store';

/** A request that does not fit its schema, with one message a field. */
export class InvalidRequest extends WirecaseError {
  readonly errors: { field: string; message: string }[];

  constructor(errors: { field: string; message: string }[]) {
    super('request.invalid', errors.map(({ field, message }) => (field ? `${field}: ${message}` : message)).join('; '));
    this.errors = errors;
  }
}

/**
 * What the client is told of `error`. Only a WirecaseError's own text is public; of everything else the client learns the request id
 * (RELIABILITY 7.19) and the log the rest.
 */
export function problemOf(error: unknown, instance: string, requestId: string): Problem {
  const known = knownError(error);
  const code: ErrorCode = known?.code ?? 'internal';
  return {
    type: `urn:wirecase:${code}`,
    title: errorTable[code].title,
    status: errorTable[code].status,
    detail: known?.message ?? `The log of this server says more under request id ${requestId}.`,
    instance,
    code,
    ...(known?.position != null && { position: known.position }),
    ...(known instanceof InvalidRequest && { errors: known.errors }),
  };
}

/** The WirecaseError that `error` is or stands for, or null when it is a bug. */
export function knownError(error: unknown): WirecaseError | null {
  if (error instanceof WirecaseError) return error;
  if (error instanceof HttpException) return fromFramework(error.getStatus(), error.message, error);
  if (!(error instanceof Error)) return null;
  const { code, status, path } = error as NodeJS.ErrnoException & { status?: unknown };
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new WirecaseError('storage.full', 'Nothing was stored. Free some space on the disk of the data directory and try again.', {
      cause: error,
    });
  }
  // What Linux makes of a disk with errors, too.
  if (code === 'EROFS')
    return new WirecaseError('storage.read-only', 'The disk of the data directory is mounted read-only: nothing can be stored.', {
      cause: error,
    });
  // Errors of the body parser and of Express carry a status.
  if (typeof status === 'number') return fromFramework(status, error.message, error);
  // A missing file is a bug of ours; only a missing socket is a missing database.
  const stored = path === undefined ? asStorageError(error) : error;
  return stored instanceof WirecaseError ? stored : null;
}

function fromFramework(status: number, message: string, cause: Error): WirecaseError | null {
  if (status === 404 || status === 405) return new WirecaseError('request.not-found', message, { cause });
  if (status === 413) return new WirecaseError('request.too-large', 'The body of this request is larger than the route takes.', { cause });
  return status >= 400 && status < 500 ? new WirecaseError('request.invalid', message, { cause }) : null;
}
