/** Holds over REST: a capture that is held stays until it is released, by whom and why is told, and what surrounds an alert is kept. */
import type { Capture, Hold, Sensor } from '@wirecase/contract';
import { Holds, ringCaptures, SensorTroubles, upsertAlert } from '@wirecase/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiServer, problemOf, type Client } from './api-server.ts';

let server: ApiServer;
let admin: Client;
beforeAll(async () => {
  server = await ApiServer.startSetUp();
  admin = await server.keyFor('all');
});
afterAll(() => server?.close());

const post = (path: string, body: unknown, client = admin) =>
  client.request(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
const remove = (path: string) => admin.request(path, { method: 'DELETE' });
const query = (sql: string, values: unknown[] = []) => server.services.database.pool.query<Record<string, string>>(sql, values);
const oneId = async (sql: string, values: unknown[] = []) => (await query(sql, values)).rows[0]!['id']!;

/** A sensor with three captures of ten seconds each, from second 0 on, and an alert at second 14 in the second of them. */
async function sensorWithAlert(): Promise<{ sensor: string; captures: string[]; alert: string }> {
  const sensor = await oneId(
    `INSERT INTO sensor (name, host, interface, file_bytes, file_seconds, budget_bytes, is_enabled)
     VALUES ('s' || gen_random_uuid(), 'elsewhere', 'eth0', 1000000, 10, 10000000, false) RETURNING id`,
  );
  const captures: string[] = [];
  for (let i = 0; i < 3; i++)
    captures.push(
      await oneId(
        `INSERT INTO capture (id, name, state, origin, size, sha256, sensor_id, first_time, last_time)
         VALUES (gen_random_uuid(), 'ring', 'ready', 'ring', 100, encode(sha256(gen_random_uuid()::text::bytea), 'hex'), $1, $2, $3) RETURNING id`,
        [sensor, i * 10e9, i * 10e9 + 9e9],
      ),
    );
  const alert = await oneId(
    `INSERT INTO alert (capture_id, alert_id, event_start, event_end, event_severity, rule_id, rule_name, rule_version, threat_technique_id,
                        alert_class, alert_confidence, alert_detected_at, alert_entities, alert_evidence, alert_explanation)
     VALUES ($1, gen_random_uuid(), 14000000000, 14500000000, 50, 'r', 'r', '1', '{}', 'scan.vertical', 1, 14000000000, '[]', '{}', '')
     RETURNING alert_id AS id`,
    [captures[1]],
  );
  return { sensor, captures, alert };
}

const heldIn = async (sensor: string) => {
  const all = await ringCaptures(server.services.database.pool, sensor);
  return all.filter(({ isHeld }) => isHeld).map(({ id }) => id);
};

describe('a hold', () => {
  test('of a capture keeps it from being deleted until it is released, and says who wants it kept and why', async () => {
    const { captures } = await sensorWithAlert();
    const held = (await (await post(`/captures/${captures[0]}/holds`, { reason: 'case 12' })).json()) as Hold;
    expect(held).toMatchObject({ reason: 'case 12', captureId: captures[0], sensorId: null, captures: 1, bytes: 100 });
    expect((await problemOf(await remove(`/captures/${captures[0]}`))).code).toBe('capture.held');
    expect(await admin.json<Capture>(`/captures/${captures[0]}`)).toMatchObject({ state: 'ready' });
    expect(await admin.json<Hold[]>(`/holds?capture=${captures[0]}`)).toMatchObject([{ id: held.id }]);
    expect(await admin.json<Hold[]>(`/holds?capture=${captures[1]}`)).toEqual([]);
    expect((await remove(`/holds/${held.id}`)).status).toBe(204);
    expect((await problemOf(await remove(`/holds/${held.id}`))).code).toBe('hold.not-found');
    expect((await remove(`/captures/${captures[0]}`)).status).toBe(204);
    const { rows } = await query(`SELECT action, object FROM audit WHERE action LIKE 'hold.%' AND result = 'ok' ORDER BY id`);
    expect(rows).toEqual([
      { action: 'hold.create', object: `capture ${captures[0]}: case 12` },
      { action: 'hold.release', object: `${held.id}: case 12` },
    ]);
  });

  test.each([
    [0, 0, [1]],
    [5, 0, [0, 1]],
    [4, 6, [1, 2]],
    [60, 60, [0, 1, 2]],
  ])(
    'around an alert, %d s before and %d s after, keeps the files with packets in that time',
    async (beforeSeconds, afterSeconds, kept) => {
      const { sensor, captures, alert } = await sensorWithAlert();
      const response = await post(`/alerts/${alert}/holds`, { reason: 'look later', beforeSeconds, afterSeconds });
      expect(await response.json()).toMatchObject({ sensorId: sensor, alertId: alert, captures: kept.length });
      expect(await heldIn(sensor)).toEqual(kept.map((i) => captures[i]));
    },
  );

  test('of a time keeps what is captured later, also before it was parsed', async () => {
    const { sensor } = await sensorWithAlert();
    const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
    await post(`/sensors/${sensor}/holds`, { reason: 'exercise', from: new Date().toISOString(), to: inAnHour });
    expect(await heldIn(sensor)).toEqual([]);
    const late = await oneId(
      `INSERT INTO capture (id, name, state, origin, size, sha256, sensor_id)
       VALUES (gen_random_uuid(), 'ring', 'failed', 'ring', 100, encode(sha256(gen_random_uuid()::text::bytea), 'hex'), $1) RETURNING id`,
      [sensor],
    );
    expect(await heldIn(sensor)).toEqual([late]);
  });

  test('stays on its captures when their sensor is removed', async () => {
    const { sensor, captures, alert } = await sensorWithAlert();
    await post(`/alerts/${alert}/holds`, { reason: 'look later', beforeSeconds: 0, afterSeconds: 0 });
    expect((await remove(`/sensors/${sensor}`)).status).toBe(204);
    expect((await problemOf(await remove(`/captures/${captures[1]}`))).code).toBe('capture.held');
  });

  test('for so many days says when it ends', async () => {
    const { captures } = await sensorWithAlert();
    const held = (await (await post(`/captures/${captures[0]}/holds`, { reason: 'case 13', keepDays: 2 })).json()) as Hold;
    expect(Math.abs(Date.parse(held.expiresAt!) - Date.now() - 2 * 86_400_000)).toBeLessThan(60_000);
    const { pool } = server.services.database;
    expect(await new Holds(pool).releaseExpired()).toEqual([]);
    await query(`UPDATE hold SET expires_at = now() WHERE id = $1`, [held.id]);
    expect(await new Holds(pool).releaseExpired()).toEqual(['case 13']);
  });

  test('needs a reason, the right to change captures, and something to hold', async () => {
    const { captures } = await sensorWithAlert();
    const nobody = '00000000-0000-0000-0000-000000000000';
    expect((await problemOf(await post(`/captures/${captures[0]}/holds`, { reason: ' ' }))).code).toBe('request.invalid');
    expect((await problemOf(await post(`/captures/${nobody}/holds`, { reason: 'x' }))).code).toBe('capture.not-found');
    expect((await problemOf(await post(`/alerts/${nobody}/holds`, { reason: 'x' }))).code).toBe('alert.not-found');
    const viewer = await server.browserOf('viewer');
    expect((await viewer.request('/holds')).status).toBe(200);
    expect((await post(`/captures/${captures[0]}/holds`, { reason: 'x' }, viewer)).status).toBe(403);
  });
});

describe('a trigger', () => {
  const trigger = { minSeverity: 50, rules: [], beforeSeconds: 5, afterSeconds: 0, maxBytes: null, keepDays: 7 };
  const triggered = async (change: object) => {
    const made = await sensorWithAlert();
    await query('UPDATE sensor SET trigger = $2 WHERE id = $1', [made.sensor, JSON.stringify({ ...trigger, ...change })]);
    return made;
  };
  /** An alert of the second capture, as the engine of a sensor tells of it. */
  const tell = (captureId: string, id: string, seconds: number, severity = 50) =>
    upsertAlert(server.services.database.pool, captureId, {
      ...{ id, start: 14_000_000_000n, end: BigInt(seconds) * 1_000_000_000n, severity, ruleId: 'port-scan', ruleName: 'Port scan' },
      ...{ ruleVersion: '1', techniques: [], sourceIp: null, destinationIp: null, alertClass: 'scan.vertical', confidence: 1 },
      ...{ detectedAt: 14_000_000_000n, entities: [], evidence: {}, explanation: '', suppressedBy: null },
    });

  test('holds what surrounds an alert by itself, for as long as the alert goes on', async () => {
    const { sensor, captures } = await triggered({});
    const id = crypto.randomUUID();
    await tell(captures[1]!, id, 15);
    expect(await heldIn(sensor)).toEqual([captures[0], captures[1]]);
    await tell(captures[1]!, id, 22);
    expect(await heldIn(sensor)).toEqual(captures);
    const holds = (await admin.json<Hold[]>('/holds')).filter(({ sensorId }) => sensorId === sensor);
    expect(holds).toMatchObject([{ alertId: id, isTriggered: true, createdBy: 'trigger', captures: 3 }]);
    expect(holds[0]!.reason).toMatch(/^Trigger of .*: Port scan$/);
    expect(Date.parse(holds[0]!.expiresAt!)).toBeGreaterThan(Date.now() + 6 * 86_400_000);
  });

  test.each([
    ['a lower severity', { minSeverity: 51 }],
    ['another rule', { rules: ['flood'] }],
  ])('leaves an alert of %s alone', async (_name, change) => {
    const { sensor, captures } = await triggered(change);
    await tell(captures[1]!, crypto.randomUUID(), 15);
    expect(await heldIn(sensor)).toEqual([]);
  });

  test('holds nothing beyond its bound, and says so once until there is room again', async () => {
    const { sensor, captures } = await triggered({ maxBytes: 150, rules: ['port-scan'] });
    await tell(captures[1]!, crypto.randomUUID(), 15);
    expect(await heldIn(sensor)).toHaveLength(2);
    for (let i = 0; i < 2; i++) await tell(captures[2]!, crypto.randomUUID(), 25);
    expect(await heldIn(sensor)).toHaveLength(2);
    const state = await admin.json<Sensor>(`/sensors/${sensor}`);
    expect(state.triggerFull?.detail).toContain('as much as they may');
    const kinds = async () =>
      (await query('SELECT kind FROM sensor_event WHERE sensor_id = $1 ORDER BY id', [sensor])).rows.map(({ kind }) => kind);
    expect(await kinds()).toEqual(['trigger-full']);
    await query('DELETE FROM hold WHERE sensor_id = $1', [sensor]);
    await new SensorTroubles(server.services.database.pool).watch();
    expect(await kinds()).toEqual(['trigger-full', 'trigger-free']);
    expect((await admin.json<Sensor>(`/sensors/${sensor}`)).triggerFull).toBe(null);
  });
});
