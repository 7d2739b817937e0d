/**
 * `npm run bench stages CAPTURE [ROUNDS]`: throughput of the engine in growing parts, in one warm process; stages interleaved, median of
 * the rounds, CPU seconds beside wall, peak RSS.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from './bundle.ts';
import type { StageResult } from './stages.ts';

const [path, rounds = '5'] = process.argv.slice(2);
if (!path) throw new Error('Usage: npm run bench stages CAPTURE [ROUNDS]');

const directory = mkdtempSync(join(tmpdir(), 'bench-'));
const { runStage, stagesOf } = (await import(
  await bundle(join(import.meta.dirname, 'stages.ts'), directory)
)) as typeof import('./stages.ts');
rmSync(directory, { recursive: true });

const results: Record<string, (StageResult & { wall: number; cpu: number })[]> = {};
for (let round = 0; round < Number(rounds); round++) {
  for (const name of Object.keys(stagesOf)) {
    const cpu = process.cpuUsage();
    const start = process.hrtime.bigint();
    const result = runStage(name, path);
    const wall = Number(process.hrtime.bigint() - start) / 1e9;
    const used = process.cpuUsage(cpu);
    (results[name] ??= []).push({ ...result, wall, cpu: (used.user + used.system) / 1e6 });
  }
}
for (const [name, runs] of Object.entries(results)) {
  const { wall, cpu, packets, rows } = runs.sort((a, b) => a.wall - b.wall)[runs.length >> 1]!;
  const rate = (packets / wall / 1e6).toFixed(2);
  console.log(`${name.padEnd(18)} ${wall.toFixed(3)} s  ${cpu.toFixed(3)} s CPU  ${rate} M packets/s  ${packets} packets  ${rows} rows`);
}
console.log(`peak RSS ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB, Node ${process.version}`);
