import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Generated from the catalogue: count ranges. */
export class CountRanges1795403287788 implements MigrationInterface {
  name = 'CountRanges1795403287788';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "http" ADD COLUMN "http_request_ranges" integer`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "http" DROP COLUMN "http_request_ranges"`);
  }
}
