import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor, type OnApplicationShutdown } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { Observable } from 'rxjs';
import { Captures } from '../captures/captures.ts';
import { SearchLimits } from '../search/search-limits.ts';

/** What Prometheus may read: this process, its requests by route, and captures by state. */
@Injectable()
export class Metrics implements NestInterceptor, OnApplicationShutdown {
  private readonly registry = new Registry();
  private readonly requests: Histogram<'method' | 'route' | 'status'>;

  constructor(captures: Captures, limits: SearchLimits) {
    collectDefaultMetrics({ register: this.registry });
    this.requests = new Histogram({
      name: 'wirecase_http_request_seconds',
      help: 'Time from the request to the end of its answer, by route.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120],
      registers: [this.registry],
    });
    new Gauge({
      name: 'wirecase_captures',
      help: 'Captures by state.',
      labelNames: ['state'],
      registers: [this.registry],
      async collect() {
        this.reset();
        for (const [state, count] of Object.entries(await captures.countByState())) this.set({ state }, count);
      },
    });
    new Gauge({
      name: 'wirecase_searches_running',
      help: 'Searches that are being answered.',
      registers: [this.registry],
      collect() {
        this.set(limits.running);
      },
    });
  }

  read(): Promise<string> {
    return this.registry.metrics();
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<Request>();
    const response = context.switchToHttp().getResponse<Response>();
    const end = this.requests.startTimer();
    const route = (request.route as { path?: string } | undefined)?.path ?? 'none';
    response.once('close', () => end({ method: request.method, route, status: String(response.statusCode) }));
    return next.handle();
  }

  onApplicationShutdown(): void {
    this.registry.clear();
  }
}
