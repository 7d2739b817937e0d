import { Body, Controller, Get, Put, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { StoredZoneSettings } from '@wirecase/contract';
import { ZoneRepository } from '@wirecase/store';
import type { Request } from 'express';
import type { z } from 'zod';
import { Audited } from '../access/audited.ts';
import { Answers, Fails } from '../http/answers.ts';
import { Permit } from '../http/permit.ts';
import { storedZoneSettings, zoneSettings } from './schemas.ts';

/** Networks by the operator's names. They count for captures that are analysed from then on. */
@ApiTags('Zones')
@Controller('zones')
export class ZonesController {
  constructor(private readonly zones: ZoneRepository) {}

  @Get()
  @Permit('read:flows')
  @Answers('The zones as they are', storedZoneSettings)
  settings(): Promise<StoredZoneSettings> {
    return this.zones.settings();
  }

  @Put()
  @Permit('admin')
  @Audited('zones.change')
  @Answers('Change them, as a new version; analyse stored captures again with POST /captures/{id}/reanalyze', storedZoneSettings)
  @Fails('zones.changed')
  async change(@Body({ schema: zoneSettings }) body: z.output<typeof zoneSettings>, @Req() request: Request): Promise<StoredZoneSettings> {
    const changed = await this.zones.change(body, request.principal!.name);
    request.auditObject = `version ${changed.version}`;
    return changed;
  }
}
