import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { flowRecord, type FlowDetail, type Histogram } from '@wirecase/contract';
import type { Request, Response } from 'express';
import { Answers, AnswersStream, Fails } from '../http/answers.ts';
import { Permit } from '../http/permit.ts';
import { histogramQuery, idParameter, searchQuery, type HistogramQuery, type SearchQuery } from '../schemas/requests.ts';
import { flowDetail, flowPage } from '../schemas/rows.ts';
import { histogram } from '../schemas/responses.ts';
import { rowStreams, searchFails } from './fails.ts';
import { SearchAnswers } from './search-answers.ts';
import { Search } from './search.ts';

@ApiTags('Flows')
@Controller()
export class FlowsController {
  constructor(
    private readonly search: Search,
    private readonly answers: SearchAnswers,
  ) {}

  @Get('flows')
  @Permit('read:flows')
  @Answers('Search flows: a page of JSON, or with `Accept: application/x-ndjson` or `text/csv` the whole result', flowPage, {
    or: rowStreams,
  })
  @Fails(...searchFails, 'request.too-many')
  find(@Query({ schema: searchQuery }) query: SearchQuery, @Req() request: Request, @Res() response: Response): Promise<void> {
    return this.answers.negotiated(flowRecord, query, request, response);
  }

  @Get('flows.csv')
  @Permit('read:flows')
  @AnswersStream('Every flow found, as CSV (RFC 4180)', 'text/csv')
  @Fails(...searchFails, 'request.too-many')
  csv(@Query({ schema: searchQuery }) query: SearchQuery, @Req() request: Request, @Res() response: Response): Promise<void> {
    return this.answers.csv(flowRecord, query, request, response);
  }

  @Get('flows.ndjson')
  @Permit('read:flows')
  @AnswersStream('Every flow found, one JSON object a line', 'application/x-ndjson')
  @Fails(...searchFails, 'request.too-many')
  ndjson(@Query({ schema: searchQuery }) query: SearchQuery, @Req() request: Request, @Res() response: Response): Promise<void> {
    return this.answers.ndjson(flowRecord, query, request, response);
  }

  @Get('flows/histogram')
  @Permit('read:flows')
  @Answers('Flows found, by the time they began', histogram)
  @Fails(...searchFails)
  histogram(@Query({ schema: histogramQuery }) query: HistogramQuery): Promise<Histogram> {
    return this.search.histogram(query);
  }

  @Get('flows/:id')
  @Permit('read:flows')
  @Answers('A flow, its capture, and every record, weird and alert in it', flowDetail)
  @Fails('flow.not-found')
  detail(@Param('id', { schema: idParameter }) id: string, @Req() request: Request): Promise<FlowDetail> {
    return this.search.detail(id, request.principal!.permissions.has('read:alerts'));
  }
}
