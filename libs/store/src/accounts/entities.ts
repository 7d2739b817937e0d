/** The small tables as TypeORM sees them; migrations make them. */
import type { Role } from '@wirecase/contract';
import { EntitySchema } from 'typeorm';

export interface UserRow {
  id: string;
  name: string;
  role: Role;
  passwordHash: string;
  disabled: boolean;
  createdAt: Date;
  lastLoginAt: Date | null;
}

export interface SessionRow {
  tokenHash: Buffer;
  userId: string;
  createdAt: Date;
  lastSeenAt: Date;
}

export interface ApiKeyRow {
  id: string;
  name: string;
  prefix: string;
  keyHash: Buffer;
  scopes: string[];
  /** Empty: from everywhere. */
  allowedCidrs: string[];
  /** Null: made on the console. */
  ownerId: string | null;
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
}

export interface AuditRow {
  id: string;
  at: Date;
  /** Who: user or key name; null when nobody was known. */
  actor: string | null;
  action: string;
  object: string | null;
  /** `ok` or the error code. */
  result: string;
  address: string | null;
  requestId: string | null;
  detail: object | null;
}

export const userEntity = new EntitySchema<UserRow>({
  name: 'app_user',
  columns: {
    id: { type: 'uuid', primary: true, generated: 'uuid' },
    name: { type: 'text' },
    role: { type: 'text' },
    passwordHash: { type: 'text', name: 'password_hash' },
    disabled: { type: 'boolean', default: false },
    createdAt: { type: 'timestamptz', name: 'created_at', createDate: true },
    lastLoginAt: { type: 'timestamptz', name: 'last_login_at', nullable: true },
  },
});

export const sessionEntity = new EntitySchema<SessionRow>({
  name: 'session',
  columns: {
    tokenHash: { type: 'bytea', name: 'token_hash', primary: true },
    userId: { type: 'uuid', name: 'user_id' },
    createdAt: { type: 'timestamptz', name: 'created_at', createDate: true },
    lastSeenAt: { type: 'timestamptz', name: 'last_seen_at', createDate: true },
  },
});

export const apiKeyEntity = new EntitySchema<ApiKeyRow>({
  name: 'api_key',
  columns: {
    id: { type: 'uuid', primary: true, generated: 'uuid' },
    name: { type: 'text' },
    prefix: { type: 'text' },
    keyHash: { type: 'bytea', name: 'key_hash' },
    scopes: { type: 'text', array: true },
    allowedCidrs: { type: 'text', array: true, name: 'allowed_cidrs', default: [] },
    ownerId: { type: 'uuid', name: 'owner_id', nullable: true },
    createdAt: { type: 'timestamptz', name: 'created_at', createDate: true },
    expiresAt: { type: 'timestamptz', name: 'expires_at', nullable: true },
    lastUsedAt: { type: 'timestamptz', name: 'last_used_at', nullable: true },
  },
});

export const auditEntity = new EntitySchema<AuditRow>({
  name: 'audit',
  columns: {
    id: { type: 'bigint', primary: true, generated: 'increment' },
    at: { type: 'timestamptz', createDate: true },
    actor: { type: 'text', nullable: true },
    action: { type: 'text' },
    object: { type: 'text', nullable: true },
    result: { type: 'text' },
    address: { type: 'inet', nullable: true },
    requestId: { type: 'text', name: 'request_id', nullable: true },
    detail: { type: 'jsonb', nullable: true },
  },
});
