import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Settings } from '../settings.ts';
import { FinishedUploads, type Outcome } from './finished-uploads.ts';

const id = '0123456789abcdef0123456789abcdef';
const owner = 'ann';
let dataDir: string;
let uploads: FinishedUploads;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wirecase-finished-'));
  uploads = new FinishedUploads({ config: { dataDir } } as Settings);
  await uploads.removeOlderThan(0);
});
afterEach(() => rm(dataDir, { recursive: true }));

const put = (text: string) => writeFile(join(dataDir, 'uploads/finished', id), text);

describe('what became of an upload', () => {
  it.each<Outcome>([
    { owner, size: 5, captureIds: ['a', 'b'] },
    { owner, size: 5, captureIds: null, code: 'capture.empty', detail: 'It is empty.' },
  ])('is found as it was written', async (outcome) => {
    await uploads.write(id, outcome);
    expect(await uploads.find(id)).toEqual(outcome);
  });

  it('is found in the form of earlier versions', async () => {
    await put(JSON.stringify({ owner, size: 5, captureId: 'a' }));
    expect(await uploads.find(id)).toEqual({ owner, size: 5, captureIds: ['a'] });
    await put(JSON.stringify({ owner, size: 5, captureId: null, code: 'capture.empty', detail: 'It is empty.' }));
    expect(await uploads.find(id)).toEqual({ owner, size: 5, captureIds: null, code: 'capture.empty', detail: 'It is empty.' });
  });

  it('is unknown when nothing was written, or not to its end', async () => {
    expect(await uploads.find(id)).toBeNull();
    expect(await uploads.find('../../secret.key')).toBeNull();
    await put('{"owner":"an');
    expect(await uploads.find(id)).toBeNull();
  });

  it('is forgotten when it is old', async () => {
    await uploads.write(id, { owner, size: 5, captureIds: ['a'] });
    await uploads.removeOlderThan(60_000);
    expect(await uploads.find(id)).not.toBeNull();
    const before = Date.now() / 1000 - 61;
    await utimes(join(dataDir, 'uploads/finished', id), before, before);
    await uploads.removeOlderThan(60_000);
    expect(await readdir(join(dataDir, 'uploads/finished'))).toEqual([]);
  });
});
