import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Lists of indicators, what is still to be compared with them, and what stored traffic has of them. */
export class ListIndicators1795300000000 implements MigrationInterface {
  name = 'ListIndicators1795300000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE indicator_list (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        name text NOT NULL,
        description text NOT NULL,
        owner text NOT NULL,
        severity integer NOT NULL CHECK (severity BETWEEN 0 AND 100),
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        created_by text NOT NULL,
        report jsonb
      )`);
    await runner.query(`
      CREATE TABLE indicator (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        list_id uuid NOT NULL REFERENCES indicator_list (id) ON DELETE CASCADE,
        type text NOT NULL,
        value text NOT NULL,
        -- Of addresses and networks.
        network inet,
        comment text,
        UNIQUE (list_id, type, value)
      )`);
    await runner.query(`CREATE INDEX indicator_by_network ON indicator USING gist (network inet_ops) WHERE network IS NOT NULL`);
    // Pairs that are to be compared; who takes one deletes it in the transaction that writes the matches.
    await runner.query(`
      CREATE TABLE indicator_due (
        list_id uuid NOT NULL REFERENCES indicator_list (id) ON DELETE CASCADE,
        capture_id uuid NOT NULL REFERENCES capture (id) ON DELETE CASCADE,
        queued_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (list_id, capture_id)
      )`);
    await runner.query(`CREATE INDEX indicator_due_by_age ON indicator_due (queued_at)`);
    await runner.query(`CREATE INDEX indicator_due_by_capture ON indicator_due (capture_id)`);
    await runner.query(`
      CREATE TABLE indicator_match (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        list_id uuid NOT NULL REFERENCES indicator_list (id) ON DELETE CASCADE,
        indicator_id bigint NOT NULL REFERENCES indicator (id) ON DELETE CASCADE,
        capture_id uuid NOT NULL REFERENCES capture (id) ON DELETE CASCADE,
        flow_id uuid,
        field text NOT NULL,
        value text NOT NULL,
        -- Packet time, nanoseconds since 1970.
        time bigint NOT NULL,
        source_ip inet NOT NULL,
        destination_ip inet NOT NULL
      )`);
    await runner.query(`CREATE INDEX indicator_match_by_time ON indicator_match (time, id)`);
    await runner.query(`CREATE INDEX indicator_match_by_list ON indicator_match (list_id, time, id)`);
    await runner.query(`CREATE INDEX indicator_match_by_capture ON indicator_match (capture_id, list_id)`);
    await runner.query(`CREATE INDEX indicator_match_by_indicator ON indicator_match (indicator_id)`);
    await runner.query(`CREATE INDEX indicator_match_by_flow ON indicator_match (flow_id)`);
    await runner.query(`CREATE INDEX indicator_match_by_source_ip ON indicator_match (source_ip)`);
    await runner.query(`CREATE INDEX indicator_match_by_destination_ip ON indicator_match (destination_ip)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE indicator_match, indicator_due, indicator, indicator_list');
  }
}
