/**
 * COPYs into several tables as one query, with their data right behind it: PostgreSQL goes from one to the next by itself. Asked for one by
 * one, each costs two turns of this process's event loop, and those of a parser are as long as its chunks.
 */
import type { Connection, Submittable } from 'pg';
import { copyHeader, copyTrailer } from './copy-encoder.ts';

export interface TableRows {
  /** `COPY ... FROM STDIN (FORMAT binary)`. */
  readonly statement: string;
  /** Complete rows as `CopyEncoder` makes them, less than 1 GiB (PostgreSQL's limit of a message). Not to be written to any more. */
  readonly rows: Buffer;
}

/** Messages of the frontend (PostgreSQL manual, "Message Formats"; big-endian): a type, then the length without it. */
const copyData = 0x64;
const copyDone = Buffer.from('c\0\0\0\x04', 'latin1');

/** Goes to `client.query` once. */
export class CopyBatch implements Submittable {
  /** All rows are taken; or it rejects with what PostgreSQL or the connection said, and none of them are. */
  readonly done: Promise<void>;
  /** Set by node-postgres where queries have a time limit: to be called when this one has ended. */
  callback: (() => void) | undefined;

  readonly #tables: readonly TableRows[];
  readonly #ended = Promise.withResolvers<void>();

  constructor(tables: readonly TableRows[]) {
    this.#tables = tables;
    this.done = this.#ended.promise;
  }

  /**
   * Data may be sent before it is asked for: PostgreSQL reads message by message, and passes over the data of a COPY that failed and of
   * those behind it (manual, "COPY Operations").
   */
  submit(connection: Connection): void {
    const { stream } = connection;
    stream.cork();
    connection.query(this.#tables.map(({ statement }) => statement).join('; '));
    for (const { rows } of this.#tables) {
      stream.write(dataHead(copyHeader.length + rows.length + copyTrailer.length));
      for (const part of [copyHeader, rows, copyTrailer, copyDone]) stream.write(part);
    }
    stream.uncork();
  }

  handleCopyInResponse(): void {
    // What it asks for is on its way.
  }

  handleCommandComplete(): void {
    // One of several; the end of all is `handleReadyForQuery`.
  }

  handleReadyForQuery(): void {
    this.callback?.();
    this.#ended.resolve();
  }

  handleError(error: Error): void {
    this.callback?.();
    this.#ended.reject(error);
  }
}

function dataHead(length: number): Buffer {
  const head = Buffer.from([copyData, 0, 0, 0, 0]);
  head.writeInt32BE(4 + length, 1);
  return head;
}
