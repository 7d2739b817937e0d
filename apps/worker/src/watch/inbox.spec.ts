import { execFileSync } from 'node:child_process';
import { lstat, mkdir, mkdtemp, open, readdir, readFile, rm, symlink, unlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WirecaseError, type Capture } from '@wirecase/contract';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Inbox, type Evidence } from './inbox.ts';

/** The real evidence store has its own specs; here it matters what it is given, and what its answers do to the folder. */
class FakeEvidence implements Evidence {
  readonly taken: [name: string, content: string][] = [];
  error: unknown = null;

  async adoptFile(path: string, { name }: { name: string }) {
    if (this.error) throw this.error;
    if (!(await lstat(path)).isFile()) throw new WirecaseError('capture.unreadable', 'This is not a regular file.');
    const content = await readFile(path, 'utf8');
    if (content === '') throw new WirecaseError('capture.empty', 'The file has no bytes.');
    if (!content.startsWith('capture')) throw new WirecaseError('capture.unreadable', 'This looks like text.');
    this.taken.push([name, content]);
    await unlink(path);
    return { capture: { id: name } as Capture, duplicate: false, others: [] };
  }
}

let folder: string;
let evidence: FakeEvidence;
let inbox: Inbox;
let seen: string[];
let now: number;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inbox-'));
  evidence = new FakeEvidence();
  seen = [];
  now = Date.now();
  inbox = new Inbox(folder, evidence, {
    taken: (name) => seen.push(`took ${name}`),
    rejected: (name) => seen.push(`rejected ${name}`),
    postponed: (name) => seen.push(`postponed ${name}`),
  });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Look at the folder each second of `seconds`. */
async function watch(seconds: number): Promise<void> {
  for (let i = 0; i < seconds; i++) await inbox.look((now += 1000));
}

describe('the watched folder', () => {
  test('gives complete captures to the evidence, once', async () => {
    await writeFile(join(folder, 'a.pcap'), 'capture a');
    await writeFile(join(folder, '-rf b.pcap'), 'capture b');
    await watch(6);
    expect(evidence.taken.sort()).toEqual([
      ['-rf b.pcap', 'capture b'],
      ['a.pcap', 'capture a'],
    ]);
    expect(await readdir(folder)).toEqual([]);
  });

  test('takes a growing file only when it is whole', async () => {
    const path = join(folder, 'growing.pcap');
    for (const part of ['capture', 'capture 1', 'capture 1 2']) {
      await writeFile(path, part);
      await watch(2);
      expect(evidence.taken).toEqual([]);
    }
    await watch(4);
    expect(evidence.taken).toEqual([['growing.pcap', 'capture 1 2']]);
  });

  test('waits for a writer that pauses with the file open', async () => {
    const writer = await open(join(folder, 'slow.pcap'), 'w');
    await writer.write('capture half');
    await watch(20);
    expect(evidence.taken).toEqual([]);
    await writer.write(' and whole');
    await writer.close();
    await watch(5);
    expect(evidence.taken).toEqual([['slow.pcap', 'capture half and whole']]);
  });

  test('takes a file that was moved in at the second look', async () => {
    await writeFile(join(folder, 'old.pcap'), 'capture');
    await utimes(join(folder, 'old.pcap'), now / 1000 - 3600, now / 1000 - 3600);
    await watch(2);
    expect(evidence.taken).toHaveLength(1);
  });

  test('moves what is no capture to rejected/, with the reason beside it', async () => {
    await writeFile(join(folder, 'notes.txt'), 'hello');
    await writeFile(join(folder, 'empty.pcap'), '');
    execFileSync('mkfifo', [join(folder, 'pipe.pcap')]);
    await symlink('/etc/passwd', join(folder, 'link.pcap'));
    await watch(12);
    expect(evidence.taken).toEqual([]);
    expect(await readdir(folder)).toEqual(['rejected']);
    expect((await readdir(join(folder, 'rejected'))).sort()).toEqual(
      ['empty.pcap', 'link.pcap', 'notes.txt', 'pipe.pcap'].flatMap((name) => [name, `${name}.reason.txt`]),
    );
    expect(await readFile(join(folder, 'rejected/notes.txt.reason.txt'), 'utf8')).toBe('Not a capture file: This looks like text.\n');
  });

  test('keeps both of two rejected files of one name', async () => {
    for (let i = 0; i < 2; i++) {
      await writeFile(join(folder, 'x'), `hello ${i}`);
      await watch(5);
    }
    expect((await readdir(join(folder, 'rejected'))).sort()).toEqual(['x', 'x-2', 'x-2.reason.txt', 'x.reason.txt']);
  });

  test('leaves folders, hidden files and files on their way alone', async () => {
    await mkdir(join(folder, 'sub'));
    for (const name of ['sub/a.pcap', '.a.pcap', 'a.pcap.part']) await writeFile(join(folder, name), 'capture');
    await watch(15);
    expect(evidence.taken).toEqual([]);
    expect((await readdir(folder)).sort()).toEqual(['.a.pcap', 'a.pcap.part', 'sub']);
  });

  test('keeps a file that cannot be taken now, and takes it later', async () => {
    await writeFile(join(folder, 'a.pcap'), 'capture');
    evidence.error = new WirecaseError('storage.full', 'There is no room.');
    await watch(5);
    expect(seen).toContain('postponed a.pcap');
    expect(await readdir(folder)).toEqual(['a.pcap']);
    evidence.error = null;
    await watch(5);
    expect(evidence.taken).toHaveLength(1);
  });

  test('is made when it is not there', async () => {
    await rm(folder, { recursive: true });
    await watch(1);
    expect(await readdir(folder)).toEqual([]);
  });
});
