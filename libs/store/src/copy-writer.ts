/** Rows into PostgreSQL by binary COPY: 4-10 times faster than any INSERT (PERFORMANCE.md). */
import { storedType, type Fields, type RecordSink, type RecordType, type RowOf } from '@wirecase/contract';
import { quoteName } from './catalogue-ddl.ts';
import { CopyBatch } from './copy-batch.ts';
import { CopyEncoder } from './copy-encoder.ts';
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
  /** What PostgreSQL takes while further rows are encoded. */
  #sending: Promise<void> = Promise.resolve();

  constructor(client: PoolClient, captureId: string) {
    this.#client = client;
    this.#captureId = captureId;
  }

  record<F extends Fields>(type: RecordType<F>, row: RowOf<F>): void {
    let encoder = this.#encoders.get(type);
    if (!encoder) this.#encoders.set(type, (encoder = new CopyEncoder(type, this.#captureId)));
    encoder.append(row);
  }

  /** Rows taken of a record type, by its name. */
  count(recordName: string): number {
    let rows = 0;
    for (const encoder of this.#encoders.values()) if (encoder.type.name === recordName) rows += encoder.rows;
    return rows;
  }

  /** Whether so much waits that it should be sent. */
  get isFull(): boolean {
    let waiting = 0;
    for (const encoder of this.#encoders.values()) waiting += encoder.length;
    return waiting >= drainBytes;
  }

  /**
   * Send what waits if it is much, once what was sent before is taken: that much may be on its way and that much wait, no more. Throws what
   * PostgreSQL said of rows sent earlier.
   */
  async drain(): Promise<void> {
    if (!this.isFull) return;
    await this.#sending;
    this.#send();
  }

  /** Send everything that waits. Afterwards PostgreSQL has all rows. */
  async flush(): Promise<void> {
    await this.#sending;
    this.#send();
    await this.#sending;
  }

  #send(): void {
    const waiting = [...this.#encoders.values()].filter(({ length }) => length > 0);
    if (waiting.length === 0) return;
    const batch = new CopyBatch(waiting.map((encoder) => ({ statement: copyStatement(encoder.type), rows: encoder.take() })));
    this.#sending = this.#client.query(batch).done;
    // An error surfaces with the next `drain` or `flush`; until then it must not count as unhandled.
    this.#sending.catch(() => undefined);
  }
}

function copyStatement(type: RecordType): string {
  const columns = Object.values(storedType(type).fields).map((field) => quoteName(field.column));
  return `COPY ${quoteName(type.name)} (${columns.join(', ')}) FROM STDIN (FORMAT binary)`;
}
