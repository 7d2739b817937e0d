/** Secrets at rest: AES-256-GCM under a key that lies in the data folder, so that a copy of the database alone gives nothing away. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export class SecretBox {
  readonly #path: string;

  constructor(dataDir: string) {
    this.#path = join(dataDir, 'secret.key');
  }

  /** `about` is bound to it: a secret moved to another row does not open. */
  async close(secret: string, about: string): Promise<Buffer> {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', await this.#key(), nonce).setAAD(Buffer.from(about));
    return Buffer.concat([nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  }

  /** Throws when the key is another, or the bytes were changed. */
  async open(box: Buffer, about: string): Promise<string> {
    const decipher = createDecipheriv('aes-256-gcm', await this.#key(), box.subarray(0, NONCE_BYTES)).setAAD(Buffer.from(about));
    decipher.setAuthTag(box.subarray(-TAG_BYTES));
    return decipher.update(box.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  }

  /** The key, made the first time. Whoever comes second reads what the first one wrote. */
  async #key(): Promise<Buffer> {
    const file = await open(this.#path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return null;
      throw error;
    });
    if (file) {
      try {
        await file.writeFile(randomBytes(KEY_BYTES));
        await file.sync();
      } finally {
        await file.close();
      }
    }
    const key = await readFile(this.#path);
    if (key.length !== KEY_BYTES) throw new Error(`${this.#path} is not a key of ${KEY_BYTES} bytes`);
    return key;
  }
}
