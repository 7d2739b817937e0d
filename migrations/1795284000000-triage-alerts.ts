import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What people make of alerts. No foreign key: triage outlives the alert's row, because an analysis gives the same ids again. */
export class TriageAlerts1795284000000 implements MigrationInterface {
  name = 'TriageAlerts1795284000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE alert_triage (
        alert_id uuid PRIMARY KEY,
        state text NOT NULL CHECK (state IN ('new', 'in_progress', 'closed')),
        verdict text CHECK (verdict IN ('true_positive', 'benign_positive', 'false_positive')),
        assignee text,
        comments bigint NOT NULL DEFAULT 0,
        CHECK ((state = 'closed') = (verdict IS NOT NULL))
      )`);
    await runner.query(`
      CREATE TABLE alert_history (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        alert_id uuid NOT NULL,
        at timestamptz NOT NULL DEFAULT clock_timestamp(),
        actor text NOT NULL,
        change jsonb NOT NULL,
        comment text
      )`);
    await runner.query(`CREATE INDEX alert_history_by_alert ON alert_history (alert_id, id)`);
    await runner.query(`
      CREATE TRIGGER alert_history_is_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON alert_history
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE alert_history, alert_triage');
  }
}
