import { WirecaseError, type CreateUserRequest, type Role, type User } from '@wirecase/contract';
import type { DataSource, EntityManager } from 'typeorm';
import { wallTime } from '../capture-row.ts';
import { sqlState } from '../pool.ts';
import { apiKeyEntity, sessionEntity, userEntity, type UserRow } from './entities.ts';
import { hashPassword, verifyPassword } from './password.ts';

/** Who may log in. Names are compared without case. There is always an administrator who can log in, once there was one. */
export class Users {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    this.#source = source;
  }

  /** Whether set-up is done: an administrator exists who can log in. */
  async hasAdmin(): Promise<boolean> {
    return this.#source.manager.existsBy(userEntity, { role: 'admin', disabled: false });
  }

  /** Throws `setup.done` when an administrator exists, also when two are made at the same moment. */
  async createFirstAdmin(name: string, password: string): Promise<User> {
    const passwordHash = await hashPassword(password);
    return this.#exclusively(async (manager) => {
      if (await manager.existsBy(userEntity, { role: 'admin' }))
        throw new WirecaseError('setup.done', 'An administrator exists already; log in.');
      // Who makes it is logged in by that.
      return insert(manager, name, passwordHash, 'admin', new Date());
    });
  }

  /** Throws `user.exists`. */
  async create({ name, password, role }: CreateUserRequest): Promise<User> {
    return insert(this.#source.manager, name, await hashPassword(password), role, null);
  }

  /** The user whose password this is, or null: unknown, disabled and wrong take the same time. Stamps the login. */
  async login(name: string, password: string): Promise<User | null> {
    const row = await this.#source.manager.createQueryBuilder(userEntity, 'u').where('lower(u.name) = lower(:name)', { name }).getOne();
    const isRight = await verifyPassword(password, row?.passwordHash ?? null);
    if (!row || !isRight || row.disabled) return null;
    row.lastLoginAt = new Date();
    await this.#source.manager.update(userEntity, { id: row.id }, { lastLoginAt: row.lastLoginAt });
    return toUser(row);
  }

  /** By name. */
  async list(): Promise<User[]> {
    return (await this.#source.manager.find(userEntity, { order: { name: 'ASC' } })).map(toUser);
  }

  /** Throws `user.not-found`. */
  async get(id: string): Promise<User> {
    return toUser(await find(this.#source.manager, id));
  }

  /** Change role, password or whether the user is disabled; any of them ends the user's sessions. Throws `user.not-found`, `user.last-admin`. */
  async update(id: string, change: { role?: Role; disabled?: boolean; password?: string }): Promise<User> {
    const passwordHash = change.password === undefined ? undefined : await hashPassword(change.password);
    return this.#exclusively(async (manager) => {
      const row = await find(manager, id);
      const changed = {
        role: change.role ?? row.role,
        disabled: change.disabled ?? row.disabled,
        passwordHash: passwordHash ?? row.passwordHash,
      };
      if (changed.role !== 'admin' || changed.disabled) await requireOtherAdmin(manager, row);
      await manager.update(userEntity, { id }, changed);
      await manager.delete(sessionEntity, { userId: id });
      return toUser({ ...row, ...changed });
    });
  }

  /** Delete the user with their sessions and API keys. Throws `user.not-found`, `user.last-admin`. */
  async delete(id: string): Promise<void> {
    await this.#exclusively(async (manager) => {
      await requireOtherAdmin(manager, await find(manager, id));
      await manager.delete(apiKeyEntity, { ownerId: id });
      await manager.delete(userEntity, { id });
    });
  }

  /** One change of users at a time, so that two administrators cannot remove each other. Readers are not held up. */
  #exclusively<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.#source.transaction(async (manager) => {
      await manager.query('LOCK TABLE app_user IN SHARE ROW EXCLUSIVE MODE');
      return work(manager);
    });
  }
}

async function insert(manager: EntityManager, name: string, passwordHash: string, role: Role, lastLoginAt: Date | null): Promise<User> {
  try {
    return toUser(await manager.save(userEntity, { name, passwordHash, role, disabled: false, lastLoginAt }));
  } catch (error) {
    // The unique index on lower(name).
    if (sqlState((error as { driverError?: unknown }).driverError) === '23505')
      throw new WirecaseError('user.exists', `There is a user ${name} already.`, { cause: error });
    throw error;
  }
}

async function find(manager: EntityManager, id: string): Promise<UserRow> {
  const row = await manager.findOneBy(userEntity, { id });
  if (!row) throw new WirecaseError('user.not-found', `There is no user ${id}.`);
  return row;
}

async function requireOtherAdmin(manager: EntityManager, row: UserRow): Promise<void> {
  if (row.role !== 'admin' || row.disabled) return;
  if ((await manager.countBy(userEntity, { role: 'admin', disabled: false })) > 1) return;
  throw new WirecaseError('user.last-admin', `${row.name} is the only administrator who can log in. Make another one first.`);
}

export function toUser(row: UserRow): User {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    disabled: row.disabled,
    createdAt: wallTime(row.createdAt),
    lastLoginAt: row.lastLoginAt === null ? null : wallTime(row.lastLoginAt),
  };
}
