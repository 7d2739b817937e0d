import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Interfaces of captures, and what they say beside their packets. */
export class KeepWhatCapturesSay1795286000000 implements MigrationInterface {
  name = 'KeepWhatCapturesSay1795286000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE capture
        ADD COLUMN interfaces jsonb NOT NULL DEFAULT '[]',
        ADD COLUMN said jsonb NOT NULL DEFAULT '{"comments": [], "names": 0, "secrets": 0, "skippedBlocks": 0}'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE capture DROP COLUMN interfaces, DROP COLUMN said`);
  }
}
