import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Generated from the catalogue: create smb and dce rpc. */
export class CreateSmbAndDceRpc1795285663250 implements MigrationInterface {
  name = 'CreateSmbAndDceRpc1795285663250';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE "smb" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "packet_number" bigint NOT NULL,
        "timestamp" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "smb_version" text NOT NULL,
        "smb_command" text NOT NULL,
        "smb_status" text,
        "smb_user" text,
        "smb_share" text,
        "smb_share_type" text,
        "smb_filename" text,
        "smb_new_name" text,
        "smb_action" text,
        "smb_size" bigint,
        "smb_delete_on_close" boolean,
        "smb_bytes_read" bigint,
        "smb_bytes_written" bigint,
        "smb_dialect" text,
        "smb_dialects" text[] NOT NULL,
        "smb_encrypted" boolean NOT NULL,
        "smb_guest" boolean,
        "smb_native_os" text,
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "smb_by_time" ON "smb" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "smb_by_capture" ON "smb" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "smb_by_flow_id" ON "smb" ("flow_id", "timestamp")`);
    await runner.query(`CREATE INDEX "smb_by_smb_user" ON "smb" (lower(left("smb_user", 256)), "timestamp")`);
    await runner.query(`CREATE INDEX "smb_by_smb_share" ON "smb" (lower(left("smb_share", 256)), "timestamp")`);
    await runner.query(`CREATE INDEX "smb_by_smb_filename" ON "smb" (lower(left("smb_filename", 256)), "timestamp")`);
    await runner.query(`CREATE TABLE "dce_rpc" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "packet_number" bigint NOT NULL,
        "timestamp" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "dce_rpc_endpoint" text,
        "dce_rpc_operation" text,
        "dce_rpc_uuid" text,
        "dce_rpc_opnum" integer NOT NULL,
        "dce_rpc_named_pipe" text,
        "dce_rpc_rtt" bigint,
        "dce_rpc_fault" text,
        "dce_rpc_protection" text,
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "dce_rpc_by_time" ON "dce_rpc" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "dce_rpc_by_capture" ON "dce_rpc" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "dce_rpc_by_flow_id" ON "dce_rpc" ("flow_id", "timestamp")`);
    await runner.query(`CREATE INDEX "dce_rpc_by_dce_rpc_endpoint" ON "dce_rpc" (lower(left("dce_rpc_endpoint", 256)), "timestamp")`);
    await runner.query(`CREATE INDEX "dce_rpc_by_dce_rpc_operation" ON "dce_rpc" (lower(left("dce_rpc_operation", 256)), "timestamp")`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "dce_rpc"`);
    await runner.query(`DROP TABLE "smb"`);
  }
}
