/** One capture from its evidence file to committed rows: the only place where bytes, engine and store meet. */
import { WirecaseError, type CaptureSummary } from '@wirecase/contract';
import { Analyzer } from '@wirecase/engine';
import {
  CaptureTransaction,
  CommitRejected,
  foreignFormat,
  isConnectionError,
  nodePlatform,
  openCapture,
  secretBlocks,
  sqlState,
  type CaptureSource,
  type EvidencePaths,
  type Pool,
  type Progress,
} from '@wirecase/store';
import { convertCapture } from '@wirecase/tshark';
import type { ParseOutcome, ParseRequest } from './messages.ts';
import { writeWhole } from './write-whole.ts';

/** `progress` is the same object throughout, changed in place: whoever reports it looks at it when it likes. */
export async function parseCapture(pool: Pool, paths: EvidencePaths, request: ParseRequest, progress: Progress): Promise<ParseOutcome> {
  try {
    const source = await openStored(paths, request.limits.maxPlainBytes);
    progress.totalBytes = source.size;
    await parseSource(pool, source, paths, request, progress);
    return { kind: 'ready' };
  } catch (error) {
    return outcomeOf(error);
  }
}

/** The original, unpacked into `plain` on the way; of a format that is not read here the copy that is converted into `plain`. */
async function openStored(paths: EvidencePaths, maxBytes: number): Promise<CaptureSource> {
  const foreign = await foreignFormat(paths.original);
  if (foreign === null) return openCapture(paths.original, { limits: { maxBytes }, plainPath: paths.plain });
  await convertCapture(paths.original, foreign, paths.plain);
  return openCapture(paths.plain);
}

async function parseSource(
  pool: Pool,
  source: CaptureSource,
  paths: EvidencePaths,
  request: ParseRequest,
  progress: Progress,
): Promise<void> {
  const transaction = await CaptureTransaction.begin(pool, request.attempt).catch(async (error: unknown) => {
    await source.close();
    throw error;
  });
  try {
    const analyzer = new Analyzer({
      platform: nodePlatform,
      sink: transaction.writer,
      captureSha256: Buffer.from(request.sha256, 'hex'),
    });
    for await (const chunk of source.chunks()) {
      analyzer.push(chunk);
      await transaction.writer.drain();
      progress.bytes = source.position;
      progress.packets = analyzer.packets;
      requirePacketCap(analyzer.packets, request.limits.maxPackets);
    }
    progress.stage = 'committing';
    const summary = withDamage(analyzer.finish(), source);
    await writeWhole(paths.index, analyzer.packetIndexParts(), request.attempt.token);
    const secrets = analyzer.notes?.secrets ?? [];
    if (secrets.length > 0) await writeWhole(paths.secrets, [secretBlocks(secrets)], request.attempt.token);
    await transaction.commit(summary);
  } finally {
    await transaction.rollback();
  }
}

function requirePacketCap(packets: number, maxPackets: number): void {
  if (packets <= maxPackets) return;
  throw new WirecaseError('capture.bomb', `The capture has more than ${maxPackets} packets; that is the cap. Split it first.`);
}

function withDamage(summary: CaptureSummary, source: CaptureSource): CaptureSummary {
  if (source.damage === null) return summary;
  return { ...summary, damaged: [...summary.damaged, { offset: source.plainBytes, length: 0, reason: source.damage }] };
}

/** What an error means for the capture. One that is neither the file's, the disk's nor the database's is a bug: it is thrown on. */
function outcomeOf(error: unknown): ParseOutcome {
  if (error instanceof CommitRejected) return { kind: 'lost' };
  const { code, message } = error as NodeJS.ErrnoException;
  if (isConnectionError(error) && !isFileError(error)) return { kind: 'again', detail: `the database went away (${message})` };
  if (sqlState(error) === '53100') return { kind: 'again', detail: "the database's disk is full" };
  if (code === 'storage.full' || code === 'ENOSPC' || code === 'EDQUOT')
    return { kind: 'again', detail: 'the disk of the data directory is full' };
  if (error instanceof WirecaseError) return { kind: 'failed', code: error.code, detail: error.message };
  if (code === 'ENOENT') {
    return {
      kind: 'failed',
      code: 'capture.evidence-changed',
      detail: 'The stored file is gone from the evidence directory. Restore it, then retry.',
    };
  }
  throw error;
}

/** A file that is missing has the same code (ENOENT) as a database socket that is missing. */
function isFileError(error: unknown): boolean {
  return ['open', 'rename', 'read', 'write', 'stat'].includes(String((error as NodeJS.ErrnoException).syscall));
}
