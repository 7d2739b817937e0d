/** Sends a capture to a server while it comes in: one request, whose body ends with the input. */
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { apiBase, type Capture, type Problem, WirecaseError } from '@wirecase/contract';
import type { Source } from './capture-sources.ts';

/** Answers one line of JSON: the capture. Throws `capture.empty`, and `capture-tool.failed` with what the server says. */
export async function sendCapture(source: Source, url: string, key: string, name: string): Promise<string> {
  const pieces = (source.bytes as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
  const first = await pieces.next();
  if (first.done) throw new WirecaseError('capture.empty', (await source.problem()) ?? 'Nothing came.');
  const boundary = randomUUID();
  try {
    const response = await fetch(`${url.replace(/\/+$/, '')}${apiBase}/captures`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': `multipart/form-data; boundary=${boundary}` },
      body: Readable.toWeb(Readable.from(formOf(first.value, pieces, boundary, name), { objectMode: false })) as ReadableStream,
      // Not in the types of the browser's fetch, and needed for a body that is not there yet.
      ...{ duplex: 'half' },
    });
    const answer = (await response.json()) as Capture | Problem;
    if ('code' in answer) throw new WirecaseError('capture-tool.failed', `${answer.title}. ${answer.detail}`);
    return JSON.stringify(answer);
  } catch (error) {
    // fetch says only that it failed; its cause says why.
    const { cause } = error as Error;
    throw cause instanceof Error ? new WirecaseError('capture-tool.failed', `${url}: ${cause.message}`, { cause }) : error;
  }
}

/** RFC 7578 with one file. */
async function* formOf(first: Uint8Array, pieces: AsyncIterator<Uint8Array>, boundary: string, name: string): AsyncGenerator<Uint8Array> {
  const quoted = name.replace(/["\r\n]/g, '_');
  yield Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${quoted}"\r\n\r\n`);
  for (let piece: Uint8Array | undefined = first; piece; piece = (await pieces.next()).value as Uint8Array | undefined) yield piece;
  yield Buffer.from(`\r\n--${boundary}--\r\n`);
}
