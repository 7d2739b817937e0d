import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { brokenRules } from './dependency-rules.ts';

const libs = ['contract', 'pcap-parser', 'decode', 'query', 'flow', 'protocols', 'detect', 'engine', 'store', 'tshark', 'testkit'];
const folders: string[] = [];

/** A repository with every lib, one npm package and these files, by path. */
function repository(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'wirecase-rules-'));
  folders.push(folder);
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write('package.json', '{"type":"module"}');
  for (const name of ['typeorm', 'zod']) {
    write(`node_modules/${name}/package.json`, `{"name":"${name}","exports":"./index.js"}`);
    write(`node_modules/${name}/index.js`, 'export const x = 1;');
  }
  mkdirSync(join(folder, 'node_modules/@wirecase'));
  for (const lib of libs) {
    write(`libs/${lib}/package.json`, `{"name":"@wirecase/${lib}","exports":"./src/index.ts"}`);
    write(`libs/${lib}/src/index.ts`, 'export const x = 1;');
    symlinkSync(join(folder, 'libs', lib), join(folder, 'node_modules/@wirecase', lib));
  }
  for (const [path, text] of Object.entries(files)) write(path, text);
  return folder;
}

const importing = (...names: string[]) => names.map((name, index) => `import { x as x${index} } from '${name}';\nx${index};\n`).join('');

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

describe('a planted violation is found', () => {
  it.each<[string, string, Record<string, string>]>([
    [
      'no-cycles',
      'two modules import each other',
      {
        'libs/flow/src/a.ts': `${importing('./b.ts')} export const x = 1;`,
        'libs/flow/src/b.ts': `${importing('./a.ts')} export const x = 1;`,
      },
    ],
    ['no-unresolvable', 'an import leads nowhere', { 'apps/api/src/main.ts': importing('./gone.ts') }],
    ['cores-are-pure', 'a core imports Node', { 'libs/decode/src/a.ts': "import { readFileSync } from 'node:fs';\nreadFileSync;" }],
    ['cores-are-pure', 'a core imports npm', { 'libs/query/src/a.ts': importing('zod') }],
    [
      'cores-are-pure',
      'a core imports a type of Node',
      { 'libs/engine/src/a.ts': "import type { Stats } from 'node:fs';\nexport type A = Stats;" },
    ],
    [
      'cores-are-pure',
      'a core imports a script',
      { 'libs/contract/src/a.ts': importing('../../../scripts/a.ts'), 'scripts/a.ts': 'export const x = 1;' },
    ],
    ['rank-of-contract', 'rank 0 imports rank 1', { 'libs/contract/src/a.ts': importing('@wirecase/decode') }],
    ['rank-of-decode', 'rank 1 imports its own rank', { 'libs/decode/src/a.ts': importing('@wirecase/pcap-parser') }],
    ['rank-of-protocols', 'rank 2 imports its own rank', { 'libs/protocols/src/a.ts': importing('@wirecase/flow') }],
    ['rank-of-flow', 'rank 2 imports rank 3', { 'libs/flow/src/a.ts': importing('@wirecase/detect') }],
    ['rank-of-detect', 'rank 3 imports rank 4', { 'libs/detect/src/a.ts': importing('@wirecase/engine') }],
    ['rank-of-engine', 'rank 4 imports rank 5', { 'libs/engine/src/a.ts': importing('@wirecase/store') }],
    ['rank-of-store', 'rank 5 imports its own rank', { 'libs/store/src/a.ts': importing('@wirecase/tshark') }],
    [
      'libs-by-their-entry',
      'a lib imports the inside of another',
      { 'libs/engine/src/a.ts': importing('../../flow/src/slot.ts'), 'libs/flow/src/slot.ts': 'export const x = 1;' },
    ],
    [
      'libs-by-their-entry-from-outside',
      'an app imports the inside of a lib',
      { 'apps/api/src/main.ts': importing('../../../libs/store/src/pool.ts'), 'libs/store/src/pool.ts': 'export const x = 1;' },
    ],
    [
      'protocols-apart',
      'a protocol imports another',
      { 'libs/protocols/src/dns/a.ts': importing('../tls/b.ts'), 'libs/protocols/src/tls/b.ts': 'export const x = 1;' },
    ],
    [
      'protocols-apart',
      'what protocols share imports a protocol',
      { 'libs/protocols/src/common/a.ts': importing('../tls/b.ts'), 'libs/protocols/src/tls/b.ts': 'export const x = 1;' },
    ],
    [
      'detectors-apart',
      'a detector imports another',
      { 'libs/detect/src/beacon/a.ts': importing('../flood/b.ts'), 'libs/detect/src/flood/b.ts': 'export const x = 1;' },
    ],
    ['web-sees-contract-and-query', 'the web app imports the engine', { 'apps/web/src/main.ts': importing('@wirecase/engine') }],
    [
      'app-apps-api',
      'the worker imports the API',
      { 'apps/worker/src/main.ts': importing('../../api/src/a.ts'), 'apps/api/src/a.ts': 'export const x = 1;' },
    ],
    [
      'app-capture-rotator',
      'a lib imports the rotator',
      { 'libs/store/src/a.ts': importing('../../../capture-rotator/src/a.ts'), 'capture-rotator/src/a.ts': 'export const x = 1;' },
    ],
    [
      'app-apps-cli',
      'a test imports the command line',
      { 'e2e/api/a.spec.ts': importing('../../apps/cli/src/a.ts'), 'apps/cli/src/a.ts': 'export const x = 1;' },
    ],
    ['testkit-in-tests', 'a program imports testkit', { 'apps/worker/src/main.ts': importing('@wirecase/testkit') }],
    ['typeorm-in-store', 'the API imports TypeORM', { 'apps/api/src/main.ts': importing('typeorm') }],
  ])('%s: %s', async (rule, _what, files) => {
    const broken = await brokenRules(repository(files));
    expect(broken.map((line) => line.split(':')[0])).toContain(rule);
  });
});

describe('what is allowed passes', () => {
  it('lower ranks by name, common code of protocols, testkit in a spec, TypeORM in store, npm and Node in shells', async () => {
    const broken = await brokenRules(
      repository({
        'libs/engine/src/a.ts': importing('@wirecase/contract', '@wirecase/flow', '@wirecase/detect'),
        'libs/engine/src/a.spec.ts': importing('@wirecase/testkit', 'node:fs'),
        'libs/protocols/src/dns/a.ts': importing('../common/b.ts', './c.ts'),
        'libs/protocols/src/common/b.ts': 'export const x = 1;',
        'libs/protocols/src/dns/c.ts': 'export const x = 1;',
        'libs/store/src/a.ts': importing('typeorm', 'zod', '@wirecase/engine'),
        'apps/api/src/main.ts': importing('@wirecase/store', 'zod', 'node:http'),
        'apps/web/src/main.ts': importing('@wirecase/contract', '@wirecase/query'),
      }),
    );
    expect(broken).toEqual([]);
  });
});
