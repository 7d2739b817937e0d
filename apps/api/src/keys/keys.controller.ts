import { Body, Controller, Delete, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { WirecaseError, type ApiKey, type CreatedApiKey } from '@wirecase/contract';
import { ApiKeys } from '@wirecase/store';
import type { Request } from 'express';
import type { z } from 'zod';
import { Audited } from '../access/audited.ts';
import { Answers, AnswersNothing, Fails } from '../http/answers.ts';
import { Permit } from '../http/permit.ts';
import type { Principal } from '../http/request.ts';
import { createApiKeyRequest, idParameter } from '../schemas/requests.ts';
import { apiKeys, createdApiKey } from '../schemas/responses.ts';

@ApiTags('API keys')
@Controller('keys')
export class KeysController {
  constructor(private readonly keys: ApiKeys) {}

  @Get()
  @Permit('session')
  @Answers("One's own API keys; an administrator sees everyone's", apiKeys)
  list(@Req() request: Request): Promise<ApiKey[]> {
    return this.keys.list(ownerFilter(request.principal!));
  }

  @Post()
  @Permit('session')
  @Audited('key.create')
  @Answers('Make an API key; this answer is the only one that shows it', createdApiKey, { status: 201 })
  create(
    @Body({ schema: createApiKeyRequest }) body: z.output<typeof createApiKeyRequest>,
    @Req() request: Request,
  ): Promise<CreatedApiKey> {
    const principal = request.principal!;
    request.auditObject = `${body.name} (${body.scopes.join(' ')})${body.allowedCidrs.length > 0 ? ` from ${body.allowedCidrs.join(' ')}` : ''}`;
    for (const scope of body.scopes) {
      if (scope !== 'all' && !principal.permissions.has(scope)) {
        throw new WirecaseError('auth.forbidden', `A key cannot do more than its owner: you do not have ${scope}.`);
      }
    }
    return this.keys.create({ ...body, expiresAt: body.expiresAt ?? null, ownerId: principal.user!.id });
  }

  @Delete(':id')
  @Permit('session')
  @HttpCode(204)
  @Audited('key.revoke')
  @AnswersNothing('Revoke an API key at once')
  @Fails('key.not-found')
  revoke(@Param('id', { schema: idParameter }) id: string, @Req() request: Request): Promise<void> {
    return this.keys.revoke(id, ownerFilter(request.principal!));
  }
}

/** Whose keys the caller may see: null for everyone's. */
function ownerFilter(principal: Principal): string | null {
  return principal.permissions.has('admin') ? null : principal.user!.id;
}
