/** A sensor from its making to the live page: traffic and alerts as they happen, and the way from a bar into the search. */
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Lan } from '../faults/lan.ts';
import { seriousIssues } from './axe.ts';
import { Product } from './product.ts';

/** Where screenshots go, if anywhere. */
const shots = process.env['WIRECASE_TEST_SHOTS'];

// Only root may make namespaces and interfaces.
describe.skipIf(process.getuid?.() !== 0)('live', () => {
  let product: Product;
  let lan: Lan;
  let talking: ChildProcess;
  beforeAll(async () => {
    product = await Product.start();
    product.services.startProcess('dist/capture-rotator/main.js', 'rotator', {});
    lan = await Lan.lay();
    talking = lan.startOn(lan.attacker, 'ping', '-i', '0.1', lan.victim.ip);
  });
  afterAll(async () => {
    talking?.kill('SIGTERM');
    await product?.close();
    await lan?.remove();
  });

  it('shows nothing and the way to a first sensor, then its packets and alerts', async () => {
    const visitor = await product.visit();
    const { page } = visitor;
    const shot = async (name: string) => {
      if (!shots) return;
      for (const theme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme: theme });
        await page.screenshot({ path: join(shots, `live-${name}-${theme}.png`), fullPage: true });
      }
      await page.emulateMedia({ colorScheme: 'light' });
    };
    await visitor.logIn();
    await page.goto('/live');
    await page.getByRole('heading', { name: 'No sensor yet' }).waitFor();
    await shot('empty');

    await page.getByRole('link', { name: 'Add a sensor' }).click();
    await page.getByLabel('Name').fill('lab');
    await page.getByLabel('Interface').fill(lan.port);
    await page.getByLabel('Filter').fill('prt 53');
    await page.getByRole('button', { name: 'Add sensor' }).click();
    await page.getByText('syntax error').waitFor();
    await shot('sensors-wrong');
    await page.getByLabel('Filter').fill('ip');
    await page.getByLabel('File age, s').fill('3');
    await page.getByRole('button', { name: 'Add sensor' }).click();
    await page.locator('tr[data-sensor=lab]').waitFor();

    await page.goto('/live');
    await page.getByText('Capturing', { exact: true }).waitFor();
    await page.getByText(/: capturing since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\b/).waitFor();
    await page.getByRole('img', { name: /^Packets: now [1-9]/ }).waitFor({ timeout: 30_000 });
    const scan = lan.on(lan.attacker, 'nmap', '-n', '-Pn', '-sS', '-T4', '-p1-500', lan.victim.ip);
    await page.locator('app-alert-note', { hasText: lan.attacker.ip }).waitFor();
    await scan;
    await page.getByRole('link', { name: lan.attacker.ip }).first().waitFor({ timeout: 90_000 });
    await shot('page');
    expect(await seriousIssues(visitor)).toEqual([]);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Go on' }).waitFor();
    // Hosts of open flows are shown; Search finds flows that have ended.
    const { pool } = product.services.database;
    const ended = async () =>
      (await pool.query('SELECT FROM flow WHERE $1::inet IN (source_ip, destination_ip) LIMIT 1', [lan.attacker.ip])).rowCount;
    await expect.poll(ended, { timeout: 90_000, interval: 500 }).toBe(1);
    await page.getByRole('link', { name: lan.attacker.ip }).first().click();
    await page.locator('[role=row].row').first().waitFor();
    expect(page.url()).toContain('ip:');
    const client = await product.server.keyFor('all');
    const [sensor] = await client.json<{ id: string }[]>('/sensors');
    expect(new URL(page.url()).searchParams.get('sensor')).toBe(sensor!.id);
    const scope = page.getByRole('combobox', { name: 'Capture' });
    expect(await scope.locator('option:checked').textContent()).toBe('Sensor lab');
    await scope.selectOption('All captures');
    await page.waitForURL((url) => !url.searchParams.has('sensor'));
    expect(visitor.complaints).toEqual([]);
  }, 180_000);

  it('keeps the traffic around an alert, until it is released', async () => {
    const visitor = await product.visit();
    const { page } = visitor;
    await visitor.logIn();
    await page.goto('/alerts');
    await page.locator('[role=row].row').first().waitFor();
    const { rows } = await product.services.database.pool.query<{ alert_id: string }>('SELECT alert_id FROM alert LIMIT 1');
    await page.goto(`/alerts/${rows[0]!.alert_id}`);
    await page.getByRole('button', { name: 'Keep its traffic' }).click();
    await page.getByRole('button', { name: 'Keep', exact: true }).click();
    await page.locator('.wrong', { hasText: 'Say why' }).waitFor();
    await page.getByLabel('Reason').fill('case 12');
    await page.getByLabel('Seconds after').fill('20');
    if (shots) await page.screenshot({ path: join(shots, 'hold-prompt.png') });
    await page.getByRole('button', { name: 'Keep', exact: true }).click();
    await page.getByText(/captures? with .* kept/).waitFor();
    const held = await product.services.database.pool.query<{ id: string }>(
      `SELECT c.id FROM capture c JOIN hold h USING (sensor_id) WHERE c.first_time <= h.to_time AND c.last_time >= h.from_time LIMIT 1`,
    );
    await page.goto(`/captures/${held.rows[0]!.id}`);
    await page.getByText('case 12').waitFor();
    expect(await seriousIssues(visitor)).toEqual([]);
    if (shots) await page.screenshot({ path: join(shots, 'capture-held.png') });
    await page.getByRole('button', { name: 'Release' }).click();
    await page.getByText('by nobody').waitFor();
    expect(visitor.complaints).toEqual([]);
  }, 60_000);

  it('says the sums of the database for every closed minute', async () => {
    const { pool } = product.services.database;
    const client = await product.server.keyFor('all');
    const [sensor] = await client.json<{ id: string }[]>('/sensors');
    const closedMinutes = async () => {
      const path = `/sensors/${sensor!.id}/traffic?minutes=60`;
      const { minutes } = await client.json<{ minutes: { minute: string; packets: number; isOpen: boolean }[] }>(path);
      return minutes.filter(({ isOpen }) => !isOpen);
    };
    await expect.poll(async () => (await closedMinutes()).length, { timeout: 90_000, interval: 500 }).toBeGreaterThan(0);
    const closed = await closedMinutes();
    for (const { minute, packets } of closed) {
      const { rows } = await pool.query<{ packets: bigint }>('SELECT packets FROM sensor_minute WHERE minute = $1', [minute]);
      expect(packets).toBe(Number(rows[0]!.packets));
    }
  }, 120_000);

  it('shows 15 minutes to 24 hours, holds still while paused, and leads from bars to their flows', async () => {
    const { pool } = product.services.database;
    const saw = (minutesAgo: number, packets: number) =>
      pool.query(
        `INSERT INTO sensor_minute (sensor_id, minute, packets, bytes, flows)
         SELECT id, date_trunc('minute', now()) - $1 * interval '1 minute', $2, 100 * $2::bigint, 1 FROM sensor`,
        [minutesAgo, packets],
      );
    // One minute a bar up to 4 hours, then two and six.
    for (const [minutesAgo, packets] of [
      [30, 60_000],
      [180, 600_000],
      [1200, 7_200_000],
    ] as const)
      await saw(minutesAgo, packets);
    const visitor = await product.visit();
    const { page } = visitor;
    await visitor.logIn();
    await page.goto('/live');
    const packets = page.getByRole('img', { name: /^Packets: / });
    const choose = (range: string) => page.getByRole('button', { name: range, exact: true }).click();
    const says = (text: string) => page.getByRole('img', { name: new RegExp(`^Packets: .* at most ${text}/s`) }).waitFor();
    for (const [range, most] of [
      ['1 h', '1,000'],
      ['6 h', '5,000'],
      ['24 h', '20,000'],
      ['1 h', '1,000'],
    ] as const) {
      await choose(range);
      await says(most);
    }

    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Go on' }).waitFor();
    const before = await packets.getAttribute('aria-label');
    await saw(40, 60_000_000);
    // Longer than the page takes to look again.
    await page.waitForTimeout(7000);
    expect(await packets.getAttribute('aria-label')).toBe(before);
    await page.getByRole('button', { name: 'Go on' }).click();
    await says('1,000,000');

    const bars = page.getByRole('slider', { name: /^Flows over time/ });
    await bars.focus();
    for (let bar = 0; bar < 60; bar++) await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/search\?/);
    await page.locator('[role=row].row').first().waitFor();
    const range = new URL(page.url()).searchParams;
    expect(range.get('sensor')).not.toBeNull();
    expect((Date.parse(range.get('to')!) - Date.parse(range.get('from')!)) / 60_000).toBe(60);
    await page.goBack();
    await says('1,000,000');
    expect(visitor.complaints).toEqual([]);
  }, 120_000);
});
