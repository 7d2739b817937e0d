/**
 * The baselines are the specification: every trace must give exactly the rows in e2e/baseline/<trace>. When a change of rows is meant,
 * `npm run golden` rewrites them and `git diff` is the review.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { baselineDirectory, baselineName, traceNames, traceRows } from './rows.ts';

const traces = await traceNames();

describe('the traces', () => {
  it('are there', () => {
    expect(traces.length).toBeGreaterThan(0);
  });

  it('and the baselines are the same set', async () => {
    const folders = (await readdir(baselineDirectory, { withFileTypes: true })).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).sort()).toEqual(traces.map(baselineName).sort());
  });
});

describe.each(traces)('%s', (trace) => {
  it('gives the rows of its baseline and conserves its packets', async () => {
    const directory = join(baselineDirectory, baselineName(trace));
    const { files } = await traceRows(trace);
    expect([...files.keys()].map((record) => `${record}.ndjson`).sort()).toEqual((await readdir(directory)).sort());
    for (const [record, text] of files) {
      expect(readable(text), record).toEqual(readable(await readFile(join(directory, `${record}.ndjson`), 'utf8')));
    }
  });
});

/** Objects, so that a difference is shown by field. */
function readable(ndjson: string): unknown[] {
  return ndjson
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as unknown);
}
