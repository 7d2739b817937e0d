import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What operators say of detection. Settings are only added to: the newest version counts, and a capture names the one it was analysed with. */
export class DetectionSettingsAndSuppressions1795285000000 implements MigrationInterface {
  name = 'DetectionSettingsAndSuppressions1795285000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE detection_settings (
        version integer PRIMARY KEY,
        changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        changed_by text NOT NULL,
        options jsonb NOT NULL,
        allow jsonb NOT NULL,
        assets jsonb NOT NULL
      )`);
    await runner.query(`
      CREATE TRIGGER detection_settings_is_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON detection_settings
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`);
    await runner.query(`
      CREATE TABLE suppression (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        rule text,
        entity text,
        capture_id uuid,
        owner text NOT NULL,
        reason text NOT NULL,
        expires_at timestamptz NOT NULL,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        created_by text NOT NULL,
        ended_at timestamptz,
        ended_by text,
        CHECK (rule IS NOT NULL OR entity IS NOT NULL OR capture_id IS NOT NULL)
      )`);
    await runner.query(`ALTER TABLE "alert" ADD COLUMN "alert_suppressed_by" text`);
    await runner.query(`CREATE INDEX alert_suppressed ON alert (alert_suppressed_by) WHERE alert_suppressed_by IS NOT NULL`);
    await runner.query(`ALTER TABLE capture ADD COLUMN detection_version integer NOT NULL DEFAULT 0`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE capture DROP COLUMN detection_version');
    await runner.query('ALTER TABLE "alert" DROP COLUMN "alert_suppressed_by"');
    await runner.query('DROP TABLE suppression, detection_settings');
  }
}
