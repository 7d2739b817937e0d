/** From a flow to its packets, their tree and their bytes. tshark has to be installed: these tests are about what it says. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { Capture, JsonRow, PacketDetail, PacketPage, Page, TreeNode } from '@wirecase/contract';
import { PacketScript } from '@wirecase/testkit/packets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiServer, problemOf, type Client } from './api-server.ts';

const run = promisify(execFile);

let server: ApiServer;
let analyst: Client;
let capture: Capture;
let script: PacketScript;
let flowId: string;

const request = 'GET /index.html HTTP/1.1\r\nHost: www.example\r\n\r\n';
const body = 'The answer comes in two segments.';
const answer = `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

beforeAll(async () => {
  server = await ApiServer.startSetUp();
  await server.startWorker();
  analyst = await server.keyFor('all');
  script = twoTalks();
  capture = await analyst.ingest(script.capture(), 'talks.pcap');
  flowId = await flowTo('198.51.100.1');
}, 120_000);
afterAll(() => server?.close());

/** Two connections whose packets alternate, so that a flow's packets are not neighbours in the file. */
function twoTalks(): PacketScript {
  const both = new PacketScript();
  const one = both.tcp('10.0.0.1', '198.51.100.1', 80, 40_001);
  const two = both.tcp('10.0.0.1', '198.51.100.2', 8080, 40_002);
  for (const step of ['syn', 'synAck'] as const) {
    one[step]();
    two[step]();
  }
  one.ack('a').send('a', request);
  two.ack('a').send('a', 'nothing that anyone knows');
  one.send('b', answer.slice(0, 50));
  two.send('b', 'indeed');
  one.send('b', answer.slice(50)).fin('a').fin('b').ack('a');
  return both;
}

async function flowTo(address: string): Promise<string> {
  const { items } = await analyst.json<Page<JsonRow>>(`/flows?q=destination.ip:${address}`);
  return (items[0]!['wirecase'] as { flow: { id: string } }).flow.id;
}

const packets = (query = '') => analyst.json<PacketPage>(`/flows/${flowId}/packets${query}`);
const packet = (number: number, query = `?flow=${flowId}`) =>
  analyst.json<PacketDetail>(`/captures/${capture.id}/packets/${number}${query}`);

function find(tree: readonly TreeNode[], name: string): TreeNode | null {
  for (const node of tree) {
    const found = node.name === name ? node : find(node.children, name);
    if (found) return found;
  }
  return null;
}

describe('the packet list of a flow', () => {
  it('holds the packets of the flow and no others, with their numbers, times and lengths in the capture', async () => {
    const { items, total } = await packets();
    // Bytes 26-29 and 30-33 are the addresses of the Ethernet frame's IPv4 header.
    const server = [198, 51, 100, 1].join();
    const isOwn = (data: Uint8Array) => [data.slice(26, 30).join(), data.slice(30, 34).join()].includes(server);
    const expected = script.frames.flatMap((frame, i) => (isOwn(frame.data) ? [i + 1] : []));
    expect(total).toBe(9);
    expect(items.map((item) => item.number)).toEqual(expected);
    expect(items[0]).toMatchObject({ time: '2023-11-14T22:13:20.000000000Z', relativeSeconds: 0, direction: 'source', length: 54 });
    expect(items.map((item) => item.direction?.[0]).join('')).toBe('sdssddsds');
  });

  it("carries tshark's columns", async () => {
    const { items, dissected, warnings } = await packets();
    expect([dissected, warnings]).toEqual([true, []]);
    expect(items[0]).toMatchObject({ source: '10.0.0.1', destination: '198.51.100.1', protocol: 'TCP' });
    expect(items.find((item) => item.protocol === 'HTTP')?.info).toContain('GET /index.html');
  });

  it('is read in parts that fit together, with numbers relative to the whole flow', async () => {
    const whole = await packets();
    const parts = [await packets('?offset=0&limit=4'), await packets('?offset=4&limit=4'), await packets('?offset=8&limit=4')];
    expect(parts.flatMap((part) => part.items)).toEqual(whole.items);
    expect((await packets('?offset=1000')).items).toEqual([]);
  });
});

describe('a packet', () => {
  it('comes with its bytes and a tree whose nodes point into them', async () => {
    const { items } = await packets();
    const number = items[3]!.number;
    const detail = await packet(number);
    const bytes = Buffer.from(detail.bytes, 'base64');
    expect(bytes.equals(script.frames[number - 1]!.data)).toBe(true);
    const uri = find(detail.tree!, 'http.request.uri')!;
    expect(bytes.subarray(uri.offset, uri.offset + uri.length).toString()).toBe('/index.html');
    expect(find(detail.tree!, 'ip.dst')!.value).toBe('198.51.100.1');
    expect(find(detail.tree!, 'frame.number')!.value).toBe(String(number));
  });

  it('is reassembled with the packets of its flow before it', async () => {
    const last = (await packets()).items.findLast((item) => item.direction === 'destination' && item.length > 54)!;
    expect(find((await packet(last.number)).tree!, 'http.response.code')!.value).toBe('200');
    expect(find((await packet(last.number, '')).tree!, 'http.response.code')).toBeNull();
  });

  it('comes with the bytes that were put together, where its nodes are in those', async () => {
    const { items } = await packets();
    const [firstPart, last] = items.filter((item) => item.direction === 'destination' && item.length > 54);
    const { tree, sources } = await packet(last!.number);
    expect(sources.map(({ name, length }) => [name, length])).toEqual([['Reassembled TCP', answer.length]]);
    const whole = Buffer.from(sources[0]!.bytes, 'base64').toString();
    expect(whole).toBe(answer);
    const code = find(tree!, 'http.response.code')!;
    expect([code.source, whole.slice(code.offset, code.offset + code.length)]).toEqual([1, '200']);
    expect((await packet(items[3]!.number)).sources).toEqual([]);
    // The packets of two connections alternate: numbers are those of the capture, not of what tshark was given.
    expect(find(tree!, 'tcp.segment')!.value).toBe(String(firstPart!.number));
    expect(find(tree!, 'tcp.segments')!.label).toContain(`#${firstPart!.number}(50), #${last!.number}(`);
  });

  it('that is not there is not found', async () => {
    for (const number of [script.frames.length + 1, 10 ** 12])
      expect(await problemOf(await analyst.request(`/captures/${capture.id}/packets/${number}`))).toMatchObject({
        code: 'packet.not-found',
      });
    expect((await problemOf(await analyst.request(`/captures/${capture.id}/packets/0`))).code).toBe('request.invalid');
  });

  it('is only for who may read packets, and leaves an audit row', async () => {
    const viewer = await server.browserOf('viewer');
    for (const path of [`/flows/${flowId}/packets`, `/flows/${flowId}/pcapng`, `/captures/${capture.id}/packets/1`])
      expect(await problemOf(await viewer.request(path))).toMatchObject({ status: 403, code: 'auth.forbidden' });
    await packet(2);
    const { rows } = await server.services.database.pool.query(`SELECT object FROM audit WHERE action = 'packet.read' AND result = 'ok'`);
    expect(rows).toContainEqual({ object: `${capture.id}/2` });
  });
});

describe('the capture of a flow', () => {
  it('opens in tshark with the packets, times and lengths of the original', async () => {
    const response = await analyst.request(`/flows/${flowId}/pcapng`);
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="flow-${flowId}.pcapng"`);
    expect(response.headers.get('x-packets')).toBe('9');
    const directory = await mkdtemp(join(tmpdir(), 'wirecase-slice-'));
    try {
      const path = join(directory, 'flow.pcapng');
      await writeFile(path, Buffer.from(await response.arrayBuffer()));
      const fields = ['frame.time_epoch', 'frame.len', 'ip.src'].flatMap((name) => ['-e', name]);
      const { stdout } = await run('tshark', ['-n', '-r', path, '-T', 'fields', ...fields]);
      const lines = stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split('\t'));
      const { items } = await packets();
      expect(lines.map(([, length, source]) => [Number(length), source])).toEqual(items.map((item) => [item.length, item.source]));
      expect(lines[0]![0]).toBe('1700000000.000000000');
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});

describe('packets of a packed capture', () => {
  it('are found in its plain copy', async () => {
    const other = new PacketScript();
    other.tcp('10.5.0.1', '10.5.0.2', 80).handshake();
    const packed = await analyst.ingest(gzipSync(other.capture()), 'packed.pcap.gz');
    expect(packed).toMatchObject({ state: 'ready', format: 'pcap-ns+gzip' });
    const detail = await analyst.json<PacketDetail>(`/captures/${packed.id}/packets/2`);
    expect(Buffer.from(detail.bytes, 'base64').equals(other.frames[1]!.data)).toBe(true);
  });
});

describe('packets of a capture that is not ready', () => {
  it('cannot be read yet', async () => {
    const { rows } = await server.services.database.pool.query<{ id: string }>(
      `UPDATE capture SET state = 'failed', error_code = 'capture.damaged' WHERE name = 'packed.pcap.gz' RETURNING id`,
    );
    const response = await analyst.request(`/captures/${rows[0]!.id}/packets/1`);
    expect(await problemOf(response)).toMatchObject({ status: 409, code: 'capture.not-ready' });
  });
});
