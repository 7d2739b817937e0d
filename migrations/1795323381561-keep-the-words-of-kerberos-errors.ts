import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Generated from the catalogue: keep the words of kerberos errors. */
export class KeepTheWordsOfKerberosErrors1795323381561 implements MigrationInterface {
  name = 'KeepTheWordsOfKerberosErrors1795323381561';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "kerberos" ADD COLUMN "kerberos_error_text" text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "kerberos" DROP COLUMN "kerberos_error_text"`);
  }
}
