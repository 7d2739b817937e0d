import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Generated from the catalogue: create quic. */
export class CreateQuic1795287524225 implements MigrationInterface {
  name = 'CreateQuic1795287524225';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE "quic" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "packet_number" bigint NOT NULL,
        "timestamp" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "quic_version" text NOT NULL,
        "quic_destination_id" text NOT NULL,
        "quic_server_id" text,
        "quic_decrypted" boolean NOT NULL,
        "tls_client_server_name" text,
        "tls_alpn" text[] NOT NULL,
        "tls_cipher" text,
        "tls_client_ja3" text,
        "tls_server_ja3s" text,
        "tls_ja4" text,
        "tls_client_random" text,
        "tls_ech" boolean,
        "user_agent_original" text,
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "quic_by_time" ON "quic" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "quic_by_capture" ON "quic" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "quic_by_flow_id" ON "quic" ("flow_id", "timestamp")`);
    await runner.query(`CREATE INDEX "quic_by_tls_client_server_name" ON "quic" (lower(left("tls_client_server_name", 256)), "timestamp")`);
    await runner.query(`CREATE INDEX "quic_by_tls_client_ja3" ON "quic" (lower(left("tls_client_ja3", 256)), "timestamp")`);
    await runner.query(`CREATE INDEX "quic_by_tls_ja4" ON "quic" (lower(left("tls_ja4", 256)), "timestamp")`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "quic"`);
  }
}
