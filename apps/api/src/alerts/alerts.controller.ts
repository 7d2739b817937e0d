import { Body, Controller, Get, Param, Patch, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { triagedAlertRecord, type BulkTriageAnswer, type JsonRow, type TriageEntry } from '@wirecase/contract';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { Audited } from '../access/audited.ts';
import { contentDisposition } from '../captures/content-disposition.ts';
import { Answers, AnswersStream, Fails } from '../http/answers.ts';
import { Permit } from '../http/permit.ts';
import { idParameter, searchQuery, type SearchQuery } from '../schemas/requests.ts';
import { Quality } from '../quality/quality.ts';
import { alertDetail } from '../quality/schemas.ts';
import { alertPage } from '../schemas/rows.ts';
import { rowStreams, searchFails } from '../search/fails.ts';
import { SearchAnswers } from '../search/search-answers.ts';
import { Search } from '../search/search.ts';
import { Alerts } from './alerts.ts';
import { Evidence } from './evidence.ts';
import { assignees, bulkTriageAnswer, bulkTriageRequest, evidenceQuery, triageChange, triageEntries } from './schemas.ts';

@ApiTags('Alerts')
@Controller('alerts')
export class AlertsController {
  constructor(
    private readonly search: Search,
    private readonly answers: SearchAnswers,
    private readonly alerts: Alerts,
    private readonly evidences: Evidence,
    private readonly quality: Quality,
  ) {}

  @Get()
  @Permit('read:alerts')
  @Answers('Search alerts: a page of JSON, or by `Accept` the whole result as NDJSON or CSV', alertPage, { or: rowStreams })
  @Fails(...searchFails, 'request.too-many')
  find(@Query({ schema: searchQuery }) query: SearchQuery, @Req() request: Request, @Res() response: Response): Promise<void> {
    return this.answers.negotiated(triagedAlertRecord, query, request, response);
  }

  @Patch()
  @Permit('write:alerts')
  @Audited('alert.triage')
  @Answers('Triage many alerts: those of `ids`, or all that `filter` finds', bulkTriageAnswer)
  @Fails('alert.not-found', ...searchFails)
  changeMany(
    @Body({ schema: bulkTriageRequest }) body: z.output<typeof bulkTriageRequest>,
    @Req() request: Request,
  ): Promise<BulkTriageAnswer> {
    request.auditObject = `${body.ids ? body.ids.join(' ') : JSON.stringify(body.filter)} ${JSON.stringify(body.change)}`;
    return this.alerts.changeMany(body, request.principal!.name);
  }

  @Get('assignees')
  @Permit('read:alerts')
  @Answers('Names of the users to whom alerts can be given', assignees)
  assignees(): Promise<string[]> {
    return this.alerts.assignees();
  }

  @Get(':id')
  @Permit('read:alerts')
  @Answers('One alert: its evidence, what its detector could not see, what would have cleared it, and what its flows come to', alertDetail)
  @Fails('alert.not-found')
  get(@Param('id', { schema: idParameter }) id: string): Promise<JsonRow> {
    return this.quality.alert(id);
  }

  @Patch(':id')
  @Permit('write:alerts')
  @Audited('alert.triage')
  @Answers('Triage an alert: state, verdict, assignee, comment', alertDetail)
  @Fails('alert.not-found')
  async change(
    @Param('id', { schema: idParameter }) id: string,
    @Body({ schema: triageChange }) body: z.output<typeof triageChange>,
    @Req() request: Request,
  ): Promise<JsonRow> {
    request.auditObject = `${id} ${JSON.stringify(body)}`;
    await this.alerts.changeMany({ ids: [id], change: body }, request.principal!.name);
    return this.quality.alert(id);
  }

  @Get(':id/evidence.pcapng')
  @Permit('read:packets')
  @Audited('alert.evidence')
  @AnswersStream(
    'The least packets that make the detector fire again, each with a comment that says why it is there',
    'application/x-pcapng',
  )
  @Fails('alert.not-found', 'capture.not-ready', 'capture.evidence-changed', 'sensor.away')
  async evidence(
    @Param('id', { schema: idParameter }) id: string,
    @Query({ schema: evidenceQuery }) query: z.output<typeof evidenceQuery>,
    @Res() response: Response,
  ): Promise<void> {
    const { capture, packets, likeness } = await this.evidences.of(id, query.until === 'end' ? 'whole' : 'crossing');
    response.set({
      'Content-Type': 'application/x-pcapng',
      'Content-Disposition': contentDisposition(`alert-${id}.pcapng`),
      'Content-Length': String(capture.length),
      'X-Packets': String(packets),
      // What an analysis of these packets gives.
      'X-Evidence-Replays': likeness ?? 'no',
    });
    response.end(capture);
  }

  @Get(':id/history')
  @Permit('read:alerts')
  @Answers('What was done with an alert, oldest first', triageEntries)
  @Fails('alert.not-found')
  async history(@Param('id', { schema: idParameter }) id: string): Promise<TriageEntry[]> {
    await this.search.storedAlert(id);
    return this.alerts.history(id);
  }
}
