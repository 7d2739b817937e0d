import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { PacketDetail, PacketPage } from '@wirecase/contract';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { Audited } from '../access/audited.ts';
import { contentDisposition } from '../captures/content-disposition.ts';
import { Answers, AnswersStream, Fails } from '../http/answers.ts';
import { Permit } from '../http/permit.ts';
import { sendStream } from '../http/send-stream.ts';
import { idParameter, packetNumber, packetQuery, packetsQuery } from '../schemas/requests.ts';
import { packetDetail, packetPage } from '../schemas/responses.ts';
import { Search } from '../search/search.ts';
import { Packets } from './packets.ts';

@ApiTags('Packets')
@Controller()
export class PacketsController {
  constructor(
    private readonly search: Search,
    private readonly packets: Packets,
  ) {}

  @Get('flows/:id/packets')
  @Permit('read:packets')
  @Audited('packets.list')
  @Answers("A flow's packets, with tshark's columns", packetPage)
  @Fails('flow.not-found', 'capture.not-ready', 'sensor.away', 'tshark.busy')
  async list(
    @Param('id', { schema: idParameter }) id: string,
    @Query({ schema: packetsQuery }) query: z.output<typeof packetsQuery>,
  ): Promise<PacketPage> {
    const { captureId, row } = await this.search.flow(id);
    return this.packets.page(captureId, row, query.offset, query.limit);
  }

  @Get('flows/:id/pcapng')
  @Permit('read:packets')
  @Audited('packets.download')
  @AnswersStream("A flow's packets as a capture with their original times", 'application/x-pcapng')
  @Fails('flow.not-found', 'capture.not-ready', 'sensor.away')
  async pcapng(@Param('id', { schema: idParameter }) id: string, @Res() response: Response): Promise<void> {
    const { captureId, row } = await this.search.flow(id);
    const stream = await this.packets.pcapng(captureId, row);
    response.set({
      'Content-Type': 'application/x-pcapng',
      'Content-Disposition': contentDisposition(`flow-${id}.pcapng`),
      'X-Packets': String(row.packets),
    });
    await sendStream(stream, response);
  }

  @Get('captures/:id/packets/:number')
  @Permit('read:packets')
  @Audited('packet.read')
  @Answers('One packet: its bytes and its protocol tree; with `flow`, reassembled with the packets before it', packetDetail)
  @Fails('capture.not-found', 'capture.not-ready', 'sensor.away', 'packet.not-found', 'tshark.busy')
  async detail(
    @Param('id', { schema: idParameter }) id: string,
    @Param('number', { schema: packetNumber }) number: number,
    @Query({ schema: packetQuery }) query: z.output<typeof packetQuery>,
    @Req() request: Request,
  ): Promise<PacketDetail> {
    request.auditObject = `${id}/${number}`;
    const flow = query.flow === undefined ? null : await this.search.flow(query.flow);
    return this.packets.detail(id, number, flow?.captureId === id ? flow.row : null);
  }
}
