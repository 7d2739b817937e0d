/** `npm run golden`: writes the rows of every trace in e2e/traces into e2e/baseline. Review with `git diff e2e/baseline`. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { baselineDirectory, baselineName, traceNames, traceRows } from '../e2e/baseline/rows.ts';

const traces = await traceNames();
const wanted = new Set(traces.map(baselineName));
for (const entry of await readdir(baselineDirectory, { withFileTypes: true })) {
  if (entry.isDirectory() && !wanted.has(entry.name)) await rm(join(baselineDirectory, entry.name), { recursive: true });
}
for (const trace of traces) {
  const directory = join(baselineDirectory, baselineName(trace));
  const { files, summary } = await traceRows(trace);
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory);
  for (const [record, text] of files) await writeFile(join(directory, `${record}.ndjson`), text);
  console.log(`${baselineName(trace)}: ${summary.packets} packets, ${[...files.keys()].join(', ')}`);
}
console.log(`${traces.length} traces written to e2e/baseline.`);
