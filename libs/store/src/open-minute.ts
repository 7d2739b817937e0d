/** Which minutes of a sensor may still grow. */
import type { LiveSample } from '@wirecase/contract';

/** Packets reach the file that is read so long after their time at most. */
const heldBackMs = 2000;
const minuteMs = 60_000;

/**
 * Whether packets of the minute may be in files that are not read: it is not over, or the engine has not read past it. `sample`: what the
 * engine said last, null for nothing. `minute`: its beginning, milliseconds since 1970.
 */
export function isUnread(minute: number, sample: Pick<LiveSample, 'at' | 'lagSeconds'> | null): boolean {
  const readUpTo = sample ? Date.parse(sample.at) - sample.lagSeconds * 1000 : Number.NEGATIVE_INFINITY;
  return readUpTo < minute + minuteMs + heldBackMs;
}
