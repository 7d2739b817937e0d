import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Generated from the catalogue: create quality. */
export class CreateQuality1795310327732 implements MigrationInterface {
  name = 'CreateQuality1795310327732';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE "quality" (
        "capture_id" uuid NOT NULL,
        "quality_id" uuid NOT NULL,
        "event_start" bigint NOT NULL,
        "event_end" bigint NOT NULL,
        "host_ip" inet,
        "quality_flows" bigint NOT NULL,
        "network_packets" bigint NOT NULL,
        "network_bytes" bigint NOT NULL,
        "quality_one_sided" bigint NOT NULL,
        "quality_conversations" bigint NOT NULL,
        "quality_half_seen" bigint NOT NULL,
        "quality_datagram_flows" bigint NOT NULL,
        "quality_unanswered" bigint NOT NULL,
        "quality_truncated" bigint NOT NULL,
        "quality_payload_bytes" bigint NOT NULL,
        "quality_gap_bytes" bigint NOT NULL,
        "quality_encrypted_flows" bigint NOT NULL,
        "quality_encrypted_bytes" bigint NOT NULL,
        PRIMARY KEY ("quality_id")
      )`);
    await runner.query(`CREATE INDEX "quality_by_time" ON "quality" ("event_start", "quality_id")`);
    await runner.query(`CREATE INDEX "quality_by_capture" ON "quality" ("capture_id", "event_start", "quality_id")`);
    await runner.query(`CREATE INDEX "quality_by_host_ip" ON "quality" ("host_ip", "event_start")`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "quality"`);
  }
}
