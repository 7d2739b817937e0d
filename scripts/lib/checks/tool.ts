import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { node24, root } from '../../bootstrap/modules.mjs';
import { dyingWithUs } from '../servers/launcher.ts';

/** Run a program of node_modules or of ours on Node 24; answers what it printed when it failed, nothing when all is well. */
export async function complaintsOf(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string[]> {
  const { command, args: all } = dyingWithUs('SIGTERM', [node24, join(root, program), ...args]);
  const child = spawn(command, all, { cwd: root, env: { ...process.env, NO_COLOR: '1', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, errors, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.once('exit', resolve)),
  ]);
  if (code === 0) return [];
  const lines = `${output}${errors}`.split('\n').filter((line) => line.trim() !== '');
  return lines.length > 0 ? lines : [`${program} ended with ${code}`];
}
