import type { DataSource } from 'typeorm';
import { auditEntity, type AuditRow } from './entities.ts';

export type AuditEntry = Omit<AuditRow, 'id' | 'at' | 'detail'> & { detail?: object | null };

/** Who did what, when and how it ended. Rows are only added: a trigger in PostgreSQL refuses any change. */
export class AuditRepository {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    this.#source = source;
  }

  async write(entry: AuditEntry): Promise<void> {
    await this.#source.manager.insert(auditEntity, { detail: null, ...entry });
  }

  /** Newest first; `before` is the id of the last row of the page before. */
  async list(limit: number, before: string | null = null): Promise<AuditRow[]> {
    const rows = this.#source.manager.createQueryBuilder(auditEntity, 'a').orderBy('a.id', 'DESC').limit(limit);
    if (before !== null) rows.where('a.id < :before', { before });
    return rows.getMany();
  }
}
