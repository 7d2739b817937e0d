import { Controller, Delete, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiTags } from '@nestjs/swagger';
import type { Capture, Page, ReceivedCaptures } from '@wirecase/contract';
import type { Received } from '@wirecase/store';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { Audited } from '../access/audited.ts';
import { Answers, AnswersNothing, AnswersStream, Fails } from '../http/answers.ts';
import { Permit } from '../http/permit.ts';
import { sendStream } from '../http/send-stream.ts';
import { captureListQuery, captureWaitQuery, idParameter } from '../schemas/requests.ts';
import { capture, capturePage, receivedCaptures } from '../schemas/responses.ts';
import { Captures } from './captures.ts';
import { contentDisposition } from './content-disposition.ts';
import { receiveFile } from './receive-file.ts';

@ApiTags('Captures')
@Controller('captures')
export class CapturesController {
  constructor(private readonly captures: Captures) {}

  @Post()
  @Permit('ingest')
  @Audited('capture.upload')
  @ApiConsumes('multipart/form-data')
  @ApiBody({
    schema: {
      type: 'object',
      required: ['file'],
      properties: {
        file: { type: 'string', format: 'binary', description: 'pcap, pcapng or snoop, plain or packed with gzip, zstd, xz, lz4 or zip.' },
      },
    },
  })
  @Answers('Upload a capture: `curl -F file=@x.pcap`', receivedCaptures, {
    status: 201,
    also: { 200: 'The file was there already: its capture' },
  })
  @Fails('capture.unreadable', 'capture.empty', 'request.too-large', 'storage.full')
  async upload(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<ReceivedCaptures> {
    const received = await receiveFile(request, (stream, name) => {
      request.auditObject = name;
      return this.captures.receive(stream, name, request.principal!.name);
    });
    return answerNew(received, request, response);
  }

  @Post('sample')
  @Permit('ingest')
  @Audited('capture.upload')
  @Answers('Take the capture that comes with Wirecase, to try it out', receivedCaptures, {
    status: 201,
    also: { 200: 'It was there already' },
  })
  async sample(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<ReceivedCaptures> {
    return answerNew(await this.captures.takeSample(request.principal!.name), request, response);
  }

  @Get()
  @Permit('read:captures')
  @Answers('Captures, newest first', capturePage)
  list(@Query({ schema: captureListQuery }) { limit, cursor, ...filter }: z.output<typeof captureListQuery>): Promise<Page<Capture>> {
    return this.captures.list(limit, cursor, filter);
  }

  @Get(':id')
  @Permit('read:captures')
  @Answers('One capture; with `wait`, as soon as its state changes', capture)
  @Fails('capture.not-found')
  get(
    @Param('id', { schema: idParameter }) id: string,
    @Query({ schema: captureWaitQuery }) query: z.output<typeof captureWaitQuery>,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Capture> {
    if (query.wait === 0) return this.captures.get(id);
    const left = new AbortController();
    response.once('close', () => left.abort());
    return this.captures.wait(id, query.wait * 1000, left.signal);
  }

  @Get(':id/download')
  @Permit('read:packets')
  @Audited('capture.download')
  @AnswersStream('The file as it arrived; its SHA-256 is checked on the way', 'application/octet-stream')
  @Fails('capture.not-found', 'capture.evidence-changed', 'sensor.away')
  async download(@Param('id', { schema: idParameter }) id: string, @Res() response: Response): Promise<void> {
    const file = await this.captures.openVerified(id);
    response.set({
      'Content-Type': 'application/octet-stream',
      'Content-Disposition': contentDisposition(file.name),
      'Content-Length': String(file.size),
      'X-Capture-Sha256': file.sha256,
    });
    await sendStream(file.stream, response);
  }

  @Post(':id/retry')
  @Permit('write:captures')
  @HttpCode(200)
  @Audited('capture.retry')
  @Answers('Parse a failed or quarantined capture again', capture)
  @Fails('capture.not-found')
  retry(@Param('id', { schema: idParameter }) id: string): Promise<Capture> {
    return this.captures.retry(id);
  }

  @Post(':id/reanalyze')
  @Permit('write:captures')
  @HttpCode(200)
  @Audited('capture.reanalyze')
  @Answers('Analyse a capture again with the present options; its rows are replaced in one step, triage stays', capture)
  @Fails('capture.not-found', 'capture.not-ready')
  reanalyze(@Param('id', { schema: idParameter }) id: string): Promise<Capture> {
    return this.captures.reanalyze(id);
  }

  @Delete(':id')
  @Permit('write:captures')
  @HttpCode(204)
  @Audited('capture.delete')
  @AnswersNothing('Delete a capture: its rows, its index and its file')
  @Fails('capture.not-found', 'capture.held')
  async delete(@Param('id', { schema: idParameter }) id: string, @Req() request: Request): Promise<void> {
    const gone = await this.captures.delete(id);
    request.auditObject = `${id} ${gone.name} sha256=${gone.sha256}`;
  }
}

function answerNew({ capture, others, duplicate }: Received, request: Request, response: Response): ReceivedCaptures {
  request.auditObject = `${capture.id} ${capture.name} sha256=${capture.sha256}`;
  response.status(duplicate ? 200 : 201);
  return { ...capture, captures: [capture, ...others] };
}
