/** `npm run check` on Node 24: everything that a machine can judge without running the product. One line a check. */
import { root } from '../bootstrap/modules.mjs';
import { bannedCode } from './checks/banned-code.ts';
import { brokenRules } from './checks/dependency-rules.ts';
import { routesWithoutPermission } from './checks/route-permissions.ts';
import { stringKeysOfDetectors } from './checks/string-keys.ts';
import { complaintsOf } from './checks/tool.ts';
import { providePostgres } from './servers/index.ts';
import { onTemporaryDirectory } from './temporary.ts';

const modules = 'node_modules';
const shownComplaints = 40;

await onTemporaryDirectory(async (directory, parts) => {
  const database = providePostgres(directory, parts, { isDurable: false });
  // Its failure is told by the check that needs it.
  database.catch(() => undefined);
  const checks: [name: string, complaints: () => Promise<string[]>][] = [
    ['format', () => complaintsOf(`${modules}/prettier/bin/prettier.cjs`, ['--check', '--log-level=warn', '.'])],
    ['lint', () => complaintsOf(`${modules}/oxlint/bin/oxlint`, ['--format=unix', '--deny-warnings', '.'])],
    ['banned code', async () => bannedCode(root)],
    ['keys of detectors', async () => stringKeysOfDetectors(root)],
    ['route permissions', async () => routesWithoutPermission(root)],
    ['dependency rules', () => brokenRules(root)],
    ['dead code', () => complaintsOf(`${modules}/knip/bin/knip.js`, ['--no-progress', '--no-config-hints'])],
    ['types of libs', () => complaintsOf(`${modules}/typescript/bin/tsc`, ['-p', 'tsconfig.libs.json'])],
    ['types of services', () => complaintsOf(`${modules}/typescript/bin/tsc`, ['-p', 'tsconfig.apps.json'])],
    [
      'types of web',
      () => complaintsOf(`${modules}/@angular/compiler-cli/bundles/src/bin/ngc.js`, ['-p', 'apps/web/tsconfig.json', '--noEmit']),
    ],
    ['catalogue = tables', async () => complaintsOf('migrations/run.ts', ['--check'], { DATABASE_URL: (await database).value })],
    ['field reference', () => complaintsOf('scripts/fields-doc.ts', ['--check'])],
    ['planted violations', () => complaintsOf(`${modules}/vitest/vitest.mjs`, ['run', '--project', 'unit', 'scripts/lib/checks'])],
  ];
  let failed = 0;
  for (const [name, complaints] of checks) if (!(await passes(name, complaints))) failed++;
  console.log(`${checks.length - failed} passed, ${failed} failed`);
  return failed === 0;
});

async function passes(name: string, complaints: () => Promise<string[]>): Promise<boolean> {
  const begin = performance.now();
  const found = await complaints();
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  console.log(`  ${found.length === 0 ? 'ok  ' : 'FAIL'}  ${name.padEnd(20)} ${seconds.padStart(6)} s`);
  for (const line of found.slice(0, shownComplaints)) console.log(`        ${line}`);
  if (found.length > shownComplaints) console.log(`        ... and ${found.length - shownComplaints} more`);
  return found.length === 0;
}
