#!/usr/bin/env node
// Runs on whatever Node there is: the sources need Node 24, which the npm package `node` brings.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const requiredMajor = 24;

if (Number(process.versions.node.split('.')[0]) >= requiredMajor) {
  // More than half of a start is stripping types and compiling: kept where the user's programs keep such things, if there is such a place.
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  if (existsSync(cache)) enableCompileCache(join(cache, 'wirecase'));
  const { run } = await import(main);
  process.exitCode = await run(process.argv.slice(2));
} else {
  const node = fileURLToPath(new URL('../../../node_modules/node/bin/node', import.meta.url));
  if (!existsSync(node)) {
    console.error(`wirecase needs Node ${requiredMajor}, this is ${process.version}. Run npm install in the repository first.`);
    process.exit(1);
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (signal === 'SIGINT' ? 2 : signal === 'SIGKILL' ? 9 : 15);
  });
}
