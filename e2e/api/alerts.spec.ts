/** What people do with alerts: triage one or many, find them by it, and keep it when the capture is analysed again. */
import type { BulkTriageAnswer, Capture, JsonRow, Page, TriageEntry } from '@wirecase/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiServer, problemOf, type Client } from './api-server.ts';
import { scanOf } from './scans.ts';

let server: ApiServer;
let analyst: Client;
let captures: Capture[];
let ids: string[];

beforeAll(async () => {
  server = await ApiServer.startSetUp();
  await server.startWorker();
  analyst = await server.browserOf('analyst');
  captures = [];
  for (const i of [1, 2, 3]) captures.push(await analyst.ingest(scanOf(`10.9.9.${i}`, i * 1000), `scan-${i}.pcap`));
  ids = (await find({ sort: 'event.start' })).map(idOf);
}, 120_000);
afterAll(() => server?.close());

const at = (row: JsonRow, name: string): unknown =>
  name.split('.').reduce<unknown>((value, part) => (value as JsonRow | undefined)?.[part], row);
const idOf = (row: JsonRow) => at(row, 'wirecase.alert.id') as string;
const find = async (parameters: Record<string, string>) =>
  (await analyst.json<Page<JsonRow>>(`/alerts?${new URLSearchParams(parameters)}`)).items;
const triage = (id: string, change: object, client = analyst) => client.send('PATCH', `/alerts/${id}`, change);
const triaged = async (id: string, change: object) => (await (await triage(id, change)).json()) as JsonRow;
const bulk = async (body: object) => (await (await analyst.send('PATCH', '/alerts', body)).json()) as BulkTriageAnswer;
const standing = (row: JsonRow) => ['state', 'verdict', 'assignee', 'comments'].map((name) => at(row, `wirecase.alert.${name}`));

describe('an alert', () => {
  it('is new when it was found, with the addresses of everyone in it', async () => {
    const [alert] = await find({ sort: 'event.start' });
    expect(ids).toHaveLength(3);
    expect(standing(alert!)).toEqual(['new', undefined, undefined, 0]);
    expect(at(alert!, 'related.ip')).toEqual(['10.9.9.1', '10.0.0.2']);
  });

  it('says its tactics, what would have cleared it, and what its flows come to', async () => {
    const [alert] = await find({ q: `threat.tactic.name:Discovery and wirecase.alert.id:${ids[0]}` });
    expect(at(alert!, 'threat.tactic')).toEqual({ id: ['TA0007'], name: ['Discovery'] });
    const detail = await analyst.json<JsonRow>(`/alerts/${ids[0]}`);
    expect(at(detail, 'threat.tactic')).toEqual({ id: ['TA0007'], name: ['Discovery'] });
    const { threshold, value } = at(detail, 'wirecase.alert.evidence') as { threshold: number; value: number };
    expect(at(detail, 'wirecase.alert.clearing')).toMatch(`fewer than ${threshold} distinct ports`);
    const { to, q, capture } = at(detail, 'wirecase.alert.search') as Record<string, string>;
    const flows = await analyst.json<Page<JsonRow>>(`/flows?${new URLSearchParams({ to: to!, q: q!, capture: capture!, limit: '1000' })}`);
    const sum = (name: string) => flows.items.reduce((total, row) => total + (at(row, name) as number), 0);
    expect(at(detail, 'wirecase.alert.counts')).toEqual({
      ...{ flows: sum('wirecase.flow.aggregate'), packets: sum('network.packets'), bytes: sum('network.bytes') },
      ...{ ports: value, hosts: 2, relation: 'eq' },
    });
  });

  it('is taken, commented on and closed with a verdict; its history says who did what, in order', async () => {
    await triaged(ids[0]!, { state: 'in_progress', assignee: 'the-analyst' });
    const closed = await triaged(ids[0]!, { verdict: 'false_positive', comment: 'Our own scanner.' });
    expect(standing(closed)).toEqual(['closed', 'false_positive', 'the-analyst', 1]);
    const history = await analyst.json<TriageEntry[]>(`/alerts/${ids[0]}/history`);
    expect(history.map(({ actor, change, comment }) => ({ actor, change, comment }))).toEqual([
      {
        actor: 'the-analyst',
        change: { state: { from: 'new', to: 'in_progress' }, assignee: { from: null, to: 'the-analyst' } },
        comment: null,
      },
      {
        actor: 'the-analyst',
        change: { state: { from: 'in_progress', to: 'closed' }, verdict: { from: null, to: 'false_positive' } },
        comment: 'Our own scanner.',
      },
    ]);
  });

  it('loses its verdict when it is opened again, and its assignee when it is given back', async () => {
    expect(standing(await triaged(ids[0]!, { state: 'new', assignee: null }))).toEqual(['new', undefined, undefined, 1]);
  });

  it('is written into the history only when something changes', async () => {
    const before = await analyst.json<TriageEntry[]>(`/alerts/${ids[0]}/history`);
    await triaged(ids[0]!, { state: 'new' });
    expect(await analyst.json<TriageEntry[]>(`/alerts/${ids[0]}/history`)).toEqual(before);
  });

  it.each(['capture', 'sensor'])('is not looked for in a %s that is unknown', async (name) => {
    const filter = { [name]: crypto.randomUUID() };
    const response = await analyst.send('PATCH', '/alerts', { filter, change: { state: 'in_progress' } });
    expect(await problemOf(response)).toMatchObject({ status: 404, code: `${name}.not-found` });
  });

  it.each([
    ['closed without verdict', { state: 'closed' }],
    ['a verdict on what is not closed', { state: 'new', verdict: 'true_positive' }],
    ['nothing at all', {}],
    ['an assignee nobody knows', { assignee: 'nobody' }],
    ['an assignee who may not triage', { assignee: 'the-viewer' }],
    ['an unknown state', { state: 'done' }],
    ['an empty comment', { comment: '  ' }],
  ])('is not changed by %s', async (_name, change) => {
    await server.browserOf('viewer');
    expect((await problemOf(await triage(ids[0]!, change))).code).toBe('request.invalid');
  });

  it('that is not there is a 404', async () => {
    expect((await triage(crypto.randomUUID(), { state: 'new' })).status).toBe(404);
    expect((await analyst.request(`/alerts/${crypto.randomUUID()}/history`)).status).toBe(404);
  });

  it('is read by viewers and changed by none of them; every try is an audit row', async () => {
    const viewer = await server.browserOf('viewer');
    expect((await viewer.request(`/alerts/${ids[0]}/history`)).status).toBe(200);
    expect((await triage(ids[0]!, { state: 'in_progress' }, viewer)).status).toBe(403);
    const rows = await server.services.database.pool.query("SELECT actor, result FROM audit WHERE action = 'alert.triage' ORDER BY id");
    expect(rows.rows[0]).toEqual({ actor: 'the-analyst', result: 'ok' });
    expect(rows.rows.some(({ result }) => result === 'request.invalid')).toBe(true);
  });

  it('is given to people who may triage', async () => {
    expect(await analyst.json('/alerts/assignees')).toEqual(['admin', 'the-analyst']);
  });
});

describe('the evidence of an alert', () => {
  it('is a capture that gives the same alert when it is uploaded', async () => {
    const answer = await analyst.request(`/alerts/${ids[1]}/evidence.pcapng`);
    expect(answer.headers.get('x-evidence-replays')).toBe('whole');
    expect(answer.headers.get('content-disposition')).toContain(`alert-${ids[1]}.pcapng`);
    const evidence = new Uint8Array(await answer.arrayBuffer());
    expect(evidence.length).toBeLessThan(0.4 * captures[1]!.size);
    const again = await analyst.ingest(evidence, 'evidence.pcapng');
    const [copy] = await find({ capture: again.id });
    const original = await analyst.json<JsonRow>(`/alerts/${ids[1]}`);
    for (const name of ['rule', 'event.start', 'event.end', 'wirecase.alert.detected_at', 'wirecase.alert.entities'])
      expect(at(copy!, name)).toEqual(at(original, name));
    await analyst.send('DELETE', `/captures/${again.id}`);
  });

  it('up to the crossing is smaller still', async () => {
    const answer = await analyst.request(`/alerts/${ids[1]}/evidence.pcapng?until=crossing`);
    expect(answer.headers.get('x-evidence-replays')).toBe('crossing');
    // Of 400 packets; the threshold is 15 ports.
    expect(Number(answer.headers.get('x-packets'))).toBeLessThan(20);
  });

  it('is packets: nobody sees it who may not read packets', async () => {
    expect((await (await server.browserOf('viewer')).request(`/alerts/${ids[1]}/evidence.pcapng`)).status).toBe(403);
    expect((await analyst.request(`/alerts/${crypto.randomUUID()}/evidence.pcapng`)).status).toBe(404);
  });
});

describe('many alerts', () => {
  it('are triaged by their ids, each once', async () => {
    expect(await bulk({ ids: [ids[0], ids[1], ids[1]], change: { state: 'in_progress' } })).toEqual({ found: 2, changed: 2 });
    expect(await bulk({ ids: [ids[0], ids[1]], change: { state: 'in_progress' } })).toEqual({ found: 2, changed: 0 });
    expect((await find({ q: 'wirecase.alert.state:in_progress' })).length).toBe(2);
  });

  it('are left as they are when one of them is not there', async () => {
    const answer = await analyst.send('PATCH', '/alerts', { ids: [ids[2], crypto.randomUUID()], change: { state: 'in_progress' } });
    expect((await problemOf(answer)).code).toBe('alert.not-found');
    expect((await find({ q: 'wirecase.alert.state:new' })).map(idOf)).toEqual([ids[2]]);
  });

  it('may be as many as are documented', async () => {
    const many = Array.from({ length: 10_000 }, () => crypto.randomUUID());
    const answer = await analyst.send('PATCH', '/alerts', { ids: many, change: { state: 'in_progress' } });
    expect((await problemOf(answer)).code).toBe('alert.not-found');
  });

  it('are told from a body that is not said to be JSON', async () => {
    const answer = await analyst.request('/alerts', { method: 'PATCH', body: '{"change":{"state":"new"}}' });
    expect((await problemOf(answer)).detail).toMatch(/with the header Content-Type: application\/json/);
  });

  it('are triaged by what a search finds', async () => {
    const change = { verdict: 'true_positive', assignee: 'the-analyst' };
    expect(await bulk({ filter: { q: 'related.ip == 10.9.9.2' }, change })).toEqual({ found: 1, changed: 1 });
    expect(await bulk({ filter: { capture: captures[2]!.id }, change })).toEqual({ found: 1, changed: 1 });
    expect((await find({ q: 'wirecase.alert.assignee:the-analyst', sort: 'event.start' })).map(idOf)).toEqual([ids[1], ids[2]]);
    const invalid = await analyst.send('PATCH', '/alerts', { filter: { q: 'no.such == 1' }, change });
    expect((await problemOf(invalid)).code).toBe('query.unknown-field');
  });

  it('are named by ids or by a filter, never by both or neither', async () => {
    for (const body of [{ change: { state: 'new' } }, { ids: [ids[0]], filter: {}, change: { state: 'new' } }])
      expect((await problemOf(await analyst.send('PATCH', '/alerts', body))).code).toBe('request.invalid');
  });

  it('come in pages ordered by state, verdict or assignee, those without a value last', async () => {
    for (const sort of ['wirecase.alert.state', '-wirecase.alert.verdict', 'wirecase.alert.assignee', '-event.severity']) {
      const whole = await find({ sort });
      const paged: JsonRow[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const page: Page<JsonRow> = await analyst.json(`/alerts?sort=${sort}&limit=1${cursor && `&cursor=${cursor}`}`);
        paged.push(...page.items);
        cursor = page.nextCursor;
      }
      expect(paged).toEqual(whole);
      expect(paged).toHaveLength(3);
    }
  });
});

describe('triage', () => {
  it('is told to open browsers', async () => {
    const left = new AbortController();
    const stream = await analyst.request('/events/stream', { signal: left.signal });
    const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
    await triaged(ids[0]!, { comment: 'Look at this.' });
    let text = '';
    while (!text.includes('alert.updated')) text += (await reader.read()).value ?? '';
    left.abort();
    expect(text).toContain(JSON.stringify({ ids: [ids[0]] }));
  });

  it('outlives the capture: the same file, uploaded again, has its alerts as people left them', async () => {
    const before = await find({ sort: 'event.start' });
    expect((await analyst.send('DELETE', `/captures/${captures[0]!.id}`)).status).toBe(204);
    expect(await find({})).toHaveLength(2);
    const again = await analyst.ingest(scanOf('10.9.9.1', 1000), 'again.pcap');
    const after = await find({ sort: 'event.start' });
    expect(after.map(idOf)).toEqual(before.map(idOf));
    expect(standing(after[0]!)).toEqual(standing(before[0]!));
    expect(at(after[0]!, 'wirecase.capture.id')).toBe(again.id);
  });
});
