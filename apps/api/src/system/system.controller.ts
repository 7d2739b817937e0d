import { Controller, Get, Header } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Answers, AnswersStream } from '../http/answers.ts';
import { AnswersBeforeSetup, Permit } from '../http/permit.ts';
import { Settings } from '../settings.ts';
import { Metrics } from './metrics.ts';
import { OpenApiDocument } from './open-api-document.ts';

const version = z.object({ name: z.literal('wirecase'), version: z.string() }).meta({ id: 'Version' });

@ApiTags('System')
@Controller()
export class SystemController {
  constructor(
    private readonly settings: Settings,
    private readonly document: OpenApiDocument,
    private readonly metrics: Metrics,
  ) {}

  @Get('version')
  @Permit('public')
  @AnswersBeforeSetup()
  @Answers('Name and version of this server', version)
  version() {
    return { name: 'wirecase', version: this.settings.version };
  }

  @Get('openapi.json')
  @Permit('public')
  @AnswersBeforeSetup()
  @Answers('This document', z.looseObject({ openapi: z.string() }).meta({ id: 'OpenApiDocument' }))
  openApi() {
    return this.document.get();
  }

  @Get('metrics')
  @Permit('read:captures')
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  @AnswersStream('Counters for Prometheus', 'text/plain')
  read(): Promise<string> {
    return this.metrics.read();
  }
}
