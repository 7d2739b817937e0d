import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What an alert of a match says. Matches that are stored have none of it: everything is compared again. */
export class TellOfIndicators1795323900000 implements MigrationInterface {
  name = 'TellOfIndicators1795323900000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('DELETE FROM indicator_match');
    await runner.query(`
      ALTER TABLE indicator_match
        -- Number of the packet in the capture.
        ADD COLUMN packet bigint NOT NULL,
        -- Whom the indicator speaks of, and who dealt with it.
        ADD COLUMN attacker inet,
        ADD COLUMN victim inet NOT NULL`);
    await runner.query(`CREATE INDEX alert_of_indicators ON alert ((alert_evidence -> 'list' ->> 'id')) WHERE rule_id = 'intel.match'`);
    await runner.query(`
      INSERT INTO indicator_due (list_id, capture_id) SELECT l.id, c.id FROM indicator_list l, capture c WHERE c.ready_at IS NOT NULL
      ON CONFLICT DO NOTHING`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM alert WHERE rule_id = 'intel.match'`);
    await runner.query('DROP INDEX alert_of_indicators');
    await runner.query('ALTER TABLE indicator_match DROP COLUMN packet, DROP COLUMN attacker, DROP COLUMN victim');
  }
}
