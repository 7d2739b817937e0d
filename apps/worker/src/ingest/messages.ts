/** What the worker and its parser child say to each other. The worker sends one `ParseRequest`; the child answers until it exits. */
import type { DetectionPolicy, ErrorCode } from '@wirecase/contract';
import type { Attempt, Progress, SourcePaths } from '@wirecase/store';

export interface ParseRequest {
  attempt: Attempt;
  /** Of the evidence file, lower-case hexadecimal: flow ids derive from it. */
  sha256: string;
  /** Which capture of an archive that holds several; null for a file that is one. */
  entry: string | null;
  limits: ParseLimits;
  communityIdSeed: number;
  policy: DetectionPolicy;
  /** Where the data is that says more of addresses. */
  enrichment: SourcePaths;
}

export interface ParseLimits {
  /** Plain bytes that may come out of a packed capture. */
  maxPlainBytes: number;
  maxPackets: number;
}

/**
 * How parsing ended, in the child's words. `ready`: committed. `lost`: somebody else has the capture. `failed`: the file or its
 * environment cannot be parsed, for the user to read. `again`: the database or the disk went away; the capture is fine.
 */
export type ParseOutcome =
  { kind: 'ready' } | { kind: 'lost' } | { kind: 'failed'; code: ErrorCode; detail: string } | { kind: 'again'; detail: string };

/** `progress` is also the child's sign of life. */
export type ChildMessage = { kind: 'progress'; progress: Progress } | { kind: 'outcome'; outcome: ParseOutcome };

/** Four times a second: what a person sees as moving, and what the database may be asked to write. */
export const PROGRESS_INTERVAL_MS = 250;
