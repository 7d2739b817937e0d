import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Generated from the catalogue: create pop3 imap sip rdp telnet radius and tftp. */
export class CreatePop3ImapSipRdpTelnetRadiusAndTftp1795286728330 implements MigrationInterface {
  name = 'CreatePop3ImapSipRdpTelnetRadiusAndTftp1795286728330';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE "pop3" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "packet_number" bigint NOT NULL,
        "timestamp" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "pop3_command" text NOT NULL,
        "pop3_argument" text,
        "pop3_user" text,
        "pop3_success" boolean,
        "pop3_reply" text,
        "pop3_bytes" bigint NOT NULL,
        "pop3_tls" boolean NOT NULL,
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "pop3_by_time" ON "pop3" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "pop3_by_capture" ON "pop3" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "pop3_by_flow_id" ON "pop3" ("flow_id", "timestamp")`);
    await runner.query(`CREATE INDEX "pop3_by_pop3_user" ON "pop3" (lower(left("pop3_user", 256)), "timestamp")`);
    await runner.query(`CREATE TABLE "imap" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "packet_number" bigint NOT NULL,
        "timestamp" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "imap_tag" text NOT NULL,
        "imap_command" text NOT NULL,
        "imap_user" text,
        "imap_mechanism" text,
        "imap_mailbox" text,
        "imap_status" text,
        "imap_reply" text,
        "imap_bytes" bigint NOT NULL,
        "imap_tls" boolean NOT NULL,
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "imap_by_time" ON "imap" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "imap_by_capture" ON "imap" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "imap_by_flow_id" ON "imap" ("flow_id", "timestamp")`);
    await runner.query(`CREATE INDEX "imap_by_imap_user" ON "imap" (lower(left("imap_user", 256)), "timestamp")`);
    await runner.query(`CREATE TABLE "sip" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "packet_number" bigint NOT NULL,
        "timestamp" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "sip_method" text NOT NULL,
        "sip_uri" text,
        "sip_from" text,
        "sip_to" text,
        "sip_call_id" text,
        "sip_cseq" text,
        "sip_contact" text,
        "user_agent_original" text,
        "sip_server" text,
        "sip_subject" text,
        "sip_auth_user" text,
        "sip_status_code" integer,
        "sip_status_msg" text,
        "sip_request_path" text[] NOT NULL,
        "sip_media" text[] NOT NULL,
        "sip_request_bytes" bigint,
        "sip_response_bytes" bigint,
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "sip_by_time" ON "sip" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "sip_by_capture" ON "sip" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "sip_by_flow_id" ON "sip" ("flow_id", "timestamp")`);
    await runner.query(`CREATE INDEX "sip_by_sip_from" ON "sip" (lower(left("sip_from", 256)), "timestamp")`);
    await runner.query(`CREATE INDEX "sip_by_sip_to" ON "sip" (lower(left("sip_to", 256)), "timestamp")`);
    await runner.query(`CREATE INDEX "sip_by_sip_call_id" ON "sip" (lower(left("sip_call_id", 256)), "timestamp")`);
    await runner.query(`CREATE INDEX "sip_by_sip_auth_user" ON "sip" (lower(left("sip_auth_user", 256)), "timestamp")`);
    await runner.query(`CREATE TABLE "rdp" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "packet_number" bigint NOT NULL,
        "timestamp" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "rdp_cookie" text,
        "rdp_requested_protocols" text[] NOT NULL,
        "rdp_selected_protocol" text,
        "rdp_result" text,
        "rdp_client_name" text,
        "rdp_client_build" integer,
        "rdp_client_version" text,
        "rdp_client_dig_product_id" text,
        "rdp_keyboard_layout" integer,
        "rdp_desktop_width" integer,
        "rdp_desktop_height" integer,
        "rdp_client_channels" text[] NOT NULL,
        "rdp_encryption_method" text,
        "rdp_encryption_level" text,
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "rdp_by_time" ON "rdp" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "rdp_by_capture" ON "rdp" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "rdp_by_flow_id" ON "rdp" ("flow_id", "timestamp")`);
    await runner.query(`CREATE INDEX "rdp_by_rdp_cookie" ON "rdp" (lower(left("rdp_cookie", 256)), "timestamp")`);
    await runner.query(`CREATE INDEX "rdp_by_rdp_client_name" ON "rdp" (lower(left("rdp_client_name", 256)), "timestamp")`);
    await runner.query(`CREATE TABLE "telnet" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "packet_number" bigint NOT NULL,
        "timestamp" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "telnet_user" text,
        "telnet_password_in_clear" boolean NOT NULL,
        "telnet_logins" bigint NOT NULL,
        "telnet_login_failed" boolean NOT NULL,
        "telnet_terminal" text,
        "telnet_options" text[] NOT NULL,
        "telnet_encrypted" boolean NOT NULL,
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "telnet_by_time" ON "telnet" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "telnet_by_capture" ON "telnet" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "telnet_by_flow_id" ON "telnet" ("flow_id", "timestamp")`);
    await runner.query(`CREATE INDEX "telnet_by_telnet_user" ON "telnet" (lower(left("telnet_user", 256)), "timestamp")`);
    await runner.query(`CREATE TABLE "radius" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "packet_number" bigint NOT NULL,
        "timestamp" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "radius_request" text NOT NULL,
        "radius_result" text,
        "radius_id" integer NOT NULL,
        "radius_user" text,
        "radius_nas_ip" inet,
        "radius_nas_identifier" text,
        "radius_calling_station" text,
        "radius_called_station" text,
        "radius_framed_ip" inet,
        "radius_reply_message" text,
        "radius_accounting_status" text,
        "radius_session_id" text,
        "radius_eap" boolean NOT NULL,
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "radius_by_time" ON "radius" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "radius_by_capture" ON "radius" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "radius_by_flow_id" ON "radius" ("flow_id", "timestamp")`);
    await runner.query(`CREATE INDEX "radius_by_radius_user" ON "radius" (lower(left("radius_user", 256)), "timestamp")`);
    await runner.query(
      `CREATE INDEX "radius_by_radius_calling_station" ON "radius" (lower(left("radius_calling_station", 256)), "timestamp")`,
    );
    await runner.query(`CREATE TABLE "tftp" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "packet_number" bigint NOT NULL,
        "timestamp" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "tftp_operation" text NOT NULL,
        "tftp_filename" text NOT NULL,
        "tftp_mode" text NOT NULL,
        "tftp_options" text[] NOT NULL,
        "tftp_size" bigint,
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "tftp_by_time" ON "tftp" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "tftp_by_capture" ON "tftp" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "tftp_by_flow_id" ON "tftp" ("flow_id", "timestamp")`);
    await runner.query(`CREATE INDEX "tftp_by_tftp_filename" ON "tftp" (lower(left("tftp_filename", 256)), "timestamp")`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "tftp"`);
    await runner.query(`DROP TABLE "radius"`);
    await runner.query(`DROP TABLE "telnet"`);
    await runner.query(`DROP TABLE "rdp"`);
    await runner.query(`DROP TABLE "sip"`);
    await runner.query(`DROP TABLE "imap"`);
    await runner.query(`DROP TABLE "pop3"`);
  }
}
