import { Body, Controller, Delete, Get, HttpCode, Post, Put, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { rolePermissions, type Session, type SetupStatus, type User } from '@wirecase/contract';
import { Sessions, Users } from '@wirecase/store';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { csrfTokenOf, Access } from '../access/access.ts';
import { Audited } from '../access/audited.ts';
import { LoginLimiter } from '../access/login-limiter.ts';
import { clearSessionCookie, setSessionCookie } from '../access/session-cookie.ts';
import { Answers, AnswersNothing, Fails } from '../http/answers.ts';
import { clientAddress } from '../http/client-address.ts';
import { AnswersBeforeSetup, Permit } from '../http/permit.ts';
import { changePasswordRequest, loginRequest, setupRequest } from '../schemas/requests.ts';
import { session, setupStatus } from '../schemas/responses.ts';
import { Settings } from '../settings.ts';
import { FirstAdmin } from './first-admin.ts';
import { Logins } from './logins.ts';

/** Stands for the set-up link where guesses are counted; no user can have a name with a space. */
const SETUP = 'set up';

@ApiTags('Session')
@Controller()
export class SessionController {
  constructor(
    private readonly settings: Settings,
    private readonly access: Access,
    private readonly firstAdmin: FirstAdmin,
    private readonly limiter: LoginLimiter,
    private readonly logins: Logins,
    private readonly users: Users,
    private readonly sessions: Sessions,
  ) {}

  @Get('setup')
  @Permit('public')
  @AnswersBeforeSetup()
  @Answers('Whether the first administrator is still to be made', setupStatus)
  async setupStatus(): Promise<SetupStatus> {
    return { required: await this.access.setUpIsRequired(), version: this.settings.version };
  }

  @Post('setup')
  @Permit('public')
  @AnswersBeforeSetup()
  @Audited('setup')
  @Answers('Make the first administrator with the one-time token, and log in', session, { status: 201 })
  @Fails('setup.done', 'setup.bad-token', 'auth.too-many')
  async setUp(
    @Body({ schema: setupRequest }) body: z.output<typeof setupRequest>,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Session> {
    request.auditObject = body.name;
    this.limiter.attempt(SETUP, clientAddress(request));
    const user = await this.firstAdmin.create(body.token, body.name, body.password);
    this.limiter.succeeded(SETUP, clientAddress(request));
    return this.begin(user, request, response);
  }

  @Post('session')
  @Permit('public')
  @Audited('login')
  @Answers('Log in; the answer sets the session cookie', session, { status: 201 })
  @Fails('auth.failed', 'auth.too-many')
  async logIn(
    @Body({ schema: loginRequest }) body: z.output<typeof loginRequest>,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Session> {
    request.auditObject = body.name;
    const user = await this.logins.check(body.name, body.password, clientAddress(request));
    return this.begin(user, request, response);
  }

  @Get('session')
  @Permit('session')
  @Answers('Who is logged in', session)
  current(@Req() request: Request): Session {
    return sessionOf(request.principal!.user!, request.principal!.sessionToken!);
  }

  @Delete('session')
  @Permit('session')
  @HttpCode(204)
  @Audited('logout')
  @AnswersNothing('Log out')
  async logOut(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<void> {
    await this.sessions.end(request.principal!.sessionToken!);
    clearSessionCookie(request, response, this.settings.isTls);
  }

  @Put('session/password')
  @Permit('session')
  @HttpCode(204)
  @Audited('password.change')
  @AnswersNothing("Change one's own password; every other session of the user ends")
  @Fails('auth.failed', 'auth.too-many')
  async changePassword(
    @Body({ schema: changePasswordRequest }) body: z.output<typeof changePasswordRequest>,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    const user = request.principal!.user!;
    request.auditObject = user.name;
    await this.logins.check(user.name, body.currentPassword, clientAddress(request));
    await this.users.update(user.id, { password: body.newPassword });
    // The change ended every session, this one too: the browser goes on with a new one.
    setSessionCookie(request, response, this.settings.isTls, await this.sessions.create(user.id));
  }

  /** A new session with a new id at every login. */
  private async begin(user: User, request: Request, response: Response): Promise<Session> {
    const token = await this.sessions.create(user.id);
    setSessionCookie(request, response, this.settings.isTls, token);
    return sessionOf(user, token);
  }
}

function sessionOf(user: User, token: string): Session {
  return { user, permissions: [...rolePermissions[user.role]], csrfToken: csrfTokenOf(token) };
}
