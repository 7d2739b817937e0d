import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { node24, root } from '../../bootstrap/modules.mjs';
import { dyingWithUs } from '../servers/launcher.ts';
import { tallyOf, type Tally } from './tally.ts';

const bin = join(root, 'node_modules', '.bin');

/** Run a project of vitest.config.ts, or only the files of it whose path holds one of `filters`. */
export function runVitest(project: string, report: string, env: NodeJS.ProcessEnv, filters: readonly string[] = []): Promise<Tally> {
  const program = join(root, 'node_modules/vitest/vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  return runTests([program, 'run', '--project', project, ...reporters, ...filters], report, env);
}

/** Run the web app's own tests, which Angular compiles. */
export function runAngularTests(report: string, env: NodeJS.ProcessEnv): Promise<Tally> {
  const program = join(root, 'node_modules/@angular/cli/bin/ng.js');
  const reporters = ['--reporters=default', '--reporters=json', `--output-file=${report}`];
  return runTests([program, 'test', '--watch=false', '--progress=false', ...reporters], report, { ...env, NG_CLI_ANALYTICS: 'false' });
}

async function runTests(args: readonly string[], report: string, env: NodeJS.ProcessEnv): Promise<Tally> {
  const { command, args: all } = dyingWithUs('SIGTERM', [node24, ...args]);
  const path = `${existsSync(bin) ? `${bin}:` : ''}${env['PATH'] ?? ''}`;
  const child = spawn(command, all, { cwd: root, env: { ...env, PATH: path }, stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = (await once(child, 'exit')) as [number | null];
  return tallyOf(report, code);
}
