/**
 * Who may import whom (DESIGN.md). Each rule is proved by a planted violation in scripts/lib/checks/dependency-rules.spec.ts.
 */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ranks = [['contract'], ['pcap-parser', 'decode', 'query'], ['flow', 'protocols'], ['detect'], ['engine'], ['store', 'tshark']];
const cores = ranks.slice(0, 5).flat();
const apps = ['apps/api', 'apps/worker', 'apps/web', 'apps/cli', 'capture-rotator'];
const tests = ['\\.(spec|fixture)\\.ts$', '\\.bench\\.ts$', '^e2e/', '^libs/testkit/'];

/** What a lib names in the `exports` of its package.json. */
const entryFiles = globSync('libs/*/package.json', { cwd: import.meta.dirname }).flatMap((path) => {
  const { exports } = JSON.parse(readFileSync(join(import.meta.dirname, path), 'utf8'));
  return Object.values(typeof exports === 'string' ? [exports] : exports).map((file) => `^${join(dirname(path), file)}$`);
});

/**
 * @param {string} name
 * @param {string} comment
 * @param {object} from
 * @param {object} to
 */
const rule = (name, comment, from, to) => ({ name, comment, severity: /** @type {const} */ ('error'), from, to });

const lowerRanksOnly = ranks.flatMap((libs, rank) =>
  libs.map((lib) => {
    const allowed = ranks.slice(0, rank).flat();
    return rule(
      `rank-of-${lib}`,
      `${lib} has rank ${rank}: it may import ${allowed.join(', ') || 'no other lib'}.`,
      { path: `^libs/${lib}/`, pathNot: tests },
      { path: '^libs/', pathNot: [lib, ...allowed].map((name) => `^libs/${name}/`) },
    );
  }),
);

const nobodyImportsAnApp = apps.map((app) =>
  rule(`app-${app.replace('/', '-')}`, 'Nobody imports an app.', { pathNot: `^${app}/` }, { path: `^${app}/` }),
);

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    rule('no-cycles', 'Modules that import each other cannot be read one after the other.', {}, { circular: true }),
    rule('no-unresolvable', 'The import leads nowhere.', {}, { couldNotResolve: true }),
    rule(
      'cores-are-pure',
      'Cores import nothing from Node or npm: the platform is given to them.',
      { path: `^libs/(${cores.join('|')})/`, pathNot: tests },
      { pathNot: '^libs/' },
    ),
    ...lowerRanksOnly,
    rule(
      'libs-by-their-entry',
      'Another lib is imported by its entry file only.',
      { path: '^libs/([^/]+)/' },
      { path: '^libs/', pathNot: ['^libs/$1/', ...entryFiles] },
    ),
    rule(
      'libs-by-their-entry-from-outside',
      'A lib is imported by its entry file only.',
      { pathNot: '^libs/' },
      { path: '^libs/', pathNot: entryFiles },
    ),
    rule(
      'protocols-apart',
      'A protocol never imports another; what two share lives in common.',
      { path: '^libs/protocols/src/([^/]+)/' },
      { path: '^libs/protocols/src/[^/]+/', pathNot: ['^libs/protocols/src/$1/', '^libs/protocols/src/common/'] },
    ),
    rule(
      'detectors-apart',
      'A detector never imports another.',
      { path: '^libs/detect/src/([^/]+)/' },
      { path: '^libs/detect/src/[^/]+/', pathNot: '^libs/detect/src/$1/' },
    ),
    rule(
      'web-sees-contract-and-query',
      'The browser gets contract and query only.',
      { path: '^apps/web/' },
      { path: '^(libs|migrations|scripts|e2e|capture-rotator)/', pathNot: '^libs/(contract|query)/' },
    ),
    ...nobodyImportsAnApp,
    rule('testkit-in-tests', 'testkit is for tests.', { pathNot: tests }, { path: '^libs/testkit/' }),
    rule(
      'typeorm-in-store',
      'TypeORM stays in store and migrations: everything else asks store.',
      { pathNot: '^(libs/store|migrations)/' },
      { path: 'node_modules/typeorm/' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    // Imports of types count: they are dependencies for the reader.
    tsPreCompilationDeps: true,
  },
};
