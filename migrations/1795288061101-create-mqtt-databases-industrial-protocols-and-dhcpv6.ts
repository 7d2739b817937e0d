import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Generated from the catalogue: create mqtt databases industrial protocols and dhcpv6. */
export class CreateMqttDatabasesIndustrialProtocolsAndDhcpv61795288061101 implements MigrationInterface {
  name = 'CreateMqttDatabasesIndustrialProtocolsAndDhcpv61795288061101';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE "mqtt" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "packet_number" bigint NOT NULL,
        "timestamp" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "mqtt_type" text NOT NULL,
        "mqtt_client_id" text,
        "mqtt_version" text,
        "mqtt_user" text,
        "mqtt_password_in_clear" boolean,
        "mqtt_will_topic" text,
        "mqtt_topics" text[] NOT NULL,
        "mqtt_qos" integer,
        "mqtt_retain" boolean,
        "mqtt_payload_bytes" bigint,
        "mqtt_reason_code" integer,
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "mqtt_by_time" ON "mqtt" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "mqtt_by_capture" ON "mqtt" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "mqtt_by_flow_id" ON "mqtt" ("flow_id", "timestamp")`);
    await runner.query(`CREATE INDEX "mqtt_by_mqtt_client_id" ON "mqtt" (lower(left("mqtt_client_id", 256)), "timestamp")`);
    await runner.query(`CREATE INDEX "mqtt_by_mqtt_user" ON "mqtt" (lower(left("mqtt_user", 256)), "timestamp")`);
    await runner.query(`CREATE TABLE "modbus" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "packet_number" bigint NOT NULL,
        "timestamp" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "modbus_transaction" integer NOT NULL,
        "modbus_unit" integer NOT NULL,
        "modbus_function_code" integer NOT NULL,
        "modbus_function" text NOT NULL,
        "modbus_write" boolean NOT NULL,
        "modbus_address" integer,
        "modbus_quantity" integer,
        "modbus_value" integer,
        "modbus_exception" text,
        "modbus_answered" boolean NOT NULL,
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "modbus_by_time" ON "modbus" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "modbus_by_capture" ON "modbus" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "modbus_by_flow_id" ON "modbus" ("flow_id", "timestamp")`);
    await runner.query(`CREATE TABLE "dnp3" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "packet_number" bigint NOT NULL,
        "timestamp" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "dnp3_request" text,
        "dnp3_reply" text,
        "dnp3_iin" integer,
        "dnp3_source" integer NOT NULL,
        "dnp3_destination" integer NOT NULL,
        "dnp3_objects" text[] NOT NULL,
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "dnp3_by_time" ON "dnp3" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "dnp3_by_capture" ON "dnp3" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "dnp3_by_flow_id" ON "dnp3" ("flow_id", "timestamp")`);
    await runner.query(`CREATE TABLE "s7comm" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "packet_number" bigint NOT NULL,
        "timestamp" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "s7comm_protocol" text NOT NULL,
        "s7comm_rosctr" text NOT NULL,
        "s7comm_reference" integer,
        "s7comm_function" text,
        "s7comm_items" integer,
        "s7comm_address" text,
        "s7comm_error" integer,
        "s7comm_answered" boolean NOT NULL,
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "s7comm_by_time" ON "s7comm" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "s7comm_by_capture" ON "s7comm" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "s7comm_by_flow_id" ON "s7comm" ("flow_id", "timestamp")`);
    await runner.query(`CREATE TABLE "iec104" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "packet_number" bigint NOT NULL,
        "timestamp" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "iec104_kind" text NOT NULL,
        "iec104_type" text,
        "iec104_command" boolean NOT NULL,
        "iec104_cause" text,
        "iec104_negative" boolean,
        "iec104_common_address" integer,
        "iec104_objects" integer,
        "iec104_object_address" integer,
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "iec104_by_time" ON "iec104" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "iec104_by_capture" ON "iec104" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "iec104_by_flow_id" ON "iec104" ("flow_id", "timestamp")`);
    await runner.query(`CREATE TABLE "redis" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "packet_number" bigint NOT NULL,
        "timestamp" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "redis_command" text NOT NULL,
        "redis_key" text,
        "redis_value" text,
        "redis_arguments" integer NOT NULL,
        "redis_success" boolean,
        "redis_reply" text,
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "redis_by_time" ON "redis" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "redis_by_capture" ON "redis" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "redis_by_flow_id" ON "redis" ("flow_id", "timestamp")`);
    await runner.query(`CREATE INDEX "redis_by_redis_key" ON "redis" (lower(left("redis_key", 256)), "timestamp")`);
    await runner.query(`CREATE TABLE "mysql" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "packet_number" bigint NOT NULL,
        "timestamp" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "mysql_command" text NOT NULL,
        "mysql_argument" text,
        "mysql_user" text,
        "mysql_database" text,
        "mysql_server_version" text,
        "mysql_success" boolean,
        "mysql_rows" bigint,
        "mysql_error_code" integer,
        "mysql_response" text,
        "mysql_tls" boolean NOT NULL,
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "mysql_by_time" ON "mysql" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "mysql_by_capture" ON "mysql" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "mysql_by_flow_id" ON "mysql" ("flow_id", "timestamp")`);
    await runner.query(`CREATE INDEX "mysql_by_mysql_user" ON "mysql" (lower(left("mysql_user", 256)), "timestamp")`);
    await runner.query(`CREATE TABLE "postgresql" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "packet_number" bigint NOT NULL,
        "timestamp" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "postgresql_command" text NOT NULL,
        "postgresql_argument" text,
        "postgresql_user" text,
        "postgresql_database" text,
        "postgresql_application" text,
        "postgresql_authentication" text,
        "postgresql_success" boolean,
        "postgresql_rows" bigint,
        "postgresql_error_code" text,
        "postgresql_error" text,
        "postgresql_server_version" text,
        "postgresql_tls" boolean NOT NULL,
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "postgresql_by_time" ON "postgresql" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "postgresql_by_capture" ON "postgresql" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "postgresql_by_flow_id" ON "postgresql" ("flow_id", "timestamp")`);
    await runner.query(`CREATE INDEX "postgresql_by_postgresql_user" ON "postgresql" (lower(left("postgresql_user", 256)), "timestamp")`);
    await runner.query(`CREATE TABLE "tds" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "packet_number" bigint NOT NULL,
        "timestamp" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "tds_command" text NOT NULL,
        "tds_user" text,
        "tds_host" text,
        "tds_application" text,
        "tds_server" text,
        "tds_database" text,
        "tds_password" boolean,
        "tds_statement" text,
        "tds_encryption" text,
        "tds_success" boolean,
        "tds_error_code" integer,
        "tds_error" text,
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "tds_by_time" ON "tds" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "tds_by_capture" ON "tds" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "tds_by_flow_id" ON "tds" ("flow_id", "timestamp")`);
    await runner.query(`CREATE INDEX "tds_by_tds_user" ON "tds" (lower(left("tds_user", 256)), "timestamp")`);
    await runner.query(`CREATE TABLE "enip" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "packet_number" bigint NOT NULL,
        "timestamp" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "enip_command" text NOT NULL,
        "enip_session" bigint NOT NULL,
        "enip_status" integer,
        "enip_cip_service" text,
        "enip_cip_class" integer,
        "enip_cip_instance" integer,
        "enip_cip_tag" text,
        "enip_cip_status" integer,
        "enip_product" text,
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "enip_by_time" ON "enip" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "enip_by_capture" ON "enip" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "enip_by_flow_id" ON "enip" ("flow_id", "timestamp")`);
    await runner.query(`CREATE TABLE "bacnet" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "packet_number" bigint NOT NULL,
        "timestamp" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "bacnet_type" text NOT NULL,
        "bacnet_service" text,
        "bacnet_write" boolean NOT NULL,
        "bacnet_invoke_id" integer,
        "bacnet_object" text,
        "bacnet_network" integer,
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "bacnet_by_time" ON "bacnet" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "bacnet_by_capture" ON "bacnet" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "bacnet_by_flow_id" ON "bacnet" ("flow_id", "timestamp")`);
    await runner.query(`CREATE TABLE "dhcpv6" (
        "capture_id" uuid NOT NULL,
        "record_id" uuid NOT NULL,
        "flow_id" uuid NOT NULL,
        "packet_number" bigint NOT NULL,
        "timestamp" bigint NOT NULL,
        "source_ip" inet NOT NULL,
        "source_port" integer,
        "destination_ip" inet NOT NULL,
        "destination_port" integer,
        "dhcpv6_type" text NOT NULL,
        "dhcpv6_transaction" integer NOT NULL,
        "dhcpv6_client_duid" text,
        "dhcpv6_server_duid" text,
        "dhcpv6_client_mac" text,
        "dhcpv6_addresses" inet[] NOT NULL,
        "dhcpv6_fqdn" text,
        "dhcpv6_vendor_class" text,
        "dhcpv6_dns_servers" inet[] NOT NULL,
        "dhcpv6_requested_options" integer[] NOT NULL,
        "dhcpv6_status" integer,
        PRIMARY KEY ("record_id")
      )`);
    await runner.query(`CREATE INDEX "dhcpv6_by_time" ON "dhcpv6" ("timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "dhcpv6_by_capture" ON "dhcpv6" ("capture_id", "timestamp", "record_id")`);
    await runner.query(`CREATE INDEX "dhcpv6_by_flow_id" ON "dhcpv6" ("flow_id", "timestamp")`);
    await runner.query(`CREATE INDEX "dhcpv6_by_dhcpv6_client_duid" ON "dhcpv6" (lower(left("dhcpv6_client_duid", 256)), "timestamp")`);
    await runner.query(`CREATE INDEX "dhcpv6_by_dhcpv6_fqdn" ON "dhcpv6" (lower(left("dhcpv6_fqdn", 256)), "timestamp")`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "dhcpv6"`);
    await runner.query(`DROP TABLE "bacnet"`);
    await runner.query(`DROP TABLE "enip"`);
    await runner.query(`DROP TABLE "tds"`);
    await runner.query(`DROP TABLE "postgresql"`);
    await runner.query(`DROP TABLE "mysql"`);
    await runner.query(`DROP TABLE "redis"`);
    await runner.query(`DROP TABLE "iec104"`);
    await runner.query(`DROP TABLE "s7comm"`);
    await runner.query(`DROP TABLE "dnp3"`);
    await runner.query(`DROP TABLE "modbus"`);
    await runner.query(`DROP TABLE "mqtt"`);
  }
}
