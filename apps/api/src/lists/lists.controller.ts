import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Req } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiTags } from '@nestjs/swagger';
import { WirecaseError, type IndicatorList, type IndicatorMatch, type Page } from '@wirecase/contract';
import { IndicatorLists, type MatchSelection } from '@wirecase/store';
import type { Request } from 'express';
import type { z } from 'zod';
import { Audited } from '../access/audited.ts';
import { Captures } from '../captures/captures.ts';
import { receiveFile } from '../captures/receive-file.ts';
import { Answers, AnswersNothing, Fails } from '../http/answers.ts';
import { Permit } from '../http/permit.ts';
import { idParameter } from '../schemas/requests.ts';
import { importInThread } from './indicator-file.ts';
import { fillQuery, indicatorList, indicatorLists, listChange, listMatchesQuery, listRequest, matchesQuery, matchPage } from './schemas.ts';

/** A file of a hundred thousand indicators with their STIX objects around them. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Lists of indicators. The worker compares them with captures that are stored and with those that come. */
@ApiTags('Lists')
@Controller('lists')
export class ListsController {
  constructor(private readonly lists: IndicatorLists) {}

  @Get()
  @Permit('read:flows')
  @Answers('Lists of indicators, by name', indicatorLists)
  list(): Promise<IndicatorList[]> {
    return this.lists.list();
  }

  @Post()
  @Permit('write:lists')
  @Audited('list.create')
  @Answers('Make an empty list', indicatorList, { status: 201 })
  create(@Body({ schema: listRequest }) body: z.output<typeof listRequest>, @Req() request: Request): Promise<IndicatorList> {
    request.auditObject = body.name;
    return this.lists.create(body, request.principal!.name);
  }

  @Get(':id')
  @Permit('read:flows')
  @Answers('One list, with how the import of its content went', indicatorList)
  @Fails('list.not-found')
  get(@Param('id', { schema: idParameter }) id: string): Promise<IndicatorList> {
    return this.lists.get(id);
  }

  @Put(':id')
  @Permit('write:lists')
  @Audited('list.change')
  @Answers('Change what is said of a list', indicatorList)
  @Fails('list.not-found', 'list.changed')
  change(
    @Param('id', { schema: idParameter }) id: string,
    @Body({ schema: listChange }) body: z.output<typeof listChange>,
    @Req() request: Request,
  ): Promise<IndicatorList> {
    return this.lists.change(id, body, request.principal!.name);
  }

  @Put(':id/content')
  @Permit('write:lists')
  @Audited('list.fill')
  @ApiConsumes('multipart/form-data')
  @ApiBody({
    schema: {
      type: 'object',
      required: ['file'],
      properties: { file: { type: 'string', format: 'binary', description: 'CSV, one value a line, a STIX 2.1 bundle or a MISP event.' } },
    },
  })
  @Answers('Indicators instead of those it has: `curl -X PUT -F file=@x.csv`; it is compared with all captures then', indicatorList)
  @Fails('list.not-found', 'list.changed', 'list.unreadable', 'request.too-large')
  async fill(
    @Param('id', { schema: idParameter }) id: string,
    @Query({ schema: fillQuery }) { version }: z.output<typeof fillQuery>,
    @Req() request: Request,
  ): Promise<IndicatorList> {
    await this.lists.get(id);
    return this.lists.fill(id, await importInThread(await receiveFile(request, wholeFile)), request.principal!.name, version);
  }

  @Delete(':id')
  @Permit('write:lists')
  @HttpCode(204)
  @Audited('list.delete')
  @AnswersNothing('Delete a list with its matches')
  @Fails('list.not-found')
  delete(@Param('id', { schema: idParameter }) id: string): Promise<void> {
    return this.lists.delete(id);
  }

  @Get(':id/matches')
  @Permit('read:flows')
  @Answers('What stored traffic has of the list, newest first', matchPage)
  @Fails('list.not-found')
  async matches(
    @Param('id', { schema: idParameter }) id: string,
    @Query({ schema: listMatchesQuery }) query: z.output<typeof listMatchesQuery>,
  ): Promise<Page<IndicatorMatch>> {
    await this.lists.get(id);
    return pageOfMatches(this.lists, { listId: id }, query);
  }
}

@ApiTags('Lists')
@Controller('matches')
export class MatchesController {
  constructor(
    private readonly lists: IndicatorLists,
    private readonly captures: Captures,
  ) {}

  @Get()
  @Permit('read:flows')
  @Answers('What stored traffic has of all lists, newest first; of a capture, a flow or an address alone when these are given', matchPage)
  @Fails('capture.not-found')
  async matches(@Query({ schema: matchesQuery }) query: z.output<typeof matchesQuery>): Promise<Page<IndicatorMatch>> {
    if (query.capture !== undefined) await this.captures.get(query.capture);
    return pageOfMatches(this.lists, { captureId: query.capture, flowId: query.flow, ip: query.ip }, query);
  }
}

async function pageOfMatches(
  lists: IndicatorLists,
  selection: MatchSelection,
  { limit, cursor }: { limit: number; cursor?: string },
): Promise<Page<IndicatorMatch>> {
  const started = performance.now();
  const { matches, nextCursor, total } = await lists.matches(selection, { limit, cursor });
  return {
    items: matches,
    nextCursor,
    total: { value: total, relation: 'eq' },
    tookMs: Math.round(performance.now() - started),
    warnings: [],
  };
}

async function wholeFile(file: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of file) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES)
      throw new WirecaseError('request.too-large', `A list has at most ${MOST_BYTES / 1024 / 1024} MiB. Split it into several.`);
    chunks.push(chunk);
  }
  // Memory of its own, which goes to the thread: a small Buffer is part of a pool.
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
