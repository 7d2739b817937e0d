import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startTimeOf, takeLock } from './lock.mjs';

let folder: string;
let path: string;
let child: ChildProcess | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirecase-lock-'));
  path = join(folder, 'lock');
});
afterEach(() => {
  child?.kill('SIGKILL');
  child = null;
  rmSync(folder, { recursive: true });
});

function take(): number | 'taken' {
  const lock = takeLock(path);
  if ('holder' in lock) return lock.holder;
  lock.release();
  return 'taken';
}

test('a lock is taken once, and again when it was given back', () => {
  const lock = takeLock(path);
  expect(take()).toBe(process.pid);
  if ('release' in lock) lock.release();
  expect(take()).toBe('taken');
});

test('the lock of a process that is gone, or of an earlier one with the same id, is void', () => {
  writeFileSync(path, `${process.pid} 1\n`);
  expect(take()).toBe('taken');
  writeFileSync(path, '4194305 1\n');
  expect(take()).toBe('taken');
});

test('the lock of a process that was killed is void, although its parent has not noticed yet', async () => {
  // The shell becomes a program that never asks for its child.
  child = spawn('sh', ['-c', 'sleep 0.3 & exec sleep 60'], { stdio: 'ignore' });
  const children = () => readFileSync(`/proc/${child!.pid}/task/${child!.pid}/children`, 'utf8').trim();
  const pid = Number(await vi.waitUntil(children, 5_000));
  writeFileSync(path, `${pid} ${startTimeOf(pid)}\n`);
  expect(take()).toBe(pid);
  await vi.waitUntil(() => / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')), 5_000);
  expect(take()).toBe('taken');
});
