/** What goes in as packets comes out as searched rows: a worker parses captures whose every row is known. */
import {
  triagedAlertRecord,
  flowRecord,
  type Capture,
  type FieldInfo,
  type FlowDetail,
  type Histogram,
  type JsonRow,
  type Page,
} from '@wirecase/contract';
import { PacketScript } from '@wirecase/testkit/packets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiServer, problemOf, type Client } from './api-server.ts';

let server: ApiServer;
let analyst: Client;
let web: Capture;
let scan: Capture;

/** Connections to this many web servers, one a second. */
const TALKS = 60;
const formulas = ['=HYPERLINK("http://evil")', '+1+1', '-2+3', '@SUM(A1)', '\tx'];

beforeAll(async () => {
  server = await ApiServer.startSetUp();
  await server.startWorker();
  analyst = await server.keyFor('all');
  web = await analyst.ingest(webCapture(), 'web.pcap');
  scan = await analyst.ingest(scanCapture(), 'scan.pcap');
}, 120_000);
afterAll(() => server?.close());

function webCapture(): Uint8Array {
  const script = new PacketScript();
  for (let i = 0; i < TALKS; i++) {
    const talk = script.at(i).tcp('10.0.0.1', `198.51.100.${i + 1}`, 80, 40_000 + i);
    const agent = formulas[i] ?? 'curl/8';
    talk.handshake().send('a', `GET /${i} HTTP/1.1\r\nHost: site${i}.example\r\nUser-Agent: ${agent}\r\n\r\n`);
    talk
      .send('b', `HTTP/1.1 200 OK\r\nContent-Length: ${i}\r\n\r\n${'x'.repeat(i)}`)
      .ack('a')
      .fin('a')
      .fin('b')
      .ack('a');
  }
  return script.capture();
}

function scanCapture(): Uint8Array {
  const script = new PacketScript();
  script.at(1000);
  for (let port = 1; port <= 200; port++) script.tcp('10.9.9.9', '10.0.0.2', port, 50_000).syn().rst('b');
  return script.capture();
}

const search = (path: string, parameters: Record<string, string | number>) =>
  analyst.json<Page<JsonRow>>(`${path}?${new URLSearchParams(Object.entries(parameters).map(([name, value]) => [name, String(value)]))}`);
const flows = (parameters: Record<string, string | number>) => search('/flows', parameters);
const at = (row: JsonRow, name: string): unknown =>
  name.split('.').reduce<unknown>((value, part) => (value as JsonRow | undefined)?.[part], row);

describe('captures', () => {
  it('are ready with what was counted in them', () => {
    expect(web).toMatchObject({ state: 'ready', flows: TALKS, packets: TALKS * 9, nonFlow: {}, damaged: [], linkTypes: ['ETHERNET'] });
    expect(web.firstTime).toBe('2023-11-14T22:13:20.000000000Z');
    expect(scan).toMatchObject({ state: 'ready', packets: 400 });
    expect(scan.alerts).toBeGreaterThan(0);
  });
});

describe('a search of flows', () => {
  it.each([
    ['network.protocol:http', TALKS],
    ['source.ip == 10.0.0.1 and destination.port == 80', TALKS],
    ['ip.src == 10.0.0.1 && tcp.port == 80', TALKS],
    ['destination.ip == 198.51.100.0/29', 7],
    ['url.domain == site7.example', 1],
    ['host:site1*.example', 11],
    ['not network.protocol:http and source.ip:10.0.0.1', 0],
    ['source.ip:(10.0.0.1 or 203.0.113.1)', TALKS],
    ['wirecase.flow.state == SF and source.port in {40000..40009}', 10],
  ])('%s finds %i', async (q, count) => {
    expect((await flows({ q, capture: web.id })).total).toEqual({ value: count, relation: 'eq' });
  });

  it('keeps to what a sensor captured, when asked', async () => {
    const { pool } = server.services.database;
    const { rows } = await pool.query<{ id: string }>(
      `INSERT INTO sensor (name, host, interface, file_bytes, file_seconds, budget_bytes, is_enabled)
       VALUES ('branch', 'elsewhere', 'eth0', 1000000, 10, 10000000, false) RETURNING id`,
    );
    const sensor = rows[0]!.id;
    await pool.query('UPDATE capture SET sensor_id = $1 WHERE id = $2', [sensor, web.id]);
    try {
      expect((await flows({ sensor })).total.value).toBe(TALKS);
      expect((await flows({ sensor, capture: scan.id })).total.value).toBe(0);
      const { counts } = await analyst.json<Histogram>(`/flows/histogram?sensor=${sensor}`);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(TALKS);
      expect((await search('/alerts', { sensor, q: 'source.ip:10.9.9.9' })).total.value).toBe(0);
    } finally {
      await pool.query('UPDATE capture SET sensor_id = NULL WHERE id = $1', [web.id]);
      await pool.query('DELETE FROM sensor WHERE id = $1', [sensor]);
    }
  });

  it('is read page by page, each row once, in the order asked for', async () => {
    for (const sort of ['-event.start', 'event.start', '-network.bytes', 'destination.ip', 'source.port']) {
      const seen: unknown[] = [];
      let cursor = '';
      do {
        const page: Page<JsonRow> = await flows({ capture: web.id, sort, limit: 7, ...(cursor && { cursor }) });
        seen.push(...page.items.map((row) => at(row, 'wirecase.flow.id')));
        cursor = page.nextCursor ?? '';
      } while (cursor);
      expect([sort, seen.length, new Set(seen).size]).toEqual([sort, TALKS, TALKS]);
    }
    const starts = (await flows({ capture: web.id })).items.map((row) => at(row, 'event.start') as string);
    expect(starts).toEqual([...starts].sort().reverse());
  });

  it('is bounded by packet time, from inclusive to exclusive', async () => {
    const range = { from: '2023-11-14T22:13:30Z', to: '2023-11-14T22:13:40.000000000Z' };
    expect((await flows({ ...range, capture: web.id })).total.value).toBe(10);
    expect((await flows({ from: '1700000010', to: '1700000020', capture: web.id })).total.value).toBe(10);
  });

  it.each([
    ['q=source.ip = ', 'query.syntax', true],
    ['q=sorce.ip:1.2.3.4', 'query.unknown-field', true],
    ['q=source.port:many', 'query.bad-value', true],
    ['q=url.path ~ "("', 'query.bad-value', false],
    ['from=yesterday', 'request.invalid', false],
    ['sort=nothing', 'request.invalid', false],
    ['cursor=abc', 'request.invalid', false],
    ['limit=0', 'request.invalid', false],
    ['limit=10001', 'request.invalid', false],
    ['capture=all', 'request.invalid', false],
    ['from=1700000020&to=1700000010', 'request.invalid', false],
    ['filter=x', 'request.invalid', false],
    ['q=a&q=b', 'request.invalid', false],
  ])('%s is refused', async (query, code, hasPosition) => {
    const response = await analyst.request(`/flows?${query.replaceAll(' ', '%20').replaceAll('"', '%22')}`);
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ status: 400, code });
    expect(problem.position !== undefined).toBe(hasPosition);
  });

  it('of a capture that is not there is not found: nothing in it is no "nothing is wrong"', async () => {
    const id = crypto.randomUUID();
    const searches = [
      '/flows',
      '/alerts',
      '/flows.csv',
      '/records/dns',
      '/flows/histogram',
      '/hosts',
      '/hosts/10.0.0.1',
      '/incidents',
      '/matches',
    ];
    for (const path of searches)
      expect(await problemOf(await analyst.request(`${path}?capture=${id}`)), path).toMatchObject({
        status: 404,
        code: 'capture.not-found',
      });
  });

  it('says that there is no such sensor', async () => {
    const sensor = crypto.randomUUID();
    for (const path of ['/flows', '/flows.csv', '/flows.ndjson', '/alerts', '/records/dns', '/flows/histogram'])
      expect(await problemOf(await analyst.request(`${path}?sensor=${sensor}`)), path).toMatchObject({
        status: 404,
        code: 'sensor.not-found',
      });
  });

  it('says which parameter is there twice', async () => {
    expect((await problemOf(await analyst.request('/flows?q=a&q=b'))).detail).toBe('q: must be given once');
  });

  it('takes SQL for what it is: text that is not found', async () => {
    for (const q of [`"'; DROP TABLE flow; --"`, `url.path:"x' OR '1'='1"`, `"\\'); SELECT pg_sleep(10); --"`])
      expect((await flows({ q })).total.value).toBe(0);
    expect((await flows({})).total.value).toBeGreaterThanOrEqual(TALKS);
  });
});

describe('the whole result', () => {
  it('comes as NDJSON by address and by Accept, one row a line', async () => {
    const byAddress = await (await analyst.request(`/flows.ndjson?capture=${web.id}`)).text();
    const byAccept = await analyst.with({ Accept: 'application/x-ndjson' }).request(`/flows?capture=${web.id}`);
    expect(byAccept.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
    expect(await byAccept.text()).toBe(byAddress);
    const rows = byAddress
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as JsonRow);
    expect(rows).toHaveLength(TALKS);
    const [page] = (await flows({ capture: web.id, limit: 1 })).items;
    expect(rows[0]).toEqual({ record: 'flow', ...page });
  });

  it('comes as CSV with a header of dotted names and CRLF', async () => {
    const response = await analyst.with({ Accept: 'text/csv' }).request(`/flows?capture=${web.id}`);
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="flows.csv"');
    const lines = (await response.text()).split('\r\n');
    expect(lines[0]!.split(',')).toEqual(['wirecase.capture.id', ...Object.values(flowRecord.fields).map((field) => field.name)]);
    expect(lines).toHaveLength(TALKS + 2);
  });

  it('has no cell that a spreadsheet would run', async () => {
    const text = await (await analyst.with({ Accept: 'text/csv' }).request(`/records/http?capture=${web.id}`)).text();
    const cells = parseCsv(text).flat();
    for (const formula of formulas) expect(cells.some((cell) => cell.includes(formula.trim()))).toBe(true);
    expect(cells.filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
  });

  it('with a query that cannot be read is a problem, not half a file', async () => {
    for (const path of ['/flows.csv?q=%28', '/flows.ndjson?q=nope:1'])
      expect((await problemOf(await analyst.request(path))).status).toBe(400);
  });
});

/** RFC 4180. */
function parseCsv(text: string): string[][] {
  const cell = /("(?:[^"]|"")*"|[^,\r\n]*)(,|\r\n|$)/y;
  const rows: string[][] = [[]];
  for (let found = cell.exec(text); found && (found[0] !== '' || cell.lastIndex < text.length); found = cell.exec(text)) {
    rows.at(-1)!.push(found[1]!.startsWith('"') ? found[1]!.slice(1, -1).replaceAll('""', '"') : found[1]!);
    if (found[2] === '\r\n') rows.push([]);
    if (found[2] === '') break;
  }
  return rows;
}

describe('the histogram', () => {
  it('counts every flow once, in equal steps', async () => {
    const found = await analyst.json<Histogram>(`/flows/histogram?capture=${web.id}&buckets=6`);
    expect(found.counts).toHaveLength(6);
    expect(found.counts.reduce((sum, count) => sum + count)).toBe(TALKS);
    expect(found.bytes.reduce((sum, bytes) => sum + bytes)).toBe(web.bytes);
    expect(found.from).toBe(web.firstTime);
  });

  it('of nothing is empty', async () => {
    expect(await analyst.json<Histogram>('/flows/histogram?q=ip:203.0.113.9')).toMatchObject({ counts: [], bytes: [] });
  });
});

describe('a flow', () => {
  it('comes with everything said in it', async () => {
    const [row] = (await flows({ q: 'url.domain:site7.example' })).items;
    const detail = await analyst.json<FlowDetail>(`/flows/${at(row!, 'wirecase.flow.id') as string}`);
    expect(detail.flow).toEqual(row);
    expect(detail.capture.id).toBe(web.id);
    expect(detail.records['http']).toHaveLength(1);
    expect(detail.records['http']![0]).toMatchObject({
      url: { domain: 'site7.example', path: '/7' },
      http: { request: { method: 'GET' } },
    });
    expect(detail.alerts).toEqual([]);
  });

  it('that does not exist is not found', async () => {
    expect(await problemOf(await analyst.request('/flows/00000000-0000-4000-8000-000000000000'))).toMatchObject({ code: 'flow.not-found' });
  });

  it('shows its alerts to who may read alerts', async () => {
    const [row] = (await flows({ capture: scan.id, limit: 1 })).items;
    const path = `/flows/${at(row!, 'wirecase.flow.id') as string}`;
    expect((await analyst.json<FlowDetail>(path)).alerts.length).toBeGreaterThan(0);
    expect((await (await server.keyFor('read:flows')).json<FlowDetail>(path)).alerts).toEqual([]);
  });
});

describe('records and alerts', () => {
  it('are searched as flows are', async () => {
    expect((await search('/records/http', { q: 'http.request.method:GET' })).total.value).toBe(TALKS);
    const { items } = await search('/alerts', { capture: scan.id });
    expect(items[0]).toMatchObject({ source: { ip: '10.9.9.9' }, threat: { technique: { id: ['T1046'] } } });
    const detail = await analyst.json<JsonRow & { wirecase: { alert: Record<'unseen' | 'search' | 'clearing' | 'counts', unknown> } }>(
      `/alerts/${at(items[0]!, 'wirecase.alert.id') as string}`,
    );
    // What follows from it is said of one alert, not of each in a list.
    const { unseen, search: ofFlows, clearing, counts, ...alert } = detail.wirecase.alert;
    expect(unseen).toHaveLength(2);
    for (const said of [ofFlows, clearing, counts]) expect(said).toBeTruthy();
    expect({ ...detail, wirecase: { ...detail.wirecase, alert } }).toEqual(items[0]);
  });

  it('of a type that does not exist are not found, and the answer names those that do', async () => {
    const problem = await problemOf(await analyst.request('/records/smoke'));
    expect(problem).toMatchObject({ status: 404, code: 'request.not-found' });
    expect(problem.detail).toContain('http');
  });
});

describe('the search language', () => {
  it('is documented by its fields', async () => {
    const fields = await analyst.json<FieldInfo[]>('/fields');
    expect(fields.find((field) => field.record === 'flow' && field.name === 'source.ip')).toMatchObject({ kind: 'ip', label: 'Source' });
    expect(fields.filter((field) => field.record === 'alert')).toHaveLength(Object.keys(triagedAlertRecord.fields).length + 1);
  });

  it('says where a query cannot be read', async () => {
    const validate = async (q: string) => (await analyst.send('POST', '/query/validate', { q })).json();
    expect(await validate('source.ip:10.0.0.0/8')).toMatchObject({ valid: true, error: null });
    expect(await validate('ip:1.2.3.4 and sorce.ip:1')).toMatchObject({
      valid: false,
      error: { code: 'query.unknown-field', position: 15 },
    });
  });

  it('completes what was begun', async () => {
    const response = await analyst.send('POST', '/query/complete', { q: 'ip:1.2.3.4 and destination.p', position: 28 });
    const { from, suggestions } = (await response.json()) as { from: number; suggestions: { text: string }[] };
    expect(from).toBe(15);
    expect(suggestions.map((suggestion) => suggestion.text)).toContain('destination.port:');
  });
});

describe('deleting a capture', () => {
  it('takes its rows along', async () => {
    const extra = new PacketScript();
    extra.tcp('10.77.0.1', '10.77.0.2', 80).handshake();
    const capture = await analyst.ingest(extra.capture(), 'extra.pcap');
    expect((await flows({ q: 'ip:10.77.0.1' })).total.value).toBe(1);
    expect((await analyst.send('DELETE', `/captures/${capture.id}`)).status).toBe(204);
    expect((await flows({ q: 'ip:10.77.0.1' })).total.value).toBe(0);
  });
});
