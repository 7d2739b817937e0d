import { Controller, Delete, Get, HttpCode, Param, Put, Req } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiTags } from '@nestjs/swagger';
import { WirecaseError, type KeyLog } from '@wirecase/contract';
import { CaptureRepository, KeyLogs } from '@wirecase/store';
import type { Request } from 'express';
import { Audited } from '../access/audited.ts';
import { receiveFile } from '../captures/receive-file.ts';
import { Answers, AnswersNothing, Fails } from '../http/answers.ts';
import { Permit } from '../http/permit.ts';
import { idParameter } from '../schemas/requests.ts';
import { keyLog } from '../schemas/responses.ts';

/** Of some ten thousand sessions. */
const MOST_BYTES = 8 * 1024 ** 2;

/** Secrets for what is encrypted in a capture. They go in and never come out; what they open is shown with the packets. */
@ApiTags('Captures')
@Controller('captures/:id/key-log')
export class KeyLogsController {
  constructor(
    private readonly keyLogs: KeyLogs,
    private readonly captures: CaptureRepository,
  ) {}

  @Get()
  @Permit('read:captures')
  @Answers('How many sessions the capture was given secrets of, and by whom', keyLog)
  @Fails('capture.not-found')
  async get(@Param('id', { schema: idParameter }) id: string): Promise<KeyLog> {
    await this.captures.get(id);
    return this.keyLogs.of(id);
  }

  @Put()
  @Permit('write:captures')
  @Audited('key-log.put')
  @ApiConsumes('multipart/form-data')
  @ApiBody({
    schema: {
      type: 'object',
      required: ['file'],
      properties: { file: { type: 'string', format: 'binary', description: 'A key log as SSLKEYLOGFILE makes programs write it.' } },
    },
  })
  @Answers('Secrets instead of those it was given: `curl -X PUT -F file=@keys.log`; packets are shown decrypted from now on', keyLog)
  @Fails('capture.not-found', 'key-log.unreadable', 'request.too-large')
  async put(@Param('id', { schema: idParameter }) id: string, @Req() request: Request): Promise<KeyLog> {
    await this.captures.get(id);
    const text = await receiveFile(request, wholeText);
    const given = await this.keyLogs.put(id, text, request.principal!.name);
    request.auditObject = `${id}: ${given.sessions} sessions`;
    return given;
  }

  @Delete()
  @Permit('write:captures')
  @HttpCode(204)
  @Audited('key-log.delete')
  @AnswersNothing('Forget the secrets that the capture was given; those in the file itself stay')
  @Fails('capture.not-found')
  async remove(@Param('id', { schema: idParameter }) id: string): Promise<void> {
    await this.captures.get(id);
    await this.keyLogs.remove(id);
  }
}

async function wholeText(file: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of file) {
    bytes += piece.length;
    if (bytes > MOST_BYTES) throw new WirecaseError('request.too-large', `A key log may have ${MOST_BYTES} bytes.`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('latin1');
}
