import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An API key may be limited to networks that it may be used from; those that are there may be used from everywhere, as before. */
export class LimitKeysToNetworks1795410000000 implements MigrationInterface {
  name = 'LimitKeysToNetworks1795410000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE api_key ADD COLUMN allowed_cidrs text[] NOT NULL DEFAULT '{}'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE api_key DROP COLUMN allowed_cidrs');
  }
}
