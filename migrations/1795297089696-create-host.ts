import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Generated from the catalogue: create host. */
export class CreateHost1795297089696 implements MigrationInterface {
  name = 'CreateHost1795297089696';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE "host" (
        "capture_id" uuid NOT NULL,
        "host_id" uuid NOT NULL,
        "event_start" bigint NOT NULL,
        "event_end" bigint NOT NULL,
        "host_ip" inet NOT NULL,
        "host_aggregate" bigint NOT NULL,
        "host_name" text[] NOT NULL,
        "host_names" jsonb NOT NULL,
        "host_mac" text[] NOT NULL,
        "host_os_name" text,
        "host_os_full" text,
        "host_os_confidence" double precision,
        "host_os_reasons" jsonb NOT NULL,
        "host_role" text[] NOT NULL,
        "host_service" text[] NOT NULL,
        "host_services" jsonb NOT NULL,
        "host_uses" text[] NOT NULL,
        "host_used" jsonb NOT NULL,
        "user_name" text[] NOT NULL,
        "host_users" jsonb NOT NULL,
        "host_peers" bigint NOT NULL,
        "host_top_peers" jsonb NOT NULL,
        "host_flows_source" bigint NOT NULL,
        "host_flows_destination" bigint NOT NULL,
        "host_network_egress_packets" bigint NOT NULL,
        "host_network_ingress_packets" bigint NOT NULL,
        "host_network_egress_bytes" bigint NOT NULL,
        "host_network_ingress_bytes" bigint NOT NULL,
        PRIMARY KEY ("host_id")
      )`);
    await runner.query(`CREATE INDEX "host_by_time" ON "host" ("event_start", "host_id")`);
    await runner.query(`CREATE INDEX "host_by_capture" ON "host" ("capture_id", "event_start", "host_id")`);
    await runner.query(`CREATE INDEX "host_by_host_ip" ON "host" ("host_ip", "event_start")`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "host"`);
  }
}
