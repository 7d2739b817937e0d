import { describe, expect, it } from 'vitest';
import { describeConfig, isLoopback, loadConfig } from './config.ts';

const least = { DATABASE_URL: 'postgres://wirecase:secret@127.0.0.1/wirecase', REDIS_URL: 'redis://127.0.0.1:6379' };

describe('the configuration', () => {
  it('needs the addresses of PostgreSQL and Redis, and has a default for everything else', () => {
    expect(loadConfig({ ...least, WIRECASE_DATA: '/srv/wirecase' })).toMatchObject({
      databaseUrl: least.DATABASE_URL,
      redisUrl: least.REDIS_URL,
      dataDir: '/srv/wirecase',
      host: '127.0.0.1',
      port: 8080,
      adminPassword: null,
      captureInterface: null,
      captureFilter: null,
      ring: { fileBytes: 104_857_600, fileSeconds: 60, budgetBytes: 10_737_418_240 },
      logLevel: 'info',
      watchDir: '/srv/wirecase/watch',
      tls: null,
      trustedProxies: [],
      webhookAllow: [],
      maxUploadBytes: null,
    });
  });

  it('takes an empty variable as not given', () => {
    expect(loadConfig({ ...least, WIRECASE_PORT: '', WIRECASE_CAPTURE_INTERFACE: '' })).toMatchObject({
      port: 8080,
      captureInterface: null,
    });
  });

  it('names everything that is wrong at once', () => {
    expect(() =>
      loadConfig({ DATABASE_URL: 'mysql://x', WIRECASE_PORT: '70000', WIRECASE_RING_FILE_SECONDS: '1.5', WIRECASE_LOG_LEVEL: 'loud' }),
    ).toThrow(
      expect.objectContaining({
        code: 'config.invalid',
        message: expect.stringMatching(
          /DATABASE_URL must.*\nREDIS_URL is not set\nWIRECASE_PORT must be at most 65535\nWIRECASE_RING_FILE_SECONDS must be a whole number\nWIRECASE_LOG_LEVEL/s,
        ),
      }),
    );
  });

  it.each([
    [{ WIRECASE_HOST: '0.0.0.0' }, 'WIRECASE_HOST 0.0.0.0 can be reached from other machines'],
    [{ WIRECASE_HOST: 'wirecase.example' }, 'WIRECASE_HOST wirecase.example'],
    [{ WIRECASE_TLS_CERT: 'cert.pem' }, 'are needed together'],
    [{ WIRECASE_TRUSTED_PROXY: 'proxy.example' }, '"proxy.example" is neither'],
    [{ WIRECASE_RING_FILE_SIZE_MB: '100', WIRECASE_RING_BUDGET_MB: '150' }, 'at least two files'],
    [{ REDIS_URL: 'redis://redis.example:6379' }, 'Redis on redis.example needs a password'],
  ])('refuses %o', (change, words) => {
    expect(() => loadConfig({ ...least, ...change })).toThrow(words);
  });

  it.each([
    { WIRECASE_HOST: '0.0.0.0', WIRECASE_TLS_CERT: 'cert.pem', WIRECASE_TLS_KEY: 'key.pem' },
    { WIRECASE_HOST: '0.0.0.0', WIRECASE_TRUSTED_PROXY: '10.0.0.0/8, ::1' },
    { WIRECASE_HOST: '127.0.0.2' },
    { WIRECASE_HOST: '::1' },
    { WIRECASE_HOST: 'localhost' },
    { REDIS_URL: 'redis://:secret@redis.example:6379' },
  ])('takes %o', (change) => {
    expect(() => loadConfig({ ...least, ...change })).not.toThrow();
  });

  it('is shown without its secrets', () => {
    const shown = describeConfig(loadConfig({ ...least, REDIS_URL: 'redis://:hidden@127.0.0.1', WIRECASE_ADMIN_PASSWORD: 'also hidden' }));
    expect(shown).toContain('postgres://wirecase:***@127.0.0.1/wirecase');
    expect(shown).toContain('administrator password  given');
    expect(shown).not.toMatch(/secret|hidden/);
  });
});

it.each([
  ['127.0.0.1', true],
  ['127.8.8.8', true],
  ['[::1]', true],
  ['localhost', true],
  ['0.0.0.0', false],
  ['::', false],
  ['10.0.0.1', false],
  ['127.0.0.1.example.com', false],
])('whether %s is loopback: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});
