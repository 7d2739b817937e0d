import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Generated from the catalogue: ssh logins. */
export class SshLogins1795284391561 implements MigrationInterface {
  name = 'SshLogins1795284391561';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "ssh" ADD COLUMN "ssh_auth_success" boolean`);
    await runner.query(`ALTER TABLE "ssh" ADD COLUMN "ssh_auth_attempts" bigint`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "ssh" DROP COLUMN "ssh_auth_success"`);
    await runner.query(`ALTER TABLE "ssh" DROP COLUMN "ssh_auth_attempts"`);
  }
}
