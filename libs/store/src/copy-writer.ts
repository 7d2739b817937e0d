/** Rows into PostgreSQL by binary COPY: 4-10 times faster than any INSERT (PERFORMANCE.md). */
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { storedType, type Fields, type RecordSink, type RecordType, type RowOf } from '@wirecase/contract';
import { from as copyFrom } from 'pg-copy-streams';
import { quoteName } from './catalogue-ddl.ts';
import { CopyEncoder, copyHeader, copyTrailer } from './copy-encoder.ts';
import type { PoolClient } from './pool.ts';

/** Encoded bytes that wait before `drain` sends them: large enough that a COPY's fixed cost (about 1 ms a table) does not count. */
const drainBytes = 8 * 1024 * 1024;

/**
 * Takes rows of any record type of one capture and copies them on `client`, inside the caller's transaction. `record` only encodes;
 * the caller awaits `drain` now and then (after each chunk of packets), which bounds the memory, and `flush` at the end.
 */
export class CopyWriter implements RecordSink {
  readonly #client: PoolClient;
  readonly #captureId: string;
  readonly #encoders = new Map<RecordType, CopyEncoder>();
  readonly #counts = new Map<string, number>();

  constructor(client: PoolClient, captureId: string) {
    this.#client = client;
    this.#captureId = captureId;
  }

  record<F extends Fields>(type: RecordType<F>, row: RowOf<F>): void {
    let encoder = this.#encoders.get(type);
    if (!encoder) this.#encoders.set(type, (encoder = new CopyEncoder(type, this.#captureId)));
    encoder.append(row);
    this.#counts.set(type.name, this.count(type.name) + 1);
  }

  /** Rows taken of a record type, by its name. */
  count(recordName: string): number {
    return this.#counts.get(recordName) ?? 0;
  }

  /** Whether so much waits that it should be sent. */
  get isFull(): boolean {
    let waiting = 0;
    for (const encoder of this.#encoders.values()) waiting += encoder.length;
    return waiting >= drainBytes;
  }

  /** Send what waits if it is much. */
  async drain(): Promise<void> {
    if (this.isFull) await this.flush();
  }

  /** Send everything that waits, table by table: a connection carries one COPY at a time. */
  async flush(): Promise<void> {
    for (const encoder of this.#encoders.values()) if (encoder.length > 0) await this.#copy(encoder.type, encoder.take());
  }

  async #copy(type: RecordType, rows: Buffer): Promise<void> {
    const columns = Object.values(storedType(type).fields).map((field) => quoteName(field.column));
    const stream = this.#client.query(copyFrom(`COPY ${quoteName(type.name)} (${columns.join(', ')}) FROM STDIN (FORMAT binary)`));
    const done = finished(stream);
    // An error surfaces where `done` is awaited; until then it must not count as unhandled.
    done.catch(() => undefined);
    stream.write(copyHeader);
    if (!stream.write(rows)) await Promise.race([once(stream, 'drain'), done]);
    stream.end(copyTrailer);
    await done;
  }
}
