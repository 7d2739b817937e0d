import type { Response } from 'express';

/** What a slow reader may have waiting in memory before its stream is ended; it connects again and reads anew. */
const BACKLOG_BYTES = 1024 * 1024;

/** Server-sent events on one response (HTML Living Standard, 9.2). */
export class EventStream {
  private readonly waiting = new Map<string, () => Promise<void>>();
  private isWorking = false;

  constructor(private readonly response: Response) {
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      // Proxies that buffer would hold the events back.
      'X-Accel-Buffering': 'no',
    });
    response.write('retry: 2000\n\n');
  }

  /** Do `work` after what waits already; a later call of the same key before its turn replaces it. Failures end the stream. */
  queue(key: string, work: () => Promise<void>): void {
    this.waiting.set(key, work);
    if (!this.isWorking) void this.workOff();
  }

  send(event: string, data: unknown): void {
    this.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  comment(text: string): void {
    this.write(`: ${text}\n\n`);
  }

  end(): void {
    this.response.end();
  }

  private write(text: string): void {
    if (this.response.writableEnded) return;
    this.response.write(text);
    if (this.response.writableLength > BACKLOG_BYTES) this.response.destroy();
  }

  private async workOff(): Promise<void> {
    this.isWorking = true;
    try {
      for (const [key, work] of this.waiting) {
        this.waiting.delete(key);
        await work();
      }
    } catch {
      // The database is away: the client connects again and reads everything anew.
      this.end();
    } finally {
      this.isWorking = false;
    }
  }
}
