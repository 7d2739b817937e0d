import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { InterfaceDrops } from './interface-drops.ts';

test('drops of an interface are what its two counters grew by since they were looked at last', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'wirecase-drops-'));
  const drops = new InterfaceDrops('eth0', folder);
  const count = async (missed: number, fifo: number) => {
    await writeFile(join(folder, 'rx_missed_errors'), `${missed}\n`);
    await writeFile(join(folder, 'rx_fifo_errors'), `${fifo}\n`);
    return drops.more();
  };
  // What was lost before we captured is not ours.
  expect(await count(100, 5)).toBe(0);
  expect(await count(107, 6)).toBe(8);
  expect(await count(107, 6)).toBe(0);
  // The interface was made anew.
  expect(await count(2, 0)).toBe(0);
  expect(await count(3, 0)).toBe(1);
  await rm(folder, { recursive: true });
  expect(await drops.more()).toBe(0);
});

test('an interface without counters drops nothing that is known', async () => {
  expect(await new InterfaceDrops('no-such-interface').more()).toBe(0);
});
