/** People and keys: who may do what, seen from the browser. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { password } from '../api/api-server.ts';
import { Product } from './product.ts';
import type { Visitor } from './visitor.ts';

let product: Product;
let admin: Visitor;

beforeAll(async () => {
  product = await Product.start({ hasWorker: false });
  admin = await product.visit();
  await admin.logIn();
});
afterAll(() => product?.close());

const row = (name: string) => admin.page.locator(`[data-user="${name}"]`);

describe('users', () => {
  it('are made by an administrator', async () => {
    const { page } = admin;
    await page.goto('/settings/users');
    await page.getByLabel('Name').fill('grace');
    await page.getByLabel('First password').fill(password);
    await page.getByLabel('Role', { exact: true }).selectOption('viewer');
    await page.getByRole('button', { name: 'Add user' }).click();
    await row('grace').waitFor();
    expect(await row('grace').getByRole('combobox').inputValue()).toBe('viewer');
  });

  it('of the role viewer can neither upload nor manage users', async () => {
    const grace = await product.visit();
    await grace.logIn('grace');
    await grace.page.getByRole('heading', { name: 'No captures yet' }).waitFor();
    expect(await grace.page.locator('input[type=file]').count()).toBe(0);
    await grace.page.goto('/settings/users');
    await grace.page.waitForURL('**/settings/account');
    expect(grace.complaints).toEqual([]);
    await grace.leave();
  });

  it('are out at once when they are disabled', async () => {
    const grace = await product.visit();
    await grace.logIn('grace');
    await row('grace').getByRole('button', { name: 'Disable' }).click();
    await row('grace').getByText('Disabled').waitFor();
    // Her page may notice by itself, before she can click.
    const link = grace.page.getByRole('link', { name: 'Search', exact: true });
    await link.click({ timeout: 2000 }).catch(() => undefined);
    const ended = grace.page.getByRole('dialog', { name: 'Your session ended' });
    await ended.getByLabel('Password').fill(password);
    await ended.getByRole('button', { name: 'Log in' }).click();
    await ended.getByRole('alert').waitFor();
    await ended.getByRole('button', { name: 'Leave this page' }).click();
    await grace.page.waitForURL(/\/login/);
    await grace.page.getByText('Your session ended').waitFor();
    await grace.leave();
    await row('grace').getByRole('button', { name: 'Enable' }).click();
    await row('grace').getByText('Active').waitFor();
  });

  it('get a new password from an administrator and change it themselves', async () => {
    const { page } = admin;
    await row('grace').getByRole('button', { name: 'Reset password' }).click();
    await page.getByRole('dialog').getByLabel('New password').fill('a password for grace');
    await page.getByRole('dialog').getByRole('button', { name: 'Set password' }).click();
    await page.getByText('grace has a new password').waitFor();
    const grace = await product.visit();
    await grace.logIn('grace', 'a password for grace');
    await grace.page.goto('/settings/account');
    await grace.page.getByLabel('Present password').fill('a password for grace');
    await grace.page.getByLabel('New password', { exact: true }).fill('a password of my own');
    await grace.page.getByLabel('New password again').fill('a password of my own');
    await grace.page.getByRole('button', { name: 'Change password' }).click();
    await grace.page.getByText('Your password was changed.').waitFor();
    await grace.logIn('grace', 'a password of my own');
    await grace.leave();
  });

  it('whose session ends log in over the page, and what they were about to save is saved', async () => {
    const other = await product.visit();
    await other.logIn();
    const { page } = other;
    await page.goto('/settings/zones');
    await page.getByLabel('Address or network').fill('10.77.0.0/16');
    await page.getByLabel('Name').fill('laboratory');
    await page.getByRole('button', { name: 'Add zone' }).click();
    await page.context().clearCookies();
    await page.getByRole('button', { name: 'Save changes' }).click();
    const ended = page.getByRole('dialog', { name: 'Your session ended' });
    await ended.getByLabel('Password').fill(password);
    await ended.getByRole('button', { name: 'Log in' }).click();
    await page.getByText('Saved.').waitFor();
    await ended.waitFor({ state: 'detached' });
    await page.reload();
    await page.getByText('laboratory').waitFor();
    await other.leave();
  });

  it('are deleted after being asked', async () => {
    await row('grace').getByRole('button', { name: 'Delete grace' }).click();
    await admin.page.getByRole('alertdialog').getByRole('button', { name: 'Delete user' }).click();
    await row('grace').waitFor({ state: 'detached' });
  });
});

describe('API keys', () => {
  const key = () => admin.page.locator('[data-key-name="nightly upload"]');

  it('are shown once and work', async () => {
    const { page } = admin;
    await page.goto('/settings/keys');
    await page.getByLabel('What it is for').fill('nightly upload');
    await page.getByLabel('ingest').check();
    await page.getByLabel('read:captures').check();
    await page.getByLabel('Only from these networks').fill('127.0.0.0/8, 2001:db8::/32');
    await page.getByRole('button', { name: 'Make key' }).click();
    const secret = await page.locator('[data-key]').innerText();
    expect(secret).toMatch(/^wck_/);
    await key().waitFor();
    await key().getByText('127.0.0.0/8 2001:db8::/32').waitFor();
    expect(await key().locator('.chip').allInnerTexts()).toEqual(expect.arrayContaining(['ingest', 'read:captures']));
    expect((await product.server.withKey(secret).request('/captures')).status).toBe(200);
    expect((await product.server.withKey(secret).request('/users')).status).toBe(403);
    await page.reload();
    await key().waitFor();
    expect(await page.locator('[data-key]').count()).toBe(0);
    await key().getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke key' }).click();
    await key().waitFor({ state: 'detached' });
    expect((await product.server.withKey(secret).request('/captures')).status).toBe(401);
  });
});

describe('the system page', () => {
  it('says of every part how it is, and what a missing worker means', async () => {
    const { page } = admin;
    await page.goto('/settings/system');
    await page.locator('[data-check="database"]').getByText('ok', { exact: true }).waitFor();
    await page.locator('[data-check="worker"]').getByText('degraded').waitFor();
    await page
      .locator('[data-check="tshark"]')
      .getByText(/sandbox/)
      .first()
      .waitFor();
  });
});

describe('all along', () => {
  it('the browser had nothing to complain about', () => {
    expect(admin.complaints).toEqual([]);
  });
});
