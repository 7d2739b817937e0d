import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Generated from the catalogue: create file. */
export class CreateFile1795297382434 implements MigrationInterface {
  name = 'CreateFile1795297382434';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE "file" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "packet_number" bigint NOT NULL,
        "timestamp" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "file_name" text,
        "file_path" text,
        "file_extension" text,
        "file_size" bigint NOT NULL,
        "file_missing_bytes" bigint NOT NULL,
        "file_mime_type" text,
        "file_sniffed_type" text,
        "file_mismatch" boolean NOT NULL,
        "file_hash_md5" text,
        "file_hash_sha1" text,
        "file_hash_sha256" text,
        "file_entropy" double precision NOT NULL,
        "file_complete" boolean NOT NULL,
        "file_fault" text,
        "file_source_protocol" text NOT NULL,
        "file_direction" text NOT NULL,
        "file_control_flow_id" uuid,
        "file_yara" text[] NOT NULL,
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "file_by_time" ON "file" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "file_by_capture" ON "file" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "file_by_flow_id" ON "file" ("flow_id", "timestamp")`);
    await runner.query(`CREATE INDEX "file_by_file_name" ON "file" (lower(left("file_name", 256)), "timestamp")`);
    await runner.query(`CREATE INDEX "file_by_file_sniffed_type" ON "file" (lower(left("file_sniffed_type", 256)), "timestamp")`);
    await runner.query(`CREATE INDEX "file_by_file_hash_md5" ON "file" (lower(left("file_hash_md5", 256)), "timestamp")`);
    await runner.query(`CREATE INDEX "file_by_file_hash_sha1" ON "file" (lower(left("file_hash_sha1", 256)), "timestamp")`);
    await runner.query(`CREATE INDEX "file_by_file_hash_sha256" ON "file" (lower(left("file_hash_sha256", 256)), "timestamp")`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "file"`);
  }
}
