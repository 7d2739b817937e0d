/**
 * Our records beside what tshark reads, value by value: `npm run bench fields FOLDER [PART]`. Every field that has a Wireshark name, of
 * all captures in FOLDER up to 4 MB whose path contains PART. A value is compared within its conversation, and in captures where both
 * know the field's protocol. Prints for each field how many values both have, how many one has alone, and examples of these.
 */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { rowToLine } from '@wirecase/contract';
import { compared, opinion, tsharkOpinions } from '../baseline/opinions.ts';
import { captureRows } from './capture-rows.ts';

const MAX_BYTES = 4_000_000;
/** Values shown of those that one has alone. */
const EXAMPLES = 6;

const [folder, part = ''] = process.argv.slice(2);
if (!folder) {
  process.stderr.write('Usage: npm run bench fields FOLDER [PART]\n');
  process.exit(2);
}

const counts = compared.map(() => ({ both: 0, ours: [] as string[], theirs: [] as string[] }));
const paths = (await readdir(folder, { recursive: true })).filter((path) => path.includes(part)).sort();
for (const path of paths) {
  const { isFile, size } = await stat(join(folder, path)).then((found) => ({ isFile: found.isFile(), size: found.size }));
  if (isFile && size <= MAX_BYTES) await compare(path);
}
report();

async function compare(path: string): Promise<void> {
  // What is no capture has no rows, and tshark ends at what it cannot read.
  const rows = await captureRows(join(folder!, path), rowToLine).catch(() => new Map<string, string[]>());
  const theirs = rows.size > 0 ? await tsharkOpinions(join(folder!, path), []).catch(() => null) : null;
  if (theirs === null) return;
  for (const [i, { types, field }] of compared.entries()) {
    const ourPairs = new Set(
      opinion(
        types.flatMap((type) => rows.get(type.name) ?? []),
        field,
      ),
    );
    const theirPairs = new Set(theirs.get(field));
    const count = counts[i]!;
    for (const pair of ourPairs) {
      if (theirPairs.delete(pair)) count.both++;
      else count.ours.push(`${path}  ${pair}`);
    }
    for (const pair of theirPairs) count.theirs.push(`${path}  ${pair}`);
  }
}

function report(): void {
  process.stdout.write(`${'field'.padEnd(44)}${'both'.padStart(8)}${'ours'.padStart(8)}${'tshark'.padStart(8)}\n`);
  for (const [i, { field }] of compared.entries()) {
    const { both, ours, theirs } = counts[i]!;
    process.stdout.write(
      `${field.name.padEnd(44)}${[both, ours.length, theirs.length].map((count) => String(count).padStart(8)).join('')}\n`,
    );
  }
  for (const [i, { field }] of compared.entries()) {
    for (const [who, pairs] of Object.entries({ ours: counts[i]!.ours, tshark: counts[i]!.theirs }))
      for (const pair of pairs.slice(0, EXAMPLES)) process.stdout.write(`${field.name}  only ${who}  ${pair}\n`);
  }
}
