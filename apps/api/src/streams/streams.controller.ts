import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Audited } from '../access/audited.ts';
import { contentDisposition } from '../captures/content-disposition.ts';
import { Answers, Fails } from '../http/answers.ts';
import { Permit } from '../http/permit.ts';
import { sendStream } from '../http/send-stream.ts';
import { idParameter } from '../schemas/requests.ts';
import { SearchLimits } from '../search/search-limits.ts';
import { Search } from '../search/search.ts';
import { streamPage, streamQuery, type StreamQuery } from './schemas.ts';
import { streamForms } from './stream-writers.ts';
import { Streams } from './streams.ts';

@ApiTags('Packets')
@Controller()
export class StreamsController {
  constructor(
    private readonly search: Search,
    private readonly streams: Streams,
    private readonly limits: SearchLimits,
  ) {}

  @Get('flows/:id/stream')
  @Permit('read:packets')
  @Audited('stream.read')
  @Answers('What was said in a flow, in order: a page of JSON, or with another `format` all of it as a download', streamPage, {
    or: Object.values(streamForms).map(({ mediaType }) => mediaType),
  })
  @Fails('flow.not-found', 'capture.not-ready', 'sensor.away', 'request.too-many')
  async stream(
    @Param('id', { schema: idParameter }) id: string,
    @Query({ schema: streamQuery }) { side, format, limit, cursor }: StreamQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const leave = this.limits.enter(request.principal!.name);
    try {
      const { captureId, row } = await this.search.flow(id);
      if (format === 'json') {
        const page = await this.streams.page(captureId, row, side, limit, cursor);
        await request.writeAudit?.();
        response.json(page);
        return;
      }
      const { mediaType, extension, writer } = streamForms[format];
      const stream = await this.streams.download(captureId, row, side, writer());
      response.set({
        'Content-Type': mediaType,
        'Content-Disposition': contentDisposition(`flow-${id}${side === 'both' ? '' : `-${side}`}.${extension}`),
        'X-Content-Type-Options': 'nosniff',
        'Cache-Control': 'no-store',
      });
      await sendStream(stream, response);
    } finally {
      leave();
    }
  }
}
