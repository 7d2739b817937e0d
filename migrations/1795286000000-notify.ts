import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Channels and what is to be told on them. A delivery is unique by channel and alert for ever: nobody is told twice. */
export class Notify1795286000000 implements MigrationInterface {
  name = 'Notify1795286000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE channel (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        name text NOT NULL,
        kind text NOT NULL CHECK (kind IN ('email', 'webhook', 'chat', 'syslog', 'log')),
        enabled boolean NOT NULL,
        config jsonb NOT NULL,
        -- AES-256-GCM under the key of the data folder: nonce, ciphertext, tag.
        secret bytea,
        min_severity integer NOT NULL,
        rules text[] NOT NULL,
        captures uuid[] NOT NULL,
        origins text[] NOT NULL,
        per_hour integer,
        digest_minutes integer NOT NULL,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        -- Who works on it has it until then.
        leased_until timestamptz
      )`);
    await runner.query(`
      CREATE TABLE delivery (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        channel_id uuid NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
        -- Null: a test. No foreign key: who was told stays known when the alert is gone.
        alert_id uuid,
        state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'sent', 'failed', 'gone')),
        attempts integer NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        next_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        sent_at timestamptz,
        message text,
        error text,
        UNIQUE (channel_id, alert_id)
      )`);
    await runner.query(`CREATE INDEX delivery_due ON delivery (next_at) WHERE state = 'pending'`);
    await runner.query(`CREATE INDEX delivery_by_channel ON delivery (channel_id, created_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE delivery, channel');
  }
}
