import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { alertRecord, type JsonRow } from '@wirecase/contract';
import type { Request, Response } from 'express';
import { Answers, Fails } from '../http/answers.ts';
import { Permit } from '../http/permit.ts';
import { idParameter, searchQuery, type SearchQuery } from '../schemas/requests.ts';
import { alertPage, alertRow } from '../schemas/rows.ts';
import { SearchAnswers } from './search-answers.ts';
import { Search } from './search.ts';

@ApiTags('Alerts')
@Controller('alerts')
export class AlertsController {
  constructor(
    private readonly search: Search,
    private readonly answers: SearchAnswers,
  ) {}

  @Get()
  @Permit('read:alerts')
  @Answers('Search alerts: a page of JSON, or by `Accept` the whole result as NDJSON or CSV', alertPage)
  @Fails('query.syntax', 'query.unknown-field', 'query.bad-value', 'query.timeout', 'request.too-many')
  find(@Query({ schema: searchQuery }) query: SearchQuery, @Req() request: Request, @Res() response: Response): Promise<void> {
    return this.answers.negotiated(alertRecord, query, request, response);
  }

  @Get(':id')
  @Permit('read:alerts')
  @Answers('One alert with its evidence', alertRow)
  @Fails('alert.not-found')
  get(@Param('id', { schema: idParameter }) id: string): Promise<JsonRow> {
    return this.search.alert(id);
  }
}
