/** What people make of alerts: state, verdict, assignee and comments, kept by the alert's id, with everything that was ever done. */
import {
  triagedAlertRecord,
  WirecaseError,
  type AlertState,
  type AlertVerdict,
  type BulkTriageAnswer,
  type TriageChange,
  type TriageEntry,
} from '@wirecase/contract';
import { wallTime } from './capture-row.ts';
import { notifyChange } from './changes.ts';
import { inTransaction, type Pool, type PoolClient } from './pool.ts';
import { conditionOf, readError, type Selection } from './record-reader.ts';
import { relationOf } from './served-catalogue.ts';

/** Alerts that one request may change. */
export const maxTriaged = 10_000;
/** A hint names at most so many alerts: PostgreSQL takes 8,000 bytes. */
const MAX_NAMED = 100;
/** Any number that is ours: changes come one after the other, so that each entry of the history says what was before. */
const triageLock = 7_313_219_005;

interface Standing {
  id: string;
  state: AlertState;
  verdict: AlertVerdict | null;
  assignee: string | null;
}

interface Step {
  alert: Standing;
  change: TriageEntry['change'];
}

export class Triage {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Throws `alert.not-found` when one of them is not there, and `request.invalid` for a change that contradicts itself. */
  changeAlerts(ids: readonly string[], change: TriageChange, actor: string): Promise<BulkTriageAnswer> {
    return this.#change(actor, change, async (client) => {
      const wanted = [...new Set(ids.map((id) => id.toLowerCase()))];
      const found = await standings(client, 'alert_id = ANY($1::uuid[])', [wanted]);
      const missing = wanted.find((id) => !found.some((alert) => alert.id === id));
      if (missing !== undefined) throw new WirecaseError('alert.not-found', `There is no alert ${missing}.`);
      return found;
    });
  }

  /** The same for every alert that a search finds. Throws `request.invalid` when these are more than `maxTriaged`. */
  changeFound(selection: Selection, change: TriageChange, actor: string): Promise<BulkTriageAnswer> {
    const { where, params } = conditionOf(triagedAlertRecord, selection);
    return this.#change(actor, change, async (client) => {
      const found = await standings(client, where, params);
      if (found.length > maxTriaged)
        throw new WirecaseError('request.invalid', `filter: it finds more than ${maxTriaged} alerts. Narrow it, e.g. by time.`);
      return found;
    });
  }

  /** Oldest first. */
  async history(alertId: string): Promise<TriageEntry[]> {
    const { rows } = await this.#pool.query<Omit<TriageEntry, 'id' | 'at'> & { id: bigint; at: Date }>(
      'SELECT id, at, actor, change, comment FROM alert_history WHERE alert_id = $1 ORDER BY id',
      [alertId],
    );
    return rows.map((row) => ({ ...row, id: String(row.id), at: wallTime(row.at) }));
  }

  async #change(actor: string, change: TriageChange, find: (client: PoolClient) => Promise<Standing[]>): Promise<BulkTriageAnswer> {
    requireSense(change);
    try {
      return await inTransaction(this.#pool, async (client) => {
        await client.query('SELECT pg_advisory_xact_lock($1)', [triageLock]);
        const found = await find(client);
        const steps = found
          .map((alert) => step(alert, change))
          .filter(({ change: made }) => change.comment || Object.keys(made).length > 0);
        if (steps.length > 0) await write(client, steps, change.comment ?? null, actor);
        return { found: found.length, changed: steps.length };
      });
    } catch (error) {
      throw readError(error);
    }
  }
}

async function standings(client: PoolClient, where: string, params: readonly unknown[]): Promise<Standing[]> {
  const { rows } = await client.query<Standing>(
    `SELECT alert_id AS id, alert_state AS state, alert_verdict AS verdict, alert_assignee AS assignee
       FROM ${relationOf(triagedAlertRecord)} WHERE ${where} LIMIT ${maxTriaged + 1}`,
    [...params],
  );
  return rows;
}

async function write(client: PoolClient, steps: readonly Step[], comment: string | null, actor: string): Promise<void> {
  const ids = steps.map(({ alert }) => alert.id);
  await client.query(
    `INSERT INTO alert_triage AS t (alert_id, state, verdict, assignee, comments)
     SELECT id, state, verdict, assignee, $5 FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) AS new (id, state, verdict, assignee)
     ON CONFLICT (alert_id) DO UPDATE SET state = excluded.state, verdict = excluded.verdict, assignee = excluded.assignee,
       comments = t.comments + excluded.comments`,
    [
      ids,
      steps.map(({ alert, change }) => (change.state ? change.state.to : alert.state)),
      steps.map(({ alert, change }) => (change.verdict ? change.verdict.to : alert.verdict)),
      steps.map(({ alert, change }) => (change.assignee ? change.assignee.to : alert.assignee)),
      comment === null ? 0 : 1,
    ],
  );
  await client.query(
    `INSERT INTO alert_history (alert_id, actor, change, comment)
     SELECT id, $3, change, $4 FROM unnest($1::uuid[], $2::jsonb[]) AS new (id, change)`,
    [ids, steps.map(({ change }) => JSON.stringify(change)), actor, comment],
  );
  await notifyChange(client, { triaged: ids.length > MAX_NAMED ? [] : ids });
}

/** What of the alert is not yet as `wanted` says. */
function step(alert: Standing, wanted: TriageChange): Step {
  const state = wanted.verdict ? 'closed' : (wanted.state ?? alert.state);
  const next: Omit<Standing, 'id'> = {
    state,
    verdict: state === 'closed' ? (wanted.verdict ?? alert.verdict) : null,
    assignee: wanted.assignee === undefined ? alert.assignee : wanted.assignee,
  };
  const change: Step['change'] = {};
  for (const name of ['state', 'verdict', 'assignee'] as const) {
    if (alert[name] !== next[name]) change[name] = { from: alert[name], to: next[name] };
  }
  return { alert, change };
}

function requireSense({ state, verdict }: TriageChange): void {
  if (state === 'closed' && !verdict) throw new WirecaseError('request.invalid', 'verdict: closing an alert needs one.');
  if (state && state !== 'closed' && verdict)
    throw new WirecaseError('request.invalid', `state: an alert that is ${state} has no verdict.`);
}
