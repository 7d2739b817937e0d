/** Sensors over REST: made, started, stopped and removed by administrators, with what was wrong said clearly; seen by everyone. */
import type { Sensor, SensorTraffic } from '@wirecase/contract';
import { sayTops, Sensors } from '@wirecase/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiServer, problemOf, type Client } from './api-server.ts';

let server: ApiServer;
let admin: Client;
beforeAll(async () => {
  server = await ApiServer.startSetUp();
  admin = await server.keyFor('all');
});
afterAll(() => server?.close());

const post = (path: string, body: unknown, method = 'POST', client = admin) =>
  client.request(path, { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
const made = async (name: string): Promise<Sensor> => {
  const response = await post('/sensors', { name, interface: 'lo', filter: 'port 53' });
  expect(response.status).toBe(201);
  return (await response.json()) as Sensor;
};

describe('a sensor', () => {
  test('is made with the usual settings, listed, changed and removed; each change is in the audit log', async () => {
    const sensor = await made('office');
    expect(sensor).toMatchObject({
      name: 'office',
      interface: 'lo',
      filter: 'port 53',
      isEnabled: true,
      bufferMebibytes: 64,
      isConfigured: false,
    });
    expect(await admin.json<Sensor[]>('/sensors')).toMatchObject([{ id: sensor.id }]);
    const changed = await post(`/sensors/${sensor.id}`, { name: 'office', interface: 'lo', snapLength: 128, version: 1 }, 'PUT');
    expect(await changed.json()).toMatchObject({
      filter: null,
      snapLength: 128,
      version: 2,
      changedBy: expect.stringContaining('key wck_'),
    });
    // Somebody who read it before that.
    const late = await problemOf(await post(`/sensors/${sensor.id}`, { name: 'office', interface: 'lo', version: 1 }, 'PUT'));
    const odd = await post(`/sensors/${sensor.id}`, { name: 'office', interface: 'lo', version: 2 ** 40 }, 'PUT');
    expect(odd.status).toBe(400);
    expect(late).toMatchObject({ status: 409, code: 'sensor.changed', detail: expect.stringContaining('by key wck_') });
    expect((await admin.request(`/sensors/${sensor.id}`, { method: 'DELETE' })).status).toBe(400);
    expect(await (await post(`/sensors/${sensor.id}/stop`, {})).json()).toMatchObject({ isEnabled: false });
    expect((await admin.request(`/sensors/${sensor.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await problemOf(await admin.request(`/sensors/${sensor.id}`))).code).toBe('sensor.not-found');
    const { rows } = await server.services.database.pool.query(
      `SELECT action FROM audit WHERE action LIKE 'sensor.%' AND result = 'ok' ORDER BY id`,
    );
    expect(rows.map((row) => row.action)).toEqual(['sensor.create', 'sensor.update', 'sensor.stop', 'sensor.delete']);
  });

  test('captures for so many minutes when it is told', async () => {
    const { id } = await made('for a while');
    const before = Date.now();
    const started = (await (await post(`/sensors/${id}/start`, { minutes: 5 })).json()) as Sensor;
    expect(Math.abs(Date.parse(started.stopAt!) - before - 300_000)).toBeLessThan(5_000);
  });

  test('with a schedule captures when that says so, and stopped before its time stays stopped', async () => {
    const always = { zone: 'Europe/Vienna', windows: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '00:00' }] };
    const inAnHour = (at: number) => new Date(Date.now() + at * 3_600_000).toISOString().slice(11, 16);
    const later = { zone: 'UTC', windows: [{ days: [1, 2, 3, 4, 5, 6, 7], from: inAnHour(1), to: inAnHour(2) }] };
    const body = (schedule: object | null) => ({ name: 'by night', interface: 'lo', schedule });
    const waiting = (await (await post('/sensors', body(later))).json()) as Sensor;
    expect(waiting).toMatchObject({ isEnabled: false, stopAt: null, schedule: later });
    const sensors = new Sensors(server.services.database.pool);
    expect(await sensors.startDue(waiting.host)).toEqual([]);
    const now = (await (await post(`/sensors/${waiting.id}`, { ...body(always), version: waiting.version }, 'PUT')).json()) as Sensor;
    expect(now.isEnabled).toBe(true);
    expect(Date.parse(now.stopAt!)).toBeGreaterThan(Date.now());
    await post(`/sensors/${waiting.id}/stop`, {});
    expect(await sensors.startDue(waiting.host)).toEqual([]);
    // The next time begins.
    await server.services.database.pool.query(`UPDATE sensor SET scheduled_until = now() - interval '1 s' WHERE id = $1`, [waiting.id]);
    expect(await sensors.startDue(waiting.host)).toEqual(['by night']);
    expect(await admin.json<Sensor>(`/sensors/${waiting.id}`)).toMatchObject({ isEnabled: true, stopAt: now.stopAt });
    await post(`/sensors/${waiting.id}/stop`, {});
  });

  test('shows hosts and protocols of flows that are in no table yet', async () => {
    const { id } = await made('busy');
    const pool = server.services.database.pool;
    await sayTops(pool, id, { hosts: [{ name: '10.0.0.1', bytes: 700, flows: 2 }], protocols: [{ name: 'tls', bytes: 700, flows: 2 }] });
    expect(await admin.json<SensorTraffic>(`/sensors/${id}/traffic`)).toMatchObject({
      talkers: [{ ip: '10.0.0.1', bytes: 700, flows: 2 }],
      protocols: [{ name: 'tls', bytes: 700, flows: 2 }],
    });
  });

  test('shows its minutes, gaps and events, also when it has none', async () => {
    const { id } = await made('quiet');
    expect(await admin.json<SensorTraffic>(`/sensors/${id}/traffic?minutes=60`)).toMatchObject({
      minutes: [],
      gaps: [],
      talkers: [],
      protocols: [],
    });
  });

  test.each([
    [{ name: 'a', interface: 'lo', filter: 'prt 53' }, 'sensor.bad-filter', 'syntax error'],
    [{ name: 'a', interface: 'nosuch0' }, 'sensor.bad-filter', 'no interface "nosuch0"'],
    [
      { name: 'a', interface: 'lo', schedule: { zone: 'Mars', windows: [{ days: [1], from: '08:00', to: '09:00' }] } },
      'request.invalid',
      'no time zone',
    ],
    [
      { name: 'a', interface: 'lo', schedule: { zone: 'UTC', windows: [{ days: [1], from: '8', to: '24:00' }] } },
      'request.invalid',
      'must be a time',
    ],
    [{ name: 'a', interface: '-w/etc/x' }, 'request.invalid', 'no name of an interface'],
    [{ name: 'quiet', interface: 'lo' }, 'sensor.exists', 'Another sensor'],
    [{ name: 'a', interface: 'lo', fileBytes: 2 ** 30, budgetBytes: 2 ** 30 }, 'request.invalid', 'two files'],
  ])('is refused as %j', async (body, code, detail) => {
    const problem = await problemOf(await post('/sensors', body));
    expect(problem.code).toBe(code);
    expect(JSON.stringify(problem)).toContain(detail.replaceAll('"', '\\"'));
  });

  test('is for administrators to set, and for everyone to see', async () => {
    const viewer = await server.browserOf('viewer');
    expect((await viewer.request('/sensors')).status).toBe(200);
    for (const [path, method] of [
      ['/sensors', 'POST'],
      ['/sensors/interfaces', 'GET'],
    ] as const)
      expect((await viewer.request(path, { method })).status).toBe(403);
  });
});
