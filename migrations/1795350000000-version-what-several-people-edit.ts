import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who changes a list, sensor or channel says which version was read: nobody overwrites what they have not seen. */
export class VersionWhatSeveralPeopleEdit1795350000000 implements MigrationInterface {
  name = 'VersionWhatSeveralPeopleEdit1795350000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of ['indicator_list', 'sensor', 'channel'])
      await runner.query(
        `ALTER TABLE ${table} ADD COLUMN version integer NOT NULL DEFAULT 1, ADD COLUMN changed_at timestamptz, ADD COLUMN changed_by text`,
      );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['indicator_list', 'sensor', 'channel'])
      await runner.query(`ALTER TABLE ${table} DROP COLUMN version, DROP COLUMN changed_at, DROP COLUMN changed_by`);
  }
}
