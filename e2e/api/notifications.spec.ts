/** Alerts told of: by mail, webhook, chat, syslog and log file, to real servers; once each, whatever dies meanwhile. */
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Channel, Delivery, Health, Sensor } from '@wirecase/contract';
import { upsertAlert } from '@wirecase/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiServer, problemOf, type Client } from './api-server.ts';
import { MailServer, SyslogDaemon, WebReceiver } from './receivers.ts';
import { scanOf } from './scans.ts';

let server: ApiServer;
let admin: Client;
let mail: MailServer;
let syslog: SyslogDaemon;
let web: WebReceiver;
let scanners = 0;

beforeAll(async () => {
  server = await ApiServer.startSetUp({ WIRECASE_WEBHOOK_ALLOW: '127.0.0.1' });
  await server.startWorker({ WIRECASE_WEBHOOK_ALLOW: '127.0.0.1' });
  admin = await server.browserOf('admin');
  const folder = server.services.dataDir;
  [mail, syslog, web] = await Promise.all([MailServer.start(folder), SyslogDaemon.start(folder), WebReceiver.start()]);
}, 120_000);
afterAll(async () => {
  await Promise.all([mail?.stop(), syslog?.stop(), web?.stop()]);
  await server?.close();
});

const usual = {
  enabled: true,
  route: { minSeverity: 0, rules: [], captures: [], origins: [], sensors: true },
  perHour: null,
  digestMinutes: 0,
};

async function channel(body: object): Promise<Channel> {
  const answer = await admin.send('POST', '/channels', { ...usual, name: 'c', ...body });
  if (answer.status !== 201) throw new Error(await answer.text());
  return (await answer.json()) as Channel;
}

const webhook = (path: string, more: object = {}) => channel({ kind: 'webhook', config: { url: web.url(path) }, secret: 'k3y', ...more });
const deliveries = ({ id }: Channel) => admin.json<Delivery[]>(`/channels/${id}/deliveries`);
/** A capture with one alert, of another scanner each time. */
const alarm = () => admin.ingest(scanOf(`10.9.9.${++scanners}`, 100 * scanners), `scan-${scanners}.pcap`);
const remove = async (...made: Channel[]) => {
  for (const { id } of made) await admin.send('DELETE', `/channels/${id}`);
};
const alertsIn = (body: string) => (JSON.parse(body) as { alerts: unknown[] }).alerts.length;
const soon = { timeout: 60_000, interval: 100 };

describe('an alert', () => {
  it('reaches everyone it is meant for, each in their own way', async () => {
    const config = {
      host: '127.0.0.1',
      port: mail.port,
      security: 'none',
      user: null,
      from: 'wirecase@example.test',
      to: ['soc@example.test'],
    };
    const made = await Promise.all([
      channel({ kind: 'email', config }),
      webhook('/hook'),
      channel({ kind: 'chat', config: {}, secret: web.url('/chat') }),
      channel({ kind: 'chat', config: { style: 'card' }, secret: web.url('/teams') }),
      channel({ kind: 'syslog', config: { host: '127.0.0.1', port: syslog.udp, transport: 'udp', format: 'cef', ca: null } }),
      channel({ kind: 'syslog', config: { host: '127.0.0.1', port: syslog.tcp, transport: 'tcp', format: 'json', ca: null } }),
      channel({ kind: 'log', config: {} }),
    ]);
    await alarm();
    for (const each of made) await expect.poll(async () => (await deliveries(each)).map(({ state }) => state), soon).toEqual(['sent']);

    // Quoted-printable folds long lines.
    const text = (await mail.mails())[0]!.replaceAll(/=\r?\n/g, '');
    expect(text).toContain('Subject: Wirecase: Port scan (medium) from 10.9.9.1');
    expect(text).toContain('10.9.9.1 tried 200 different ports of 10.0.0.2');

    const [posted] = web.of('/hook');
    const { 'x-wirecase-timestamp': timestamp, 'x-wirecase-signature': signature } = posted!.headers;
    expect(signature).toBe(
      `sha256=${createHmac('sha256', 'k3y')
        .update(`${String(timestamp)}.${posted!.body}`)
        .digest('hex')}`,
    );
    expect(JSON.parse(posted!.body)).toMatchObject({
      event: 'alert.created',
      alerts: [{ source: { ip: '10.9.9.1' }, rule: { id: 'port-scan' } }],
    });
    expect((JSON.parse(web.of('/chat')[0]!.body) as { text: string }).text).toContain('Port scan');
    expect(JSON.parse(web.of('/teams')[0]!.body)).toMatchObject({ attachments: [{ content: { type: 'AdaptiveCard' } }] });

    await expect.poll(async () => (await syslog.lines()).length, soon).toBe(2);
    for (const line of await syslog.lines()) {
      expect(line).toMatchObject({ app: 'wirecase', id: 'alert', facility: 'local0', severity: 'warning', version: '1' });
      expect(line['data']).toMatch(/^\[wirecase@32473 id="[0-9a-f-]{36}"\]$/);
      expect(line['time']).toContain('2023-11-14T');
    }
    const [cef, json] = (await syslog.lines()).map((line) => line['msg']!.trim()).toSorted();
    expect(cef).toMatch(
      /^CEF:0\|Wirecase\|Wirecase\|\d\|port-scan\|Port scan\|[0-9]\|.*src=10\.9\.9\.1 dst=10\.0\.0\.2 cat=scan\.vertical/,
    );
    expect(JSON.parse(json!)).toMatchObject({ rule: { id: 'port-scan' } });

    const log = (await readFile(join(server.services.dataDir, 'log/alerts.json'), 'utf8')).trim().split('\n');
    expect(log.map((line) => JSON.parse(line))).toMatchObject([
      { event_type: 'alert', src_ip: '10.9.9.1', alert: { signature: 'Port scan' } },
    ]);
    await remove(...made);
  });

  it('goes only where its severity, rule, capture and origin lead', async () => {
    const route = usual.route;
    const made = await Promise.all([
      webhook('/route', { route: { ...route, minSeverity: 90 } }),
      webhook('/route', { route: { ...route, rules: ['flood'] } }),
      webhook('/route', { route: { ...route, captures: [crypto.randomUUID()] } }),
      webhook('/route', { route: { ...route, origins: ['ring'] } }),
      webhook('/route', { enabled: false }),
      webhook('/fits', { route: { ...route, minSeverity: 50, rules: ['port-scan', 'flood'], origins: ['upload'] } }),
    ]);
    await alarm();
    await expect.poll(() => web.of('/fits').length, soon).toBe(1);
    expect(web.of('/route')).toEqual([]);
    await remove(...made);
  });

  it('is told of once, although its capture is analysed again, deleted and uploaded again', async () => {
    const made = await webhook('/once');
    const capture = await alarm();
    await expect.poll(() => web.of('/once').length, soon).toBe(1);
    await admin.send('POST', `/captures/${capture.id}/reanalyze`);
    await expect.poll(async () => (await admin.json<{ state: string }>(`/captures/${capture.id}`)).state, soon).toBe('ready');
    await admin.send('DELETE', `/captures/${capture.id}`);
    await admin.ingest(scanOf(`10.9.9.${scanners}`, 100 * scanners), 'again.pcap');
    const after = await webhook('/after');
    await alarm();
    await expect.poll(() => web.of('/after').length, soon).toBe(1);
    await expect.poll(async () => (await deliveries(made)).map(({ state }) => state), soon).toEqual(['sent', 'sent']);
    expect(web.of('/once')).toHaveLength(2);
    await remove(made, after);
  });

  it('that is suppressed is nobody’s news', async () => {
    const made = await webhook('/suppressed');
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    const suppression = await admin.send('POST', '/suppressions', {
      entity: `10.9.9.${scanners + 1}`,
      owner: 'ann',
      reason: 'test',
      expiresAt,
    });
    expect(suppression.status).toBe(201);
    expect((await alarm()).alerts).toBe(1);
    await alarm();
    await expect.poll(() => web.of('/suppressed').length, soon).toBe(1);
    expect(await deliveries(made)).toHaveLength(1);
    await remove(made);
  });

  it('is told of when Redis forgot everything', async () => {
    const made = await webhook('/flushed');
    web.answer = (posted) => (posted.path === '/flushed' && web.of('/flushed').length < 3 ? 500 : 204);
    await alarm();
    await expect.poll(() => web.of('/flushed').length, soon).toBe(1);
    await server.services.redis.flushdb();
    await expect.poll(async () => (await deliveries(made))[0], soon).toMatchObject({ state: 'sent', attempts: 3 });
    // Receivers can tell that it is the same message.
    expect(new Set(web.of('/flushed').map(({ headers }) => headers['x-wirecase-delivery'])).size).toBe(1);
    await remove(made);
  });
});

describe('a sensor', () => {
  const query = (sql: string, values: unknown[] = []) => server.services.database.pool.query<{ id: string }>(sql, values);

  it('that lags is told of once, and once when it has caught up', async () => {
    const made = await webhook('/lag');
    const other = await webhook('/no-lag', { route: { ...usual.route, sensors: false } });
    const sensor = await query(
      `INSERT INTO sensor (name, host, interface, file_bytes, file_seconds, budget_bytes, is_enabled, max_lag_files)
       VALUES ('slow', 'elsewhere', 'eth0', 1000000, 10, 10000000, false, 2) RETURNING id`,
    );
    const { id } = sensor.rows[0]!;
    await query(
      `INSERT INTO capture (id, name, state, origin, size, sha256, sensor_id, ring_file, in_series)
       SELECT gen_random_uuid(), 'ring', 'stored', 'ring', 100, encode(sha256(gen_random_uuid()::text::bytea), 'hex'), $1, '1_0000' || i, true
         FROM generate_series(1, 3) AS i`,
      [id],
    );
    await expect.poll(() => web.of('/lag').length, soon).toBe(1);
    expect(JSON.parse(web.of('/lag')[0]!.body)).toMatchObject({ event: 'sensor.lagging', sensors: [{ sensor: 'slow', sensorId: id }] });
    expect((await admin.json<Sensor>(`/sensors/${id}`)).lag?.detail).toContain('3 files wait');
    await query(`UPDATE capture SET state = 'ready' WHERE sensor_id = $1`, [id]);
    await expect.poll(() => web.of('/lag').length, soon).toBe(2);
    expect(JSON.parse(web.of('/lag')[1]!.body)).toMatchObject({ event: 'sensor.caught-up' });
    expect((await admin.json<Sensor>(`/sensors/${id}`)).lag).toBe(null);
    expect((await deliveries(made)).map(({ notice, state }) => [notice?.kind, state])).toEqual([
      ['sensor.caught-up', 'sent'],
      ['sensor.lagging', 'sent'],
    ]);
    const { rows } = await query('SELECT kind AS id FROM sensor_event WHERE sensor_id = $1 ORDER BY at', [id]);
    expect(rows.map((row) => row.id)).toEqual(['lagging', 'caught-up']);
    expect(web.of('/no-lag')).toEqual([]);
    await remove(made, other);
  });

  it('whose rotator says nothing any more is told of once, and once when it is back; the health says since when', async () => {
    const made = await webhook('/away');
    const since = new Date(Date.now() - 60_000);
    const said = { isCapturing: true, detail: 'capturing', at: since.toISOString() };
    const sensor = await query(
      `INSERT INTO sensor (name, host, interface, file_bytes, file_seconds, budget_bytes, is_enabled, status)
       VALUES ('gone', 'elsewhere', 'eth0', 1000000, 10, 10000000, true, $1) RETURNING id`,
      [JSON.stringify(said)],
    );
    const { id } = sensor.rows[0]!;
    await expect.poll(() => web.of('/away').length, soon).toBe(1);
    const told = JSON.parse(web.of('/away')[0]!.body) as { sensors: { detail: string }[] };
    expect(told).toMatchObject({ event: 'sensor.away', sensors: [{ sensor: 'gone', sensorId: id }] });
    expect(told.sensors[0]!.detail).toContain(since.toISOString());
    expect((await admin.json<Sensor>(`/sensors/${id}`)).isAway).toBe(true);
    const { checks } = await admin.json<Health>('/health/ready');
    expect(checks['rotator']).toMatchObject({
      ...{ status: 'degraded', detail: expect.stringContaining(`nothing is heard of 1, the longest since ${since.toISOString()}`) },
    });
    expect(checks['rotator']!.detail).not.toContain('gone');
    await query(`UPDATE sensor SET status = jsonb_set(status, '{at}', to_jsonb(now() + interval '1 day')) WHERE id = $1`, [id]);
    await expect.poll(() => web.of('/away').length, soon).toBe(2);
    expect(JSON.parse(web.of('/away')[1]!.body)).toMatchObject({ event: 'sensor.back' });
    await query('UPDATE sensor SET is_enabled = false WHERE id = $1', [id]);
    await remove(made);
  });

  it('has its alerts told at once, while its file grows', async () => {
    const made = await webhook('/live', { route: { ...usual.route, origins: ['ring'] } });
    const { rows } = await query(
      `INSERT INTO capture (id, name, state, origin, size) VALUES (gen_random_uuid(), 'ring', 'receiving', 'ring', 0) RETURNING id`,
    );
    const id = crypto.randomUUID();
    for (const end of [2_000_000_000n, 3_000_000_000n])
      await upsertAlert(server.services.database.pool, rows[0]!.id, {
        ...{ id, start: 1_000_000_000n, end, severity: 50, ruleId: 'port-scan', ruleName: 'Port scan', ruleVersion: '1', techniques: [] },
        ...{ sourceIp: null, destinationIp: null, alertClass: 'scan.vertical', confidence: 1, detectedAt: end, entities: [], evidence: {} },
        ...{ explanation: 'It scanned.', suppressedBy: null },
      });
    await expect.poll(() => web.of('/live').length, soon).toBe(1);
    expect(JSON.parse(web.of('/live')[0]!.body)).toMatchObject({ event: 'alert.created', alerts: [{ rule: { id: 'port-scan' } }] });
    expect(await deliveries(made)).toHaveLength(1);
    await remove(made);
  });
});

describe('many alerts', () => {
  it('come together when the hour has no room for each', async () => {
    const made = await webhook('/limited', { perHour: 2, digestMinutes: 60 });
    await Promise.all([alarm(), alarm(), alarm(), alarm()]);
    const { id, createdAt: _, hasSecret: __, changedAt: ___, changedBy: ____, ...request } = made;
    const answer = await admin.send('PUT', `/channels/${id}`, { ...request, digestMinutes: 0 });
    expect(await answer.json()).toMatchObject({ version: 2, changedBy: 'the-admin', hasSecret: true });
    const chat = { ...request, version: 2, kind: 'chat', config: {} };
    expect((await problemOf(await admin.send('PUT', `/channels/${id}`, chat))).detail).toContain('secret: give the address');
    // Somebody who read it before that.
    expect(await problemOf(await admin.send('PUT', `/channels/${id}`, { ...request, enabled: false }))).toMatchObject({
      status: 409,
      code: 'channel.changed',
      detail: expect.stringContaining('by the-admin at'),
    });
    await server.services.database.pool.query('UPDATE delivery SET next_at = clock_timestamp() WHERE channel_id = $1', [id]);
    await expect.poll(() => web.of('/limited').map(({ body }) => alertsIn(body)), soon).toEqual([1, 3]);
    await alarm();
    // Nothing is lost: it waits for the next hour.
    await expect.poll(async () => (await deliveries(made))[0], soon).toMatchObject({ state: 'pending', attempts: 0 });
    expect(web.of('/limited')).toHaveLength(2);
    await remove(made);
  });

  it('are gathered for as long as the channel says', async () => {
    const made = await webhook('/digest', { digestMinutes: 60 });
    await Promise.all([alarm(), alarm()]);
    await expect.poll(async () => (await deliveries(made)).map(({ state }) => state), soon).toEqual(['pending', 'pending']);
    expect(web.of('/digest')).toEqual([]);
    const sql = `UPDATE delivery SET next_at = clock_timestamp() WHERE id = (SELECT id FROM delivery WHERE channel_id = $1 ORDER BY created_at LIMIT 1)`;
    await server.services.database.pool.query(sql, [made.id]);
    await expect.poll(() => web.of('/digest').length, soon).toBe(1);
    expect(alertsIn(web.of('/digest')[0]!.body)).toBe(2);
    await remove(made);
  });
});

describe('a channel', () => {
  it('needs no more than a name and where to; what it lacks is said', async () => {
    const answer = await admin.send('POST', '/channels', { name: 'short', kind: 'webhook', config: { url: web.url('/short') } });
    expect(answer.status).toBe(201);
    const made = (await answer.json()) as Channel;
    const route = { minSeverity: 40, rules: [], captures: [], origins: [], sensors: true };
    expect(made).toMatchObject({ enabled: true, route, perHour: null, digestMinutes: 0, hasSecret: false });
    await remove(made);

    const lacking = await problemOf(await admin.send('POST', '/channels', { kind: 'webhook' }));
    expect(lacking).toMatchObject({ status: 400, detail: 'name: is missing (string); config: is missing (object)' });
  });

  it('is tested with one click, and says what went wrong', async () => {
    const made = await webhook('/test');
    const answer = await admin.send('POST', `/channels/${made.id}/test`);
    expect(answer.status).toBe(202);
    await expect.poll(async () => (await deliveries(made))[0], soon).toMatchObject({ state: 'sent', alertId: null });
    expect(JSON.parse(web.of('/test')[0]!.body)).toMatchObject({ event: 'test', alerts: [] });
    web.answer = () => 302;
    await admin.send('POST', `/channels/${made.id}/test`);
    await expect.poll(async () => (await deliveries(made))[0]?.error, soon).toContain('it redirects (302)');
    expect(web.of('/elsewhere')).toEqual([]);
    web.answer = () => 204;
    await remove(made);
  });

  it('reaches no private address that the operator did not open', async () => {
    const inside = [
      'http://127.0.0.2/',
      'http://10.0.0.1/',
      'http://[::1]/',
      'http://169.254.169.254/',
      'http://[::ffff:10.0.0.1]/',
      'http://0/',
      'http://2130706434/',
    ];
    const made = await Promise.all(inside.map((url) => channel({ kind: 'webhook', config: { url }, secret: 's' })));
    for (const each of made) await admin.send('POST', `/channels/${each.id}/test`);
    for (const each of made)
      await expect.poll(async () => (await deliveries(each))[0]?.error, soon).toMatch(/which is not on the Internet/);
    await remove(...made);
  });

  it('gives its secret to nobody, and keeps it out of the database', async () => {
    const made = await webhook('/secret', { secret: 'very-secret-key' });
    expect(made.hasSecret).toBe(true);
    expect(JSON.stringify(await admin.json('/channels'))).not.toContain('very-secret-key');
    const { rows } = await server.services.database.pool.query<{ text: string }>('SELECT channel::text AS text FROM channel');
    const hex = Buffer.from('very-secret-key').toString('hex');
    expect(rows.some(({ text }) => text.includes('very-secret-key') || text.includes(hex))).toBe(false);
    await remove(made);
  });

  it('sends a password to no other server than it was given for', async () => {
    const config = { host: 'mail.example', port: 465, security: 'tls', user: 'u', from: 'a@b', to: ['c@d'] };
    const made = await channel({ kind: 'email', config, secret: 'pass' });
    const change = (more: object, secret?: string) =>
      admin.send('PUT', `/channels/${made.id}`, { ...usual, name: 'c', kind: 'email', config: { ...config, ...more }, secret });
    for (const elsewhere of [{ host: 'evil.example' }, { port: 25 }, { security: 'none' }, { user: 'v' }])
      expect(await problemOf(await change(elsewhere))).toMatchObject({
        code: 'request.invalid',
        detail: expect.stringContaining('password'),
      });
    expect((await change({ to: ['e@f'] })).status).toBe(200);
    expect((await change({ host: 'other.example' }, 'pass')).status).toBe(200);
    await remove(made);
  });

  it.each([
    ['mail without receivers', { kind: 'email', config: { host: 'h', port: 25, security: 'none', user: null, from: 'a@b', to: [] } }],
    [
      'mail with a second header in an address',
      { kind: 'email', config: { host: 'h', port: 25, security: 'none', user: null, from: 'a@b\r\nBcc: x', to: ['a@b'] } },
    ],
    ['a webhook of another kind', { kind: 'webhook', config: { url: 'file:///etc/passwd' } }],
    ['a chat without address', { kind: 'chat', config: {} }],
    ['an unknown kind', { kind: 'pigeon', config: {} }],
  ])('that is %s is refused', async (_name, body) => {
    expect((await problemOf(await admin.send('POST', '/channels', { ...usual, name: 'c', ...body }))).code).toBe('request.invalid');
  });

  it('is the business of administrators', async () => {
    const analyst = await server.browserOf('analyst');
    expect((await analyst.request('/channels')).status).toBe(403);
    expect((await admin.send('DELETE', `/channels/${crypto.randomUUID()}`)).status).toBe(404);
  });
});
