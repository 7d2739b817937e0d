import type { DetectorOptions } from '../detector.ts';

export const options = {
  keyBits: { doc: 'Bits below which an RSA key is weak.', unit: 'count', default: 2048 },
} satisfies DetectorOptions;
