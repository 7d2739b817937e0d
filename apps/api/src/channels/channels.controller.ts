import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { WirecaseError, type Change, type Channel, type ChannelRequest, type Delivery, type EmailConfig } from '@wirecase/contract';
import { Channels } from '@wirecase/store';
import type { Request } from 'express';
import { Audited } from '../access/audited.ts';
import { Answers, AnswersNothing, Fails } from '../http/answers.ts';
import { Permit } from '../http/permit.ts';
import { idParameter } from '../schemas/requests.ts';
import { channel, channelChange, channelRequest, channels, deliveries, delivery } from './schemas.ts';

/** Deliveries that are listed. */
const LISTED = 200;

/** Who is told of new alerts. The worker sends; secrets go in and never come out. */
@ApiTags('Notifications')
@Controller('channels')
export class ChannelsController {
  constructor(private readonly channels: Channels) {}

  @Get()
  @Permit('admin')
  @Answers('Channels, by name', channels)
  list(): Promise<Channel[]> {
    return this.channels.list();
  }

  @Post()
  @Permit('admin')
  @Audited('channel.create')
  @Answers('Make a channel', channel, { status: 201 })
  create(@Body({ schema: channelRequest }) body: ChannelRequest, @Req() request: Request): Promise<Channel> {
    request.auditObject = `${body.kind} ${body.name}`;
    requireAddress(body);
    return this.channels.create(body);
  }

  @Put(':id')
  @Permit('admin')
  @Audited('channel.change')
  @Answers('Change a channel; a secret that is not given stays', channel)
  @Fails('channel.not-found', 'channel.changed')
  async change(
    @Param('id', { schema: idParameter }) id: string,
    @Body({ schema: channelChange }) body: Change<ChannelRequest>,
    @Req() request: Request,
  ): Promise<Channel> {
    const before = await this.channels.get(id);
    // That of another kind of channel is none.
    if (before.kind !== body.kind) requireAddress(body);
    requirePasswordElsewhere(before, body);
    return this.channels.change(id, body, request.principal!.name);
  }

  @Delete(':id')
  @Permit('admin')
  @HttpCode(204)
  @Audited('channel.delete')
  @AnswersNothing('Delete a channel with its delivery log')
  @Fails('channel.not-found')
  delete(@Param('id', { schema: idParameter }) id: string): Promise<void> {
    return this.channels.delete(id);
  }

  @Post(':id/test')
  @Permit('admin')
  @HttpCode(202)
  @Audited('channel.test')
  @Answers('Send a test message; the delivery log says how it went', delivery, { status: 202 })
  @Fails('channel.not-found')
  test(@Param('id', { schema: idParameter }) id: string): Promise<Delivery> {
    return this.channels.test(id);
  }

  @Get(':id/deliveries')
  @Permit('admin')
  @Answers('What was and will be sent, newest first, with errors', deliveries)
  @Fails('channel.not-found')
  deliveries(@Param('id', { schema: idParameter }) id: string): Promise<Delivery[]> {
    return this.channels.deliveries(id, LISTED);
  }
}

/** A password goes to the server, as the user and as protected as it was given for: who may change a channel learns none by naming another. */
function requirePasswordElsewhere(before: Channel, { kind, config, secret }: ChannelRequest): void {
  if (kind !== 'email' || before.kind !== kind || !before.hasSecret || secret !== undefined) return;
  const [was, is] = [before.config as EmailConfig, config as EmailConfig];
  if ((['host', 'port', 'security', 'user'] as const).every((name) => was[name] === is[name])) return;
  throw new WirecaseError('request.invalid', 'secret: give the password again; it was given for another server, user or security.');
}

/** Of a chat the secret is where it is told. */
function requireAddress({ kind, secret }: ChannelRequest): void {
  if (kind === 'chat' && secret === undefined)
    throw new WirecaseError('request.invalid', 'secret: give the address that the chat made for incoming webhooks.');
}
