import { createHash, randomBytes } from 'node:crypto';
import { WirecaseError, type ApiKey, type CreatedApiKey, type User } from '@wirecase/contract';
import { In, type DataSource } from 'typeorm';
import { wallTime } from '../capture-row.ts';
import { apiKeyEntity, userEntity, type ApiKeyRow } from './entities.ts';
import { toUser } from './users.ts';

/** Shown as the owner of a key that was made on the console of this machine. */
export const consoleOwner = 'console';

export interface NewApiKey {
  name: string;
  scopes: string[];
  /** Networks that it may be used from; none: from everywhere. */
  allowedCidrs?: string[];
  /** Null: made on the console. */
  ownerId: string | null;
  expiresAt: string | Date | null;
}

/** Keys of scripts: `wck_` and 256 random bits, of which only the SHA-256 is stored. */
export class ApiKeys {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    this.#source = source;
  }

  /** Make a key; the answer is the only place where it is shown. `ownerId` null: made on the console. */
  async create(key: NewApiKey): Promise<CreatedApiKey> {
    const text = `wck_${randomBytes(32).toString('base64url')}`;
    const row = await this.#source.manager.save(apiKeyEntity, {
      name: key.name,
      scopes: key.scopes,
      allowedCidrs: key.allowedCidrs ?? [],
      ownerId: key.ownerId,
      prefix: text.slice(0, 10),
      keyHash: hashOf(text),
      expiresAt: key.expiresAt === null ? null : new Date(key.expiresAt),
      lastUsedAt: null,
    });
    const [made] = await this.#described([row]);
    return { ...made!, key: text };
  }

  /** The key and its owner (null: the console); null when it is unknown or expired or its owner disabled. */
  async find(text: string): Promise<{ row: ApiKey; owner: User | null } | null> {
    const row = await this.#source.manager.findOneBy(apiKeyEntity, { keyHash: hashOf(text) });
    if (!row || (row.expiresAt !== null && row.expiresAt.getTime() <= Date.now())) return null;
    const owner = row.ownerId === null ? null : await this.#source.manager.findOneBy(userEntity, { id: row.ownerId });
    if (row.ownerId !== null && (!owner || owner.disabled)) return null;
    return { row: toApiKey(row, owner?.name ?? consoleOwner), owner: owner && toUser(owner) };
  }

  /** Note that the key is used, once a minute. */
  async noteUse(id: string): Promise<void> {
    await this.#source.query(
      `UPDATE api_key SET last_used_at = now() WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`,
      [id],
    );
  }

  /** The keys of one user, or everyone's with null; newest first. */
  async list(ownerId: string | null): Promise<ApiKey[]> {
    const rows = await this.#source.manager.find(apiKeyEntity, {
      where: ownerId === null ? {} : { ownerId },
      order: { createdAt: 'DESC', id: 'ASC' },
    });
    return this.#described(rows);
  }

  /** End a key at once; with `ownerId` only one of that user. Throws `key.not-found`. */
  async revoke(id: string, ownerId: string | null): Promise<void> {
    const result = await this.#source.manager.delete(apiKeyEntity, ownerId === null ? { id } : { id, ownerId });
    if (result.affected !== 1) throw new WirecaseError('key.not-found', `There is no API key ${id}.`);
  }

  async #described(rows: readonly ApiKeyRow[]): Promise<ApiKey[]> {
    const ownerIds = rows.map((row) => row.ownerId).filter((id) => id !== null);
    const owners = new Map((await this.#source.manager.findBy(userEntity, { id: In(ownerIds) })).map((user) => [user.id, user.name]));
    return rows.map((row) => toApiKey(row, row.ownerId === null ? consoleOwner : (owners.get(row.ownerId) ?? row.ownerId)));
  }
}

const hashOf = (text: string) => createHash('sha256').update(text).digest();

function toApiKey(row: ApiKeyRow, owner: string): ApiKey {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    scopes: row.scopes,
    allowedCidrs: row.allowedCidrs,
    createdAt: wallTime(row.createdAt),
    expiresAt: row.expiresAt === null ? null : wallTime(row.expiresAt),
    lastUsedAt: row.lastUsedAt === null ? null : wallTime(row.lastUsedAt),
    owner,
  };
}
