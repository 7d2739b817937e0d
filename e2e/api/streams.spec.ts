/** Following what was said in a flow: pages of JSON that fit together, downloads, and what cannot be followed. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { streamPagePackets, type Capture, type JsonRow, type Page, type StreamPage, type StreamSegment } from '@wirecase/contract';
import { ethernet, ipv4, ipv6, PacketScript, pcap, tcp, text, udp } from '@wirecase/testkit/packets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../scripts/bootstrap/modules.mjs';
import { ApiServer, problemOf, type Client } from './api-server.ts';

let server: ApiServer;
let analyst: Client;

beforeAll(async () => {
  server = await ApiServer.startSetUp();
  await server.startWorker();
  analyst = await server.keyFor('all');
}, 120_000);
afterAll(() => server?.close());

async function flowOf(capture: Capture, q = ''): Promise<string> {
  const { items } = await analyst.json<Page<JsonRow>>(`/flows?capture=${capture.id}&q=${encodeURIComponent(q)}`);
  return (items[0]!['wirecase'] as { flow: { id: string } }).flow.id;
}

async function flowIn(script: PacketScript, name: string): Promise<string> {
  return flowOf(await analyst.ingest(script.capture(), name));
}

const page = (flowId: string, query = '') => analyst.json<StreamPage>(`/flows/${flowId}/stream${query}`);

async function allPages(flowId: string, query: string): Promise<StreamPage[]> {
  const pages = [await page(flowId, `?${query}`)];
  for (let cursor = pages[0]!.nextCursor; cursor !== null; cursor = pages.at(-1)!.nextCursor)
    pages.push(await page(flowId, `?${query}&cursor=${cursor}`));
  return pages;
}

async function download(flowId: string, query: string): Promise<{ bytes: Buffer; header: (name: string) => string | null }> {
  const response = await analyst.request(`/flows/${flowId}/stream?${query}`);
  expect(response.status).toBe(200);
  return { bytes: Buffer.from(await response.arrayBuffer()), header: (name) => response.headers.get(name) };
}

const bytesOf = (items: readonly StreamSegment[]) => Buffer.concat(items.map(({ bytes }) => Buffer.from(bytes ?? '', 'base64')));
/** `s 0 "GET"`, `d 3 missing 10`: who, from where on, what. */
const shown = ({ items }: StreamPage) =>
  items.map(({ direction, offset, bytes, gap, length }) => {
    const what = bytes === null ? `${gap} ${length}` : JSON.stringify(Buffer.from(bytes, 'base64').toString('latin1'));
    return `${direction[0]} ${offset} ${what}`;
  });

describe('the stream of a TCP connection', () => {
  let flowId: string;
  let capture: Capture;

  beforeAll(async () => {
    const script = new PacketScript();
    const talk = script.tcp('10.0.0.1', '198.51.100.1', 80, 40_001).handshake();
    talk
      .send('a', 'GET / HTTP/1.1\r\n\r\n')
      .send('b', 'HTTP/1.1 200 OK\r\n')
      .lose('b', 9)
      .send('b', 'with \x1b[31m\u202e and \0\r\n')
      .ack('a');
    talk.segment('b', 'PA', { seq: talk.next.b + 4, payload: text('late') });
    talk.send('b', 'and ').ack('a').send('a', 'no line end');
    capture = await analyst.ingest(script.capture(), 'talk.pcap');
    flowId = await flowOf(capture);
  });

  it('is what was said in order, each part with packet, time and place, gaps told', async () => {
    const whole = await page(flowId);
    expect(whole).toMatchObject({ kind: 'stream', nextCursor: null, reached: null, warnings: [] });
    expect(shown(whole)).toEqual([
      's 0 "GET / HTTP/1.1\\r\\n\\r\\n"',
      'd 0 "HTTP/1.1 200 OK\\r\\n"',
      'd 17 missing 9',
      `d 26 ${JSON.stringify('with \x1b[31m\xe2\x80\xae and \0\r\n')}`,
      'd 47 "and "',
      'd 51 "late"',
      's 18 "no line end"',
    ]);
    expect(whole.items.map(({ packet }) => packet)).toEqual([4, 5, 6, 6, 9, 8, 11]);
    expect(whole.items[0]!.time).toBe('2023-11-14T22:13:20.003000000Z');
  });

  it('is the same in pages of any size, and of one side', async () => {
    const whole = await page(flowId);
    for (const limit of [1, 20, 30]) {
      const pages = await allPages(flowId, `limit=${limit}`);
      expect(pages.flatMap(({ items }) => items)).toEqual(whole.items);
      expect(pages.slice(0, -1).map(({ reached }) => reached)).toEqual(pages.slice(1).map(() => 'bytes'));
    }
    for (const [side, direction] of [
      ['client', 'source'],
      ['server', 'destination'],
    ] as const) {
      const pages = await allPages(flowId, `limit=1&side=${side}`);
      expect(pages.flatMap(({ items }) => items)).toEqual(whole.items.filter((each) => each.direction === direction));
    }
  });

  it('is downloaded as its bytes, of both sides or one, never to be shown or run', async () => {
    const { items } = await page(flowId);
    const both = await download(flowId, 'format=raw');
    expect(both.bytes.equals(bytesOf(items))).toBe(true);
    expect(both.header('content-type')).toBe('application/octet-stream');
    expect(both.header('x-content-type-options')).toBe('nosniff');
    expect(both.header('cache-control')).toBe('no-store');
    expect(both.header('content-disposition')).toBe(`attachment; filename="flow-${flowId}.bin"`);
    const client = await download(flowId, 'format=raw&side=client');
    expect(client.bytes.toString()).toBe('GET / HTTP/1.1\r\n\r\nno line end');
    expect(client.header('content-disposition')).toBe(`attachment; filename="flow-${flowId}-client.bin"`);
  });

  it('is downloaded as text in which nothing harms a screen, and every line says who said it', async () => {
    const { bytes, header } = await download(flowId, 'format=text');
    expect(header('content-type')).toBe('text/plain; charset=utf-8');
    expect(header('content-disposition')).toContain('attachment');
    expect(bytes.toString()).toBe(
      [
        '> GET / HTTP/1.1',
        '> ',
        '< HTTP/1.1 200 OK',
        '! 9 bytes of the server are missing from the capture (packet 6)',
        '< with \\x1b[31m\\u202e and \\x00',
        '< and late',
        '> no line end',
        '',
      ].join('\n'),
    );
  });

  it('is downloaded as a dump, the server indented', async () => {
    const lines = (await download(flowId, 'format=hex')).bytes.toString().split('\n');
    expect(lines.slice(0, 4)).toEqual([
      '00000000  47 45 54 20 2f 20 48 54  54 50 2f 31 2e 31 0d 0a  GET / HTTP/1.1..',
      '00000010  0d 0a                                             ..',
      '    00000000  48 54 54 50 2f 31 2e 31  20 32 30 30 20 4f 4b 0d  HTTP/1.1 200 OK.',
      '    00000010  0a                                                .',
    ]);
    expect(lines[4]).toBe('! 9 bytes of the server are missing from the capture (packet 6)');
  });

  it('is only for who may read packets, and leaves an audit row', async () => {
    const viewer = await server.browserOf('viewer');
    expect(await problemOf(await viewer.request(`/flows/${flowId}/stream`))).toMatchObject({ status: 403, code: 'auth.forbidden' });
    await download(flowId, 'format=raw');
    const { rows } = await server.services.database.pool.query(
      `SELECT DISTINCT object FROM audit WHERE action = 'stream.read' AND result = 'ok'`,
    );
    expect(rows).toContainEqual({ object: flowId });
  });

  it('is not given for what was not meant', async () => {
    const other = await flowIn(
      new PacketScript().udp('10.0.0.5', '10.0.0.6', 9, text('x')).udp('10.0.0.5', '10.0.0.6', 9, text('y')),
      'other.pcap',
    );
    const foreign = (await page(other, '?limit=1')).nextCursor!;
    for (const query of [
      'format=raw&limit=5',
      'format=text&cursor=x',
      'limit=0',
      'limit=99999999',
      'side=me',
      'cursor=x',
      `cursor=${foreign}`,
    ])
      expect(await problemOf(await analyst.request(`/flows/${flowId}/stream?${query}`))).toMatchObject({
        status: 400,
        code: 'request.invalid',
      });
    const nowhere = '00000000-0000-4000-8000-000000000001';
    expect(await problemOf(await analyst.request(`/flows/${nowhere}/stream`))).toMatchObject({ status: 404, code: 'flow.not-found' });
  });
});

describe('the stream of other flows', () => {
  it('is what their datagrams carry, one by one', async () => {
    const script = new PacketScript().udp('10.1.0.1', '10.1.0.2', 9, text('one')).udp('10.1.0.1', '10.1.0.2', 9, text('two'));
    const flowId = await flowIn(
      script.ip('10.1.0.2', '10.1.0.1', udp({ sourcePort: 9, destinationPort: 40000 }, text('three'))),
      'datagrams.pcap',
    );
    const whole = await page(flowId);
    expect([whole.kind, shown(whole)]).toEqual(['datagrams', ['s 0 "one"', 's 3 "two"', 'd 0 "three"']]);
    expect((await download(flowId, 'format=raw&side=client')).bytes.toString()).toBe('onetwo');
  });

  it('is that of the inner flow of a tunnel', async () => {
    const inner = (payload: string) =>
      ipv4({ source: '10.2.0.1', destination: '10.2.0.2' }, udp({ sourcePort: 7, destinationPort: 9 }, text(payload)));
    const frames = ['deep', 'down'].map((payload) =>
      ethernet({}, ipv6({ source: '2001:db8::1', destination: '2001:db8::2', protocol: 4 }, inner(payload))),
    );
    const capture = await analyst.ingest(pcap(frames.map((data) => ({ data }))), 'tunnel.pcap');
    expect(shown(await page(await flowOf(capture, 'source.ip:10.2.0.1')))).toEqual(['s 0 "deep"', 's 4 "down"']);
  });

  it('is put together from fragments', async () => {
    const capture = await analyst.ingest(await readFile(join(root, 'e2e/traces/fragments.pcap')), 'fragments.pcap');
    const flowId = await flowOf(capture, 'network.transport:udp and wirecase.flow.payload_bytes.source > 1500');
    const { items } = await page(flowId);
    expect(Math.max(...items.map(({ length }) => length))).toBeGreaterThan(1500);
    expect(items.every(({ gap }) => gap === null)).toBe(true);
  });

  it('is empty where nobody said anything, and of no length in any form', async () => {
    const script = new PacketScript();
    script.tcp('10.3.0.1', '10.3.0.2', 80).handshake().rst('b');
    const flowId = await flowIn(script, 'silent.pcap');
    expect(await page(flowId)).toEqual({ kind: 'stream', items: [], nextCursor: null, reached: null, warnings: [] });
    for (const format of ['raw', 'text', 'hex']) expect((await download(flowId, `format=${format}`)).bytes).toHaveLength(0);
  });

  it('says what the snap length cut, in one gap where nothing else is left', async () => {
    const frames = Array.from({ length: 5 }, (_, i) =>
      ethernet(
        {},
        ipv4(
          { source: '10.4.0.1', destination: '10.4.0.2' },
          tcp({ sourcePort: 1, destinationPort: 80, seq: 100 * i, flags: 'A' }, new Uint8Array(100)),
        ),
      ),
    );
    const capture = await analyst.ingest(
      pcap(frames.map((data) => ({ data: data.subarray(0, 54), originalLength: data.length }))),
      'snap.pcap',
    );
    expect(shown(await page(await flowOf(capture)))).toEqual(['s 0 cut 500']);
  });

  it('of a row that stands for a scan is what its packets carry, and says so', async () => {
    const capture = await analyst.ingest(await readFile(join(root, 'e2e/traces/floods.pcap')), 'floods.pcap');
    const flowId = await flowOf(capture, 'wirecase.flow.aggregate > 1');
    const { kind, warnings } = await page(flowId);
    expect(kind).toBe('datagrams');
    expect(warnings).toEqual([expect.stringMatching(/^This row stands for \d+ flows of one packet each/)]);
  });

  it('reads no more packets for a page than it may, and says so', async () => {
    const script = new PacketScript();
    const talk = script.tcp('10.5.0.1', '10.5.0.2', 80).handshake();
    for (let i = 0; i < streamPagePackets; i++) talk.ack('a');
    talk.send('a', 'at last');
    const pages = await allPages(await flowIn(script, 'long.pcap'), 'limit=100');
    expect(pages.map(({ reached, items }) => [reached, items.length])).toEqual([
      ['packets', 0],
      [null, 1],
    ]);
  });

  it('is read from the plain copy of a packed capture, and not from one that is not ready', async () => {
    const script = new PacketScript();
    script.tcp('10.6.0.1', '10.6.0.2', 80).handshake().send('a', 'packed');
    const capture = await analyst.ingest(gzipSync(script.capture()), 'packed.pcap.gz');
    const flowId = await flowOf(capture);
    expect(shown(await page(flowId))).toEqual(['s 0 "packed"']);
    await server.services.database.pool.query(`UPDATE capture SET state = 'failed', error_code = 'capture.damaged' WHERE id = $1`, [
      capture.id,
    ]);
    for (const format of ['json', 'raw'])
      expect(await problemOf(await analyst.request(`/flows/${flowId}/stream?format=${format}`))).toMatchObject({
        status: 409,
        code: 'capture.not-ready',
      });
  });
});
