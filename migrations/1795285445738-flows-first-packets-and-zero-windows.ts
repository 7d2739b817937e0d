import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Generated from the catalogue: flows first packets and zero windows. */
export class FlowsFirstPacketsAndZeroWindows1795285445738 implements MigrationInterface {
  name = 'FlowsFirstPacketsAndZeroWindows1795285445738';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "flow" ADD COLUMN "flow_window_zero_source" bigint`);
    await runner.query(`ALTER TABLE "flow" ADD COLUMN "flow_window_zero_destination" bigint`);
    await runner.query(`ALTER TABLE "flow" ADD COLUMN "flow_first_packets_bytes" integer[]`);
    await runner.query(`ALTER TABLE "flow" ADD COLUMN "flow_first_packets_us" integer[]`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "flow" DROP COLUMN "flow_window_zero_source"`);
    await runner.query(`ALTER TABLE "flow" DROP COLUMN "flow_window_zero_destination"`);
    await runner.query(`ALTER TABLE "flow" DROP COLUMN "flow_first_packets_bytes"`);
    await runner.query(`ALTER TABLE "flow" DROP COLUMN "flow_first_packets_us"`);
  }
}
