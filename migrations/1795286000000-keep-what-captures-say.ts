import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Interfaces of captures, what they say beside their packets, and which of an archive they are. */
export class KeepWhatCapturesSay1795286000000 implements MigrationInterface {
  name = 'KeepWhatCapturesSay1795286000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE capture
        ADD COLUMN entry text,
        ADD COLUMN interfaces jsonb NOT NULL DEFAULT '[]',
        ADD COLUMN said jsonb NOT NULL DEFAULT '{"comments": [], "names": 0, "secrets": 0, "skippedBlocks": 0}'`);
    await runner.query(`ALTER TABLE capture DROP CONSTRAINT capture_sha256_key`);
    await runner.query(`CREATE UNIQUE INDEX capture_by_sha256 ON capture (sha256, coalesce(entry, ''))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX capture_by_sha256`);
    await runner.query(`ALTER TABLE capture DROP COLUMN entry, DROP COLUMN interfaces, DROP COLUMN said`);
    await runner.query(`ALTER TABLE capture ADD CONSTRAINT capture_sha256_key UNIQUE (sha256)`);
  }
}
