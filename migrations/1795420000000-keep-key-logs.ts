import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Secrets that people give to captures, to read what was encrypted in them. */
export class KeepKeyLogs1795420000000 implements MigrationInterface {
  name = 'KeepKeyLogs1795420000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE key_log (
        capture_id uuid PRIMARY KEY REFERENCES capture (id) ON DELETE CASCADE,
        -- Lines of secrets, encrypted with the key of the installation and bound to the capture.
        box bytea NOT NULL,
        sessions integer NOT NULL CHECK (sessions > 0),
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        created_by text NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE key_log');
  }
}
