/** The operator's zones, in versions: what counts for captures that are analysed from then on. */
import { type StoredZoneSettings, type ZoneSettings } from '@wirecase/contract';
import { wallTime } from '../capture-row.ts';
import { changedMeanwhile } from '../changed-meanwhile.ts';
import { sqlState, type Pool } from '../pool.ts';

const UNIQUE_VIOLATION = '23505';
const none: StoredZoneSettings = { version: 0, zones: [], changedAt: null, changedBy: null };

type Row = Omit<StoredZoneSettings, 'changedAt'> & { changedAt: Date };

const columns = 'version, zones, changed_at AS "changedAt", changed_by AS "changedBy"';

export class ZoneRepository {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** The newest. Version 0: nobody named a zone yet. */
  async settings(): Promise<StoredZoneSettings> {
    const { rows } = await this.#pool.query<Row>(`SELECT ${columns} FROM zone_settings ORDER BY version DESC LIMIT 1`);
    return rows[0] ? toSettings(rows[0]) : none;
  }

  /** Throws `zones.changed` when `settings.version` is not the newest. */
  async change({ version, zones }: ZoneSettings, by: string): Promise<StoredZoneSettings> {
    const newest = await this.settings();
    if (version !== newest.version) throw changedMeanwhile('zones.changed', newest);
    try {
      const { rows } = await this.#pool.query<Row>(
        `INSERT INTO zone_settings (version, changed_by, zones) VALUES ($1, $2, $3) RETURNING ${columns}`,
        [version + 1, by, JSON.stringify(zones)],
      );
      return toSettings(rows[0]!);
    } catch (error) {
      // Somebody else wrote this version between the two statements.
      if (sqlState(error) === UNIQUE_VIOLATION) throw changedMeanwhile('zones.changed', await this.settings());
      throw error;
    }
  }
}

const toSettings = (row: Row): StoredZoneSettings => ({ ...row, changedAt: wallTime(row.changedAt) });
