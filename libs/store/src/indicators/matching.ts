/** Comparing lists with captures: which pairs wait, and the work on one of them. */
import { DetectionRepository } from '../detection-policy.ts';
import { inTransaction, type Pool, type PoolClient } from '../pool.ts';
import { tellMatches } from './match-alerts.ts';
import { matchStatements } from './match-sql.ts';

interface Queryable {
  query(text: string, values?: unknown[]): Promise<unknown>;
}

/** Advisory lock: a list that is being added and a capture that is being committed do not miss each other. */
const LISTS_AND_CAPTURES = 0x77_63_69_6e;

/** In the transaction that makes a capture's rows visible: it is to be compared with every list. */
export async function enqueueCapture(client: Queryable, captureId: string): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock_shared($1)', [LISTS_AND_CAPTURES]);
  await client.query('INSERT INTO indicator_due (list_id, capture_id) SELECT id, $1 FROM indicator_list ON CONFLICT DO NOTHING', [
    captureId,
  ]);
}

/** In the transaction that changes a list: it is to be compared with every capture that has rows. */
export async function enqueueList(client: Queryable, listId: string): Promise<void> {
  await client.query(
    'INSERT INTO indicator_due (list_id, capture_id) SELECT $1, id FROM capture WHERE ready_at IS NOT NULL ON CONFLICT DO NOTHING',
    [listId],
  );
}

/** In the transaction that changes a list, before it does: no capture becomes visible until it ends. */
export async function holdOffCaptures(client: Queryable): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock($1)', [LISTS_AND_CAPTURES]);
}

export class IndicatorMatching {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Compare the pair that waits longest. False: none waits, or others have them. May be called by several workers at once. */
  matchNext(): Promise<boolean> {
    return inTransaction(this.#pool, async (client) => {
      // List and capture are held from the beginning, so that nobody who changes either waits for a row that is waited for here. A capture
      // that is being analysed again is due once more afterwards.
      const taken = await client.query<{ list_id: string; capture_id: string }>(
        `SELECT list_id, capture_id FROM indicator_due
           JOIN indicator_list l ON l.id = list_id JOIN capture c ON c.id = capture_id AND c.state <> 'parsing'
          ORDER BY queued_at LIMIT 1 FOR UPDATE OF indicator_due, c SKIP LOCKED FOR SHARE OF l SKIP LOCKED`,
      );
      const pair = taken.rows[0];
      if (!pair) return false;
      // Deleted first: whoever enqueues the pair again meanwhile waits for the end of this transaction, and is not lost.
      await client.query('DELETE FROM indicator_due WHERE list_id = $1 AND capture_id = $2', [pair.list_id, pair.capture_id]);
      await compare(client, pair.list_id, pair.capture_id);
      const policy = await new DetectionRepository(this.#pool).policyFor(pair.capture_id);
      await tellMatches(client, pair.list_id, pair.capture_id, policy);
      return true;
    });
  }
}

/** The matches of the pair take the place of those of an earlier comparison. */
async function compare(client: PoolClient, listId: string, captureId: string): Promise<void> {
  await client.query('DELETE FROM indicator_match WHERE list_id = $1 AND capture_id = $2', [listId, captureId]);
  const { rows } = await client.query<{ type: string }>('SELECT DISTINCT type FROM indicator WHERE list_id = $1', [listId]);
  const listed = new Set(rows.map(({ type }) => type));
  for (const { types, text } of matchStatements) if (types.some((type) => listed.has(type))) await client.query(text, [listId, captureId]);
}
