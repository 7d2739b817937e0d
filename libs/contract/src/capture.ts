/** What is known of a capture file: its life in the store and what the engine counted in it. */

/** Where a capture is in its life. `ready`, `failed` and `quarantined` are final until someone retries. */
export const captureStates = ['receiving', 'stored', 'parsing', 'ready', 'failed', 'quarantined'] as const;
export type CaptureState = (typeof captureStates)[number];
export const finalStates: readonly CaptureState[] = ['ready', 'failed', 'quarantined'];

export const captureOrigins = ['upload', 'watch', 'ring', 'sample'] as const;
export type CaptureOrigin = (typeof captureOrigins)[number];

/** Container formats that are read. */
export type CaptureFormat = 'pcap' | 'pcap-ns' | 'pcapng' | 'snoop';
export type Compression = 'none' | 'gzip' | 'zstd' | 'lz4' | 'xz' | 'zip';

/** Bytes of the (decompressed) capture that could not be read as records. */
export interface DamagedRange {
  offset: number;
  length: number;
  reason: string;
}

/** Where packets were captured: an interface of pcapng, or the whole file of a format without interfaces. Texts are cleaned and cut. */
export interface CapturedInterface {
  /** Empty when unknown, as the two below. */
  name: string;
  description: string;
  filter: string;
  linkType: string;
  /** Most bytes captured of a packet; 0: unlimited or unknown. */
  snapLength: number;
  /** Unit of times: `10^-6 s`, `2^-20 s`. */
  resolution: string;
}

/** What a capture says beside its packets. */
export interface CaptureSaid {
  /** Comments of sections and interfaces (`packet` 0) and of packets, the first 100. */
  comments: { packet: number; text: string }[];
  /** Names of addresses, decryption secrets and blocks that are not understood: how many. */
  names: number;
  secrets: number;
  skippedBlocks: number;
}

/** What the engine says of a whole capture, in the `capture` record of NDJSON and in the capture's row. */
export interface CaptureSummary {
  format: CaptureFormat;
  packets: number;
  /** Frame bytes on the wire of all packets. */
  bytes: number;
  firstTimeNs: bigint | null;
  lastTimeNs: bigint | null;
  /** Names of the link types seen (`ETHERNET`, `RAW`, `LINUX_SLL` ...), by number when unnamed. */
  linkTypes: string[];
  /** Packets that belong to no flow, by bucket (`arp`, `lldp`, `damaged`, `link-type-147` ...). */
  nonFlow: Record<string, number>;
  damaged: DamagedRange[];
  /** Count per weird name. */
  weirds: Record<string, number>;
  flows: number;
  /** Packets that the capturing tool said it dropped (pcapng ISB), or null when it said nothing. */
  dropped: number | null;
  /** The first 100. */
  interfaces: CapturedInterface[];
  said: CaptureSaid;
}

/** BullMQ: jobs carry ids only; PostgreSQL holds the truth about work. */
export const ingestQueue = 'ingest';
export interface IngestJob {
  captureId: string;
}

/**
 * Options of every hint in the queue. The id of the job names the capture, how often it was attempted before, and `repeat`, so that a capture
 * is hinted once for each of them however often somebody hints it, and a hint that a killed worker still holds blocks no other. What was
 * begun before goes first. A finished hint leaves at once.
 */
export function ingestJobOptions(captureId: string, attempts = 0, repeat = 0): IngestJobOptions {
  const jobId = attempts === 0 ? captureId : `${captureId}-${attempts}-${repeat}`;
  return { jobId, lifo: attempts > 0, removeOnComplete: true, removeOnFail: true };
}
export interface IngestJobOptions {
  jobId: string;
  lifo: boolean;
  removeOnComplete: true;
  removeOnFail: true;
}

/** Redis key under which a process says every few seconds that it lives: JSON of `ProcessStatus`; it expires `aliveSeconds` later. */
export function aliveKey(process: 'worker' | 'rotator'): string {
  return `wirecase:alive:${process}`;
}
export const aliveSeconds = 15;

export interface ProcessStatus {
  status: 'ok' | 'degraded';
  /** What it does, or what is wrong and since when. */
  detail: string;
  /** When this was said, RFC 3339. */
  at: string;
}
