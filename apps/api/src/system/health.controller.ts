import { Controller, Get, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Health as HealthReport } from '@wirecase/contract';
import type { Response } from 'express';
import { z } from 'zod';
import { Answers } from '../http/answers.ts';
import { AnswersBeforeSetup, Permit } from '../http/permit.ts';
import { health } from '../schemas/responses.ts';
import { Health } from './health.ts';

const live = z.object({ status: z.literal('ok') }).meta({ id: 'Live' });

@ApiTags('System')
@Controller('health')
export class HealthController {
  constructor(private readonly health: Health) {}

  @Get('live')
  @Permit('public')
  @AnswersBeforeSetup()
  @Answers('This process answers', live)
  live() {
    return { status: 'ok' };
  }

  @Get('ready')
  @Permit('public')
  @AnswersBeforeSetup()
  @Answers('Database, queue, disk, sandbox and worker; 503 when the API cannot work', health, { also: { 503: 'Not ready' } })
  async ready(@Res({ passthrough: true }) response: Response): Promise<HealthReport> {
    const report = await this.health.report();
    if (report.status === 'down') response.status(503).setHeader('Retry-After', '5');
    return report;
  }
}
