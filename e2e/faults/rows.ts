/** What is in the database of a capture, as one comparable text per table. */
import { catalogue } from '@wirecase/engine';
import type { Pool } from '@wirecase/store';

/** Table name -> rows and a digest of them, in any order they were written. The capture's own id is left out: it differs between runs. */
export type RowDigest = Record<string, string>;

/** By SHA-256 of the capture, so that runs can be compared. */
export async function rowDigests(pool: Pool): Promise<Map<string, RowDigest>> {
  const digests = new Map<string, RowDigest>();
  for (const { name } of catalogue) {
    const result = await pool.query<{ sha256: string; rows: bigint; digest: string | null }>(
      `SELECT capture.sha256, count(r.text) AS rows, md5(string_agg(r.text, E'\\n' ORDER BY r.text)) AS digest
         FROM capture LEFT JOIN (SELECT capture_id, (to_jsonb(t) - 'capture_id')::text AS text FROM "${name}" t) r ON r.capture_id = capture.id
        GROUP BY capture.sha256`,
    );
    for (const row of result.rows) {
      const digest = digests.get(row.sha256) ?? {};
      digest[name] = `${row.rows} rows, ${row.digest ?? 'none'}`;
      digests.set(row.sha256, digest);
    }
  }
  return digests;
}

/** What the capture's row says the engine counted. */
export async function summaries(pool: Pool): Promise<Map<string, unknown>> {
  const result = await pool.query<{ sha256: string }>(
    `SELECT sha256, state, packets, bytes, flows, alerts, first_time, last_time, link_types, non_flow, damaged, weirds FROM capture`,
  );
  return new Map(result.rows.map(({ sha256, ...rest }) => [sha256, rest]));
}
