/**
 * Capture files as they arrived, one directory each: `evidence/<id>/original` (0440), and what is derived from it: `plain` (unpacked) and
 * `index` (packets) and `secrets` (decryption keys). A file is complete, hashed and on the disk before its row exists, so a row always has its file; what a crash leaves
 * behind is a file without a row, which `collectGarbage` removes.
 */
import { randomUUID } from 'node:crypto';
import { chmod, link, mkdir, open, readdir, rename, rm, stat, statfs, unlink, type FileHandle } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { cleanText, WirecaseError, type Capture, type CaptureOrigin } from '@wirecase/contract';
import type { CaptureRepository, RingFile } from './capture-repository.ts';
import { openVerified, type VerifiedFile } from './evidence-download.ts';
import { type ArchivedCapture, capturesInArchive, openCapture } from './capture-source.ts';
import { errorCode, isAlive, isOlder, linkOrCopy, openRegular, piecesOf, syncDirectory } from './evidence-files.ts';
import { archiveFormat, Intake } from './evidence-intake.ts';

export interface Arrival {
  /** Name that the sender gave; shown, never used as a path. */
  name: string;
  origin: CaptureOrigin;
  /** Who sent it; null for the watched folder and the ring. */
  createdBy: string | null;
  /** Of a ring. */
  ring?: RingFile;
}

export interface Received {
  capture: Capture;
  /** Whether a capture with the same bytes was there already; `capture` is that one. */
  duplicate: boolean;
  /** The other captures of the same archive. */
  others: Capture[];
}

export interface EvidencePaths {
  directory: string;
  original: string;
  plain: string;
  index: string;
  /** Of the last file of a series: what its packet index says of rows that were written after it; absent elsewhere. */
  indexTail: string;
  /** Decryption secrets that the capture holds; absent when it has none. */
  secrets: string;
}

export interface EvidenceOptions {
  /** Largest file taken; null: what the disk can hold above the reserve. */
  maxBytes?: number | null;
  /** Free bytes that are never used up; the default is 256 MiB, or a twentieth of a small disk. */
  reserveBytes?: number;
  /** Where captures of sensors on other machines come from; null for those of this one. */
  remote?: { fetch(captureId: string): Promise<EvidencePaths | null> };
}

const defaultReserveBytes = 256 * 1024 * 1024;
/** Captures of one archive that are taken. */
const maxArchived = 100;
/** How often the free space is asked for while receiving. */
const spaceCheckBytes = 64 * 1024 * 1024;
const temporaryName = /^receiving-(\d+)-/;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export class EvidenceStore {
  readonly #evidenceDir: string;
  readonly #uploadsDir: string;
  readonly #captures: CaptureRepository;
  readonly #options: EvidenceOptions;

  constructor(dataDir: string, captures: CaptureRepository, options: EvidenceOptions = {}) {
    this.#evidenceDir = join(dataDir, 'evidence');
    this.#uploadsDir = join(dataDir, 'uploads');
    this.#captures = captures;
    this.#options = options;
  }

  /** Make the directories. Call once before anything else. */
  async prepare(): Promise<void> {
    for (const directory of [this.#evidenceDir, this.#uploadsDir]) await mkdir(directory, { recursive: true, mode: 0o750 });
  }

  /** Of this machine, whether they are there or not. */
  paths(captureId: string): EvidencePaths {
    return evidencePathsIn(join(this.#evidenceDir, captureId));
  }

  /** To read from, fetched from the machine that has them if that is another one. Throws `sensor.away`. */
  async present(captureId: string): Promise<EvidencePaths> {
    const own = this.paths(captureId);
    const isHere = await stat(own.original).then(
      () => true,
      () => false,
    );
    return isHere ? own : ((await this.#options.remote?.fetch(captureId)) ?? own);
  }

  /**
   * Take a file from a stream: hash while writing, fsync, rename into place, then the row. Throws `capture.unreadable` (as soon as the
   * head shows it), `capture.empty`, `request.too-large` and `storage.full`; nothing is left behind then.
   */
  async receive(source: AsyncIterable<Uint8Array>, arrival: Arrival): Promise<Received> {
    const temporary = join(this.#uploadsDir, `receiving-${process.pid}-${randomUUID()}`);
    try {
      const received = await this.#write(source, temporary);
      const id = arrival.ring?.captureId ?? randomUUID();
      await this.#install(id, (original) => rename(temporary, original));
      return await this.#register(id, received, arrival);
    } catch (error) {
      throw asDiskError(error);
    } finally {
      await rm(temporary, { force: true });
    }
  }

  /**
   * Take a file that lies on a disk, and remove it from there once its row exists (also when it is a duplicate); after any error it is
   * still there. On the same file system it is linked, not copied. Only regular files are taken and no symbolic link is followed.
   * Throws as `receive`, and `capture.not-ready` when the file changed while it was read.
   */
  async adoptFile(path: string, arrival: Arrival): Promise<Received> {
    const file = await openRegular(path);
    try {
      const taken = arrival.ring ? await this.#takenBefore(arrival.ring) : null;
      if (taken) {
        await unlink(path);
        return { capture: taken, duplicate: true, others: [] };
      }
      const received = (await this.#adoptByLink(file, path, arrival)) ?? (await this.receive(piecesOf(file), arrival));
      await unlink(path);
      return received;
    } catch (error) {
      throw asDiskError(error);
    } finally {
      await file.close();
    }
  }

  /**
   * The original for a download: its bytes are hashed on the way, and the last piece is only given when the SHA-256 is right; else the
   * stream fails with `capture.evidence-changed` and the capture is marked. Throws that at once for a marked capture or a wrong size.
   */
  async openVerified(captureId: string): Promise<VerifiedFile> {
    return openVerified(this.#captures, await this.#captures.get(captureId), (await this.present(captureId)).original);
  }

  /** Delete the capture: first its rows in one step, then its files. Throws `capture.not-found`. */
  async delete(captureId: string): Promise<Capture> {
    const capture = await this.#captures.delete(captureId);
    await this.removeFiles(captureId);
    return capture;
  }

  async removeFiles(captureId: string): Promise<void> {
    await rm(this.paths(captureId).directory, { recursive: true, force: true });
  }

  /** Remove what a crash left: evidence without a row, and files of receivers that are gone. Answers the paths removed. */
  async collectGarbage(olderThanMs = 60_000): Promise<string[]> {
    const orphans: string[] = [];
    for (const name of await readdir(this.#evidenceDir)) {
      const path = join(this.#evidenceDir, name);
      if (uuid.test(name) && (await isOlder(path, olderThanMs)) && !(await this.#captures.find(name))) orphans.push(path);
    }
    for (const name of await readdir(this.#uploadsDir)) {
      const path = join(this.#uploadsDir, name);
      const owner = temporaryName.exec(name)?.[1];
      if (owner && (await isOlder(path, olderThanMs)) && !isAlive(Number(owner))) orphans.push(path);
    }
    for (const path of orphans) await rm(path, { recursive: true, force: true });
    return orphans;
  }

  async #write(source: AsyncIterable<Uint8Array>, path: string): Promise<Arrived> {
    const intake = new Intake(this.#options.maxBytes ?? Number.MAX_SAFE_INTEGER);
    const file = await open(path, 'wx', 0o440);
    try {
      let nextCheck = 0;
      for await (const piece of source) {
        if (intake.size >= nextCheck) {
          await this.#requireSpace();
          nextCheck = intake.size + spaceCheckBytes;
        }
        await intake.push(piece);
        await file.writeFile(piece);
      }
      const received = await intake.finish();
      await file.sync();
      return await lookedInto(path, received);
    } finally {
      await file.close();
    }
  }

  /** The capture of a ring file whose row was written before a crash. What a crash before the row left behind is removed. */
  async #takenBefore(ring: RingFile): Promise<Capture | null> {
    const capture = await this.#captures.find(ring.captureId);
    if (capture && capture.state !== 'receiving') return capture;
    await this.removeFiles(ring.captureId);
    return null;
  }

  /** Null when the file cannot be linked into the evidence: another file system, or somebody else holds a link to it. */
  async #adoptByLink(file: FileHandle, path: string, arrival: Arrival): Promise<Received | null> {
    const before = await file.stat();
    if (before.nlink > 1 || before.dev !== (await stat(this.#evidenceDir)).dev) return null;
    const intake = new Intake(this.#options.maxBytes ?? Number.MAX_SAFE_INTEGER);
    for await (const piece of piecesOf(file)) await intake.push(piece);
    const received = await lookedInto(path, await intake.finish());
    const id = arrival.ring?.captureId ?? randomUUID();
    try {
      await file.sync();
      await this.#install(id, async (original) => {
        await link(path, original);
        const after = await stat(original);
        if (after.ino !== before.ino || after.size !== received.size || after.mtimeMs !== before.mtimeMs)
          throw new WirecaseError('capture.not-ready', 'The file changed while it was read. It is taken when it stays as it is.');
      });
    } catch (error) {
      // The file system knows no hard links, or does not let us make them: it is copied instead.
      if (['EPERM', 'ENOTSUP', 'EMLINK', 'EXDEV'].includes(errorCode(error))) return null;
      throw error;
    }
    return this.#register(id, received, arrival);
  }

  /** Make the capture's directory, let `place` put the original there, and see all of it to the disk. */
  async #install(id: string, place: (original: string) => Promise<void>): Promise<void> {
    const { directory, original } = this.paths(id);
    await mkdir(directory, { mode: 0o750 });
    try {
      await place(original);
      await chmod(original, 0o440);
      await syncDirectory(directory);
      await syncDirectory(this.#evidenceDir);
    } catch (error) {
      await this.removeFiles(id);
      throw error;
    }
  }

  /** A row for the file in place as capture `id`; of an archive with several captures one for each, with the archive as its original. */
  async #register(id: string, arrived: Arrived, arrival: Arrival): Promise<Received> {
    const ids = [id];
    const { original } = this.paths(id);
    while (ids.length < arrived.archived.length) {
      const other = randomUUID();
      await this.#install(other, (place) => linkOrCopy(original, place));
      ids.push(other);
    }
    const registered: { capture: Capture; duplicate: boolean }[] = [];
    for (const [i, each] of ids.entries()) registered.push(await this.#registerOne(each, arrived, arrived.archived[i] ?? null, arrival));
    const [first, ...others] = registered;
    return { ...first!, others: others.map(({ capture }) => capture) };
  }

  async #registerOne(id: string, { sha256, size, format }: Arrived, archived: ArchivedCapture | null, arrival: Arrival) {
    // If this fails the file is left alone: the row may exist although its answer was lost. The garbage collector looks again later.
    const name = displayName(arrival.name);
    const registered = await this.#captures.create({
      id,
      sha256,
      size,
      name: archived ? `${name.slice(0, 100)}/${cleanText(archived.name)}`.slice(0, 255) : name,
      entry: archived?.name ?? null,
      format: archived ? `${archived.format}+${archiveFormat}` : format,
      origin: arrival.origin,
      createdBy: arrival.createdBy,
      ring: arrival.ring,
    });
    if (registered.duplicate && registered.capture.id !== id) await this.removeFiles(id);
    return registered;
  }

  async #requireSpace(): Promise<void> {
    const disk = await statfs(this.#uploadsDir);
    const reserve = this.#options.reserveBytes ?? Math.min(defaultReserveBytes, (disk.blocks * disk.bsize) / 20);
    if (disk.bavail * disk.bsize < reserve) throw diskFull();
  }
}

/** The files of a capture whose directory this is. */
export function evidencePathsIn(directory: string): EvidencePaths {
  return {
    directory,
    original: join(directory, 'original'),
    plain: join(directory, 'plain'),
    index: join(directory, 'index'),
    indexTail: join(directory, 'index-tail'),
    secrets: join(directory, 'secrets'),
  };
}

/** A file that was read to its end. `archived`: the captures in it when it is an archive of several. */
interface Arrived {
  sha256: string;
  size: number;
  format: string;
  archived: ArchivedCapture[];
}

/** What an archive holds is seen when it is there whole. Throws `capture.unreadable`. */
async function lookedInto(path: string, received: Omit<Arrived, 'archived'>): Promise<Arrived> {
  if (received.format !== archiveFormat) return { ...received, archived: [] };
  const archived = (await capturesInArchive(path)) ?? [];
  if (archived.length > maxArchived) {
    const message = `The ZIP archive holds ${archived.length} captures; ${maxArchived} are the most. Send it in parts.`;
    throw new WirecaseError('capture.unreadable', message);
  }
  if (archived.length > 1) return { ...received, archived };
  const source = await openCapture(path);
  await source.close();
  return { ...received, format: `${source.format}+${archiveFormat}`, archived: [] };
}

/** The last part of what the sender called the file, fit for a screen. */
function displayName(name: string): string {
  return cleanText(basename(name.replaceAll('\\', '/'))).slice(0, 255) || 'capture';
}

const diskFull = (cause?: unknown) =>
  new WirecaseError(
    'storage.full',
    'There is no room for this file on the disk of the data directory. Delete captures or make room, then send it again.',
    { cause },
  );

const asDiskError = (error: unknown) => (['ENOSPC', 'EDQUOT', 'EFBIG'].includes(errorCode(error)) ? diskFull(error) : error);
