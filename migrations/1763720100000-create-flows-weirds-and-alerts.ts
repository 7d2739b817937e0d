import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Generated from the catalogue: the core records. Rows reach their capture by capture_id without a foreign key (libs/store/DESIGN.md). */
export class CreateFlowsWeirdsAndAlerts1763720100000 implements MigrationInterface {
  name = 'CreateFlowsWeirdsAndAlerts1763720100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE "flow" (
        "capture_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "event_start" bigint NOT NULL,
        "event_end" bigint NOT NULL,
        "event_duration" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "source_mac" text,
        "destination_mac" text,
        "network_transport" text NOT NULL,
        "network_iana_number" integer NOT NULL,
        "network_type" text NOT NULL,
        "network_protocol" text[] NOT NULL,
        "network_community_id" text,
        "network_vlan_id" integer[] NOT NULL,
        "source_packets" bigint NOT NULL,
        "destination_packets" bigint NOT NULL,
        "source_bytes" bigint NOT NULL,
        "destination_bytes" bigint NOT NULL,
        "network_packets" bigint NOT NULL,
        "network_bytes" bigint NOT NULL,
        "flow_ip_bytes_source" bigint NOT NULL,
        "flow_ip_bytes_destination" bigint NOT NULL,
        "flow_payload_bytes_source" bigint NOT NULL,
        "flow_payload_bytes_destination" bigint NOT NULL,
        "flow_state" text NOT NULL,
        "flow_history" text NOT NULL,
        "flow_initiator_known" boolean NOT NULL,
        "flow_rtt_us" integer,
        "flow_retrans_source" bigint NOT NULL,
        "flow_retrans_destination" bigint NOT NULL,
        "flow_gap_bytes_source" bigint NOT NULL,
        "flow_gap_bytes_destination" bigint NOT NULL,
        "flow_ttl_source" integer,
        "flow_ttl_destination" integer,
        "flow_truncated" boolean NOT NULL,
        "flow_one_sided" boolean NOT NULL,
        "flow_aggregate" bigint NOT NULL,
        PRIMARY KEY ("flow_id")
      )`);
    await runner.query(`CREATE INDEX "flow_by_time" ON "flow" ("event_start", "flow_id")`);
    await runner.query(`CREATE INDEX "flow_by_capture" ON "flow" ("capture_id", "event_start", "flow_id")`);
    await runner.query(`CREATE INDEX "flow_by_source_ip" ON "flow" ("source_ip", "event_start")`);
    await runner.query(`CREATE INDEX "flow_by_destination_ip" ON "flow" ("destination_ip", "event_start")`);
    await runner.query(`CREATE INDEX "flow_by_destination_port" ON "flow" ("destination_port", "event_start")`);
    await runner.query(`CREATE INDEX "flow_by_network_community_id" ON "flow" (lower(left("network_community_id", 256)), "event_start")`);
    await runner.query(`CREATE TABLE "weird" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid,
        "timestamp" bigint NOT NULL,
        "packet_number" bigint NOT NULL,
        "weird_name" text NOT NULL,
        "weird_count" bigint NOT NULL,
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "weird_by_time" ON "weird" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "weird_by_capture" ON "weird" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "weird_by_flow_id" ON "weird" ("flow_id", "timestamp")`);
    await runner.query(`CREATE TABLE "alert" (
        "capture_id" uuid NOT NULL,
        "alert_id" uuid NOT NULL,
        "event_start" bigint NOT NULL,
        "event_end" bigint NOT NULL,
        "event_severity" integer NOT NULL,
        "rule_id" text NOT NULL,
        "rule_name" text NOT NULL,
        "rule_version" text NOT NULL,
        "threat_technique_id" text[] NOT NULL,
        "source_ip" inet,
        "destination_ip" inet,
        "alert_class" text NOT NULL,
        "alert_confidence" double precision NOT NULL,
        "alert_detected_at" bigint NOT NULL,
        "alert_entities" jsonb NOT NULL,
        "alert_evidence" jsonb NOT NULL,
        "alert_explanation" text NOT NULL,
        PRIMARY KEY ("alert_id")
      )`);
    await runner.query(`CREATE INDEX "alert_by_time" ON "alert" ("event_start", "alert_id")`);
    await runner.query(`CREATE INDEX "alert_by_capture" ON "alert" ("capture_id", "event_start", "alert_id")`);
    await runner.query(`CREATE INDEX "alert_by_source_ip" ON "alert" ("source_ip", "event_start")`);
    await runner.query(`CREATE INDEX "alert_by_destination_ip" ON "alert" ("destination_ip", "event_start")`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE "alert", "weird", "flow"');
  }
}
