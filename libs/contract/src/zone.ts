/** Networks by the operator's names. */
import type { Versioned } from './version.ts';

export interface Zone {
  name: string;
  /** Address or network; of several that hold an address the narrowest counts. */
  network: string;
  /** Whether it is on the operator's side of the border: it decides the direction of flows. */
  isInside: boolean;
}

/** PUT /zones: everything at once; `version` is the one that was read. */
export interface ZoneSettings {
  version: number;
  zones: Zone[];
}

/** GET /zones */
export type StoredZoneSettings = ZoneSettings & Versioned;
