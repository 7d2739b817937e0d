import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Generated from the catalogue: create arp and icmp. */
export class CreateArpAndIcmp1795310625311 implements MigrationInterface {
  name = 'CreateArpAndIcmp1795310625311';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE "arp" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "timestamp" bigint NOT NULL,
        "event_end" bigint NOT NULL,
        "packet_number" bigint NOT NULL,
        "arp_opcode" integer NOT NULL,
        "arp_meaning" text NOT NULL,
        "arp_sender_mac" text,
        "arp_sender_ip" inet,
        "arp_target_mac" text,
        "arp_target_ip" inet,
        "arp_gratuitous" boolean NOT NULL,
        "arp_frame_mac" text,
        "network_vlan_id" integer[] NOT NULL,
        "arp_count" bigint NOT NULL,
        "arp_answers" bigint,
        "arp_unsolicited" bigint,
        "arp_targets" inet[],
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "arp_by_time" ON "arp" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "arp_by_capture" ON "arp" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "arp_by_arp_sender_mac" ON "arp" ("arp_sender_mac", "timestamp")`);
    await runner.query(`CREATE INDEX "arp_by_arp_sender_ip" ON "arp" ("arp_sender_ip", "timestamp")`);
    await runner.query(`CREATE TABLE "icmp" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "timestamp" bigint NOT NULL,
        "event_end" bigint NOT NULL,
        "packet_number" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "destination_ip" inet NOT NULL,
        "network_transport" text NOT NULL,
        "icmp_type" integer NOT NULL,
        "icmp_code" integer NOT NULL,
        "icmp_name" text NOT NULL,
        "icmp_reason" text,
        "icmp_count" bigint NOT NULL,
        "icmp_bytes" bigint NOT NULL,
        "icmp_identifiers" integer[],
        "icmp_sequence_first" integer,
        "icmp_sequence_last" integer,
        "icmp_gateway" inet,
        "icmp_mtu" bigint,
        "icmp_pointer" bigint,
        "icmp_quoted_transport" text,
        "icmp_quoted_source_ip" inet,
        "icmp_quoted_source_port" integer,
        "icmp_quoted_destination_ip" inet,
        "icmp_quoted_destination_port" integer,
        "icmp_quoted_flow_id" uuid,
        "icmp_quoted_ports" integer[],
        "icmp_quoted_ips" inet[],
        "icmp_ndp_target" inet,
        "icmp_ndp_source_mac" text,
        "icmp_ndp_target_mac" text,
        "icmp_ndp_flags" text[],
        "icmp_ndp_lifetime" integer,
        "icmp_ndp_hop_limit" integer,
        "icmp_ndp_prefixes" text[],
        "icmp_routers" inet[],
        "icmp_ndp_dns_servers" inet[],
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "icmp_by_time" ON "icmp" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "icmp_by_capture" ON "icmp" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "icmp_by_flow_id" ON "icmp" ("flow_id", "timestamp")`);
    await runner.query(`CREATE INDEX "icmp_by_source_ip" ON "icmp" ("source_ip", "timestamp")`);
    await runner.query(`CREATE INDEX "icmp_by_destination_ip" ON "icmp" ("destination_ip", "timestamp")`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "icmp"`);
    await runner.query(`DROP TABLE "arp"`);
  }
}
