import type { Response } from 'express';

/** What a slow reader may have waiting in memory before its stream is ended; it connects again and reads anew. */
const BACKLOG_BYTES = 1024 * 1024;

/** Server-sent events on one response (HTML Living Standard, 9.2). */
export class EventStream {
  constructor(private readonly response: Response) {
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      // Proxies that buffer would hold the events back.
      'X-Accel-Buffering': 'no',
    });
    response.write('retry: 2000\n\n');
  }

  /** `text`: whole events and comments, each with its empty line. */
  write(text: string | Uint8Array): void {
    if (this.response.writableEnded) return;
    this.response.write(text);
    if (this.response.writableLength > BACKLOG_BYTES) this.response.destroy();
  }

  end(): void {
    this.response.end();
  }
}
