import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Generated from the catalogue: name the tunnels of flows. */
export class NameTheTunnelsOfFlows1795274609465 implements MigrationInterface {
  name = 'NameTheTunnelsOfFlows1795274609465';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "flow" ADD COLUMN "flow_tunnel_type" text[]`);
    await runner.query(`ALTER TABLE "flow" ADD COLUMN "flow_tunnel_id" text[]`);
    await runner.query(`CREATE TABLE "tunnel" (
        "capture_id" uuid NOT NULL,
        "tunnel_id" uuid NOT NULL,
        "event_start" bigint NOT NULL,
        "event_end" bigint NOT NULL,
        "tunnel_type" text NOT NULL,
        "tunnel_key" text,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "tunnel_parent_id" uuid,
        "source_packets" bigint NOT NULL,
        "destination_packets" bigint NOT NULL,
        "source_bytes" bigint NOT NULL,
        "destination_bytes" bigint NOT NULL,
        "tunnel_flows" bigint NOT NULL,
        PRIMARY KEY ("tunnel_id")
      )`);
    await runner.query(`CREATE INDEX "tunnel_by_time" ON "tunnel" ("event_start", "tunnel_id")`);
    await runner.query(`CREATE INDEX "tunnel_by_capture" ON "tunnel" ("capture_id", "event_start", "tunnel_id")`);
    await runner.query(`CREATE INDEX "tunnel_by_source_ip" ON "tunnel" ("source_ip", "event_start")`);
    await runner.query(`CREATE INDEX "tunnel_by_destination_ip" ON "tunnel" ("destination_ip", "event_start")`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "tunnel"`);
    await runner.query(`ALTER TABLE "flow" DROP COLUMN "flow_tunnel_type"`);
    await runner.query(`ALTER TABLE "flow" DROP COLUMN "flow_tunnel_id"`);
  }
}
