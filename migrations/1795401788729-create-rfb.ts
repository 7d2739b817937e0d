import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Generated from the catalogue: create rfb. */
export class CreateRfb1795401788729 implements MigrationInterface {
  name = 'CreateRfb1795401788729';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE "rfb" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "packet_number" bigint NOT NULL,
        "timestamp" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "rfb_server_version" text,
        "rfb_client_version" text,
        "rfb_offered_security" text[] NOT NULL,
        "rfb_security" text,
        "user_name" text,
        "rfb_success" boolean,
        "rfb_reason" text,
        "rfb_shared" boolean,
        "rfb_desktop_name" text,
        "rfb_width" integer,
        "rfb_height" integer,
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "rfb_by_time" ON "rfb" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "rfb_by_capture" ON "rfb" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "rfb_by_flow_id" ON "rfb" ("flow_id", "timestamp")`);
    await runner.query(`CREATE INDEX "rfb_by_rfb_security" ON "rfb" (lower(left("rfb_security", 256)), "timestamp")`);
    await runner.query(`CREATE INDEX "rfb_by_rfb_desktop_name" ON "rfb" (lower(left("rfb_desktop_name", 256)), "timestamp")`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "rfb"`);
  }
}
