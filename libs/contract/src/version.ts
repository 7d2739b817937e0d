/**
 * What several people edit. A change may say which version was read, so that nobody overwrites what they have not seen; of a change that
 * comes second, the answer (409) says who was first.
 */
export interface Versioned {
  version: number;
  /** Null: as it was made. */
  changedAt: string | null;
  changedBy: string | null;
}

/** What a change is made from: the version that was read. Without one it takes the place of whatever there is. */
export type Change<Request> = Request & { version?: Versioned['version'] | undefined };
