/** One capture from its evidence file to committed rows: the only place where bytes, engine and store meet. */
import { alertRecord, WirecaseError, type AlertRow, type CaptureSummary, type DetectionPolicy, type RecordSink } from '@wirecase/contract';
import { judged } from '@wirecase/detect';
import { Analyzer } from '@wirecase/engine';
import {
  CaptureTransaction,
  CommitRejected,
  Enricher,
  EnrichmentSources,
  foreignFormat,
  isConnectionError,
  nodePlatform,
  openCapture,
  secretBlocks,
  sqlState,
  ZoneRepository,
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
    const source = await openStored(paths, request);
    progress.totalBytes = source.size;
    await parseSource(pool, source, paths, request, progress);
    return { kind: 'ready' };
  } catch (error) {
    return outcomeOf(error);
  }
}

/** The original, unpacked into `plain` on the way; of a format that is not read here the copy that is converted into `plain`. */
async function openStored(paths: EvidencePaths, { limits, entry }: ParseRequest): Promise<CaptureSource> {
  const foreign = await foreignFormat(paths.original);
  if (foreign === null) {
    return openCapture(paths.original, { limits: { maxBytes: limits.maxPlainBytes }, plainPath: paths.plain, entry: entry ?? undefined });
  }
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
    const { zones } = await new ZoneRepository(pool).settings();
    const enricher = new Enricher(new EnrichmentSources(request.enrichment), zones);
    const analyzer = new Analyzer({
      platform: nodePlatform,
      sink: policySink(enricher.sink(transaction.writer), request.policy),
      captureSha256: idsFrom(request),
      options: { communityIdSeed: request.communityIdSeed, detectors: request.policy.settings.options },
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
    await transaction.commit(summary, request.policy.settings.version);
  } finally {
    await transaction.rollback();
  }
}

/** What the ids of rows are made from: captures of one archive differ by their names in it. */
function idsFrom({ sha256, entry }: ParseRequest): Uint8Array {
  const digest = Buffer.from(sha256, 'hex');
  return entry === null ? digest : nodePlatform.digest('sha256', Buffer.concat([digest, Buffer.from(entry)]));
}

/** Alerts pass what operators said of hosts and rules; everything else passes as it is. */
function policySink(sink: RecordSink, policy: DetectionPolicy): RecordSink {
  return {
    record(type, row) {
      if (type.name === alertRecord.name) sink.record(alertRecord, judged(row as unknown as AlertRow, policy));
      else sink.record(type, row);
    },
  };
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
  if (code === 'EROFS') return { kind: 'again', detail: 'the disk of the data directory is mounted read-only' };
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
