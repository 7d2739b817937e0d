import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { ChangeListener, type Change } from '@wirecase/store';
import { Access } from '../access/access.ts';
import { Captures } from '../captures/captures.ts';
import { AnswersStream } from '../http/answers.ts';
import { Permit } from '../http/permit.ts';
import { Search } from '../search/search.ts';
import { EventStream } from './event-stream.ts';

/** How often a quiet stream says that it lives, and asks whether its session still does. */
const HEARTBEAT_MS = 5_000;

@ApiTags('System')
@Controller('events')
export class EventsController {
  constructor(
    private readonly changes: ChangeListener,
    private readonly access: Access,
    private readonly captures: Captures,
    private readonly search: Search,
  ) {}

  @Get('stream')
  @Permit('read:captures')
  @AnswersStream(
    'Server-sent events: `capture.updated`, `capture.deleted`, `alert.created`, `alert.updated`, `sensor.live`, `sensor.updated`',
    'text/event-stream',
  )
  async stream(@Req() request: Request, @Res() response: Response): Promise<void> {
    const { permissions } = request.principal!;
    const stream = new EventStream(response);
    const stop = this.changes.onChange((change) =>
      stream.queue(keyOf(change), () => this.tell(stream, change, permissions.has('read:alerts'))),
    );
    const heartbeat = setInterval(() => void this.beat(stream, request), HEARTBEAT_MS);
    response.once('close', () => {
      stop();
      clearInterval(heartbeat);
    });
  }

  private async tell(stream: EventStream, change: Change, mayReadAlerts: boolean): Promise<void> {
    if ('deleted' in change) return stream.send('capture.deleted', { id: change.deleted });
    if ('resync' in change) return stream.send('resync', {});
    if ('alerts' in change) {
      if (!mayReadAlerts) return;
      for (const alert of await this.search.alertsOf(change.alerts)) stream.send('alert.created', alert);
      return;
    }
    if ('triaged' in change) {
      if (mayReadAlerts) stream.send('alert.updated', { ids: change.triaged });
      return;
    }
    if ('live' in change) return stream.send('sensor.live', change.live);
    if ('sensor' in change) return stream.send('sensor.updated', { id: change.sensor });
    if ('alert' in change) {
      if (mayReadAlerts) await this.tellAlert(stream, change.alert, change.isNew);
      return;
    }
    const capture = await this.captures.find(change.capture);
    if (capture) stream.send('capture.updated', capture);
  }

  /** One that was deleted meanwhile is not told. */
  private async tellAlert(stream: EventStream, id: string, isNew: boolean): Promise<void> {
    if (!isNew) return stream.send('alert.updated', { ids: [id] });
    const alert = await this.search.findAlert(id);
    if (alert) stream.send('alert.created', alert);
  }

  /** The stream ends with its session or key, and the browser's next attempt is refused. */
  private async beat(stream: EventStream, request: Request): Promise<void> {
    try {
      await this.access.authenticate(request);
      stream.comment('alive');
    } catch {
      // Logged out, disabled or revoked; or the database is away, and a later attempt will tell.
      stream.end();
    }
  }
}

/** Hints with the same key stand for each other while they wait: of a sensor's seconds the last one is enough. */
function keyOf(change: Change): string {
  return 'live' in change ? `live ${change.live.sensor}` : JSON.stringify(change);
}
