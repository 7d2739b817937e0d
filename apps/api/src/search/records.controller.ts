import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { WirecaseError, flowRecord, triagedAlertRecord, type RecordType } from '@wirecase/contract';
import { servedCatalogue } from '@wirecase/store';
import type { Request, Response } from 'express';
import { Answers, Fails } from '../http/answers.ts';
import { Permit } from '../http/permit.ts';
import { searchQuery, type SearchQuery } from '../schemas/requests.ts';
import { recordPage } from '../schemas/rows.ts';
import { rowStreams, searchFails } from './fails.ts';
import { SearchAnswers } from './search-answers.ts';

/** Flows and alerts have routes of their own. */
const types = new Map(
  servedCatalogue.filter((type) => type !== flowRecord && type !== triagedAlertRecord).map((type) => [type.name, type]),
);

@ApiTags('Records')
@Controller('records')
export class RecordsController {
  constructor(private readonly answers: SearchAnswers) {}

  @Get(':type')
  @Permit('read:flows')
  @ApiParam({ name: 'type', schema: { type: 'string', enum: [...types.keys()] } })
  @Answers('Search the records of one type: a page of JSON, or by `Accept` the whole result as NDJSON or CSV', recordPage, {
    or: rowStreams,
  })
  @Fails('request.not-found', ...searchFails, 'request.too-many')
  find(
    @Param('type') name: string,
    @Query({ schema: searchQuery }) query: SearchQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    return this.answers.negotiated(typeOf(name), query, request, response);
  }
}

function typeOf(name: string): RecordType {
  const type = types.get(name);
  if (!type) throw new WirecaseError('request.not-found', `There are records of the types ${[...types.keys()].join(', ')}.`);
  return type;
}
