import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { isLeftOver, removeLeftovers } from './leftovers.ts';

const run = promisify(execFile);

test('names of runs that are over are told from those of runs that go on, and from all others', () => {
  const isAlive = (pid: number) => pid === 123;
  expect(['wc-77x', 'wc77y', 'wc77br', 'wcf77', 'wct77', 'wcu77', 'wc-77'].filter((name) => !isLeftOver(name, isAlive))).toEqual([]);
  expect(
    ['wc-123x', 'wc123br', 'wcu123', 'eth0', 'wc', 'wc77', 'wcd77', 'docker77', 'wc77-b'].filter((name) => isLeftOver(name, isAlive)),
  ).toEqual([]);
});

// Only root may make namespaces and interfaces.
describe.skipIf(process.getuid?.() !== 0)('what a killed run left', () => {
  test('is removed: its namespace, and the interface with its address, also while a process still lives in it', async () => {
    const dead = spawn('true');
    await once(dead, 'exit');
    const [namespace, link] = [`wcf${dead.pid}`, `wcu${dead.pid}`];
    await run('ip', ['netns', 'add', namespace]);
    await run('ip', ['link', 'add', link, 'type', 'veth', 'peer', 'name', 'link0', 'netns', namespace]);
    const within = spawn('ip', ['netns', 'exec', namespace, 'sleep', '60']);
    await removeLeftovers();
    within.kill();
    expect((await run('ip', ['netns', 'list'])).stdout).not.toContain(namespace);
    expect((await run('ip', ['link', 'show'])).stdout).not.toContain(link);
  });
});
