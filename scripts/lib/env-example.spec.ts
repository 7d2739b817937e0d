import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig, settingNames } from '@wirecase/store';
import { describe, expect, it } from 'vitest';
import { root } from '../bootstrap/modules.mjs';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const namesIn = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map((match) => match[1]!);

/** `# NAME=value` lines, by name. */
const example = Object.fromEntries(
  [...read('.env.example').matchAll(/^# ([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(([, name, value]) => [name!, value!]),
);

/** Variables of ours that programs and tests read themselves, and those of the servers in docker-compose.yml. */
function otherNames(): string[] {
  const sources = globSync(['scripts/**/*.{ts,mjs}', 'apps/{api,worker,cli}/src/**/*.ts', 'capture-rotator/src/**/*.ts', 'e2e/**/*.ts'], {
    cwd: root,
  });
  const own = /\benv(?:\.|\[')((?:WIRECASE_|DATABASE_URL|REDIS_URL)\w*)/g;
  return [...sources.flatMap((path) => namesIn(read(path), own)), ...namesIn(read('docker-compose.yml'), /\$\{(\w+)/g)];
}

describe('.env.example', () => {
  it('has every variable that something reads, and no other', () => {
    expect(Object.keys(example).sort()).toEqual([...new Set([...settingNames, ...otherNames()])].sort());
  });

  it('has each variable once', () => {
    const names = namesIn(read('.env.example'), /^#? ?([A-Z][A-Z0-9_]*)=/gm);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  it('shows the defaults', () => {
    const servers = { DATABASE_URL: 'postgres://127.0.0.1/wirecase', REDIS_URL: 'redis://127.0.0.1' };
    expect(loadConfig({ ...example, ...servers })).toEqual(loadConfig(servers));
  });

  it('leaves only settings without a default empty', () => {
    const optional = ['ADMIN_PASSWORD', 'CAPTURE_FILTER', 'CAPTURE_INTERFACE', 'MAX_UPLOAD_BYTES', 'TLS_CERT', 'TLS_KEY', 'TRUSTED_PROXY'];
    const empty = settingNames.filter((name) => example[name] === '').sort();
    expect(empty).toEqual([
      'DATABASE_URL',
      'REDIS_URL',
      ...[...optional, 'WATCH_DIR', 'WEBHOOK_ALLOW', 'YARA_RULES'].map((name) => `WIRECASE_${name}`),
    ]);
  });
});
