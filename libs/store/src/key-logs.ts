/** Key logs that people give to captures, so that what was encrypted can be read: TLS, DTLS and QUIC in packet lists and protocol trees. */
import { WirecaseError, type KeyLog } from '@wirecase/contract';
import type { SecretBox } from './notifications/secret-box.ts';
import type { Pool } from './pool.ts';
import { secretBlocks } from './slice.ts';

/** Secrets type of a TLS key log in a Decryption Secrets Block (draft-ietf-opsawg-pcapng 4.7). */
const TLS_KEY_LOG = 0x544c534b;
/** `LABEL random secret`, as browsers and libraries write it (draft-ietf-tls-keylogfile), or what some wrote before. */
const line = /^(?:[A-Z][A-Z0-9_]* ([0-9a-f]{2,}) [0-9a-f]{2,}|RSA Session-ID:([0-9a-f]+) Master-Key:[0-9a-f]+)$/i;

/** The lines that hold secrets, and how many sessions they are of. Throws `key-log.unreadable`. */
export function readKeyLog(text: string): { lines: string[]; sessions: number } {
  const lines: string[] = [];
  const sessions = new Set<string>();
  for (const [i, each] of text.split(/\r?\n/).entries()) {
    const trimmed = each.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const found = line.exec(trimmed);
    if (!found)
      throw new WirecaseError(
        'key-log.unreadable',
        `Line ${i + 1} is none of a key log, which look like CLIENT_RANDOM 52362c10... 4da4c60e... Have the program write one with the variable SSLKEYLOGFILE.`,
      );
    lines.push(trimmed);
    sessions.add((found[1] ?? found[2])!.toLowerCase());
  }
  if (lines.length === 0) throw new WirecaseError('key-log.unreadable', 'There is no secret in it: it is empty, or comments alone.');
  return { lines, sessions: sessions.size };
}

export class KeyLogs {
  readonly #pool: Pool;
  readonly #box: SecretBox;

  constructor(pool: Pool, box: SecretBox) {
    this.#pool = pool;
    this.#box = box;
  }

  /** What the capture was given; no sessions where it was given nothing. */
  async of(captureId: string): Promise<KeyLog> {
    const { rows } = await this.#pool.query<{ sessions: number; created_at: Date; created_by: string }>(
      'SELECT sessions, created_at, created_by FROM key_log WHERE capture_id = $1',
      [captureId],
    );
    const row = rows[0];
    if (!row) return { sessions: 0, createdAt: null, createdBy: null };
    return { sessions: row.sessions, createdAt: row.created_at.toISOString(), createdBy: row.created_by };
  }

  /** Instead of what it had. Throws `key-log.unreadable`. */
  async put(captureId: string, text: string, createdBy: string): Promise<KeyLog> {
    const { lines, sessions } = readKeyLog(text);
    const box = await this.#box.close(`${lines.join('\n')}\n`, captureId);
    await this.#pool.query(
      `INSERT INTO key_log (capture_id, box, sessions, created_by) VALUES ($1, $2, $3, $4)
       ON CONFLICT (capture_id) DO UPDATE SET box = $2, sessions = $3, created_by = $4, created_at = clock_timestamp()`,
      [captureId, box, sessions, createdBy],
    );
    return this.of(captureId);
  }

  async remove(captureId: string): Promise<void> {
    await this.#pool.query('DELETE FROM key_log WHERE capture_id = $1', [captureId]);
  }

  /** What it was given as blocks of a pcapng, for slices that are dissected; empty where it was given nothing. */
  async blocks(captureId: string): Promise<Uint8Array> {
    const { rows } = await this.#pool.query<{ box: Buffer }>('SELECT box FROM key_log WHERE capture_id = $1', [captureId]);
    const row = rows[0];
    return row ? secretBlocks([{ type: TLS_KEY_LOG, data: Buffer.from(await this.#box.open(row.box, captureId)) }]) : new Uint8Array(0);
  }
}
