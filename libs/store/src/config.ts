/**
 * Every setting of every process, read from the environment once and checked as a whole, so that a wrong value is a start that fails with
 * its name and not a surprise later.
 */
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { WirecaseError } from '@wirecase/contract';
import { z } from 'zod';

const mebibyte = 1024 * 1024;

/** An empty variable counts as not given: shells and unit files cannot always leave one out. */
const setting = <T extends z.ZodType>(schema: T) => z.preprocess((value) => (value === '' ? undefined : value), schema);

const wholeNumber = (least: number, most: number) =>
  z.coerce
    .number({ error: 'must be a number' })
    .int('must be a whole number')
    .min(least, `must be at least ${least}`)
    .max(most, `must be at most ${most}`);

const urlWith = (...protocols: string[]) =>
  z.string({ error: 'is not set' }).refine((text) => protocols.includes(URL.parse(text)?.protocol ?? ''), {
    error: `must be an address that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
  });

const environmentSchema = z.object({
  DATABASE_URL: setting(urlWith('postgres:', 'postgresql:')),
  REDIS_URL: setting(urlWith('redis:', 'rediss:')),
  WIRECASE_DATA: setting(z.string().default('.wirecase')),
  WIRECASE_HOST: setting(z.string().default('127.0.0.1')),
  WIRECASE_PORT: setting(wholeNumber(0, 65535).default(8080)),
  WIRECASE_ADMIN_PASSWORD: setting(z.string().min(8, 'must have at least 8 characters').optional()),
  WIRECASE_CAPTURE_INTERFACE: setting(z.string().max(64).optional()),
  WIRECASE_CAPTURE_FILTER: setting(z.string().max(4096).optional()),
  WIRECASE_SENSOR_ONLY: setting(z.enum(['0', '1'], { error: 'must be 0 or 1' }).default('0')),
  WIRECASE_RING_FILE_SIZE_MB: setting(wholeNumber(1, 4096).default(100)),
  WIRECASE_RING_FILE_SECONDS: setting(wholeNumber(1, 86_400).default(60)),
  WIRECASE_RING_BUDGET_MB: setting(wholeNumber(2, 1024 * 1024 * 1024).default(10_240)),
  WIRECASE_INGEST_CONCURRENCY: setting(wholeNumber(1, 64).default(2)),
  WIRECASE_PARSER_MEMORY_MB: setting(wholeNumber(256, 1024 * 1024).default(2048)),
  WIRECASE_PARSER_SILENCE_SECONDS: setting(wholeNumber(1, 3600).default(60)),
  WIRECASE_COMMUNITY_ID_SEED: setting(wholeNumber(0, 65_535).default(0)),
  WIRECASE_LOG_LEVEL: setting(z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info')),
  WIRECASE_WATCH_DIR: setting(z.string().optional()),
  WIRECASE_TLS_CERT: setting(z.string().optional()),
  WIRECASE_TLS_KEY: setting(z.string().optional()),
  WIRECASE_TRUSTED_PROXY: setting(z.string().optional()),
  WIRECASE_WEBHOOK_ALLOW: setting(z.string().optional()),
  WIRECASE_MAX_UPLOAD_BYTES: setting(wholeNumber(1, Number.MAX_SAFE_INTEGER).optional()),
});

/** Names of every variable that `loadConfig` reads. */
export const settingNames: readonly string[] = Object.keys(environmentSchema.shape);

export interface Config {
  databaseUrl: string;
  redisUrl: string;
  /** Data directory, absolute. */
  dataDir: string;
  host: string;
  /** 0: any free port. */
  port: number;
  /** Makes `admin` on the first start instead of the set-up link. */
  adminPassword: string | null;
  /** Interface that the rotator captures from; null: it does not capture. */
  captureInterface: string | null;
  /** BPF filter of the rotator. */
  captureFilter: string | null;
  /** A machine of sensors only: its worker analyses their traffic and nothing that was uploaded elsewhere. */
  isSensorOnly: boolean;
  ring: { fileBytes: number; fileSeconds: number; budgetBytes: number };
  /** Captures that one worker parses at once. */
  ingestConcurrency: number;
  /** What a parser process may need before it is ended: memory, and time without a sign of life. */
  parser: { memoryBytes: number; silenceMs: number };
  /** Seed of the Community ID of flows. */
  communityIdSeed: number;
  logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  /** Watched folder, absolute. */
  watchDir: string;
  tls: { certFile: string; keyFile: string } | null;
  /** Addresses or networks of the proxies whose X-Forwarded-* headers are believed; empty: none. */
  trustedProxies: string[];
  /** Private networks that webhooks may reach nevertheless; empty: none. */
  webhookAllow: string[];
  /** Largest file taken; null: the free disk less the watermark. */
  maxUploadBytes: number | null;
}

/**
 * The checked settings. Throws `config.invalid` with one line for every wrong variable; values of secret ones are never repeated.
 * Plain HTTP is only for loopback: any other host needs TLS files or a named trusted proxy.
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const parsed = environmentSchema.safeParse(env);
  const problems = parsed.success
    ? placementProblems(parsed.data)
    : parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
  if (!parsed.success || problems.length > 0) throw new WirecaseError('config.invalid', problems.join('\n'));
  const values = parsed.data;
  const dataDir = resolve(values.WIRECASE_DATA);
  return {
    databaseUrl: values.DATABASE_URL,
    redisUrl: values.REDIS_URL,
    dataDir,
    host: values.WIRECASE_HOST,
    port: values.WIRECASE_PORT,
    adminPassword: values.WIRECASE_ADMIN_PASSWORD ?? null,
    captureInterface: values.WIRECASE_CAPTURE_INTERFACE ?? null,
    captureFilter: values.WIRECASE_CAPTURE_FILTER ?? null,
    isSensorOnly: values.WIRECASE_SENSOR_ONLY === '1',
    ring: {
      fileBytes: values.WIRECASE_RING_FILE_SIZE_MB * mebibyte,
      fileSeconds: values.WIRECASE_RING_FILE_SECONDS,
      budgetBytes: values.WIRECASE_RING_BUDGET_MB * mebibyte,
    },
    ingestConcurrency: values.WIRECASE_INGEST_CONCURRENCY,
    parser: { memoryBytes: values.WIRECASE_PARSER_MEMORY_MB * mebibyte, silenceMs: values.WIRECASE_PARSER_SILENCE_SECONDS * 1000 },
    communityIdSeed: values.WIRECASE_COMMUNITY_ID_SEED,
    logLevel: values.WIRECASE_LOG_LEVEL,
    watchDir: values.WIRECASE_WATCH_DIR ? resolve(values.WIRECASE_WATCH_DIR) : join(dataDir, 'watch'),
    tls:
      values.WIRECASE_TLS_CERT && values.WIRECASE_TLS_KEY
        ? { certFile: resolve(values.WIRECASE_TLS_CERT), keyFile: resolve(values.WIRECASE_TLS_KEY) }
        : null,
    trustedProxies: proxiesOf(values.WIRECASE_TRUSTED_PROXY),
    webhookAllow: proxiesOf(values.WIRECASE_WEBHOOK_ALLOW),
    maxUploadBytes: values.WIRECASE_MAX_UPLOAD_BYTES ?? null,
  };
}

/** What two settings say of each other. */
function placementProblems(values: z.infer<typeof environmentSchema>): string[] {
  const problems: string[] = [];
  if (Boolean(values.WIRECASE_TLS_CERT) !== Boolean(values.WIRECASE_TLS_KEY))
    problems.push('WIRECASE_TLS_CERT and WIRECASE_TLS_KEY are needed together');
  for (const proxy of proxiesOf(values.WIRECASE_TRUSTED_PROXY)) {
    if (!isNetwork(proxy)) problems.push(`WIRECASE_TRUSTED_PROXY must list addresses or networks; "${proxy}" is neither`);
  }
  for (const network of proxiesOf(values.WIRECASE_WEBHOOK_ALLOW)) {
    if (!isNetwork(network)) problems.push(`WIRECASE_WEBHOOK_ALLOW must list addresses or networks; "${network}" is neither`);
  }
  if (!isLoopback(values.WIRECASE_HOST) && !values.WIRECASE_TLS_CERT && !values.WIRECASE_TRUSTED_PROXY) {
    problems.push(
      `WIRECASE_HOST ${values.WIRECASE_HOST} can be reached from other machines, and passwords would travel in clear text: ` +
        'give WIRECASE_TLS_CERT and WIRECASE_TLS_KEY, or name the proxy that ends TLS in WIRECASE_TRUSTED_PROXY, or use 127.0.0.1',
    );
  }
  if (values.WIRECASE_RING_BUDGET_MB < 2 * values.WIRECASE_RING_FILE_SIZE_MB) {
    problems.push('WIRECASE_RING_BUDGET_MB must hold at least two files of WIRECASE_RING_FILE_SIZE_MB');
  }
  const redis = new URL(values.REDIS_URL);
  if (redis.password === '' && !isLoopback(redis.hostname))
    problems.push(`REDIS_URL: Redis on ${redis.hostname} needs a password; without one only loopback is allowed`);
  return problems;
}

function proxiesOf(text: string | undefined): string[] {
  return (text ?? '').split(/[\s,]+/).filter((part) => part !== '');
}

function isNetwork(text: string): boolean {
  const [address, prefix, ...rest] = text.split('/');
  const version = isIP(address ?? '');
  if (version === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128));
}

/** Whether the host name can only be reached from this machine. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '');
  return bare === 'localhost' || bare === '::1' || (isIP(bare) === 4 && bare.startsWith('127.'));
}

/** The effective settings as `name  value` lines for the log; passwords are masked. */
export function describeConfig(config: Config): string {
  const rows: [string, string][] = [
    ['database', withoutPassword(config.databaseUrl)],
    ['redis', withoutPassword(config.redisUrl)],
    ['data directory', config.dataDir],
    ['listening on', `${config.tls ? 'https' : 'http'}://${isIP(config.host) === 6 ? `[${config.host}]` : config.host}:${config.port}`],
    ['trusted proxies', config.trustedProxies.join(', ') || 'none'],
    ['private webhooks', config.webhookAllow.join(', ') || 'none'],
    ['watched folder', config.watchDir],
    ['largest upload', config.maxUploadBytes === null ? 'the free disk less the watermark' : `${config.maxUploadBytes} bytes`],
    ['capture interface', config.captureInterface ?? 'none'],
    ['capture filter', config.captureFilter ?? 'none'],
    [
      'ring files',
      `${config.ring.fileBytes / mebibyte} MiB or ${config.ring.fileSeconds} s each, ${config.ring.budgetBytes / mebibyte} MiB in all`,
    ],
    [
      'parsers',
      `${config.ingestConcurrency} at once, ${config.parser.memoryBytes / mebibyte} MiB each, ended after ${config.parser.silenceMs / 1000} s of silence`,
    ],
    ['log level', config.logLevel],
    ['administrator password', config.adminPassword === null ? 'not given' : 'given'],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

function withoutPassword(address: string): string {
  const url = new URL(address);
  if (url.password !== '') url.password = '***';
  return url.href;
}
