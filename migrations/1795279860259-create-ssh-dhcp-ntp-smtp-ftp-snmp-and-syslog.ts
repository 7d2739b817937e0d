import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Generated from the catalogue: create ssh dhcp ntp smtp ftp snmp and syslog. */
export class CreateSshDhcpNtpSmtpFtpSnmpAndSyslog1795279860259 implements MigrationInterface {
  name = 'CreateSshDhcpNtpSmtpFtpSnmpAndSyslog1795279860259';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE "ssh" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "packet_number" bigint NOT NULL,
        "timestamp" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "ssh_client" text,
        "ssh_server" text,
        "ssh_hassh" text,
        "ssh_hassh_server" text,
        "ssh_version" integer,
        "ssh_kex_algorithm" text,
        "ssh_host_key_algorithm" text,
        "ssh_cipher" text,
        "ssh_mac" text,
        "ssh_compression" text,
        "ssh_client_kex_algorithms" text[] NOT NULL,
        "ssh_server_host_key_algorithms" text[] NOT NULL,
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "ssh_by_time" ON "ssh" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "ssh_by_capture" ON "ssh" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "ssh_by_flow_id" ON "ssh" ("flow_id", "timestamp")`);
    await runner.query(`CREATE INDEX "ssh_by_ssh_hassh" ON "ssh" (lower(left("ssh_hassh", 256)), "timestamp")`);
    await runner.query(`CREATE INDEX "ssh_by_ssh_hassh_server" ON "ssh" (lower(left("ssh_hassh_server", 256)), "timestamp")`);
    await runner.query(`CREATE TABLE "dhcp" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "packet_number" bigint NOT NULL,
        "timestamp" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "dhcp_message_type" text,
        "dhcp_transaction_id" bigint NOT NULL,
        "dhcp_client_mac" text,
        "dhcp_client_ip" inet,
        "dhcp_assigned_ip" inet,
        "dhcp_requested_ip" inet,
        "dhcp_server_ip" inet,
        "dhcp_relay_ip" inet,
        "dhcp_hostname" text,
        "dhcp_client_fqdn" text,
        "dhcp_domain" text,
        "dhcp_vendor_class" text,
        "dhcp_parameters" integer[] NOT NULL,
        "dhcp_lease_seconds" bigint,
        "dhcp_subnet_mask" inet,
        "dhcp_routers" inet[] NOT NULL,
        "dhcp_dns_servers" inet[] NOT NULL,
        "dhcp_message" text,
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "dhcp_by_time" ON "dhcp" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "dhcp_by_capture" ON "dhcp" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "dhcp_by_flow_id" ON "dhcp" ("flow_id", "timestamp")`);
    await runner.query(`CREATE INDEX "dhcp_by_dhcp_client_mac" ON "dhcp" ("dhcp_client_mac", "timestamp")`);
    await runner.query(`CREATE INDEX "dhcp_by_dhcp_assigned_ip" ON "dhcp" ("dhcp_assigned_ip", "timestamp")`);
    await runner.query(`CREATE INDEX "dhcp_by_dhcp_hostname" ON "dhcp" (lower(left("dhcp_hostname", 256)), "timestamp")`);
    await runner.query(`CREATE TABLE "ntp" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "packet_number" bigint NOT NULL,
        "timestamp" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "ntp_version" integer NOT NULL,
        "ntp_mode" text NOT NULL,
        "ntp_leap" integer,
        "ntp_stratum" integer,
        "ntp_poll" integer,
        "ntp_precision" integer,
        "ntp_root_delay" bigint,
        "ntp_root_dispersion" bigint,
        "ntp_reference_id" text,
        "ntp_reference_time" bigint,
        "ntp_origin_time" bigint,
        "ntp_receive_time" bigint,
        "ntp_transmit_time" bigint,
        "ntp_response" boolean,
        "ntp_code" integer,
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "ntp_by_time" ON "ntp" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "ntp_by_capture" ON "ntp" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "ntp_by_flow_id" ON "ntp" ("flow_id", "timestamp")`);
    await runner.query(`CREATE TABLE "smtp" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "packet_number" bigint NOT NULL,
        "timestamp" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "smtp_helo" text,
        "smtp_banner" text,
        "smtp_mail_from" text,
        "smtp_rcpt_to" text[] NOT NULL,
        "email_from_address" text[] NOT NULL,
        "email_to_address" text[] NOT NULL,
        "email_cc_address" text[] NOT NULL,
        "email_subject" text,
        "email_message_id" text,
        "smtp_date" text,
        "email_x_mailer" text,
        "email_content_type" text,
        "smtp_bytes" bigint NOT NULL,
        "smtp_reply_code" integer,
        "smtp_last_reply" text,
        "smtp_auth_method" text,
        "smtp_tls" boolean NOT NULL,
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "smtp_by_time" ON "smtp" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "smtp_by_capture" ON "smtp" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "smtp_by_flow_id" ON "smtp" ("flow_id", "timestamp")`);
    await runner.query(`CREATE INDEX "smtp_by_smtp_mail_from" ON "smtp" (lower(left("smtp_mail_from", 256)), "timestamp")`);
    await runner.query(`CREATE TABLE "ftp" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "packet_number" bigint NOT NULL,
        "timestamp" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "ftp_user" text,
        "ftp_command" text,
        "ftp_argument" text,
        "ftp_reply_code" integer,
        "ftp_reply_text" text,
        "ftp_data_ip" inet,
        "ftp_data_port" integer,
        "ftp_tls" boolean NOT NULL,
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "ftp_by_time" ON "ftp" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "ftp_by_capture" ON "ftp" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "ftp_by_flow_id" ON "ftp" ("flow_id", "timestamp")`);
    await runner.query(`CREATE INDEX "ftp_by_ftp_user" ON "ftp" (lower(left("ftp_user", 256)), "timestamp")`);
    await runner.query(`CREATE INDEX "ftp_by_ftp_argument" ON "ftp" (lower(left("ftp_argument", 256)), "timestamp")`);
    await runner.query(`CREATE TABLE "snmp" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "packet_number" bigint NOT NULL,
        "timestamp" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "snmp_version" text NOT NULL,
        "snmp_community_hash" text,
        "snmp_user" text,
        "snmp_engine_id" text,
        "snmp_encrypted" boolean NOT NULL,
        "snmp_pdu" text,
        "snmp_request_id" integer,
        "snmp_error_status" integer,
        "snmp_variables" text[] NOT NULL,
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "snmp_by_time" ON "snmp" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "snmp_by_capture" ON "snmp" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "snmp_by_flow_id" ON "snmp" ("flow_id", "timestamp")`);
    await runner.query(`CREATE INDEX "snmp_by_snmp_user" ON "snmp" (lower(left("snmp_user", 256)), "timestamp")`);
    await runner.query(`CREATE TABLE "syslog" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "packet_number" bigint NOT NULL,
        "timestamp" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "log_syslog_priority" integer NOT NULL,
        "log_syslog_facility_name" text NOT NULL,
        "log_syslog_severity_name" text NOT NULL,
        "log_syslog_hostname" text,
        "log_syslog_appname" text,
        "log_syslog_procid" text,
        "log_syslog_msgid" text,
        "syslog_timestamp" text,
        "message" text NOT NULL,
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "syslog_by_time" ON "syslog" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "syslog_by_capture" ON "syslog" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "syslog_by_flow_id" ON "syslog" ("flow_id", "timestamp")`);
    await runner.query(`CREATE INDEX "syslog_by_log_syslog_hostname" ON "syslog" (lower(left("log_syslog_hostname", 256)), "timestamp")`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "syslog"`);
    await runner.query(`DROP TABLE "snmp"`);
    await runner.query(`DROP TABLE "ftp"`);
    await runner.query(`DROP TABLE "smtp"`);
    await runner.query(`DROP TABLE "ntp"`);
    await runner.query(`DROP TABLE "dhcp"`);
    await runner.query(`DROP TABLE "ssh"`);
  }
}
