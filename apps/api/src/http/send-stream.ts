import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';

/**
 * Send a stream to its end, after the audit row where there is one. A client that goes away ends it quietly; a failing source throws, and
 * the answer is cut off.
 */
export async function sendStream(source: Readable, response: Response): Promise<void> {
  try {
    await response.req.writeAudit?.();
    await pipeline(source, response);
  } catch (error) {
    source.destroy();
    if ((error as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE') return;
    throw error;
  }
}
