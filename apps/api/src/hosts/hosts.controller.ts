import { Controller, Get, Param, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { hostRecord, WirecaseError, type HostDetail, type HostOverview, type Page } from '@wirecase/contract';
import { HostReader } from '@wirecase/store';
import type { Request } from 'express';
import type { z } from 'zod';
import { Captures } from '../captures/captures.ts';
import { Answers, Fails } from '../http/answers.ts';
import { Permit } from '../http/permit.ts';
import { SearchLimits } from '../search/search-limits.ts';
import { selectionOf } from '../search/selection.ts';
import { hostDetail, hostPage, hostQuery, hostsQuery, type HostsQuery } from './schemas.ts';

/** Addresses over captures; by capture, and as CSV or NDJSON, they are records of the type `host`. */
@ApiTags('Hosts')
@Controller('hosts')
export class HostsController {
  constructor(
    private readonly hosts: HostReader,
    private readonly captures: Captures,
    private readonly limits: SearchLimits,
  ) {}

  @Get()
  @Permit('read:flows')
  @Answers('Search hosts, each address once: those of which a row matches', hostPage)
  @Fails('capture.not-found', 'query.syntax', 'query.unknown-field', 'query.bad-value', 'query.timeout', 'request.too-many')
  async find(@Query({ schema: hostsQuery }) query: HostsQuery, @Req() request: Request): Promise<Page<HostOverview>> {
    const started = performance.now();
    const { q, from, to, capture, sort, limit, cursor } = query;
    const { selection, warnings } = selectionOf(hostRecord, { q, from, to });
    warnings.push(...(await this.captures.notYet(capture ?? [])));
    const leave = this.limits.enter(request.principal!.name);
    try {
      const { hosts, nextCursor, total } = await this.hosts.search({ ...selection, captureIds: capture }, { sort, limit, cursor });
      return { items: hosts, nextCursor, total, tookMs: Math.round(performance.now() - started), warnings };
    } finally {
      leave();
    }
  }

  @Get(':ip')
  @Permit('read:flows')
  @Answers('All that is known of an address, over all captures or those given', hostDetail)
  @Fails('host.not-found', 'capture.not-found')
  async detail(@Param('ip') ip: string, @Query({ schema: hostQuery }) { capture }: z.output<typeof hostQuery>): Promise<HostDetail> {
    await this.captures.notYet(capture ?? []);
    const host = await this.hosts.find(ip, { captureIds: capture });
    const why = 'it sent nothing there, or is one of the many hosts of a large capture that are counted together';
    if (!host) throw new WirecaseError('host.not-found', `No capture that is asked for knows ${ip} by itself: ${why}.`);
    return host;
  }
}
