import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which sensors are told to be away: what was told of once is not told again before it is over. */
export class TellOfSensorsThatAreAway1795340000000 implements MigrationInterface {
  name = 'TellOfSensorsThatAreAway1795340000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sensor ADD COLUMN away jsonb');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sensor DROP COLUMN away');
  }
}
