import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Generated from the catalogue: keep the client random of tls. */
export class KeepTheClientRandomOfTls1795286697352 implements MigrationInterface {
  name = 'KeepTheClientRandomOfTls1795286697352';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "tls" ADD COLUMN "tls_client_random" text`);
    await runner.query(`ALTER TABLE "tls" ADD COLUMN "tls_ech" boolean`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "tls" DROP COLUMN "tls_client_random"`);
    await runner.query(`ALTER TABLE "tls" DROP COLUMN "tls_ech"`);
  }
}
