import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Captures that nobody may delete: one of them, or those of a sensor with packets in a time. */
export class HoldCaptures1795296500000 implements MigrationInterface {
  name = 'HoldCaptures1795296500000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE hold (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        capture_id uuid REFERENCES capture (id) ON DELETE CASCADE,
        sensor_id uuid REFERENCES sensor (id) ON DELETE CASCADE,
        -- Packet times, nanoseconds since 1970, both inclusive.
        from_time bigint,
        to_time bigint,
        reason text NOT NULL,
        -- For which it was made; the alert may be gone by now.
        alert_id uuid,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        created_by text NOT NULL,
        CHECK ((capture_id IS NULL) <> (sensor_id IS NULL)),
        CHECK ((sensor_id IS NULL) = (from_time IS NULL) AND (from_time IS NULL) = (to_time IS NULL) AND from_time <= to_time)
      )`);
    await runner.query(`CREATE INDEX hold_by_capture ON hold (capture_id) WHERE capture_id IS NOT NULL`);
    await runner.query(`CREATE INDEX hold_by_sensor ON hold (sensor_id, from_time) WHERE sensor_id IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE hold');
  }
}
