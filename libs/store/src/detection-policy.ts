/** What operators say of detection, in versions, and what of it counts for a capture. */
import {
  WirecaseError,
  type CreateSuppressionRequest,
  type DetectionPolicy,
  type DetectionSettings,
  type StoredDetectionSettings,
  type Suppression,
} from '@wirecase/contract';
import { wallTime } from './capture-row.ts';
import { changedMeanwhile } from './changed-meanwhile.ts';
import { sqlState, type Pool } from './pool.ts';

const none: StoredDetectionSettings = { version: 0, options: {}, allow: {}, assets: [], changedAt: null, changedBy: null };
const UNIQUE_VIOLATION = '23505';

type SettingsRow = Omit<StoredDetectionSettings, 'changedAt'> & { changedAt: Date };
type SuppressionRow = Omit<Suppression, 'createdAt' | 'expiresAt' | 'endedAt' | 'alerts'> & {
  createdAt: Date;
  expiresAt: Date;
  endedAt: Date | null;
  alerts: bigint;
};

const settingsColumns = 'version, options, allow, assets, changed_at AS "changedAt", changed_by AS "changedBy"';

export class DetectionRepository {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** The settings of a version; the newest without one. Version 0: all defaults. */
  async settings(version?: number): Promise<StoredDetectionSettings> {
    const { rows } = await this.#pool.query<SettingsRow>(
      `SELECT ${settingsColumns} FROM detection_settings WHERE $1::int IS NULL OR version = $1 ORDER BY version DESC LIMIT 1`,
      [version ?? null],
    );
    return rows[0] ? toSettings(rows[0]) : none;
  }

  /** Newest first, at most a thousand. */
  async versions(): Promise<StoredDetectionSettings[]> {
    const { rows } = await this.#pool.query<SettingsRow>(
      `SELECT ${settingsColumns} FROM detection_settings ORDER BY version DESC LIMIT 1000`,
    );
    return rows.map(toSettings);
  }

  /** Throws `detection.changed` when `settings.version` is not the newest. */
  async change(settings: DetectionSettings, by: string): Promise<StoredDetectionSettings> {
    const newest = await this.settings();
    if (settings.version !== newest.version) throw changedMeanwhile('detection.changed', newest);
    try {
      const { rows } = await this.#pool.query<SettingsRow>(
        `INSERT INTO detection_settings (version, changed_by, options, allow, assets) VALUES ($1, $2, $3, $4, $5) RETURNING ${settingsColumns}`,
        [settings.version + 1, by, JSON.stringify(settings.options), JSON.stringify(settings.allow), JSON.stringify(settings.assets)],
      );
      return toSettings(rows[0]!);
    } catch (error) {
      // Somebody else wrote this version between the two statements.
      if (sqlState(error) === UNIQUE_VIOLATION) throw changedMeanwhile('detection.changed', await this.settings());
      throw error;
    }
  }

  /** What counts now for a capture: the newest settings without what has expired, and the suppressions in force. */
  async policyFor(captureId: string): Promise<DetectionPolicy> {
    const settings = await this.settings();
    const { rows } = await this.#pool.query<DetectionPolicy['suppressions'][number]>(
      `SELECT id, rule, entity FROM suppression
        WHERE ended_at IS NULL AND expires_at > clock_timestamp() AND (capture_id IS NULL OR capture_id = $1) ORDER BY created_at, id`,
      [captureId],
    );
    const assets = settings.assets.filter(({ expiresAt }) => expiresAt === null || Date.parse(expiresAt) > Date.now());
    return { settings: { ...settings, assets }, suppressions: rows };
  }

  /** Newest first, at most a thousand. */
  async suppressions(): Promise<Suppression[]> {
    const { rows } = await this.#pool.query<SuppressionRow>(
      `SELECT s.id, s.rule, s.entity, s.capture_id AS "captureId", s.owner, s.reason, s.expires_at AS "expiresAt", s.created_at AS "createdAt",
              s.created_by AS "createdBy", s.ended_at AS "endedAt", s.ended_by AS "endedBy",
              (SELECT count(*) FROM alert a WHERE a.alert_suppressed_by = s.id::text) AS alerts
         FROM suppression s ORDER BY s.created_at DESC, s.id LIMIT 1000`,
    );
    return rows.map(toSuppression);
  }

  async suppress(request: CreateSuppressionRequest, by: string): Promise<Suppression> {
    const { rule, entity, captureId, owner, reason, expiresAt } = request;
    const { rows } = await this.#pool.query<{ id: string }>(
      `INSERT INTO suppression (rule, entity, capture_id, owner, reason, expires_at, created_by) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`,
      [rule, entity, captureId, owner, reason, expiresAt, by],
    );
    const all = await this.suppressions();
    return all.find(({ id }) => id === rows[0]!.id)!;
  }

  /** Throws `suppression.not-found` when it is not there or has ended. */
  async endSuppression(id: string, by: string): Promise<void> {
    const { rowCount } = await this.#pool.query(
      'UPDATE suppression SET ended_at = clock_timestamp(), ended_by = $2 WHERE id = $1 AND ended_at IS NULL',
      [id, by],
    );
    if (rowCount === 0) throw new WirecaseError('suppression.not-found', `There is no suppression ${id} in force.`);
  }

  /** The settings with which a capture was analysed. */
  async settingsOf(captureId: string): Promise<DetectionSettings> {
    const { rows } = await this.#pool.query<{ version: number }>('SELECT detection_version AS version FROM capture WHERE id = $1', [
      captureId,
    ]);
    const version = rows[0]?.version ?? 0;
    return version === 0 ? none : this.settings(version);
  }
}

const toSettings = (row: SettingsRow): StoredDetectionSettings => ({ ...row, changedAt: wallTime(row.changedAt) });

const toSuppression = (row: SuppressionRow): Suppression => ({
  ...row,
  createdAt: wallTime(row.createdAt),
  expiresAt: wallTime(row.expiresAt),
  endedAt: row.endedAt && wallTime(row.endedAt),
  alerts: Number(row.alerts),
});
