import { Injectable, Logger } from '@nestjs/common';
import { WirecaseError, cleanText } from '@wirecase/contract';
import { AuditRepository } from '@wirecase/store';
import type { Request } from 'express';
import { clientAddress } from '../http/client-address.ts';

const OBJECT_CHARACTERS = 200;

/** Who did what to which object, from where, and how it ended. */
@Injectable()
export class AuditLog {
  private readonly logger = new Logger('Audit');

  constructor(private readonly repository: AuditRepository) {}

  /** `error`: what the request ended with, or null. Throws when the row cannot be written. */
  async write(request: Request, action: string, error: unknown): Promise<void> {
    await this.repository.write({
      actor: request.principal?.name ?? null,
      action,
      object: objectOf(request),
      result: resultOf(error),
      address: clientAddress(request),
      requestId: String(request.id),
    });
  }

  /** A refusal for a caller who is known. Requests without credentials are not written: anyone could fill the table. */
  async writeDenial(request: Request, error: unknown): Promise<void> {
    const denied = error instanceof WirecaseError && (error.code === 'auth.forbidden' || error.code === 'auth.csrf');
    if (!denied) return;
    try {
      await this.write(request, 'access.denied', error);
    } catch (failure) {
      // The refusal stands without its row.
      this.logger.error({ err: failure }, 'A refusal could not be written to the audit log');
    }
  }
}

function objectOf(request: Request): string | null {
  const named = request.auditObject ?? Object.values(request.params).flat().join('/');
  return named === '' ? null : cleanText(named).slice(0, OBJECT_CHARACTERS);
}

function resultOf(error: unknown): string {
  if (error === null) return 'ok';
  return error instanceof WirecaseError ? error.code : 'internal';
}
