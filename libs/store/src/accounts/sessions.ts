import { createHash, randomBytes } from 'node:crypto';
import type { User } from '@wirecase/contract';
import type { DataSource } from 'typeorm';
import { sessionEntity, userEntity, type UserRow } from './entities.ts';
import { toUser } from './users.ts';

/** A session that is not used for so long ends, and every session ends after so long (RELIABILITY 7.3). PostgreSQL's clock decides. */
const isAlive = `s.last_seen_at > now() - interval '30 minutes' AND s.created_at > now() - interval '12 hours'`;

/** Logins of browsers. The token is 256 random bits; only its SHA-256 is stored. */
export class Sessions {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    this.#source = source;
  }

  /** Begin a session; answers its token. Sessions that have ended are cleared away. */
  async create(userId: string): Promise<string> {
    const token = randomBytes(32).toString('base64url');
    await this.#source.query(`DELETE FROM session s WHERE NOT (${isAlive})`);
    await this.#source.manager.insert(sessionEntity, { tokenHash: hashOf(token), userId });
    return token;
  }

  /** Whose session it is, or null when it has ended or the user is disabled. Counts as a use, noted once a minute. */
  async find(token: string): Promise<User | null> {
    const tokenHash = hashOf(token);
    const user: UserRow | null = await this.#source.manager
      .createQueryBuilder(userEntity, 'u')
      .innerJoin('session', 's', 's.user_id = u.id')
      .where(`s.token_hash = :tokenHash AND NOT u.disabled AND ${isAlive}`, { tokenHash })
      .getOne();
    if (!user) return null;
    await this.#source.query(
      `UPDATE session SET last_seen_at = now() WHERE token_hash = $1 AND last_seen_at < now() - interval '1 minute'`,
      [tokenHash],
    );
    return toUser(user);
  }

  async end(token: string): Promise<void> {
    await this.#source.manager.delete(sessionEntity, { tokenHash: hashOf(token) });
  }

  async endAll(userId: string): Promise<void> {
    await this.#source.manager.delete(sessionEntity, { userId });
  }
}

const hashOf = (token: string) => createHash('sha256').update(token).digest();
