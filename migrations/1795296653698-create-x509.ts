import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Generated from the catalogue: create x509. */
export class CreateX5091795296653698 implements MigrationInterface {
  name = 'CreateX5091795296653698';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "tls" ADD COLUMN "tls_server_subject" text`);
    await runner.query(`ALTER TABLE "tls" ADD COLUMN "tls_server_issuer" text`);
    await runner.query(`ALTER TABLE "tls" ADD COLUMN "tls_server_not_before" bigint`);
    await runner.query(`ALTER TABLE "tls" ADD COLUMN "tls_server_not_after" bigint`);
    await runner.query(`ALTER TABLE "tls" ADD COLUMN "tls_server_hash_sha1" text`);
    await runner.query(`ALTER TABLE "tls" ADD COLUMN "tls_server_hash_sha256" text`);
    await runner.query(`ALTER TABLE "tls" ADD COLUMN "tls_self_signed" boolean`);
    await runner.query(`ALTER TABLE "tls" ADD COLUMN "tls_certificate_chain" text[]`);
    await runner.query(`CREATE INDEX "tls_by_tls_server_hash_sha1" ON "tls" (lower(left("tls_server_hash_sha1", 256)), "timestamp")`);
    await runner.query(`CREATE INDEX "tls_by_tls_server_hash_sha256" ON "tls" (lower(left("tls_server_hash_sha256", 256)), "timestamp")`);
    await runner.query(`CREATE TABLE "x509" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "packet_number" bigint NOT NULL,
        "timestamp" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "x509_position" integer NOT NULL,
        "x509_client" boolean NOT NULL,
        "x509_subject_distinguished_name" text NOT NULL,
        "x509_subject_common_name" text,
        "x509_issuer_distinguished_name" text NOT NULL,
        "x509_serial_number" text NOT NULL,
        "x509_not_before" bigint,
        "x509_not_after" bigint,
        "x509_alternative_names" text[] NOT NULL,
        "x509_public_key_algorithm" text,
        "x509_public_key_size" integer,
        "x509_public_key_exponent" integer,
        "x509_public_key_curve" text,
        "x509_signature_algorithm" text NOT NULL,
        "x509_version_number" integer NOT NULL,
        "x509_ca" boolean NOT NULL,
        "x509_path_length" integer,
        "x509_self_issued" boolean NOT NULL,
        "x509_hash_sha1" text NOT NULL,
        "x509_hash_sha256" text NOT NULL,
        "x509_bytes" bigint NOT NULL,
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "x509_by_time" ON "x509" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "x509_by_capture" ON "x509" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "x509_by_flow_id" ON "x509" ("flow_id", "timestamp")`);
    await runner.query(
      `CREATE INDEX "x509_by_x509_subject_common_name" ON "x509" (lower(left("x509_subject_common_name", 256)), "timestamp")`,
    );
    await runner.query(`CREATE INDEX "x509_by_x509_serial_number" ON "x509" (lower(left("x509_serial_number", 256)), "timestamp")`);
    await runner.query(`CREATE INDEX "x509_by_x509_hash_sha1" ON "x509" (lower(left("x509_hash_sha1", 256)), "timestamp")`);
    await runner.query(`CREATE INDEX "x509_by_x509_hash_sha256" ON "x509" (lower(left("x509_hash_sha256", 256)), "timestamp")`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "x509"`);
    await runner.query(`ALTER TABLE "tls" DROP COLUMN "tls_server_subject"`);
    await runner.query(`ALTER TABLE "tls" DROP COLUMN "tls_server_issuer"`);
    await runner.query(`ALTER TABLE "tls" DROP COLUMN "tls_server_not_before"`);
    await runner.query(`ALTER TABLE "tls" DROP COLUMN "tls_server_not_after"`);
    await runner.query(`ALTER TABLE "tls" DROP COLUMN "tls_server_hash_sha1"`);
    await runner.query(`ALTER TABLE "tls" DROP COLUMN "tls_server_hash_sha256"`);
    await runner.query(`ALTER TABLE "tls" DROP COLUMN "tls_self_signed"`);
    await runner.query(`ALTER TABLE "tls" DROP COLUMN "tls_certificate_chain"`);
  }
}
