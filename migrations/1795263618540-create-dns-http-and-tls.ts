import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Generated from the catalogue: create dns http and tls. */
export class CreateDnsHttpAndTls1795263618540 implements MigrationInterface {
  name = 'CreateDnsHttpAndTls1795263618540';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE "http" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "packet_number" bigint NOT NULL,
        "timestamp" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "http_version" text NOT NULL,
        "http_request_method" text,
        "http_response_status_code" integer,
        "url_full" text,
        "url_domain" text,
        "url_path" text,
        "url_query" text,
        "user_agent_original" text,
        "http_request_referrer" text,
        "http_request_bytes" bigint,
        "http_request_body_bytes" bigint,
        "http_request_mime_type" text,
        "http_response_bytes" bigint,
        "http_response_body_bytes" bigint,
        "http_response_mime_type" text,
        "http_auth_user" text,
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "http_by_time" ON "http" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "http_by_capture" ON "http" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "http_by_flow_id" ON "http" ("flow_id", "timestamp")`);
    await runner.query(`CREATE INDEX "http_by_http_response_status_code" ON "http" ("http_response_status_code", "timestamp")`);
    await runner.query(`CREATE INDEX "http_by_url_domain" ON "http" (lower(left("url_domain", 256)), "timestamp")`);
    await runner.query(`CREATE TABLE "tls" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "packet_number" bigint NOT NULL,
        "timestamp" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "tls_version" text,
        "tls_version_protocol" text,
        "tls_cipher" text,
        "tls_next_protocol" text,
        "tls_alpn" text[] NOT NULL,
        "tls_client_server_name" text,
        "tls_client_ja3" text,
        "tls_server_ja3s" text,
        "tls_ja4" text,
        "tls_resumed" boolean,
        "tls_established" boolean NOT NULL,
        "tls_alert" text,
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "tls_by_time" ON "tls" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "tls_by_capture" ON "tls" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "tls_by_flow_id" ON "tls" ("flow_id", "timestamp")`);
    await runner.query(`CREATE INDEX "tls_by_tls_client_server_name" ON "tls" (lower(left("tls_client_server_name", 256)), "timestamp")`);
    await runner.query(`CREATE INDEX "tls_by_tls_client_ja3" ON "tls" (lower(left("tls_client_ja3", 256)), "timestamp")`);
    await runner.query(`CREATE INDEX "tls_by_tls_ja4" ON "tls" (lower(left("tls_ja4", 256)), "timestamp")`);
    await runner.query(`CREATE TABLE "dns" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "packet_number" bigint NOT NULL,
        "timestamp" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "dns_id" integer NOT NULL,
        "dns_question_name" text,
        "dns_question_type" text,
        "dns_question_class" text,
        "dns_op_code" text NOT NULL,
        "dns_response_code" text,
        "dns_header_flags" text[] NOT NULL,
        "dns_answers_name" text[] NOT NULL,
        "dns_answers_type" text[] NOT NULL,
        "dns_answers_ttl" integer[] NOT NULL,
        "dns_answers_data" text[] NOT NULL,
        "dns_resolved_ip" inet[] NOT NULL,
        "dns_rtt" bigint,
        "dns_bytes" bigint NOT NULL,
        "dns_label_max" integer,
        "dns_entropy" double precision,
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "dns_by_time" ON "dns" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "dns_by_capture" ON "dns" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "dns_by_flow_id" ON "dns" ("flow_id", "timestamp")`);
    await runner.query(`CREATE INDEX "dns_by_dns_question_name" ON "dns" (lower(left("dns_question_name", 256)), "timestamp")`);
    await runner.query(`CREATE INDEX "dns_by_dns_resolved_ip" ON "dns" USING gin ("dns_resolved_ip")`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "dns"`);
    await runner.query(`DROP TABLE "tls"`);
    await runner.query(`DROP TABLE "http"`);
  }
}
