import { hash } from 'node:crypto';
import type { Platform } from '@wirecase/contract';

/** What the pure cores need, by node:crypto. One-shot hashing: 2-3 times faster than `createHash` for the small inputs of a packet. */
export const nodePlatform: Platform = {
  digest: (algorithm, bytes) => hash(algorithm, bytes, 'buffer'),
};
