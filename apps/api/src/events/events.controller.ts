import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access } from '../access/access.ts';
import { AnswersStream } from '../http/answers.ts';
import { Permit } from '../http/permit.ts';
import { EventFeed } from './event-feed.ts';
import { EventStream } from './event-stream.ts';

/** How often a quiet stream says that it lives, and asks whether its session still does. */
const HEARTBEAT_MS = 5_000;

@ApiTags('System')
@Controller('events')
export class EventsController {
  constructor(
    private readonly feed: EventFeed,
    private readonly access: Access,
  ) {}

  @Get('stream')
  @Permit('read:captures')
  @AnswersStream(
    'Server-sent events: `capture.updated`, `capture.deleted`, `alert.created`, `alert.updated`, `sensor.live`, `sensor.updated`',
    'text/event-stream',
  )
  stream(@Req() request: Request, @Res() response: Response): void {
    const stream = new EventStream(response);
    const leave = this.feed.join(stream, request.principal!.permissions.has('read:alerts'));
    const heartbeat = setInterval(() => void this.beat(stream, request), HEARTBEAT_MS);
    response.once('close', () => {
      leave();
      clearInterval(heartbeat);
    });
  }

  /** The stream ends with its session or key, and the browser's next attempt is refused. */
  private async beat(stream: EventStream, request: Request): Promise<void> {
    try {
      await this.access.authenticate(request);
      stream.write(': alive\n\n');
    } catch {
      // Logged out, disabled or revoked; or the database is away, and a later attempt will tell.
      stream.end();
    }
  }
}
