/** Users, their sessions and keys, and the audit log: small tables, through TypeORM. */
import { DataSource } from 'typeorm';
import { asStorageError } from '../pool.ts';
import { apiKeyEntity, auditEntity, sessionEntity, userEntity } from './entities.ts';

export { ApiKeys, consoleOwner } from './api-keys.ts';
export { AuditRepository, type AuditEntry } from './audit.ts';
export type { AuditRow } from './entities.ts';
export { hashPassword, verifyPassword } from './password.ts';
export { Sessions } from './sessions.ts';
export { Users } from './users.ts';

/** Connections of its own for `Users`, `Sessions`, `ApiKeys` and `AuditRepository`; the caller ends it with `destroy()`. */
export async function connectAccounts(databaseUrl: string): Promise<DataSource> {
  const source = new DataSource({
    type: 'postgres',
    url: databaseUrl,
    applicationName: 'wirecase accounts',
    poolSize: 5,
    entities: [userEntity, sessionEntity, apiKeyEntity, auditEntity],
    extra: { connectionTimeoutMillis: 10_000, statement_timeout: 15_000 },
  });
  try {
    return await source.initialize();
  } catch (error) {
    throw asStorageError(error);
  }
}
