import { All, Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiTags } from '@nestjs/swagger';
import { WirecaseError, type ReceivedCaptures } from '@wirecase/contract';
import type { Request, Response } from 'express';
import { Captures } from '../captures/captures.ts';
import { Answers, Fails } from '../http/answers.ts';
import { Permit } from '../http/permit.ts';
import { receivedCaptures } from '../schemas/responses.ts';
import { Uploads } from './uploads.ts';

@ApiTags('Uploads')
@Controller('uploads')
export class UploadsController {
  constructor(
    private readonly uploads: Uploads,
    private readonly captures: Captures,
  ) {}

  @Get(':upload/capture')
  @Permit('ingest')
  @Answers('The capture that a complete resumable upload (tus 1.0.0 at this path) became', receivedCaptures)
  @Fails('upload.not-found', 'capture.unreadable', 'capture.empty')
  async capture(@Param('upload') id: string, @Req() request: Request): Promise<ReceivedCaptures> {
    const outcome = await this.uploads.outcome(id, request.principal!);
    if (outcome.captureIds === null) throw new WirecaseError(outcome.code, outcome.detail);
    const captures = await Promise.all(outcome.captureIds.map((each) => this.captures.get(each)));
    return { ...captures[0]!, captures };
  }

  /** OPTIONS tells the extensions, POST begins an upload. */
  @All()
  @Permit('ingest')
  @ApiExcludeEndpoint()
  begin(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.uploads.handle(request, response, null);
  }

  /** HEAD, PATCH and DELETE of one upload. */
  @All(':upload')
  @Permit('ingest')
  @ApiExcludeEndpoint()
  go(@Param('upload') id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    return this.uploads.handle(request, response, id);
  }
}
