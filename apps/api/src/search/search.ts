import { Injectable } from '@nestjs/common';
import {
  WirecaseError,
  triagedAlertRecord,
  credentialRecord,
  flowRecord,
  formatTime,
  rowToJson,
  storedType,
  weirdRecord,
  type Fields,
  type FlowDetail,
  type FlowRow,
  type Histogram,
  type JsonRow,
  type Page,
  type RecordType,
} from '@wirecase/contract';
import { RecordReader, servedCatalogue, type StoredRow } from '@wirecase/store';
import { Captures } from '../captures/captures.ts';
import type { HistogramQuery, SearchQuery } from '../schemas/requests.ts';
import { Scope } from './scope.ts';
import { selectionOf } from './selection.ts';

/** Rows of each kind that a flow's page shows; the rest is found by searching the records by their flow. */
const ROWS_OF_A_FLOW = 1_000;
/** Alerts of one capture that a browser is told of at once. */
const ALERTS_TOLD = 100;

type StoredFlow = StoredRow<typeof flowRecord.fields>;

/** Searches and single rows, as the contract says them. */
@Injectable()
export class Search {
  constructor(
    private readonly reader: RecordReader,
    private readonly captures: Captures,
    private readonly scope: Scope,
  ) {}

  async page(type: RecordType, query: SearchQuery): Promise<Page<JsonRow>> {
    const started = performance.now();
    const { selection, warnings } = selectionOf(type, query);
    warnings.push(...(await this.scope.warnings(query)));
    const { rows, nextCursor, total } = await this.reader.search(type, selection, {
      sort: query.sort,
      limit: query.limit,
      cursor: query.cursor,
    });
    return { items: rows.map((row) => toJson(type, row)), nextCursor, total, tookMs: elapsed(started), warnings };
  }

  /** Every row found. What is wrong with the query is thrown before the first row is asked for. */
  async all(type: RecordType, query: SearchQuery): Promise<AsyncIterable<StoredRow<Fields>>> {
    const { selection } = selectionOf(type, query);
    await this.scope.warnings(query);
    const rows = this.reader.stream(type, selection, { sort: query.sort });
    // The first step runs the statement; its errors can still be answered as a problem.
    const first = await rows.next();
    return continued(first, rows);
  }

  async histogram(query: HistogramQuery): Promise<Histogram> {
    const started = performance.now();
    const { selection } = selectionOf(flowRecord, query);
    await this.scope.warnings(query);
    const found = await this.reader.histogram(flowRecord, selection, query.buckets);
    const empty = {
      from: formatTime(selection.from ?? 0n),
      to: formatTime(selection.to ?? selection.from ?? 0n),
      intervalNs: 0,
      counts: [],
      bytes: [],
    };
    return { ...(found ?? empty), tookMs: elapsed(started) };
  }

  /** The row of a flow and its capture's id. Throws `flow.not-found`. */
  async flow(id: string): Promise<{ captureId: string; row: FlowRow }> {
    const row = await this.storedFlow(id);
    return { captureId: row.captureId, row };
  }

  /** The flow and everything said in it; alerts only for who may read them. */
  async detail(id: string, withAlerts: boolean): Promise<FlowDetail> {
    const flow = await this.storedFlow(id);
    const ofFlow = async (type: RecordType) => (await this.reader.ofFlow(type, id, ROWS_OF_A_FLOW)).map((row) => toJson(type, row));
    const protocols = servedCatalogue.filter((type) => 'flowId' in type.fields && type.name !== weirdRecord.name);
    const [capture, weirds, alerts, records] = await Promise.all([
      this.captures.get(flow.captureId),
      ofFlow(weirdRecord),
      withAlerts ? this.reader.alertsOfFlow(flow, ROWS_OF_A_FLOW) : [],
      Promise.all(protocols.map(async (type) => [type.name, await ofFlow(type)] as const)),
    ]);
    return {
      flow: toJson(flowRecord, flow),
      capture,
      records: Object.fromEntries(records.filter(([, rows]) => rows.length > 0)),
      weirds,
      alerts: alerts.map((row) => toJson(triagedAlertRecord, row)),
    };
  }

  /** Throws `alert.not-found`. */
  async storedAlert(id: string): Promise<StoredRow<typeof triagedAlertRecord.fields>> {
    const row = await this.reader.find(triagedAlertRecord, id);
    if (!row) throw new WirecaseError('alert.not-found', `There is no alert ${id}: its capture was deleted, or analysed again without it.`);
    return row;
  }

  /** Throws `credential.not-found`. */
  async credential(id: string): Promise<StoredRow<typeof credentialRecord.fields>> {
    const row = await this.reader.find(credentialRecord, id);
    if (!row) throw new WirecaseError('credential.not-found', `There is no credential ${id}.`);
    return row;
  }

  async findAlert(id: string): Promise<JsonRow | null> {
    const row = await this.reader.find(triagedAlertRecord, id);
    return row && toJson(triagedAlertRecord, row);
  }

  /** The newest alerts of a capture. */
  async alertsOf(captureId: string): Promise<JsonRow[]> {
    const { rows } = await this.reader.search(triagedAlertRecord, { where: 'TRUE', params: [], captureId }, { limit: ALERTS_TOLD });
    return rows.map((row) => toJson(triagedAlertRecord, row));
  }

  private async storedFlow(id: string): Promise<StoredFlow> {
    const row = await this.reader.find(flowRecord, id);
    if (!row) throw new WirecaseError('flow.not-found', `There is no flow ${id}: its capture was deleted or analysed again.`);
    return row;
  }
}

function toJson<F extends Fields>(type: RecordType<F>, row: StoredRow<F>): JsonRow {
  return rowToJson(storedType(type), row);
}

function elapsed(started: number): number {
  return Math.round(performance.now() - started);
}

async function* continued<T>(first: IteratorResult<T>, rest: AsyncGenerator<T>): AsyncGenerator<T> {
  try {
    if (first.done) return;
    yield first.value;
    yield* rest;
  } finally {
    // Gives the connection back when the reader goes away.
    await rest.return(undefined);
  }
}
