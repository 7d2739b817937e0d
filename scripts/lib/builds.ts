/** What is built, from what, and whether it still is up to date. */
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { node24, root } from '../bootstrap/modules.mjs';
import { run } from '../bootstrap/run.mjs';

interface Build {
  name: string;
  /** Globs of everything it depends on. */
  sources: readonly string[];
  /** Files it makes. */
  results: readonly string[];
  command: readonly string[];
}

const shared = ['package-lock.json', 'tsconfig.base.json'];

export const builds: readonly Build[] = [
  {
    name: 'services',
    sources: [
      ...shared,
      ...['nest-cli.json', 'rspack.config.mjs', 'scripts/lib/one-scope.ts', 'tsconfig.apps.json'],
      ...['libs/*/package.json', 'libs/*/src/**/*.ts', 'migrations/*.ts', 'capture-rotator/**/*.ts', 'apps/{api,worker}/src/**/*'],
    ],
    results: [
      ...['dist/apps/api/main.js', 'dist/apps/api/lists/import-thread.js', 'dist/apps/worker/main.js', 'dist/capture-rotator/main.js'],
      ...['dist/apps/worker/ingest/parse-child.js', 'dist/apps/worker/live/live-child.js'],
    ],
    command: ['node_modules/@nestjs/cli/bin/nest.js', 'build', 'api', 'worker', 'capture-rotator'],
  },
  {
    name: 'web',
    sources: [...shared, 'angular.json', 'apps/web/**/*', 'libs/{contract,query}/**/*.ts'],
    results: ['dist/web/browser/index.html'],
    command: ['node_modules/@angular/cli/bin/ng.js', 'build'],
  },
];

/** Build it when its sources differ from those of the last build. Answers whether it did. */
export async function buildIfChanged(build: Build): Promise<boolean> {
  const stampFile = join(root, 'dist', 'stamps', build.name);
  const stamp = stampOf(build.sources);
  const isCurrent = existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp;
  if (isCurrent && build.results.every((path) => existsSync(join(root, path)))) return false;
  await run(node24, build.command, {
    what: `Building ${build.name}`,
    log: join(root, 'dist', 'logs', `build-${build.name}.log`),
    cwd: root,
    env: { ...process.env, NG_CLI_ANALYTICS: 'false', NO_COLOR: '1' },
  });
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, stamp);
  return true;
}

/** Digest of the sources' names and contents, and of the place: bundles name the folder of their sources. */
function stampOf(globs: readonly string[]): string {
  const hash = createHash('sha256').update(root);
  const files = globSync([...globs], { cwd: root, exclude: ['**/*.spec.ts'], withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of files) hash.update(`\0${file}\0`).update(readFileSync(file));
  return hash.digest('hex');
}
