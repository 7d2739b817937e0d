import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Permission } from '@wirecase/contract';
import type { Request } from 'express';
import { liftBodyDeadline } from '../http/body-deadline.ts';
import { beforeSetupKey, permitKey } from '../http/permit.ts';
import { Access } from './access.ts';
import { AuditLog } from './audit-log.ts';

/** Deny by default: nothing passes but what its route's @Permit allows. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly access: Access,
    private readonly audit: AuditLog,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const permission = this.reflector.get<Permission | undefined>(permitKey, context.getHandler());
    if (permission === undefined) return false;
    const request = context.switchToHttp().getRequest<Request>();
    const beforeSetup = this.reflector.get<boolean | undefined>(beforeSetupKey, context.getHandler()) ?? false;
    try {
      await this.access.authorize(request, permission, beforeSetup);
    } catch (error) {
      await this.audit.writeDenial(request, error);
      throw error;
    }
    // Who is let in may send a capture for as long as it takes.
    if (permission !== 'public') liftBodyDeadline(request);
    return true;
  }
}
