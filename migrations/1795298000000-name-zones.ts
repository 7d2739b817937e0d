import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Networks by the operator's names. Only added to: the newest version counts. */
export class NameZones1795298000000 implements MigrationInterface {
  name = 'NameZones1795298000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE zone_settings (
        version integer PRIMARY KEY,
        changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        changed_by text NOT NULL,
        zones jsonb NOT NULL
      )`);
    await runner.query(`
      CREATE TRIGGER zone_settings_is_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON zone_settings
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE zone_settings');
  }
}
