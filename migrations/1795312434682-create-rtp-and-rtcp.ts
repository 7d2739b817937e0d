import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Generated from the catalogue: create rtp and rtcp. */
export class CreateRtpAndRtcp1795312434682 implements MigrationInterface {
  name = 'CreateRtpAndRtcp1795312434682';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE "rtp" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "packet_number" bigint NOT NULL,
        "timestamp" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "rtp_ssrc" text NOT NULL,
        "rtp_sender_ip" inet NOT NULL,
        "rtp_sender_port" integer NOT NULL,
        "event_end" bigint NOT NULL,
        "event_duration" bigint NOT NULL,
        "rtp_payload_types" integer[] NOT NULL,
        "rtp_codecs" text[] NOT NULL,
        "rtp_packets" bigint NOT NULL,
        "rtp_bytes" bigint NOT NULL,
        "rtp_lost" bigint NOT NULL,
        "rtp_lost_share" double precision NOT NULL,
        "rtp_out_of_order" bigint NOT NULL,
        "rtp_duplicates" bigint NOT NULL,
        "rtp_jumps" bigint NOT NULL,
        "rtp_jitter_mean_ms" double precision,
        "rtp_jitter_max_ms" double precision,
        "rtp_max_gap_ms" double precision NOT NULL,
        "rtp_sequence_first" integer NOT NULL,
        "rtp_sequence_last" integer NOT NULL,
        "sip_call_id" text,
        "rtp_sip_flow_id" uuid,
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "rtp_by_time" ON "rtp" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "rtp_by_capture" ON "rtp" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "rtp_by_flow_id" ON "rtp" ("flow_id", "timestamp")`);
    await runner.query(`CREATE INDEX "rtp_by_sip_call_id" ON "rtp" (lower(left("sip_call_id", 256)), "timestamp")`);
    await runner.query(`CREATE TABLE "rtcp" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "packet_number" bigint NOT NULL,
        "timestamp" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "rtcp_reporter" text NOT NULL,
        "rtp_ssrc" text,
        "rtcp_reports" bigint NOT NULL,
        "rtcp_max_lost_share" double precision,
        "rtcp_lost" integer,
        "rtcp_jitter" bigint,
        "rtcp_max_jitter" bigint,
        "rtcp_sent_packets" bigint,
        "rtcp_sent_bytes" bigint,
        "rtcp_cname" text,
        "sip_call_id" text,
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "rtcp_by_time" ON "rtcp" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "rtcp_by_capture" ON "rtcp" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "rtcp_by_flow_id" ON "rtcp" ("flow_id", "timestamp")`);
    await runner.query(`CREATE INDEX "rtcp_by_sip_call_id" ON "rtcp" (lower(left("sip_call_id", 256)), "timestamp")`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "rtcp"`);
    await runner.query(`DROP TABLE "rtp"`);
  }
}
