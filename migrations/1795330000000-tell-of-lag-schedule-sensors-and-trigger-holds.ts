import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When a sensor is said to lag, when it captures by itself, which alerts hold what surrounds them, and who is told of these. */
export class TellOfLagScheduleSensorsAndTriggerHolds1795330000000 implements MigrationInterface {
  name = 'TellOfLagScheduleSensorsAndTriggerHolds1795330000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE sensor
        ADD COLUMN max_lag_seconds integer NOT NULL DEFAULT 10,
        ADD COLUMN max_lag_files integer NOT NULL DEFAULT 10,
        -- {since, detail} while it lies behind; what was told of once is not told again before it is over.
        ADD COLUMN lag jsonb,
        ADD COLUMN schedule jsonb,
        -- End of the last time that the schedule began: who stops the sensor before has it stopped until the next.
        ADD COLUMN scheduled_until timestamptz,
        ADD COLUMN trigger jsonb,
        -- {since, detail} while triggers hold nothing more.
        ADD COLUMN trigger_full jsonb,
        -- Hosts and protocols of flows that are in no table yet.
        ADD COLUMN live_tops jsonb`);
    await runner.query(`
      ALTER TABLE hold
        ADD COLUMN expires_at timestamptz,
        ADD COLUMN is_triggered boolean NOT NULL DEFAULT false`);
    await runner.query(`CREATE UNIQUE INDEX hold_of_trigger ON hold (alert_id) WHERE is_triggered AND sensor_id IS NOT NULL`);
    await runner.query(`CREATE INDEX hold_by_expiry ON hold (expires_at) WHERE expires_at IS NOT NULL`);
    await runner.query(`ALTER TABLE channel ADD COLUMN tells_of_sensors boolean NOT NULL DEFAULT true`);
    await runner.query(`ALTER TABLE delivery ADD COLUMN notice jsonb`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE delivery DROP COLUMN notice');
    await runner.query('ALTER TABLE channel DROP COLUMN tells_of_sensors');
    await runner.query('ALTER TABLE hold DROP COLUMN expires_at, DROP COLUMN is_triggered');
    await runner.query(`
      ALTER TABLE sensor DROP COLUMN max_lag_seconds, DROP COLUMN max_lag_files, DROP COLUMN lag, DROP COLUMN schedule,
        DROP COLUMN scheduled_until, DROP COLUMN trigger, DROP COLUMN trigger_full, DROP COLUMN live_tops`);
  }
}
