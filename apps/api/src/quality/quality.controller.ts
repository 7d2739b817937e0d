import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { CaptureQuality } from '@wirecase/contract';
import { Answers, Fails } from '../http/answers.ts';
import { Permit } from '../http/permit.ts';
import { idParameter } from '../schemas/requests.ts';
import { Quality } from './quality.ts';
import { captureQuality } from './schemas.ts';

@ApiTags('Captures')
@Controller('captures')
export class QualityController {
  constructor(private readonly quality: Quality) {}

  @Get(':id/quality')
  @Permit('read:alerts')
  @Answers('How much of the traffic a capture shows, and what each detector found and could not see', captureQuality)
  @Fails('capture.not-found', 'capture.not-ready')
  of(@Param('id', { schema: idParameter }) id: string): Promise<CaptureQuality> {
    return this.quality.ofCapture(id);
  }
}
