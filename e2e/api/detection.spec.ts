/** Options, allow-lists, asset roles and suppressions: who may change them, that they count, and that a capture is analysed again cleanly. */
import type {
  Capture,
  ClassifierCard,
  DetectionSettings,
  DetectorInfo,
  JsonRow,
  ModelOpinion,
  Page,
  StoredDetectionSettings,
  Suppression,
} from '@wirecase/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiServer, problemOf, type Client } from './api-server.ts';
import { scanOf } from './scans.ts';

let server: ApiServer;
let admin: Client;
let capture: Capture;

beforeAll(async () => {
  server = await ApiServer.startSetUp();
  await server.startWorker();
  admin = await server.browserOf('admin');
  capture = await admin.ingest(scanOf('10.9.9.1'), 'scan.pcap');
}, 120_000);
afterAll(() => server?.close());

const at = (row: JsonRow, name: string): unknown =>
  name.split('.').reduce<unknown>((value, part) => (value as JsonRow | undefined)?.[part], row);
const alerts = async () => (await admin.json<Page<JsonRow>>(`/alerts?capture=${capture.id}`)).items;
const settings = () => admin.json<StoredDetectionSettings>('/detection/settings');
const put = (body: object, client = admin) => client.send('PUT', '/detection/settings', body);
const inADay = () => new Date(Date.now() + 86_400_000).toISOString();
const because = () => ({ owner: 'ann', reason: 'weekly check', expiresAt: inADay() });

async function change(changes: Partial<DetectionSettings>): Promise<void> {
  const { version, options, allow, assets } = await settings();
  expect((await put({ version, options, allow, assets, ...changes })).status).toBe(200);
}

/** Analyse the capture again and wait for its end. */
async function again(): Promise<Capture> {
  const answer = await admin.send('POST', `/captures/${capture.id}/reanalyze`);
  expect(answer.status).toBe(200);
  let now = (await answer.json()) as Capture;
  while (now.state !== 'ready') now = await admin.json<Capture>(`/captures/${capture.id}?wait=30`);
  return now;
}

it('the card of the classifier is served to who may read alerts, and names the model whose opinions alerts hold', async () => {
  const card = await admin.json<ClassifierCard>('/detectors/traffic-classifier/card');
  expect(card.windows.map(({ seconds }) => seconds)).toEqual([2, 60]);
  const [alert] = await alerts();
  expect(card.sha256).toContain((at(alert!, 'wirecase.alert.evidence') as { ml: ModelOpinion }).ml.model);
  expect((await server.anonymous().send('GET', '/detectors/traffic-classifier/card')).status).toBe(401);
});

describe('detectors', () => {
  it('say what they find and what can be set of them', async () => {
    const detectors = await admin.json<DetectorInfo[]>('/detectors');
    const scan = detectors.find(({ id }) => id === 'port-scan')!;
    expect(scan.options.find(({ name }) => name === 'ports')).toMatchObject({ unit: 'count', default: 9 });
    expect(detectors.every(({ doc, options }) => doc.length > 0 && options.every((option) => option.doc.length > 0))).toBe(true);
  });
});

describe('an analysis', () => {
  it('that is repeated gives the same rows, and keeps what people made of the alerts', async () => {
    const [alert] = await alerts();
    const id = at(alert!, 'wirecase.alert.id') as string;
    await admin.send('PATCH', `/alerts/${id}`, { verdict: 'true_positive', comment: 'Found it.' });
    const before = { alerts: await alerts(), flows: (await admin.json<Page<JsonRow>>(`/flows?capture=${capture.id}&limit=1000`)).items };
    const now = await again();
    const after = { alerts: await alerts(), flows: (await admin.json<Page<JsonRow>>(`/flows?capture=${capture.id}&limit=1000`)).items };
    expect(after).toEqual(before);
    expect([now.flows, now.alerts, now.packets]).toEqual([capture.flows, capture.alerts, capture.packets]);
  });

  it('with a higher threshold has no alert, and with the default it is back as it was left', async () => {
    await change({ options: { 'port-scan': { ports: 500 } } });
    expect(await alerts()).toHaveLength(1);
    expect((await again()).alerts).toBe(0);
    expect(await alerts()).toEqual([]);
    await change({ options: {} });
    await again();
    expect((await alerts()).map((row) => at(row, 'wirecase.alert.verdict'))).toEqual(['true_positive']);
  });

  it('with a lower threshold has an alert whose evidence fires again with it', async () => {
    await change({ options: { 'port-scan': { ports: 5 } } });
    await again();
    const [alert] = await alerts();
    // Half of it, as the scanner sends all from one port.
    expect(at(alert!, 'wirecase.alert.evidence')).toMatchObject({ threshold: 3 });
    const evidence = await admin.request(`/alerts/${at(alert!, 'wirecase.alert.id') as string}/evidence.pcapng?until=crossing`);
    expect(evidence.headers.get('x-evidence-replays')).toBe('crossing');
    expect(Number(evidence.headers.get('x-packets'))).toBeLessThan(10);
    await change({ options: {} });
    await again();
  });

  it('is not asked for by viewers, nor of a capture that is not there', async () => {
    const viewer = await server.browserOf('viewer');
    expect((await viewer.send('POST', `/captures/${capture.id}/reanalyze`)).status).toBe(403);
    expect((await admin.send('POST', `/captures/${crypto.randomUUID()}/reanalyze`)).status).toBe(404);
  });
});

describe('hosts', () => {
  it('on the allow-list of a rule have alerts that are marked, not dropped', async () => {
    await change({ allow: { 'port-scan': ['10.9.9.0/24'] } });
    await again();
    expect((await alerts()).map((row) => at(row, 'wirecase.alert.suppressed_by'))).toEqual(['allow-list']);
    await change({ allow: {} });
  });

  it('with the role of a scanner scan with low severity, and the alert says why', async () => {
    await change({ assets: [{ network: '10.9.9.1', role: 'scanner', owner: 'ann', reason: 'weekly', expiresAt: null }] });
    await again();
    const [alert] = await alerts();
    expect(at(alert!, 'event.severity')).toBe(20);
    expect(at(alert!, 'wirecase.alert.explanation')).toContain('role scanner (ann: weekly)');
  });

  it('whose role has run out are hosts as any other', async () => {
    const expiresAt = new Date(Date.now() - 1000).toISOString();
    await change({ assets: [{ network: '10.9.9.1', role: 'scanner', owner: 'ann', reason: 'weekly', expiresAt }] });
    await again();
    expect(at((await alerts())[0]!, 'event.severity')).toBeGreaterThan(20);
    await change({ assets: [] });
  });
});

describe('suppressions', () => {
  it('mark the alerts that match, count them, and end', async () => {
    const made = await admin.send('POST', '/suppressions', { rule: 'port-scan', entity: '10.9.9.1', ...because() });
    expect(made.status).toBe(201);
    const { id } = (await made.json()) as Suppression;
    await again();
    expect((await alerts()).map((row) => at(row, 'wirecase.alert.suppressed_by'))).toEqual([id]);
    expect((await admin.json<Suppression[]>('/suppressions'))[0]).toMatchObject({ id, alerts: 1, createdBy: 'the-admin', endedAt: null });
    expect((await admin.send('DELETE', `/suppressions/${id}`)).status).toBe(204);
    expect((await problemOf(await admin.send('DELETE', `/suppressions/${id}`))).code).toBe('suppression.not-found');
    await again();
    expect(at((await alerts())[0]!, 'wirecase.alert.suppressed_by')).toBeUndefined();
    expect((await admin.json<Suppression[]>('/suppressions'))[0]).toMatchObject({ alerts: 0, endedBy: 'the-admin' });
  });

  it.each([
    ['without owner', { rule: 'port-scan', reason: 'r', expiresAt: inADay() }],
    ['without reason', { rule: 'port-scan', owner: 'o', expiresAt: inADay() }],
    ['without expiry', { rule: 'port-scan', owner: 'o', reason: 'r' }],
    ['that has expired', { rule: 'port-scan', ...because(), expiresAt: '2020-01-01T00:00:00Z' }],
    ['of everything', because()],
    ['of a rule that is none', { rule: 'no-such-rule', ...because() }],
    ['of a host that is none', { entity: '10.0.0.0/99', ...because() }],
  ])('%s are refused', async (_name, body) => {
    expect((await problemOf(await admin.send('POST', '/suppressions', body))).code).toBe('request.invalid');
  });
});

describe('settings', () => {
  it('are versions: each says who made it, and none is overwritten unseen', async () => {
    const before = await settings();
    expect(before.changedBy).toBe('the-admin');
    const stale = await put({ ...pick(before), version: before.version - 1 });
    expect([stale.status, (await problemOf(stale)).code]).toEqual([409, 'detection.changed']);
    const versions = await admin.json<StoredDetectionSettings[]>('/detection/settings/versions');
    expect(versions.map(({ version }) => version)).toEqual(Array.from({ length: before.version }, (_, i) => before.version - i));
  });

  it.each([
    ['an unknown rule', { options: { nothing: { ports: 1 } } }],
    ['an unknown option', { options: { 'port-scan': { harbours: 1 } } }],
    ['zero', { options: { 'port-scan': { ports: 0 } } }],
    ['half a port', { options: { 'port-scan': { ports: 1.5 } } }],
    ['an allow-list of no addresses', { allow: { 'port-scan': ['somebody'] } }],
    ['a role that is none', { assets: [{ network: '10.0.0.1', role: 'king', owner: 'o', reason: 'r', expiresAt: null }] }],
    ['a role without owner', { assets: [{ network: '10.0.0.1', role: 'nat', owner: ' ', reason: 'r', expiresAt: null }] }],
  ])('refuse %s', async (_name, changes) => {
    expect((await problemOf(await put({ ...pick(await settings()), ...changes }))).code).toBe('request.invalid');
  });

  it('are changed by administrators, suppressions by analysts too; both are audited', async () => {
    const analyst = await server.browserOf('analyst');
    expect((await put(pick(await settings()), analyst)).status).toBe(403);
    expect((await analyst.send('POST', '/suppressions', { rule: 'flood', ...because() })).status).toBe(201);
    expect((await (await server.browserOf('viewer')).send('POST', '/suppressions', { rule: 'flood', ...because() })).status).toBe(403);
    const { rows } = await server.services.database.pool.query<{ action: string }>('SELECT DISTINCT action FROM audit');
    expect(rows.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['detection.change', 'suppression.create', 'suppression.end', 'capture.reanalyze']),
    );
  });
});

const pick = ({ version, options, allow, assets }: StoredDetectionSettings): DetectionSettings => ({ version, options, allow, assets });
