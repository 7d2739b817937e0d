import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Generated from the catalogue: create credential. */
export class CreateCredential1795298836198 implements MigrationInterface {
  name = 'CreateCredential1795298836198';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE "credential" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "packet_number" bigint NOT NULL,
        "timestamp" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "credential_protocol" text NOT NULL,
        "user_name" text,
        "credential_kind" text NOT NULL,
        "credential_success" boolean,
        "credential_revealable" boolean NOT NULL,
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "credential_by_time" ON "credential" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "credential_by_capture" ON "credential" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "credential_by_flow_id" ON "credential" ("flow_id", "timestamp")`);
    await runner.query(
      `CREATE INDEX "credential_by_credential_protocol" ON "credential" (lower(left("credential_protocol", 256)), "timestamp")`,
    );
    await runner.query(`CREATE INDEX "credential_by_user_name" ON "credential" (lower(left("user_name", 256)), "timestamp")`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "credential"`);
  }
}
