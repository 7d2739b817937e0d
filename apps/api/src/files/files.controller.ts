import { createReadStream } from 'node:fs';
import { Controller, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FileScan } from '@wirecase/contract';
import type { Response } from 'express';
import { Audited } from '../access/audited.ts';
import { contentDisposition } from '../captures/content-disposition.ts';
import { Answers, AnswersStream, Fails } from '../http/answers.ts';
import { Permit } from '../http/permit.ts';
import { sendStream } from '../http/send-stream.ts';
import { idParameter } from '../schemas/requests.ts';
import { fileScan } from '../schemas/responses.ts';
import { Files } from './files.ts';

@ApiTags('Files')
@Controller('files')
export class FilesController {
  constructor(private readonly files: Files) {}

  @Get(':id/archive')
  @Permit('read:files')
  @Audited('file.download')
  @AnswersStream(
    'The file of a record, carved out of its packets again, with the SHA-256 of the record, in a ZIP encrypted by AES-256; the password is `infected`',
    'application/zip',
  )
  @Fails(
    'file.not-found',
    'file.incomplete',
    'file.too-large',
    'file.not-reproduced',
    'capture.not-found',
    'capture.not-ready',
    'request.too-many',
  )
  async archive(@Param('id', { schema: idParameter }) id: string, @Res() response: Response): Promise<void> {
    const { path, size, name } = await this.files.archive(id);
    response.set({
      'Content-Type': 'application/zip',
      'Content-Length': String(size),
      'Content-Disposition': contentDisposition(name),
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': 'no-store',
    });
    await sendStream(createReadStream(path), response);
  }

  @Post(':id/scan')
  @HttpCode(200)
  @Permit('read:files')
  @Audited('file.scan')
  @Answers(
    "Scan the file of a record with the operator's YARA rules, in the sandbox; what matches is kept with every record of that content",
    fileScan,
  )
  @Fails(
    'file.not-found',
    'file.incomplete',
    'file.too-large',
    'file.not-reproduced',
    'capture.not-ready',
    'yara.unavailable',
    'yara.failed',
  )
  async scan(@Param('id', { schema: idParameter }) id: string): Promise<FileScan> {
    return { matches: await this.files.scan(id) };
  }
}
