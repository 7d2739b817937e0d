import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sensors, what they carry over from file to file, their minutes and events; the captures of a ring as a series. */
export class CreateSensors1795285000000 implements MigrationInterface {
  name = 'CreateSensors1795285000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sensor (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        name text NOT NULL UNIQUE,
        -- The machine whose interface it is: rotator and worker there serve it.
        host text NOT NULL,
        interface text NOT NULL,
        filter text,
        snap_length integer,
        file_bytes bigint NOT NULL,
        file_seconds integer NOT NULL,
        budget_bytes bigint NOT NULL,
        -- Free disk kept; null: 256 MiB and two files, at most a tenth of the disk.
        watermark_bytes bigint,
        buffer_mebibytes integer NOT NULL DEFAULT 64,
        program text NOT NULL DEFAULT 'dumpcap' CHECK (program IN ('dumpcap', 'tcpdump')),
        is_enabled boolean NOT NULL DEFAULT true,
        -- Ends by itself then; null: goes on.
        stop_at timestamptz,
        -- Made and kept by WIRECASE_CAPTURE_INTERFACE.
        is_configured boolean NOT NULL DEFAULT false,
        created_at timestamptz NOT NULL DEFAULT now(),
        created_by text,
        -- What the rotator last said of itself.
        status jsonb,
        -- Up to where the engine has committed, and from where it reads again after a crash: packets of the sensor.
        next_packet bigint NOT NULL DEFAULT 0,
        next_record bigint NOT NULL DEFAULT 0,
        replay_from bigint NOT NULL DEFAULT 0,
        last_file text,
        -- Flows that were open there: numbers of their first packets, 8 bytes each, little-endian floats.
        open_flows bytea,
        -- What the engine last said of the file at hand.
        live jsonb
      )`);
    await runner.query(`
      CREATE TABLE sensor_minute (
        sensor_id uuid NOT NULL REFERENCES sensor (id) ON DELETE CASCADE,
        minute timestamptz NOT NULL,
        packets bigint NOT NULL,
        bytes bigint NOT NULL,
        flows bigint NOT NULL,
        PRIMARY KEY (sensor_id, minute)
      )`);
    await runner.query(`
      CREATE TABLE sensor_event (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        sensor_id uuid NOT NULL REFERENCES sensor (id) ON DELETE CASCADE,
        at timestamptz NOT NULL DEFAULT clock_timestamp(),
        kind text NOT NULL,
        detail text NOT NULL
      )`);
    await runner.query(`CREATE INDEX sensor_event_by_time ON sensor_event (sensor_id, at)`);
    await runner.query(`
      ALTER TABLE capture
        ALTER COLUMN sha256 DROP NOT NULL,
        ADD COLUMN sensor_id uuid REFERENCES sensor (id) ON DELETE SET NULL,
        ADD COLUMN ring_file text,
        -- Whether the sensor's engine parses it, after the file before it.
        ADD COLUMN in_series boolean NOT NULL DEFAULT false,
        -- Packets and records of the sensor before this file; packets of open flows at its begin and its end.
        ADD COLUMN first_packet bigint,
        ADD COLUMN first_record bigint,
        ADD COLUMN carried_in bigint,
        ADD COLUMN carried_out bigint,
        ADD CONSTRAINT capture_is_hashed CHECK (sha256 IS NOT NULL OR state = 'receiving')`);
    await runner.query(`CREATE INDEX capture_by_sensor ON capture (sensor_id, first_packet) WHERE sensor_id IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM capture WHERE sha256 IS NULL`);
    await runner.query(`
      ALTER TABLE capture ALTER COLUMN sha256 SET NOT NULL, DROP COLUMN sensor_id, DROP COLUMN ring_file, DROP COLUMN in_series,
        DROP COLUMN first_packet, DROP COLUMN first_record, DROP COLUMN carried_in, DROP COLUMN carried_out`);
    await runner.query('DROP TABLE sensor_event, sensor_minute, sensor');
  }
}
