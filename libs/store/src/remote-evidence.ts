/**
 * Files of captures that lie on another machine: those of a sensor there. Its worker and the API have nothing in common but PostgreSQL and
 * Redis, so files go through Redis, in pieces, a few at a time: nobody listens on the sensor's machine. Whoever asks has checked the right.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WirecaseError } from '@wirecase/contract';
import { Redis } from 'ioredis';
import { evidencePathsIn, type EvidencePaths } from './evidence-store.ts';
import type { Pool } from './pool.ts';

const pieceBytes = 1024 * 1024;
/** Pieces on their way at once: what Redis has to hold for one file. */
const piecesAhead = 8;
/** Without a sign for so long the other side is away. */
const patienceSeconds = 10;
/** Captures of other machines kept here; the one unused longest goes first. */
const keptCaptures = 20;
const fileNames = { original: 'original', index: 'index', indexTail: 'index-tail', secrets: 'secrets' } as const;
type FileName = keyof typeof fileNames;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const askKey = (host: string) => `wirecase:evidence:ask:${host}`;
const answerKey = (id: string) => `wirecase:evidence:answer:${id}`;
/** First byte of each message of an answer. */
const data = 0;
const end = 1;
const missing = 2;

interface Ask {
  answer: string;
  captureId: string;
  file: FileName;
}

/** Answers what is asked of this machine's files. */
export class EvidenceServer {
  readonly #redis: Redis;
  readonly #asks: Redis;
  readonly #host: string;
  readonly #pathsOf: (captureId: string) => EvidencePaths;
  #isClosed = false;

  constructor(redisUrl: string, host: string, pathsOf: (captureId: string) => EvidencePaths) {
    this.#redis = new Redis(redisUrl, { connectionName: 'wirecase evidence' });
    this.#asks = this.#redis.duplicate();
    // A connection that fails is made again; who waits meanwhile gives up by itself.
    for (const redis of [this.#redis, this.#asks]) redis.on('error', () => undefined);
    this.#host = host;
    this.#pathsOf = pathsOf;
  }

  async run(): Promise<void> {
    while (!this.#isClosed) {
      try {
        const asked = await this.#asks.blpop(askKey(this.#host), 1);
        if (asked) await this.#answer(JSON.parse(asked[1]) as Ask);
      } catch {
        // Redis is away, or the question is none of ours.
        if (!this.#isClosed) await sleep(1000);
      }
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#redis.disconnect();
    this.#asks.disconnect();
  }

  async #answer({ answer, captureId, file }: Ask): Promise<void> {
    const path = uuid.test(captureId) && Object.hasOwn(fileNames, file) ? this.#pathsOf(captureId)[file] : null;
    const handle = path === null ? null : await open(path, 'r').catch(() => null); // it has none, or it was deleted
    if (handle === null) return this.#say(answer, Buffer.of(missing));
    try {
      for (let position = 0; ;) {
        const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(pieceBytes + 1), 1, pieceBytes, position);
        if (bytesRead === 0) break;
        buffer[0] = data;
        position += bytesRead;
        if (!(await this.#hasRoom(answer))) return;
        await this.#say(answer, buffer.subarray(0, bytesRead + 1));
      }
      await this.#say(answer, Buffer.of(end));
    } finally {
      await handle.close();
    }
  }

  async #say(answer: string, message: Buffer): Promise<void> {
    await this.#redis
      .multi()
      .rpush(answerKey(answer), message)
      .expire(answerKey(answer), 2 * patienceSeconds)
      .exec();
  }

  /** False when nobody takes what was sent. */
  async #hasRoom(answer: string): Promise<boolean> {
    const deadline = performance.now() + patienceSeconds * 1000;
    while ((await this.#redis.llen(answerKey(answer))) >= piecesAhead) {
      if (performance.now() > deadline) return false;
      await sleep(5);
    }
    return true;
  }
}

/** Gets files from the machines that have them, and keeps some. */
export class RemoteEvidence {
  readonly #pool: Pool;
  readonly #redisUrl: string;
  readonly #host: string;
  readonly #directory: string;
  readonly #underWay = new Map<string, Promise<EvidencePaths>>();

  /** `host`: this machine; `directory`: for what was got. */
  constructor(pool: Pool, redisUrl: string, host: string, directory: string) {
    this.#pool = pool;
    this.#redisUrl = redisUrl;
    this.#host = host;
    this.#directory = directory;
  }

  /** The files of the capture; null when they are of this machine. Throws `sensor.away`. */
  async fetch(captureId: string): Promise<EvidencePaths | null> {
    const { rows } = await this.#pool.query<{ host: string; name: string }>(
      'SELECT s.host, s.name FROM capture c JOIN sensor s ON s.id = c.sensor_id WHERE c.id = $1',
      [captureId],
    );
    const sensor = rows[0];
    if (!sensor || sensor.host === this.#host) return null;
    let work = this.#underWay.get(captureId);
    if (!work) {
      work = this.#get(captureId, sensor).finally(() => this.#underWay.delete(captureId));
      this.#underWay.set(captureId, work);
    }
    return work;
  }

  async #get(captureId: string, { host, name }: { host: string; name: string }): Promise<EvidencePaths> {
    const paths = evidencePathsIn(join(this.#directory, captureId));
    await mkdir(paths.directory, { recursive: true, mode: 0o750 });
    const redis = new Redis(this.#redisUrl, { maxRetriesPerRequest: 1, connectionName: 'wirecase evidence' });
    redis.on('error', () => undefined); // the command that meets it says so
    try {
      for (const file of Object.keys(fileNames) as FileName[]) {
        // Of what a capture need not have it is asked again: it may have it by now.
        if (await isThere(paths[file])) continue;
        const isGot = await this.#getFile(redis, host, captureId, file, paths[file]);
        if (isGot === true) continue;
        const isNeeded = file === 'original' || file === 'index';
        if (isGot === null && isNeeded)
          throw new WirecaseError(
            'sensor.away',
            `${host}, where ${name} captures, does not answer. Its packets are kept there; ask again later.`,
          );
        if (isNeeded) throw new WirecaseError('capture.evidence-changed', `The file is not on ${host} any more.`);
        // Nobody answers: what is here is enough to read packets.
        if (isGot === null) break;
      }
    } finally {
      redis.disconnect();
    }
    await utimes(paths.directory, new Date(), new Date());
    await this.#forgetOldest();
    return paths;
  }

  /** False when there is no such file; null when nobody answers. */
  async #getFile(redis: Redis, host: string, captureId: string, file: FileName, path: string): Promise<boolean | null> {
    const answer = randomUUID();
    const ask: Ask = { answer, captureId, file };
    await redis.multi().rpush(askKey(host), JSON.stringify(ask)).expire(askKey(host), patienceSeconds).exec();
    const part = `${path}.part-${answer}`;
    const handle = await open(part, 'w', 0o440);
    try {
      for (;;) {
        const said = await redis.blpopBuffer(answerKey(answer), patienceSeconds);
        const message = said?.[1];
        if (!message) return null;
        if (message[0] === missing) return false;
        if (message[0] === end) break;
        await handle.writeFile(message.subarray(1));
      }
      await rename(part, path);
      return true;
    } finally {
      await handle.close();
      await rm(part, { force: true });
    }
  }

  async #forgetOldest(): Promise<void> {
    const names = await readdir(this.#directory);
    const used = await Promise.all(names.map(async (name) => ({ name, at: (await stat(join(this.#directory, name))).mtimeMs })));
    for (const { name } of used.sort((a, b) => b.at - a.at).slice(keptCaptures))
      await rm(join(this.#directory, name), { recursive: true, force: true });
  }
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
