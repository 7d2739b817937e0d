/** What a capture's state means, in words and in how far it is. */
import type { Capture, CaptureOrigin, CaptureState } from '@wirecase/contract';

interface StateWords {
  label: string;
  /** Class of the chip. */
  tone: '' | 'good' | 'medium' | 'critical';
}

const words: Record<CaptureState, StateWords> = {
  receiving: { label: 'Receiving', tone: '' },
  stored: { label: 'Waiting', tone: '' },
  parsing: { label: 'Parsing', tone: '' },
  ready: { label: 'Ready', tone: 'good' },
  failed: { label: 'Failed', tone: 'critical' },
  quarantined: { label: 'Quarantined', tone: 'critical' },
};

const origins: Record<CaptureOrigin, string> = {
  upload: 'uploaded',
  watch: 'from the watched folder',
  ring: 'from the ring capture',
  sample: 'sample',
};

export function stateWords(state: CaptureState): StateWords {
  return words[state];
}

export function originWords(origin: CaptureOrigin): string {
  return origins[origin];
}

export function isUnderWay(capture: Capture): boolean {
  return capture.state === 'receiving' || capture.state === 'stored' || capture.state === 'parsing';
}

export function hasFailed(capture: Capture): boolean {
  return capture.state === 'failed' || capture.state === 'quarantined';
}

/** 0 to 1, or `null` while it is not known. */
export function progressOf(capture: Capture): number | null {
  const { bytes, totalBytes } = capture.progress;
  return capture.state === 'stored' || totalBytes === 0 ? null : Math.min(1, bytes / totalBytes);
}
