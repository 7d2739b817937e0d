import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { indicatorRule, type ClassifierCard, type DetectorInfo, type StoredDetectionSettings, type Suppression } from '@wirecase/contract';
import { card, registry } from '@wirecase/detect';
import { DetectionRepository } from '@wirecase/store';
import type { Request } from 'express';
import type { z } from 'zod';
import { Audited } from '../access/audited.ts';
import { Answers, AnswersNothing, Fails } from '../http/answers.ts';
import { Permit } from '../http/permit.ts';
import { idParameter } from '../schemas/requests.ts';
import {
  classifierCard,
  createSuppression,
  detectionSettings,
  detectors,
  storedDetectionSettings,
  storedDetectionVersions,
  suppression,
  suppressions,
} from './schemas.ts';

/** Thresholds, allow-lists, asset roles and suppressions. They count for captures that are analysed from then on. */
@ApiTags('Detection')
@Controller()
export class DetectionController {
  constructor(private readonly detection: DetectionRepository) {}

  @Get('detectors')
  @Permit('read:alerts')
  @Answers('The detectors, what they find, and their options with defaults', detectors)
  detectors(): DetectorInfo[] {
    const detectors = registry.map(({ rule: { id, name, version, doc }, options }) => ({
      id,
      name,
      version,
      doc,
      options: Object.entries(options).map(([option, { doc: optionDoc, unit, default: value }]) => ({
        name: option,
        doc: optionDoc,
        unit,
        default: value,
      })),
    }));
    return [...detectors, { ...indicatorRule, options: [] }];
  }

  @Get('detectors/traffic-classifier/card')
  @Permit('read:alerts')
  @Answers('The model of the traffic classifier: what it was trained on, and how good it was on tools that it had not seen', classifierCard)
  classifierCard(): ClassifierCard {
    return card;
  }

  @Get('detection/settings')
  @Permit('read:alerts')
  @Answers('Options, allow-lists and asset roles as they are', storedDetectionSettings)
  settings(): Promise<StoredDetectionSettings> {
    return this.detection.settings();
  }

  @Get('detection/settings/versions')
  @Permit('read:alerts')
  @Answers('Every version of them, newest first', storedDetectionVersions)
  versions(): Promise<StoredDetectionSettings[]> {
    return this.detection.versions();
  }

  @Put('detection/settings')
  @Permit('admin')
  @Audited('detection.change')
  @Answers('Change them, as a new version; analyse stored captures again with POST /captures/{id}/reanalyze', storedDetectionSettings)
  @Fails('detection.changed')
  async change(
    @Body({ schema: detectionSettings }) body: z.output<typeof detectionSettings>,
    @Req() request: Request,
  ): Promise<StoredDetectionSettings> {
    const changed = await this.detection.change(body, request.principal!.name);
    request.auditObject = `version ${changed.version}`;
    return changed;
  }

  @Get('suppressions')
  @Permit('read:alerts')
  @Answers('Suppressions, newest first, with the alerts that each holds back', suppressions)
  list(): Promise<Suppression[]> {
    return this.detection.suppressions();
  }

  @Post('suppressions')
  @Permit('write:alerts')
  @Audited('suppression.create')
  @Answers('Suppress alerts: they are kept and counted, and nobody is told of them', suppression, { status: 201 })
  suppress(@Body({ schema: createSuppression }) body: z.output<typeof createSuppression>, @Req() request: Request): Promise<Suppression> {
    request.auditObject = JSON.stringify([body.rule, body.entity, body.captureId]);
    return this.detection.suppress(body, request.principal!.name);
  }

  @Delete('suppressions/:id')
  @Permit('write:alerts')
  @HttpCode(204)
  @Audited('suppression.end')
  @AnswersNothing('End a suppression; what it suppressed stays so until it is analysed again')
  @Fails('suppression.not-found')
  end(@Param('id', { schema: idParameter }) id: string, @Req() request: Request): Promise<void> {
    return this.detection.endSuppression(id, request.principal!.name);
  }
}
