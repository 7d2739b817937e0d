/** Passwords at rest: argon2id (RFC 9106) in the PHC string form `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(argon2);

/** About 0.1 s on one core; OWASP's least is 46 MiB in one pass. */
const parameters = { memory: 47_104, passes: 2, parallelism: 1 };
const saltBytes = 16;
const hashBytes = 32;

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const { memory, passes, parallelism } = parameters;
  const hash = await derive('argon2id', { ...parameters, message: password, nonce: salt, tagLength: hashBytes });
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(hash)}`;
}

/** Whether `password` gives `stored`. With `null` (no such user) it takes as long and is false. */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  const parts = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/.exec(stored ?? nobody);
  if (!parts) throw new Error('a stored password hash has an unknown form');
  const [memory, passes, parallelism] = parts.slice(1, 4).map(Number) as [number, number, number];
  const expected = Buffer.from(parts[5]!, 'base64');
  const nonce = Buffer.from(parts[4]!, 'base64');
  const hash = await derive('argon2id', { memory, passes, parallelism, message: password, nonce, tagLength: expected.length });
  return timingSafeEqual(hash, expected) && stored !== null;
}

const unpadded = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');

/** A hash of the present parameters that no password is compared with in earnest. */
const nobody = `$argon2id$v=19$m=${parameters.memory},t=${parameters.passes},p=${parameters.parallelism}$${unpadded(Buffer.alloc(saltBytes))}$${unpadded(Buffer.alloc(hashBytes))}`;
