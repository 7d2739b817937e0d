import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Generated from the catalogue: name the ports and hosts of aggregate flows. */
export class NameThePortsAndHostsOfAggregateFlows1795263915356 implements MigrationInterface {
  name = 'NameThePortsAndHostsOfAggregateFlows1795263915356';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "flow" ADD COLUMN "flow_aggregate_ports" integer[]`);
    await runner.query(`ALTER TABLE "flow" ADD COLUMN "flow_aggregate_ips" inet[]`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "flow" DROP COLUMN "flow_aggregate_ports"`);
    await runner.query(`ALTER TABLE "flow" DROP COLUMN "flow_aggregate_ips"`);
  }
}
