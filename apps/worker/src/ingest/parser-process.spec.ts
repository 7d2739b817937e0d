import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Parser, type ParserEnd } from './parser-process.ts';

const request = {
  attempt: { captureId: 'c', token: 't' },
  sha256: '00',
  entry: null,
  limits: { maxPlainBytes: 1, maxPackets: 1 },
  communityIdSeed: 0,
  enrichment: { manuf: '', geoIp: ['', ''] as const, mmdb: '' },
  policy: { settings: { version: 0, options: {}, allow: {}, assets: [] }, suppressions: [] },
};
const MEBIBYTE = 1024 * 1024;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parser-process-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function runEntry(entry: string, limits = {}, signal = new AbortController().signal): Promise<ParserEnd> {
  const parser = new Parser({ limits: { memoryBytes: 1024 * MEBIBYTE, silenceMs: 10_000, ...limits }, entry });
  try {
    return await parser.run(request, signal);
  } finally {
    parser.close();
  }
}

/** Run a child whose whole program is `script`. */
async function run(script: string, limits = {}, signal = new AbortController().signal): Promise<ParserEnd> {
  const entry = join(folder, `${Math.random()}.mjs`);
  await writeFile(entry, script);
  return runEntry(entry, limits, signal);
}

describe('a parser child', () => {
  test('gets the request, and its last word is the outcome', async () => {
    const script = `process.once('message', (request) =>
      process.send({ kind: 'outcome', outcome: { kind: 'failed', code: 'capture.empty', detail: request.attempt.token } }, () => process.disconnect()));`;
    expect(await run(script)).toEqual({ kind: 'failed', code: 'capture.empty', detail: 't' });
  });

  test.each([
    ['is ended by a signal', `process.kill(process.pid, 'SIGSEGV')`, /^it was ended by SIGSEGV$/],
    ['throws', `throw new TypeError('x is not a function')`, /^it exited with code 1: TypeError: x is not a function$/],
    ['exits without an outcome', `process.exit(0)`, /^it exited with code 0$/],
    ['cannot be found', null, /^it exited with code 1: Error: Cannot find module/],
  ])('that %s died, and the reason is told', async (_what, script, detail) => {
    const end = script === null ? await runEntry('/nowhere.mjs') : await run(script);
    expect(end).toMatchObject({ kind: 'died', detail: expect.stringMatching(detail) as string });
  });

  test('that gives no sign of life is ended', async () => {
    const end = await run(`process.once('message', () => { for (;;); })`, { silenceMs: 1_000 });
    expect(end).toMatchObject({ kind: 'died', detail: 'it gave no sign of life for 1 s' });
  });

  test('that says how far it is, lives', async () => {
    const script = `const timer = setInterval(() => process.send({ kind: 'progress', progress: {} }), 100);
      setTimeout(() => { clearInterval(timer); process.send({ kind: 'outcome', outcome: { kind: 'ready' } }, () => process.disconnect()); }, 2500);`;
    expect(await run(script, { silenceMs: 1_500 })).toEqual({ kind: 'ready' });
  });

  test('that takes too much memory outside its heap is ended', async () => {
    const script = `const kept = []; setInterval(() => kept.push(Buffer.alloc(20 * ${MEBIBYTE}, 1)), 50); process.on('message', () => {});`;
    const end = await run(script, { memoryBytes: 200 * MEBIBYTE });
    expect(end).toMatchObject({ kind: 'died', detail: 'it needed more than 200 MiB of memory' });
  });

  test('that fills its heap ends itself, and the reason is told', async () => {
    const end = await run(`const kept = []; for (;;) kept.push({ a: Math.random() });`, { memoryBytes: 200 * MEBIBYTE });
    expect(end).toMatchObject({ kind: 'died', detail: expect.stringMatching(/heap out of memory|more than 200 MiB/) as string });
  });

  test('is ended when the worker stops', async () => {
    const stopping = new AbortController();
    const end = run(`process.on('message', () => {})`, {}, stopping.signal);
    await sleep(200);
    stopping.abort();
    expect(await end).toEqual({ kind: 'stopped' });
  });

  test('is started ahead, and one that died while it waited is replaced', async () => {
    const entry = join(folder, 'once.mjs');
    const script = `import { writeFileSync } from 'node:fs';
      process.once('message', () => process.send({ kind: 'outcome', outcome: { kind: 'failed', code: 'capture.empty', detail: String(process.pid) } }, () => process.disconnect()));
      writeFileSync(${JSON.stringify(folder)} + '/once-' + process.pid, '');`;
    await writeFile(entry, script);
    const parser = new Parser({ limits: { memoryBytes: 1024 * MEBIBYTE, silenceMs: 10_000 }, entry });
    /** The child that was started and is none of these. */
    const startedBeside = (...known: string[]) =>
      vi.waitUntil(async () => {
        const pids = (await readdir(folder)).flatMap((name) => /^once-(\d+)$/.exec(name)?.[1] ?? []);
        return pids.find((pid) => !known.includes(pid));
      }, 5_000) as Promise<string>;
    const runOnce = async () => ((await parser.run(request, new AbortController().signal)) as { detail: string }).detail;

    parser.warm();
    const spare = await startedBeside();
    process.kill(Number(spare), 'SIGKILL');
    await vi.waitUntil(() => !existsSync(`/proc/${spare}`), 5_000);
    const used = await runOnce();
    expect(used).toMatch(/^\d+$/);
    expect(used).not.toBe(spare);
    const ahead = await startedBeside(spare, used);
    expect(await runOnce()).toBe(ahead);
    parser.close();
  });
});
