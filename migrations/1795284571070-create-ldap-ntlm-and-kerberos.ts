import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Generated from the catalogue: create ldap ntlm and kerberos. */
export class CreateLdapNtlmAndKerberos1795284571070 implements MigrationInterface {
  name = 'CreateLdapNtlmAndKerberos1795284571070';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE "ldap" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "packet_number" bigint NOT NULL,
        "timestamp" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "ldap_message_id" bigint NOT NULL,
        "ldap_operation" text NOT NULL,
        "ldap_dn" text,
        "ldap_result" text,
        "ldap_result_code" integer,
        "ldap_diagnostic_message" text,
        "ldap_version" integer,
        "ldap_sasl_mechanism" text,
        "ldap_password_in_clear" boolean,
        "ldap_scope" text,
        "ldap_filter" text,
        "ldap_attributes" text[] NOT NULL,
        "ldap_result_count" bigint,
        "ldap_tls" boolean NOT NULL,
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "ldap_by_time" ON "ldap" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "ldap_by_capture" ON "ldap" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "ldap_by_flow_id" ON "ldap" ("flow_id", "timestamp")`);
    await runner.query(`CREATE INDEX "ldap_by_ldap_dn" ON "ldap" (lower(left("ldap_dn", 256)), "timestamp")`);
    await runner.query(`CREATE TABLE "ntlm" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "packet_number" bigint NOT NULL,
        "timestamp" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "ntlm_carrier" text NOT NULL,
        "ntlm_user" text,
        "ntlm_domain" text,
        "ntlm_host" text,
        "ntlm_version" text,
        "ntlm_success" boolean,
        "ntlm_server_nb_computer_name" text,
        "ntlm_server_dns_computer_name" text,
        "ntlm_server_dns_domain_name" text,
        "ntlm_server_tree_name" text,
        "ntlm_server_version" text,
        "ntlm_client_version" text,
        "ntlm_server_challenge" text,
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "ntlm_by_time" ON "ntlm" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "ntlm_by_capture" ON "ntlm" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "ntlm_by_flow_id" ON "ntlm" ("flow_id", "timestamp")`);
    await runner.query(`CREATE INDEX "ntlm_by_ntlm_user" ON "ntlm" (lower(left("ntlm_user", 256)), "timestamp")`);
    await runner.query(`CREATE INDEX "ntlm_by_ntlm_host" ON "ntlm" (lower(left("ntlm_host", 256)), "timestamp")`);
    await runner.query(`CREATE TABLE "kerberos" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "packet_number" bigint NOT NULL,
        "timestamp" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "kerberos_request_type" text,
        "kerberos_carrier" text,
        "kerberos_client" text,
        "kerberos_service" text,
        "kerberos_realm" text,
        "kerberos_success" boolean,
        "kerberos_error" text,
        "kerberos_error_code" integer,
        "kerberos_encryption" text,
        "kerberos_reply_encryption" text,
        "kerberos_offered_encryption" text[] NOT NULL,
        "kerberos_padata" integer[] NOT NULL,
        "kerberos_options" text[] NOT NULL,
        "kerberos_from" bigint,
        "kerberos_till" bigint,
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "kerberos_by_time" ON "kerberos" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "kerberos_by_capture" ON "kerberos" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "kerberos_by_flow_id" ON "kerberos" ("flow_id", "timestamp")`);
    await runner.query(`CREATE INDEX "kerberos_by_kerberos_client" ON "kerberos" (lower(left("kerberos_client", 256)), "timestamp")`);
    await runner.query(`CREATE INDEX "kerberos_by_kerberos_service" ON "kerberos" (lower(left("kerberos_service", 256)), "timestamp")`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "kerberos"`);
    await runner.query(`DROP TABLE "ntlm"`);
    await runner.query(`DROP TABLE "ldap"`);
  }
}
