import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Generated from the catalogue: say what addresses tell. */
export class SayWhatAddressesTell1795299387178 implements MigrationInterface {
  name = 'SayWhatAddressesTell1795299387178';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "flow" ADD COLUMN "network_direction" text`);
    await runner.query(`ALTER TABLE "flow" ADD COLUMN "source_geo_country_iso_code" text`);
    await runner.query(`ALTER TABLE "flow" ADD COLUMN "source_geo_city_name" text`);
    await runner.query(`ALTER TABLE "flow" ADD COLUMN "source_as_number" bigint`);
    await runner.query(`ALTER TABLE "flow" ADD COLUMN "source_as_organization_name" text`);
    await runner.query(`ALTER TABLE "flow" ADD COLUMN "src_zone" text`);
    await runner.query(`ALTER TABLE "flow" ADD COLUMN "src_oui" text`);
    await runner.query(`ALTER TABLE "flow" ADD COLUMN "destination_geo_country_iso_code" text`);
    await runner.query(`ALTER TABLE "flow" ADD COLUMN "destination_geo_city_name" text`);
    await runner.query(`ALTER TABLE "flow" ADD COLUMN "destination_as_number" bigint`);
    await runner.query(`ALTER TABLE "flow" ADD COLUMN "destination_as_organization_name" text`);
    await runner.query(`ALTER TABLE "flow" ADD COLUMN "dst_zone" text`);
    await runner.query(`ALTER TABLE "flow" ADD COLUMN "dst_oui" text`);
    await runner.query(`ALTER TABLE "host" ADD COLUMN "host_mac_vendor" text[]`);
    await runner.query(`ALTER TABLE "host" ADD COLUMN "host_zone" text`);
    await runner.query(`ALTER TABLE "host" ADD COLUMN "host_geo_country_iso_code" text`);
    await runner.query(`ALTER TABLE "host" ADD COLUMN "host_geo_city_name" text`);
    await runner.query(`ALTER TABLE "host" ADD COLUMN "host_as_number" bigint`);
    await runner.query(`ALTER TABLE "host" ADD COLUMN "host_as_organization_name" text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "host" DROP COLUMN "host_mac_vendor"`);
    await runner.query(`ALTER TABLE "host" DROP COLUMN "host_zone"`);
    await runner.query(`ALTER TABLE "host" DROP COLUMN "host_geo_country_iso_code"`);
    await runner.query(`ALTER TABLE "host" DROP COLUMN "host_geo_city_name"`);
    await runner.query(`ALTER TABLE "host" DROP COLUMN "host_as_number"`);
    await runner.query(`ALTER TABLE "host" DROP COLUMN "host_as_organization_name"`);
    await runner.query(`ALTER TABLE "flow" DROP COLUMN "network_direction"`);
    await runner.query(`ALTER TABLE "flow" DROP COLUMN "source_geo_country_iso_code"`);
    await runner.query(`ALTER TABLE "flow" DROP COLUMN "source_geo_city_name"`);
    await runner.query(`ALTER TABLE "flow" DROP COLUMN "source_as_number"`);
    await runner.query(`ALTER TABLE "flow" DROP COLUMN "source_as_organization_name"`);
    await runner.query(`ALTER TABLE "flow" DROP COLUMN "src_zone"`);
    await runner.query(`ALTER TABLE "flow" DROP COLUMN "src_oui"`);
    await runner.query(`ALTER TABLE "flow" DROP COLUMN "destination_geo_country_iso_code"`);
    await runner.query(`ALTER TABLE "flow" DROP COLUMN "destination_geo_city_name"`);
    await runner.query(`ALTER TABLE "flow" DROP COLUMN "destination_as_number"`);
    await runner.query(`ALTER TABLE "flow" DROP COLUMN "destination_as_organization_name"`);
    await runner.query(`ALTER TABLE "flow" DROP COLUMN "dst_zone"`);
    await runner.query(`ALTER TABLE "flow" DROP COLUMN "dst_oui"`);
  }
}
