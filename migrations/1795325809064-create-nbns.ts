import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Generated from the catalogue: create nbns. */
export class CreateNbns1795325809064 implements MigrationInterface {
  name = 'CreateNbns1795325809064';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE "nbns" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "packet_number" bigint NOT NULL,
        "timestamp" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "nbns_id" integer NOT NULL,
        "nbns_operation" text NOT NULL,
        "nbns_question_type" text,
        "nbns_name" text,
        "nbns_service" text,
        "nbns_broadcast" boolean NOT NULL,
        "nbns_group" boolean,
        "nbns_response_code" text,
        "nbns_addresses" inet[] NOT NULL,
        "nbns_names" text[] NOT NULL,
        "nbns_mac" text,
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "nbns_by_time" ON "nbns" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "nbns_by_capture" ON "nbns" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "nbns_by_flow_id" ON "nbns" ("flow_id", "timestamp")`);
    await runner.query(`CREATE INDEX "nbns_by_nbns_name" ON "nbns" (lower(left("nbns_name", 256)), "timestamp")`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "nbns"`);
  }
}
