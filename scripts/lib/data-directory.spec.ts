import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openDataDirectory } from './data-directory.ts';

const folder = mkdtempSync(join(tmpdir(), 'wirecase-data-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the data directory', () => {
  it('is made with the folders above it, and only its user may list it', () => {
    const path = join(folder, 'a', 'b', 'data');
    const data = openDataDirectory(path);
    data.release();
    expect(data.path).toBe(path);
    expect(statSync(path).mode & 0o066).toBe(0);
  });

  it.each([
    ['/proc/wirecase/data', 'no folder can be made there'],
    ['/sys/wirecase/data', 'may not write there'],
  ])('is refused at once where none can be made: %s', (path, reason) => {
    expect(() => openDataDirectory(path)).toThrow(reason);
  });

  it('is refused below a file', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => openDataDirectory(join(folder, 'file', 'data'))).toThrow('it is not a folder');
  });
});
