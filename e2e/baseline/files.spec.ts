/**
 * The files of the trace `files` are those that the programs at its ends had: e2e/traces/files.sha256 was written by the scenario from what
 * clients stored and servers received, without looking at the capture.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tracesDirectory, traceRows } from './rows.ts';

interface CarvedFile {
  file: { name?: string; hash?: { sha256: string } };
  wirecase: { file: { source_protocol: string; direction: string; complete: boolean; fault?: string } };
}

const moved = (await readFile(join(tracesDirectory, 'files.sha256'), 'utf8'))
  .trim()
  .split('\n')
  .map((line) => /^(\S+) (\S+) ([0-9a-f]{64}) (.+)$/.exec(line)!.slice(1) as [string, string, string, string]);
const { files } = await traceRows('files.pcap');
const carved = files
  .get('file')!
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as CarvedFile);

describe('what went over the network', () => {
  it.each(moved)('%s %s %s %s is carved, whole', (protocol, direction, sha256, name) => {
    const found = carved.filter(
      ({ file, wirecase }) =>
        file.hash?.sha256 === sha256 && wirecase.file.source_protocol === protocol && wirecase.file.direction === direction,
    );
    expect(found).toHaveLength(1);
    expect(found[0]!.wirecase.file.complete).toBe(true);
    expect(found[0]!.file.name ?? '-').toBe(name);
  });

  it('and nothing else is said to be whole, but a form and a mail as they were handed over', () => {
    const known = new Set(moved.map(([, , sha256]) => sha256));
    const others = carved.filter(({ file, wirecase }) => wirecase.file.complete && !known.has(file.hash!.sha256));
    expect(others.map(({ wirecase }) => wirecase.file.source_protocol)).toEqual(['http', 'smtp']);
    expect(carved.filter(({ wirecase }) => !wirecase.file.complete).map(({ wirecase }) => wirecase.file.fault)).toEqual(['range']);
  });
});
