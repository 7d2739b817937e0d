/** One resumable upload (tus). What was sent is remembered by file name, size and date, so that it goes on after a reload or a cut. */
import { Upload as TusUpload, type PreviousUpload } from 'tus-js-client';
import { url } from './http.ts';

export interface UploadCallbacks {
  progress(sentBytes: number): void;
  /** All bytes are with the server. `captureIds` when it says which captures they became. */
  done(captureIds: readonly string[]): void;
  /** It stopped and will not go on by itself. */
  failed(message: string, reason: UploadFailure): void;
}

/** `cut`: what was sent is kept; `not-begun`: nothing was; `refused`: the server does not want this file. */
export type UploadFailure = 'cut' | 'not-begun' | 'refused';

export interface RunningUpload {
  /** Stop sending; what was sent is kept. */
  pause(): Promise<void>;
  resume(): void;
  /** Stop and let the server forget what was sent. */
  cancel(): Promise<void>;
}

const chunkBytes = 8 * 1024 * 1024;
const retryDelaysMs = [0, 1000, 3000, 5000, 10_000];

export async function startUpload(file: File, headers: () => Record<string, string>, callbacks: UploadCallbacks): Promise<RunningUpload> {
  let captureIds: readonly string[] = [];
  const upload = new TusUpload(file, {
    endpoint: url('/uploads'),
    chunkSize: chunkBytes,
    retryDelays: retryDelaysMs,
    metadata: { filename: file.name, filetype: 'application/octet-stream' },
    removeFingerprintOnSuccess: true,
    onBeforeRequest: (request) => {
      for (const [name, value] of Object.entries(headers())) request.setHeader(name, value);
    },
    onAfterResponse: (_request, response) => {
      captureIds = response.getHeader('Upload-Capture-Ids')?.split(', ') ?? captureIds;
    },
    onProgress: (sent) => callbacks.progress(sent),
    onSuccess: () => callbacks.done(captureIds),
    onError: (error) => callbacks.failed(messageOf(error), wasRefused(error) ? 'refused' : upload.url === null ? 'not-begun' : 'cut'),
  });
  const [previous] = newestFirst(await upload.findPreviousUploads());
  if (previous) upload.resumeFromPreviousUpload(previous);
  upload.start();
  return {
    pause: () => upload.abort(false),
    resume: () => upload.start(),
    cancel: () => upload.abort(true),
  };
}

function newestFirst(uploads: PreviousUpload[]): PreviousUpload[] {
  return uploads.toSorted((a, b) => Date.parse(b.creationTime) - Date.parse(a.creationTime));
}

/** Answers about the file itself: sending it again would not help. */
const refusals = [413, 415, 422];

function wasRefused(error: Error): boolean {
  return refusals.includes(responseOf(error)?.getStatus() ?? 0);
}

function responseOf(error: Error) {
  return 'originalResponse' in error ? (error.originalResponse as { getStatus(): number; getBody(): string } | null) : null;
}

/** The server's own words where it answered with a problem, else what the connection did. */
function messageOf(error: Error): string {
  const response = responseOf(error);
  if (!response) return 'The connection was cut. What was sent is kept; resume when the server can be reached.';
  try {
    const problem = JSON.parse(response.getBody()) as { title?: string; detail?: string };
    if (problem.title) return problem.detail ? `${problem.title}: ${problem.detail}` : problem.title;
  } catch {
    // Not JSON: the plain text below says it.
  }
  return response.getBody().trim() || `The server answered ${response.getStatus()}.`;
}
