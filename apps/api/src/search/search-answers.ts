import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { rowToLine, storedType, type RecordType } from '@wirecase/contract';
import type { Request, Response } from 'express';
import { contentDisposition } from '../captures/content-disposition.ts';
import { sendStream } from '../http/send-stream.ts';
import type { SearchQuery } from '../schemas/requests.ts';
import { csvHeader, csvLine } from './csv.ts';
import { SearchLimits } from './search-limits.ts';
import { Search } from './search.ts';

/** Text is gathered to about this size before it goes out. */
const PIECE_CHARACTERS = 64 * 1024;

/** A search as JSON page, NDJSON or CSV. The two stream the whole result in constant memory; `limit` and `cursor` belong to pages. */
@Injectable()
export class SearchAnswers {
  constructor(
    private readonly search: Search,
    private readonly limits: SearchLimits,
  ) {}

  /** What `Accept` prefers; JSON when it says nothing. */
  async negotiated(type: RecordType, query: SearchQuery, request: Request, response: Response): Promise<void> {
    response.vary('Accept');
    switch (request.accepts(['application/json', 'application/x-ndjson', 'text/csv'])) {
      case 'application/x-ndjson':
        return this.ndjson(type, query, request, response);
      case 'text/csv':
        return this.csv(type, query, request, response);
      default:
        return this.limited(request, async () => void response.json(await this.search.page(type, query)));
    }
  }

  async csv(type: RecordType, query: SearchQuery, request: Request, response: Response): Promise<void> {
    const stored = storedType(type);
    response.set('Content-Type', 'text/csv; charset=utf-8; header=present');
    await this.stream(type, query, request, response, 'csv', csvHeader(stored), (row) => csvLine(stored, row));
  }

  async ndjson(type: RecordType, query: SearchQuery, request: Request, response: Response): Promise<void> {
    const stored = storedType(type);
    response.set('Content-Type', 'application/x-ndjson; charset=utf-8');
    await this.stream(type, query, request, response, 'ndjson', '', (row) => `${rowToLine(stored, row)}\n`);
  }

  private stream(
    type: RecordType,
    query: SearchQuery,
    request: Request,
    response: Response,
    extension: string,
    header: string,
    write: (row: never) => string,
  ): Promise<void> {
    return this.limited(request, async () => {
      // Errors of the query are thrown here, while the answer can still be a problem.
      const rows = await this.search.all(type, query);
      response.set({ 'Content-Disposition': contentDisposition(`${type.name}s.${extension}`) });
      await sendStream(Readable.from(pieces(rows, header, write), { objectMode: false, highWaterMark: PIECE_CHARACTERS }), response);
    });
  }

  private async limited(request: Request, work: () => Promise<void>): Promise<void> {
    const leave = this.limits.enter(request.principal!.name);
    try {
      await work();
    } finally {
      leave();
    }
  }
}

async function* pieces(rows: AsyncIterable<unknown>, header: string, write: (row: never) => string): AsyncGenerator<string> {
  let text = header;
  for await (const row of rows) {
    text += write(row as never);
    if (text.length < PIECE_CHARACTERS) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
}
