import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Generated from the catalogue: say how the protocols of flows are known. */
export class SayHowTheProtocolsOfFlowsAreKnown1795285621416 implements MigrationInterface {
  name = 'SayHowTheProtocolsOfFlowsAreKnown1795285621416';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "flow" ADD COLUMN "flow_identified_by" text`);
    await runner.query(`ALTER TABLE "flow" ADD COLUMN "flow_unusual_port" boolean`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "flow" DROP COLUMN "flow_identified_by"`);
    await runner.query(`ALTER TABLE "flow" DROP COLUMN "flow_unusual_port"`);
  }
}
