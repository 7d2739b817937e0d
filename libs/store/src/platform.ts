import { createCipheriv, createDecipheriv, createHash, createHmac, hash } from 'node:crypto';
import type { Platform } from '@wirecase/contract';
import { openUnpacker } from './unpacker.ts';

const TAG_BYTES = 16;

/** What the pure cores need, by node:crypto. One-shot hashing: 2-3 times faster than `createHash` for the small inputs of a packet. */
export const nodePlatform: Platform = {
  digest: (algorithm, bytes) => hash(algorithm, bytes, 'buffer'),
  hmacSha256: (key, bytes) => createHmac('sha256', key).update(bytes).digest(),
  aes128Block: (key, block) => createCipheriv('aes-128-ecb', key, null).setAutoPadding(false).update(block),
  aes128GcmOpen(key, nonce, associated, sealed) {
    if (sealed.length < TAG_BYTES) return null;
    const decipher = createDecipheriv('aes-128-gcm', key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(associated);
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
    const opened = decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES));
    try {
      decipher.final();
    } catch {
      return null;
    }
    return opened;
  },
  hasher: (algorithm) => createHash(algorithm),
  unpacker: openUnpacker,
};
