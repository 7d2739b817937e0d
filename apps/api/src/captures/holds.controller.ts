import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { WirecaseError, type Hold } from '@wirecase/contract';
import { CaptureRepository, Holds, Sensors } from '@wirecase/store';
import type { Request } from 'express';
import type { z } from 'zod';
import { Audited } from '../access/audited.ts';
import { Answers, AnswersNothing, Fails } from '../http/answers.ts';
import { Permit } from '../http/permit.ts';
import { idParameter } from '../schemas/requests.ts';
import { Search } from '../search/search.ts';
import { aroundRequest, hold, holdRequest, holds, holdsQuery, timeHoldRequest } from './hold-schemas.ts';

/** Captures that nothing deletes until they are released. */
@ApiTags('Holds')
@Controller()
export class HoldsController {
  constructor(
    private readonly holds: Holds,
    private readonly captures: CaptureRepository,
    private readonly sensors: Sensors,
    private readonly search: Search,
  ) {}

  @Get('holds')
  @Permit('read:captures')
  @Answers('Holds, newest first; those that keep one capture with `capture`', holds)
  list(@Query({ schema: holdsQuery }) { capture }: z.output<typeof holdsQuery>): Promise<Hold[]> {
    return this.holds.list(capture ?? null);
  }

  @Post('captures/:id/holds')
  @Permit('write:captures')
  @Audited('hold.create')
  @Answers('Keep a capture: neither the ring nor anybody deletes it', hold, { status: 201 })
  @Fails('capture.not-found')
  async holdCapture(
    @Param('id', { schema: idParameter }) id: string,
    @Body({ schema: holdRequest }) { reason, keepDays }: z.output<typeof holdRequest>,
    @Req() request: Request,
  ): Promise<Hold> {
    request.auditObject = `capture ${id}: ${reason}`;
    await this.captures.get(id);
    return this.holds.add({
      subject: { captureId: id },
      reason,
      alertId: null,
      createdBy: request.principal!.name,
      expiresAt: after(keepDays),
    });
  }

  @Post('sensors/:id/holds')
  @Permit('write:captures')
  @Audited('hold.create')
  @Answers('Keep what a sensor captured, or will capture, in a time', hold, { status: 201 })
  @Fails('sensor.not-found')
  async holdTime(
    @Param('id', { schema: idParameter }) id: string,
    @Body({ schema: timeHoldRequest }) { reason, from, to, keepDays }: z.output<typeof timeHoldRequest>,
    @Req() request: Request,
  ): Promise<Hold> {
    request.auditObject = `sensor ${id} ${from} to ${to}: ${reason}`;
    await this.sensors.get(id);
    const subject = { sensorId: id, fromNs: nanoseconds(from), toNs: nanoseconds(to) };
    return this.holds.add({ subject, reason, alertId: null, createdBy: request.principal!.name, expiresAt: after(keepDays) });
  }

  /** The ring is the pre-trigger: what it still has of the time before goes nowhere. */
  @Post('alerts/:id/holds')
  @Permit('write:captures')
  @Audited('hold.create')
  @Answers("Keep the traffic around an alert: of its sensor so many seconds before and after it, else the alert's capture", hold, {
    status: 201,
  })
  @Fails('alert.not-found', 'capture.not-found')
  async holdAround(
    @Param('id', { schema: idParameter }) id: string,
    @Body({ schema: aroundRequest }) { reason, beforeSeconds, afterSeconds, keepDays }: z.output<typeof aroundRequest>,
    @Req() request: Request,
  ): Promise<Hold> {
    request.auditObject = `alert ${id} ${beforeSeconds} s before, ${afterSeconds} s after: ${reason}`;
    const alert = await this.search.storedAlert(id);
    const sensorId = await this.captures.sensorOf(alert.captureId);
    const subject =
      sensorId === null
        ? { captureId: alert.captureId }
        : {
            sensorId,
            fromNs: alert.start - BigInt(beforeSeconds) * 1_000_000_000n,
            toNs: alert.end + BigInt(afterSeconds) * 1_000_000_000n,
          };
    return this.holds.add({ subject, reason, alertId: id, createdBy: request.principal!.name, expiresAt: after(keepDays) });
  }

  @Delete('holds/:id')
  @Permit('write:captures')
  @HttpCode(204)
  @Audited('hold.release')
  @AnswersNothing('Release what is held: retention may delete it again')
  @Fails('hold.not-found')
  async release(@Param('id', { schema: idParameter }) id: string, @Req() request: Request): Promise<void> {
    request.auditObject = id;
    const { reason } = await this.holds.release(id);
    request.auditObject = `${id}: ${reason}`;
  }
}

function nanoseconds(time: string): bigint {
  const ms = Date.parse(time);
  if (Number.isNaN(ms)) throw new WirecaseError('request.invalid', `${time} is no time.`);
  return BigInt(ms) * 1_000_000n;
}

function after(days: number | undefined): Date | null {
  return days === undefined ? null : new Date(Date.now() + days * 86_400_000);
}
