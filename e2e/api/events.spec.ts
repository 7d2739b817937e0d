import type { Capture, JsonRow } from '@wirecase/contract';
import { PacketScript } from '@wirecase/testkit/packets';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ApiServer, type Client } from './api-server.ts';

let server: ApiServer;

beforeAll(async () => {
  server = await ApiServer.startSetUp();
  await server.startWorker();
});
afterAll(() => server?.close());

interface Event {
  name: string;
  data: unknown;
}

/** Reads an event stream into a list until it ends. */
class Listener {
  readonly events: Event[] = [];
  comments = 0;
  private readonly abort = new AbortController();
  readonly ended: Promise<void>;

  private constructor(response: Response) {
    // A stream that breaks has ended too.
    this.ended = this.read(response).catch(() => undefined);
  }

  static async open(client: Client): Promise<Listener> {
    const response = await client.request('/events/stream');
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    return new Listener(response);
  }

  close(): void {
    this.abort.abort();
  }

  of(name: string): Event[] {
    return this.events.filter((event) => event.name === name);
  }

  private async read(response: Response): Promise<void> {
    let text = '';
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    this.abort.signal.addEventListener('abort', () => void reader.cancel());
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      const blocks = (text + piece.value).split('\n\n');
      text = blocks.pop()!;
      for (const block of blocks) this.take(block);
    }
  }

  private take(block: string): void {
    const found = /^event: (.+)\ndata: (.+)$/.exec(block);
    if (found) this.events.push({ name: found[1]!, data: JSON.parse(found[2]!) as unknown });
    else if (block.startsWith(':')) this.comments++;
  }
}

function portScan(): Uint8Array {
  const script = new PacketScript();
  for (let port = 1; port <= 200; port++) script.tcp('10.9.9.9', '10.0.0.2', port, 50_000).syn().rst('b');
  return script.capture();
}

it('the stream tells of a capture from its arrival to its end, of its alerts, and of its removal', async () => {
  const analyst = await server.keyFor('all');
  const listener = await Listener.open(analyst);
  const capture = await analyst.ingest(portScan(), 'scan.pcap');
  await expect.poll(() => listener.of('alert.created').length, { timeout: 60_000 }).toBe(capture.alerts);
  const states = listener.of('capture.updated').map((event) => (event.data as Capture).state);
  expect(states.at(-1)).toBe('ready');
  expect((listener.of('alert.created')[0]!.data as JsonRow)['source']).toEqual({ ip: '10.9.9.9' });
  await analyst.send('DELETE', `/captures/${capture.id}`);
  await expect.poll(() => listener.of('capture.deleted').map((event) => event.data)).toEqual([{ id: capture.id }]);
  listener.close();
});

it('who may not read alerts is told of captures only', async () => {
  const listener = await Listener.open(await server.keyFor('read:captures'));
  const capture = await (await server.keyFor('all')).ingest(portScan(), 'again.pcap');
  expect(capture.alerts).toBeGreaterThan(0);
  await expect.poll(() => listener.of('capture.updated').some((event) => (event.data as Capture).state === 'ready')).toBe(true);
  expect(listener.of('alert.created')).toEqual([]);
  listener.close();
});

it('a quiet stream says that it lives, and ends with its session', async () => {
  const browser = await server.browserOf('viewer');
  const listener = await Listener.open(browser);
  await expect.poll(() => listener.comments, { timeout: 60_000 }).toBeGreaterThan(0);
  expect((await browser.send('DELETE', '/session')).status).toBe(204);
  await listener.ended;
  expect((await browser.request('/events/stream')).status).toBe(401);
});

it('a stream does not keep the server from ending', async () => {
  const listener = await Listener.open(await server.keyFor('all'));
  const started = performance.now();
  expect(await server.terminate()).toBe(0);
  expect(performance.now() - started).toBeLessThan(5000);
  await listener.ended;
  await server.run();
});
