/**
 * Files carved out of captures, on demand: the packets of their flow are parsed again with a keeper, what has the record's SHA-256 is put
 * into a ZIP encrypted by AES-256, and only that is kept, by its SHA-256: `files/<sha256>.zip` (0600). Nothing that an attacker sent lies on
 * the disk as it was, but for the moment of packing.
 */
import { randomUUID } from 'node:crypto';
import { closeSync, createReadStream, openSync, rmSync, writeSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Readable, Writable } from 'node:stream';
import { WirecaseError } from '@wirecase/contract';
import { Analyzer, type FileKeeper, type FileRow, type KeptFile } from '@wirecase/engine';
import { configure, ZipWriter } from '@zip.js/zip.js';
import { isAlive } from './evidence-files.ts';
import { nodePlatform } from './platform.ts';
import type { Pool } from './pool.ts';

/** What the trade agrees on for samples: it keeps scanners and careless clicks away, it is no secret. */
export const archivePassword = 'infected';

export interface CarvedFilesOptions {
  /** Largest file that is extracted. */
  maxFileBytes: number;
  /** What the folder may hold; the archives that were asked for longest ago go. */
  budgetBytes: number;
}

/** Which file: as its record says. */
export interface WantedFile {
  sha256: string;
  size: number;
}

/** Gives the bytes of the capture that holds the file. */
type Packets = () => Promise<AsyncIterable<Uint8Array>>;

export interface FileArchive {
  path: string;
  size: number;
}

/** Extractions at once, and waiting. */
const MAX_WAITING = 8;
const AES_256 = 3;
const sha256Text = /^[0-9a-f]{64}$/;

// The API has no worker threads to spare for packing, and its bundle no file of them.
configure({ useWebWorkers: false });

export class CarvedFiles {
  readonly #directory: string;
  readonly #options: CarvedFilesOptions;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(dataDir: string, options: CarvedFilesOptions) {
    this.#directory = join(dataDir, 'files');
    this.#options = options;
  }

  /** Make the folder, and remove what a crash left in it. Call once before anything else. */
  async prepare(): Promise<void> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.#directory)) {
      const owner = /^extracting-(\d+)-/.exec(name)?.[1];
      if (owner !== undefined && !isAlive(Number(owner))) await rm(join(this.#directory, name), { force: true });
    }
  }

  /** The archive of a file that was extracted before; null when there is none. */
  async stored(sha256: string): Promise<FileArchive | null> {
    const path = this.#pathOf(sha256);
    try {
      const { size } = await stat(path);
      const now = new Date();
      await utimes(path, now, now);
      return { path, size };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  /**
   * Carve `wanted` out of a capture, whose bytes `packets` gives. One at a time; throws `request.too-many` when too many wait,
   * `file.too-large`, and `file.not-reproduced` when the packets do not give a file with that SHA-256.
   */
  extract(wanted: WantedFile, packets: Packets): Promise<FileArchive> {
    return this.#inTurn(
      wanted,
      async () => (await this.stored(wanted.sha256)) ?? this.#carved(wanted, packets, (path) => this.#archive(path, wanted)),
    );
  }

  /** Carve as `extract` does, and let `look` read the content at a path that is gone afterwards. Throws as `extract` does. */
  inspect<T>(wanted: WantedFile, packets: Packets, look: (path: string) => Promise<T>): Promise<T> {
    return this.#inTurn(wanted, () => this.#carved(wanted, packets, look));
  }

  #inTurn<T>(wanted: WantedFile, work: () => Promise<T>): Promise<T> {
    if (wanted.size > this.#options.maxFileBytes) {
      throw new WirecaseError(
        'file.too-large',
        `The file has ${wanted.size} bytes; at most ${this.#options.maxFileBytes} are extracted (WIRECASE_MAX_FILE_MB).`,
      );
    }
    if (this.#waiting >= MAX_WAITING)
      throw new WirecaseError('request.too-many', 'Other files are being extracted; try again in a moment.');
    this.#waiting++;
    const turn = this.#last.then(work);
    this.#last = turn.then(
      () => this.#waiting--,
      () => this.#waiting--, // its caller hears of it; the next one goes on
    );
    return turn;
  }

  async #carved<T>(wanted: WantedFile, packets: Packets, use: (path: string) => Promise<T>): Promise<T> {
    const keeper = new Keeper(wanted, () => this.#temporaryPath());
    try {
      await carve(await packets(), keeper);
      if (keeper.found === null) {
        throw new WirecaseError(
          'file.not-reproduced',
          'The packets that are stored do not give this file any more: a part of them is gone, or the file was left out for a limit.',
        );
      }
      return await use(keeper.found);
    } finally {
      keeper.clear();
    }
  }

  async #archive(content: string, wanted: WantedFile): Promise<FileArchive> {
    const archive = this.#temporaryPath();
    try {
      await pack(content, wanted.sha256, archive);
      const path = this.#pathOf(wanted.sha256);
      await rename(archive, path);
      const { size } = await stat(path);
      await this.#keepBudget(path);
      return { path, size };
    } finally {
      await rm(archive, { force: true });
    }
  }

  async #keepBudget(newest: string): Promise<void> {
    const files: { path: string; size: number; at: number }[] = [];
    for (const name of await readdir(this.#directory)) {
      if (!name.endsWith('.zip')) continue;
      const path = join(this.#directory, name);
      const { size, mtimeMs } = await stat(path);
      files.push({ path, size, at: mtimeMs });
    }
    let total = files.reduce((sum, { size }) => sum + size, 0);
    for (const { path, size } of files.toSorted((a, b) => a.at - b.at)) {
      if (total <= this.#options.budgetBytes) return;
      if (path === newest) continue;
      await rm(path, { force: true });
      total -= size;
    }
  }

  #temporaryPath(): string {
    return join(this.#directory, `extracting-${process.pid}-${randomUUID()}`);
  }

  #pathOf(sha256: string): string {
    if (!sha256Text.test(sha256)) throw new Error(`not a SHA-256: ${sha256}`);
    return join(this.#directory, `${sha256}.zip`);
  }
}

/** Writes each file that may be the wanted one, and keeps the one that is. */
class Keeper implements FileKeeper {
  /** Path of the wanted file, once it was there. */
  found: string | null = null;
  private readonly wanted: WantedFile;
  private readonly name: () => string;
  private readonly open = new Map<string, number>();

  constructor(wanted: WantedFile, name: () => string) {
    this.wanted = wanted;
    this.name = name;
  }

  begin(): KeptFile | null {
    if (this.found !== null) return null;
    const path = this.name();
    let written = 0;
    return {
      data: (bytes) => {
        written += bytes.length;
        if (written > this.wanted.size) this.drop(path);
        else this.write(path, bytes, written === bytes.length);
      },
      end: (row) => this.end(path, row),
    };
  }

  clear(): void {
    for (const path of this.open.keys()) this.drop(path);
    if (this.found !== null) rmSync(this.found, { force: true });
  }

  private end(path: string, row: FileRow): void {
    if (this.found !== null || row.sha256 !== this.wanted.sha256) return this.drop(path);
    this.write(path, new Uint8Array(0), !this.open.has(path));
    closeSync(this.open.get(path)!);
    this.open.delete(path);
    this.found = path;
  }

  private write(path: string, bytes: Uint8Array, isFirst: boolean): void {
    if (isFirst) this.open.set(path, openSync(path, 'wx', 0o600));
    const file = this.open.get(path);
    if (file !== undefined) writeSync(file, bytes);
  }

  private drop(path: string): void {
    const file = this.open.get(path);
    if (file === undefined) return;
    this.open.delete(path);
    closeSync(file);
    rmSync(path, { force: true });
  }
}

/** Parse a capture for its files alone. */
async function carve(packets: AsyncIterable<Uint8Array>, keeper: Keeper): Promise<void> {
  const analyzer = new Analyzer({
    platform: nodePlatform,
    sink: { record: () => undefined },
    captureSha256: new Uint8Array(32),
    options: { alerts: false, collapse: false },
    files: keeper,
  });
  for await (const piece of packets) {
    analyzer.push(piece);
    if (keeper.found !== null) return;
    await nextTurn();
  }
  analyzer.finish();
}

/** The file at `path` as the one entry `name` of an encrypted archive. */
async function pack(path: string, name: string, archive: string): Promise<void> {
  const file = await open(archive, 'wx', 0o600);
  const output = Writable.toWeb(file.createWriteStream());
  const writer = new ZipWriter(output as WritableStream, { password: archivePassword, encryptionStrength: AES_256 });
  await writer.add(name, Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>);
  await writer.close();
}

/** Keep with every record of this content the rules that matched it. */
export async function recordMatches(pool: Pool, sha256: string, matches: readonly string[]): Promise<void> {
  await pool.query('UPDATE file SET file_yara = $1 WHERE lower(left(file_hash_sha256, 256)) = $2 AND file_hash_sha256 = $2', [
    matches,
    sha256,
  ]);
}
