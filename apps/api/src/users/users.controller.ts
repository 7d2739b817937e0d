import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { User } from '@wirecase/contract';
import { Users } from '@wirecase/store';
import type { Request } from 'express';
import type { z } from 'zod';
import { Audited } from '../access/audited.ts';
import { Answers, AnswersNothing, Fails } from '../http/answers.ts';
import { Permit } from '../http/permit.ts';
import { createUserRequest, idParameter, updateUserRequest } from '../schemas/requests.ts';
import { user, users } from '../schemas/responses.ts';

@ApiTags('Users')
@Controller('users')
export class UsersController {
  constructor(private readonly users: Users) {}

  @Get()
  @Permit('admin')
  @Answers('Every user, by name', users)
  list(): Promise<User[]> {
    return this.users.list();
  }

  @Post()
  @Permit('admin')
  @Audited('user.create')
  @Answers('Make a user', user, { status: 201 })
  @Fails('user.exists')
  create(@Body({ schema: createUserRequest }) body: z.output<typeof createUserRequest>, @Req() request: Request): Promise<User> {
    request.auditObject = `${body.name} (${body.role})`;
    return this.users.create(body);
  }

  @Patch(':id')
  @Permit('admin')
  @Audited('user.update')
  @Answers("Change a user's role or password, or disable the user; ends the user's sessions", user)
  @Fails('user.not-found', 'user.last-admin')
  update(
    @Param('id', { schema: idParameter }) id: string,
    @Body({ schema: updateUserRequest }) body: z.output<typeof updateUserRequest>,
    @Req() request: Request,
  ): Promise<User> {
    request.auditObject = `${id} ${changeOf(body)}`;
    return this.users.update(id, body);
  }

  @Delete(':id')
  @Permit('admin')
  @HttpCode(204)
  @Audited('user.delete')
  @AnswersNothing('Delete a user with their sessions and API keys')
  @Fails('user.not-found', 'user.last-admin')
  delete(@Param('id', { schema: idParameter }) id: string): Promise<void> {
    return this.users.delete(id);
  }
}

/** What was changed, for the audit log; never the password itself. */
function changeOf(body: z.output<typeof updateUserRequest>): string {
  const changes = [
    body.role !== undefined && `role=${body.role}`,
    body.disabled !== undefined && `disabled=${body.disabled}`,
    body.password !== undefined && 'password',
  ];
  return changes.filter(Boolean).join(' ');
}
