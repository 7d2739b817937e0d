import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmod, link, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { temporaryDatabase, type TemporaryDatabase } from '@wirecase/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CaptureRepository } from './capture-repository.ts';
import { EvidenceStore, type Arrival } from './evidence-store.ts';

const upload: Arrival = { name: 'office.pcap', origin: 'upload', createdBy: 'ada' };
const watched: Arrival = { name: 'x.pcap', origin: 'watch', createdBy: null };

let database: TemporaryDatabase;
let captures: CaptureRepository;
let directory: string;
let evidence: EvidenceStore;

beforeAll(async () => {
  database = await temporaryDatabase();
  captures = new CaptureRepository(database.pool, []);
});
afterAll(() => database?.close());
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'evidence-'));
  evidence = new EvidenceStore(directory, captures);
  await evidence.prepare();
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** A pcap file header (little-endian, microseconds, Ethernet) and `length` bytes that need not be records. */
function pcap(length = 3000): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(262_144, 16);
  header.writeUInt32LE(1, 20);
  return Buffer.concat([header, randomBytes(length)]);
}

/** A capture packed by the system's own tool. */
const packedBy = (tool: string, ...args: string[]) => execFileSync(tool, args, { input: pcap(1_000_000), maxBuffer: 2 ** 24 });

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}

const files = async () => [...(await readdir(join(directory, 'evidence'))), ...(await readdir(join(directory, 'uploads')))];

describe('receiving', () => {
  it('stores the bytes as they came, read-only, with their SHA-256', async () => {
    const bytes = pcap();
    const { capture, duplicate } = await evidence.receive(inPieces(bytes, 100), upload);
    expect(duplicate).toBe(false);
    expect(capture).toMatchObject({
      state: 'stored',
      size: bytes.length,
      format: 'pcap',
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
    const { original } = evidence.paths(capture.id);
    expect(await readFile(original)).toEqual(bytes);
    expect((await stat(original)).mode & 0o777).toBe(0o440);
    expect(await readdir(join(directory, 'uploads'))).toEqual([]);
  });

  it('answers with the capture that is there when the same bytes come again', async () => {
    const bytes = pcap();
    const answers = await Promise.all(Array.from({ length: 10 }, () => evidence.receive(inPieces(bytes, 500), upload)));
    expect(new Set(answers.map((answer) => answer.capture.id)).size).toBe(1);
    expect(answers.filter((answer) => answer.duplicate)).toHaveLength(9);
    expect(await files()).toEqual([answers[0]!.capture.id]);
  });

  it.each([
    ['gzip', gzipSync(pcap()), 'pcap+gzip'],
    ['zstd', zstdCompressSync(pcap()), 'pcap+zstd'],
    ['a long gzip file', gzipSync(pcap(1_000_000)), 'pcap+gzip'],
    ['a long zstd file', zstdCompressSync(pcap(1_000_000)), 'pcap+zstd'],
    ['xz', packedBy('xz', '-c'), 'pcap+xz'],
    ['lz4', packedBy('lz4', '-zc'), 'pcap+lz4'],
    ['a ZIP archive', packedBy('zip', '-q', '-', '-'), 'pcap+zip'],
  ])('looks into %s', async (_name, bytes, format) => {
    const { capture } = await evidence.receive(inPieces(bytes, 65_536), upload);
    expect(capture.format).toBe(format);
  });

  describe('makes each capture of an archive one of its own', () => {
    const zipOf = async (files: Record<string, Buffer>) => {
      const folder = await mkdtemp(join(tmpdir(), 'wirecase-zip-'));
      for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
      execFileSync('zip', ['-q', '-0', 'all.zip', ...Object.keys(files)], { cwd: folder });
      const bytes = await readFile(join(folder, 'all.zip'));
      await rm(folder, { recursive: true });
      return bytes;
    };

    it('with the archive as the original of each', async () => {
      const bytes = await zipOf({ 'a.pcap': pcap(), 'readme.txt': Buffer.from('two captures'), 'b.pcap': pcap() });
      const received = await evidence.receive(inPieces(bytes, 500), { ...upload, name: 'case 7.zip' });
      const all = [received.capture, ...received.others];
      expect(all).toMatchObject([
        { name: 'case 7.zip/a.pcap', entry: 'a.pcap', format: 'pcap+zip', state: 'stored' },
        { name: 'case 7.zip/b.pcap', entry: 'b.pcap', format: 'pcap+zip', state: 'stored' },
      ]);
      for (const { id, sha256, size } of all) {
        expect({ sha256, size }).toEqual({ sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length });
        expect(await readFile(evidence.paths(id).original)).toEqual(bytes);
        const { name, stream } = await evidence.openVerified(id);
        expect({ name, bytes: Buffer.concat(await stream.toArray()) }).toEqual({ name: 'case 7.zip', bytes });
      }
    });

    it('once, however often it comes', async () => {
      const bytes = await zipOf({ 'a.pcap': pcap(), 'b.pcap': pcap() });
      const first = await evidence.receive(inPieces(bytes, 500), upload);
      const again = await evidence.receive(inPieces(bytes, 500), upload);
      expect(again).toMatchObject({ duplicate: true, capture: { id: first.capture.id }, others: [{ id: first.others[0]!.id }] });
      expect((await files()).toSorted()).toEqual([first.capture.id, first.others[0]!.id].toSorted());
    });

    it('but not more than a hundred', async () => {
      const bytes = await zipOf(Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`${i}.pcap`, pcap()])));
      const message = expect.stringContaining('holds 101 captures; 100 are the most');
      await expect(evidence.receive(inPieces(bytes, 65_536), upload)).rejects.toMatchObject({ code: 'capture.unreadable', message });
      expect(await files()).toEqual([]);
    });
  });

  it('takes a capture of a format that is converted later, and says so', async () => {
    const bytes = Buffer.from('584350003030322e303031003090016b8d00000000000000', 'hex');
    const { capture } = await evidence.receive(inPieces(bytes, 10), upload);
    expect(capture.format).toBe('pcapng+NetXRay');
    expect(await readFile(evidence.paths(capture.id).original)).toEqual(bytes);
  });

  it.each([
    ['no bytes', Buffer.alloc(0), 'capture.empty', 'no bytes'],
    ['text', Buffer.from('hello, world\n'.repeat(100)), 'capture.unreadable', 'looks like text'],
    ['a packed text', gzipSync('hello, world'), 'capture.unreadable', 'a gzip file of text'],
    ['a capture packed twice', gzipSync(gzipSync(pcap())), 'capture.unreadable', 'a gzip file of a gzip file'],
    ['a broken gzip file', Buffer.concat([Buffer.from('1f8b', 'hex'), randomBytes(600)]), 'capture.unreadable', 'a gzip file'],
    ['a ZIP archive of text', execFileSync('zip', ['-q', '-', '-'], { input: 'hello, world' }), 'capture.unreadable', 'text'],
    ['an empty gzip file', gzipSync(''), 'capture.unreadable', 'a gzip file of an empty file'],
  ])('refuses %s and leaves nothing behind', async (_name, bytes, code, words) => {
    await expect(evidence.receive(inPieces(bytes, 64), upload)).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
    expect(await files()).toEqual([]);
  });

  it('refuses what is larger than allowed as soon as it is', async () => {
    const small = new EvidenceStore(directory, captures, { maxBytes: 1000 });
    await expect(small.receive(inPieces(pcap(), 100), upload)).rejects.toMatchObject({ code: 'request.too-large' });
    expect(await files()).toEqual([]);
  });

  it('leaves nothing behind when the sender goes away', async () => {
    async function* cut() {
      yield pcap();
      throw new Error('aborted');
    }
    await expect(evidence.receive(cut(), upload)).rejects.toThrow('aborted');
    expect(await files()).toEqual([]);
  });

  it('refuses when the reserve of the disk is reached', async () => {
    const full = new EvidenceStore(directory, captures, { reserveBytes: Number.MAX_SAFE_INTEGER });
    await expect(full.receive(inPieces(pcap(), 100), upload)).rejects.toMatchObject({ code: 'storage.full' });
    expect(await files()).toEqual([]);
  });

  it('says that the disk is full when it becomes so, and takes the next file that fits', async () => {
    const small = join(directory, 'small');
    await mkdir(small);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', small]);
    try {
      const store = new EvidenceStore(small, captures, { reserveBytes: 0 });
      await store.prepare();
      await expect(store.receive(inPieces(pcap(2_000_000), 65_536), upload)).rejects.toMatchObject({ code: 'storage.full' });
      expect(await readdir(join(small, 'uploads'))).toEqual([]);
      expect((await store.receive(inPieces(pcap(500_000), 65_536), upload)).capture.state).toBe('stored');
    } finally {
      execFileSync('umount', [small]);
    }
  });

  it('shows the last part of the name, with controls made visible', async () => {
    const { capture } = await evidence.receive(inPieces(pcap(), 100), { ...upload, name: '../../etc/\x1b[31mevil.pcap' });
    expect(capture.name).toBe('\\x1b[31mevil.pcap');
  });
});

describe('adopting a file', () => {
  const adopt = (path: string) => evidence.adoptFile(path, watched);
  const place = async (bytes: Buffer, name = 'x.pcap') => {
    const path = join(directory, name);
    await writeFile(path, bytes);
    return path;
  };

  it('moves it into the evidence without copying', async () => {
    const bytes = pcap();
    const path = await place(bytes);
    const { ino } = await stat(path);
    const { capture } = await adopt(path);
    expect((await stat(evidence.paths(capture.id).original)).ino).toBe(ino);
    await expect(stat(path)).rejects.toThrow('ENOENT');
  });

  it('removes a duplicate', async () => {
    const bytes = pcap();
    const first = await adopt(await place(bytes));
    expect(await adopt(await place(bytes))).toMatchObject({ duplicate: true, capture: { id: first.capture.id } });
    expect(await files()).toEqual([first.capture.id]);
  });

  it('copies one that others hold a link to, so that they cannot change the evidence', async () => {
    const path = await place(pcap());
    await link(path, join(directory, 'other'));
    const { capture } = await adopt(path);
    expect((await stat(evidence.paths(capture.id).original)).nlink).toBe(1);
    expect((await stat(join(directory, 'other'))).nlink).toBe(1);
  });

  it('leaves a file that is no capture where it is', async () => {
    const path = await place(Buffer.from('text'));
    await expect(adopt(path)).rejects.toMatchObject({ code: 'capture.unreadable' });
    expect(await readFile(path, 'utf8')).toBe('text');
  });

  it('follows no link and waits for no pipe', async () => {
    const target = await place(pcap(), 'target');
    await symlink(target, join(directory, 'symlink'));
    execFileSync('mkfifo', [join(directory, 'fifo')]);
    for (const name of ['symlink', 'fifo', 'evidence'])
      await expect(adopt(join(directory, name))).rejects.toMatchObject({ code: 'capture.unreadable' });
  });
});

describe('reading evidence back', () => {
  it('gives the bytes that arrived', async () => {
    const bytes = pcap(3_000_000);
    const { capture } = await evidence.receive(inPieces(bytes, 65_536), upload);
    const file = await evidence.openVerified(capture.id);
    expect(file).toMatchObject({ size: bytes.length, name: 'office.pcap' });
    expect((await buffer(file.stream)).equals(bytes)).toBe(true);
  });

  it.each([0, 1_500_000, 2_999_999])('never gives a file whole in which byte %i was changed, and marks the capture', async (offset) => {
    const bytes = pcap(3_000_000);
    const { capture } = await evidence.receive(inPieces(bytes, 65_536), upload);
    const { original } = evidence.paths(capture.id);
    await chmod(original, 0o600);
    bytes[offset]! ^= 1;
    await writeFile(original, bytes);
    let given = 0;
    const { stream } = await evidence.openVerified(capture.id);
    await expect(
      (async () => {
        for await (const piece of stream) given += piece.length;
      })(),
    ).rejects.toMatchObject({ code: 'capture.evidence-changed' });
    expect(given).toBeLessThan(bytes.length);
    expect((await captures.get(capture.id)).error?.code).toBe('capture.evidence-changed');
    await expect(evidence.openVerified(capture.id)).rejects.toMatchObject({ code: 'capture.evidence-changed' });
  });

  it.each(['cut short', 'missing'])('says at once when the file is %s', async (what) => {
    const { capture } = await evidence.receive(inPieces(pcap(), 100), upload);
    const { original } = evidence.paths(capture.id);
    await chmod(original, 0o600);
    if (what === 'missing') await rm(original);
    else await writeFile(original, 'short');
    await expect(evidence.openVerified(capture.id)).rejects.toMatchObject({ code: 'capture.evidence-changed' });
  });
});

describe('removing', () => {
  it('takes rows and files', async () => {
    const { capture } = await evidence.receive(inPieces(pcap(), 100), upload);
    await evidence.delete(capture.id);
    expect(await files()).toEqual([]);
    expect(await captures.find(capture.id)).toBeNull();
  });

  it('collects what a crash left, and nothing else', async () => {
    const { capture } = await evidence.receive(inPieces(pcap(), 100), upload);
    const orphan = join(directory, 'evidence', '11111111-1111-4111-8111-111111111111');
    await mkdir(orphan);
    // No process has this number: pid_max is at most 2^22.
    const ofDead = join(directory, 'uploads', 'receiving-4194305-x');
    const ofLiving = join(directory, 'uploads', `receiving-${process.pid}-x`);
    for (const path of [ofDead, ofLiving]) await writeFile(path, 'part');
    const longAgo = new Date(Date.now() - 120_000);
    for (const path of [orphan, ofDead, ofLiving, evidence.paths(capture.id).directory]) await utimes(path, longAgo, longAgo);
    const fresh = join(directory, 'evidence', '22222222-2222-4222-8222-222222222222');
    await mkdir(fresh);
    expect((await evidence.collectGarbage()).sort()).toEqual([orphan, ofDead].sort());
    expect((await stat(fresh)).isDirectory() && (await stat(ofLiving)).isFile()).toBe(true);
  });
});
