import { Injectable, SetMetadata, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { Observable, from, lastValueFrom } from 'rxjs';
import { AuditLog } from './audit-log.ts';

const auditedKey = 'wirecase:audited';

/** Every use of the route, well or failed, becomes an audit row with this action; the object is the route's parameters. */
export const Audited = (action: string) => SetMetadata(auditedKey, action);

@Injectable()
export class AuditInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly audit: AuditLog,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const action = this.reflector.get<string | undefined>(auditedKey, context.getHandler());
    if (action === undefined) return next.handle();
    return from(this.carryOut(action, context.switchToHttp().getRequest<Request>(), next));
  }

  /** The row is written before the answer goes out: without a row there is no answer. What fails while it goes out is a second row. */
  private async carryOut(action: string, request: Request, next: CallHandler): Promise<unknown> {
    let written: Promise<void> | undefined;
    request.writeAudit = () => (written ??= this.audit.write(request, action, null));
    try {
      const answer: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
      await request.writeAudit();
      return answer;
    } catch (error) {
      await this.audit.write(request, action, error);
      throw error;
    }
  }
}
