import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { FileStore } from '@tus/file-store';
import { Server, Upload } from '@tus/server';
import { WirecaseError, apiBase } from '@wirecase/contract';
import type { Request, Response } from 'express';
import { AuditLog } from '../access/audit-log.ts';
import { Captures } from '../captures/captures.ts';
import type { Principal } from '../http/request.ts';
import { knownError, problemOf } from '../http/problem.ts';
import { Settings } from '../settings.ts';
import { FinishedUploads, type Outcome } from './finished-uploads.ts';

const SWEEP_MS = 600_000;
/** An unfinished upload can be resumed for this long; its part is removed then. */
const EXPIRY_MS = 24 * 3_600_000;
/** What tus answers when the disk refuses a write; the reason is not in it. */
const WRITE_FAILED = 'Something went wrong receiving the file';
const FULL_BYTES = 1024 * 1024;
const diskIsFull = { status_code: 507, body: 'The disk of the data directory is full. Make room; the upload goes on where it stopped.\n' };

type UploadAnswer = { status_code?: number; body?: string; headers: Record<string, string> };

/** Who began an upload, kept in its metadata by us, whatever the client sends under these names. */
const OWNER = 'owner';
const OWNER_NAME = 'ownerName';

/**
 * Resumable uploads (tus 1.0.0). Parts lie in DIR/uploads/tus until the last byte; then the file becomes evidence before the client gets
 * its answer, so that an acknowledged upload is a stored capture. A crash between the two is made good at the next start, or when the
 * client asks how far it is.
 */
@Injectable()
export class Uploads implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Uploads');
  private readonly directory: string;
  private readonly store: FileStore;
  private readonly server: Server;
  private readonly finishing = new Map<string, Promise<Outcome>>();
  private sweep: NodeJS.Timeout | undefined;

  constructor(
    settings: Settings,
    private readonly captures: Captures,
    private readonly finished: FinishedUploads,
    private readonly audit: AuditLog,
  ) {
    this.directory = join(settings.config.dataDir, 'uploads', 'tus');
    this.store = new PartStore(this.directory, finished);
    this.server = new Server({
      path: `${apiBase}/uploads`,
      datastore: this.store,
      relativeLocation: true,
      // tus would take the last part of the whole address, query and all: only the id whose owner was asked for counts.
      getFileIdFromRequest: (request) => (request.runtime!.node!.req as Request<{ upload?: string }>).params.upload,
      // Pages of other sites get no access; our own needs none.
      allowedOrigins: () => false,
      maxSize: settings.config.maxUploadBytes ?? 0,
      onUploadCreate: async (request, upload) => {
        const { principal } = request.runtime!.node!.req as Request;
        return { metadata: { ...upload.metadata, [OWNER]: ownerOf(principal!), [OWNER_NAME]: principal!.name } };
      },
      onUploadFinish: (request, { id }) => this.answer(request.runtime!.node!.req as Request, id),
      onResponseError: (_request, error) => this.describe(error),
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.tidyUp();
    this.sweep = setInterval(() => void this.tidyUp(), SWEEP_MS);
  }

  onApplicationShutdown(): void {
    clearInterval(this.sweep);
  }

  /** Answer one tus request. */
  async handle(request: Request, response: Response, id: string | null): Promise<void> {
    const principal = request.principal!;
    if (id !== null) await this.requireOwner(id, principal);
    else await this.requireSpace(Number(request.get('upload-length')) || 0);
    if (id !== null && ['HEAD', 'PATCH'].includes(request.method) && (await this.answerFinished(id, request, response))) return;
    await this.server.handle(request, response);
  }

  /** What became of an upload: its capture's id, or why the file was refused. Throws `upload.not-found` while it is not complete. */
  async outcome(id: string, principal: Principal): Promise<Outcome> {
    await this.requireOwner(id, principal);
    const outcome = await this.outcomeIfComplete(id);
    if (!outcome) throw new WirecaseError('upload.not-found', 'The upload is not complete yet.');
    return outcome;
  }

  /** The answer to the request that brought the last byte. */
  private async answer(request: Request, id: string): Promise<UploadAnswer> {
    try {
      const outcome = await this.finish(id);
      const refusal = outcome.captureIds === null ? new WirecaseError(outcome.code, outcome.detail) : null;
      request.auditObject = outcome.captureIds?.[0] ?? id;
      await this.audit.write(request, 'capture.upload', refusal);
      return refusal ? problemAnswer(refusal, request) : { headers: capturesOf(outcome.captureIds!) };
    } catch (error) {
      // tus would hide what it is. The part is still there: the client can ask again.
      this.logger.error({ err: error, requestId: request.id }, 'A complete upload could not be taken');
      return problemAnswer(error, request);
    }
  }

  /** A client whose last answer was lost learns that it is done instead of sending everything again. */
  private async answerFinished(id: string, request: Request, response: Response): Promise<boolean> {
    const outcome = await this.outcomeIfComplete(id);
    if (!outcome) return false;
    if (outcome.captureIds === null) throw new WirecaseError(outcome.code, outcome.detail);
    response.set({
      'Tus-Resumable': '1.0.0',
      'Cache-Control': 'no-store',
      'Upload-Offset': String(outcome.size),
      'Upload-Length': String(outcome.size),
      ...capturesOf(outcome.captureIds),
    });
    response.status(request.method === 'HEAD' ? 200 : 204).end();
    return true;
  }

  private async outcomeIfComplete(id: string): Promise<Outcome | null> {
    const known = await this.finished.find(id);
    if (known) return known;
    const upload = await this.upload(id);
    return upload && upload.offset === upload.size ? this.finish(id) : null;
  }

  /** Make evidence of a complete upload, once. A refusal is an outcome; trouble of ours throws and can be tried again. */
  private finish(id: string): Promise<Outcome> {
    let running = this.finishing.get(id);
    if (!running) {
      running = this.adopt(id).finally(() => this.finishing.delete(id));
      this.finishing.set(id, running);
    }
    return running;
  }

  private async adopt(id: string): Promise<Outcome> {
    const upload = await this.upload(id);
    if (!upload) throw new WirecaseError('upload.not-found', 'There is no such upload.');
    const owner = upload.metadata?.[OWNER] ?? '';
    const outcome = await this.received(upload, owner);
    await this.finished.write(id, outcome);
    // An adopted part is gone already; then only what tus noted about it is left to remove.
    await this.store.remove(id).catch(() => this.store.configstore.delete(id));
    return outcome;
  }

  private async received(upload: Upload, owner: string): Promise<Outcome> {
    const size = upload.size ?? 0;
    const name = upload.metadata?.['filename'] ?? upload.metadata?.['name'] ?? '';
    try {
      const { capture, others } = await this.captures.adopt(join(this.directory, upload.id), name, upload.metadata?.[OWNER_NAME] ?? '');
      return { owner, size, captureIds: [capture.id, ...others.map(({ id }) => id)] };
    } catch (error) {
      // The file itself is refused: sending it again would not help. Anything else may work later.
      if (error instanceof WirecaseError && error.status >= 400 && error.status < 500) {
        return { owner, size, captureIds: null, code: error.code, detail: error.message };
      }
      throw error;
    }
  }

  private async requireOwner(id: string, principal: Principal): Promise<void> {
    const owner = (await this.upload(id))?.metadata?.[OWNER];
    if (owner !== ownerOf(principal)) throw new WirecaseError('upload.not-found', 'There is no such upload, or it has expired.');
  }

  /** The upload as tus knows it; null when there is none. */
  private async upload(id: string): Promise<Upload | null> {
    if (!/^[0-9a-f]{32}$/.test(id)) return null;
    try {
      return await this.store.getUpload(id);
    } catch (error) {
      // tus throws plain objects with a status for what is missing.
      if (error instanceof Error) throw error;
      return null;
    }
  }

  private async requireSpace(size: number): Promise<void> {
    const disk = await statfs(this.directory);
    const free = disk.bavail * disk.bsize;
    if (size <= free) return;
    throw new WirecaseError(
      'storage.full',
      `The file has ${size} bytes and the disk of the data directory ${free} free ones. Make room, then send it again.`,
    );
  }

  /** tus answers in plain text. Of its own errors one hides a full disk; the others speak for themselves. */
  private async describe(error: Error | { status_code: number; body: string }): Promise<{ status_code: number; body: string } | undefined> {
    if (error instanceof Error) {
      const known = knownError(error);
      if (known?.code === 'storage.full') return diskIsFull;
      if (known) return { status_code: known.status, body: `${known.message}\n` };
      this.logger.error({ err: error }, 'An upload failed');
      return { status_code: 500, body: 'Something went wrong in Wirecase; its log says what.\n' };
    }
    if (!error.body.startsWith(WRITE_FAILED)) return undefined;
    const disk = await statfs(this.directory);
    return disk.bavail * disk.bsize > FULL_BYTES ? undefined : diskIsFull;
  }

  /** Finish what a crash left complete, and remove what expired. */
  private async tidyUp(): Promise<void> {
    try {
      for (const id of (await this.store.configstore.list?.()) ?? []) {
        const upload = await this.upload(id);
        if (upload && upload.offset === upload.size) await this.finish(id);
      }
      await this.server.cleanUpExpiredUploads();
      await this.finished.removeOlderThan(EXPIRY_MS);
    } catch (error) {
      this.logger.warn(`Old uploads were not tidied up: ${(error as Error).message ?? JSON.stringify(error)}`);
    }
  }
}

/** The first capture, and all: an archive may hold several. */
function capturesOf(ids: readonly string[]): Record<string, string> {
  return { 'Upload-Capture-Id': ids[0]!, 'Upload-Capture-Ids': ids.join(', ') };
}

function problemAnswer(error: unknown, request: Request): UploadAnswer {
  const problem = problemOf(error, request.originalUrl, String(request.id));
  return { status_code: problem.status, body: JSON.stringify(problem), headers: { 'Content-Type': 'application/problem+json' } };
}

/** Parts on disk; a finished upload is still known, because tus looks at it once more after the last byte. */
class PartStore extends FileStore {
  private readonly finished: FinishedUploads;

  constructor(directory: string, finished: FinishedUploads) {
    super({ directory, expirationPeriodInMilliseconds: EXPIRY_MS });
    this.finished = finished;
  }

  override async getUpload(id: string): Promise<Upload> {
    const outcome = await this.finished.find(id);
    if (!outcome) return super.getUpload(id);
    return new Upload({ id, size: outcome.size, offset: outcome.size, metadata: { [OWNER]: outcome.owner } });
  }
}

/** Who may go on with an upload: the user, with whichever session or key. */
function ownerOf(principal: Principal): string {
  return principal.user?.id ?? principal.name;
}
