import { Injectable } from '@nestjs/common';
import {
  formatIp,
  formatTime,
  incidentsOf,
  stepOf,
  triagedAlertRecord,
  WirecaseError,
  type Incident,
  type IncidentDetail,
  type IncidentPart,
} from '@wirecase/contract';
import { RecordReader, type StoredRow } from '@wirecase/store';
import { Captures } from '../captures/captures.ts';
import { Search } from '../search/search.ts';
import { selectionOf } from '../search/selection.ts';
import type { IncidentQuery } from './schemas.ts';

/** The newest alerts that are looked through. */
const MAX_ALERTS = 20_000;
/** How far around an alert its incident is looked for. */
const AROUND_NS = 7n * 86_400n * 1_000_000_000n;

/** What an incident is made of; evidence is most of a row, and twenty thousand of them are read. */
const readFields = [
  ...(['id', 'captureId', 'start', 'end', 'severity', 'confidence', 'ruleName', 'alertClass', 'sourceIp', 'entities'] as const),
  ...(['explanation', 'suppressedBy', 'state', 'verdict'] as const),
];
type StoredAlert = Pick<StoredRow<typeof triagedAlertRecord.fields>, (typeof readFields)[number]>;
interface Entity {
  role: string;
  ip?: string;
  mac?: string;
}

/**
 * Incidents are put together from the alerts that are stored, whenever they are asked for: a capture that is taken in or analysed again
 * has the same alerts, and so the same incidents.
 */
@Injectable()
export class Incidents {
  constructor(
    private readonly reader: RecordReader,
    private readonly captures: Captures,
    private readonly search: Search,
  ) {}

  async list({ capture, sort, limit, ...range }: IncidentQuery): Promise<Incident[]> {
    if (capture !== undefined) await this.captures.get(capture);
    const { from, to } = selectionOf(triagedAlertRecord, range).selection;
    const all = (await this.within(from, to)).filter(({ chain }) => !capture || chain.some(({ captureId }) => captureId === capture));
    const ordered = sort === 'risk' ? all.toSorted((a, b) => b.risk - a.risk) : all.toReversed();
    return ordered.slice(0, limit).map(({ chain: _chain, entities: _entities, ...incident }) => incident);
  }

  /** The one with alert `id` in it. Throws `incident.not-found`, and `alert.not-found` when there is no such alert at all. */
  async get(id: string): Promise<IncidentDetail> {
    const { start } = await this.search.storedAlert(id);
    const found = (await this.within(start - AROUND_NS, start + AROUND_NS)).find(({ chain }) => chain.some((alert) => alert.id === id));
    if (!found) throw new WirecaseError('incident.not-found', `Alert ${id} is in no incident: it is suppressed, or names no attacker.`);
    return found;
  }

  private async within(from: bigint | undefined, to: bigint | undefined): Promise<IncidentDetail[]> {
    const parts: IncidentPart[] = [];
    let read = 0;
    for await (const row of this.reader.stream(
      triagedAlertRecord,
      { where: 'TRUE', params: [], from, to },
      { sort: '-event.start', only: readFields },
    )) {
      const part = partOf(row);
      if (part) parts.push(part);
      if (++read === MAX_ALERTS) break;
    }
    return incidentsOf(parts);
  }
}

/** Null: it is suppressed, or nobody attacks in it. */
function partOf(row: StoredAlert): IncidentPart | null {
  const entities = row.entities as readonly Entity[];
  const first = entities.find(({ role }) => role === 'attacker');
  // A host that is made to call out acts itself: the source, not whom it calls.
  const attacker = row.sourceIp ? formatIp(row.sourceIp) : (first?.ip ?? first?.mac);
  if (row.suppressedBy !== null || !first || attacker === undefined) return null;
  return {
    id: row.id,
    attacker,
    captureId: row.captureId,
    alertClass: row.alertClass,
    ruleName: row.ruleName,
    step: stepOf(row.alertClass),
    severity: row.severity,
    confidence: row.confidence,
    start: formatTime(row.start),
    end: formatTime(row.end),
    startNs: row.start,
    endNs: row.end,
    explanation: row.explanation,
    state: row.state,
    verdict: row.verdict,
    named: entities.flatMap(({ role, ip, mac }) => ((ip ?? mac) === undefined ? [] : [{ role, who: (ip ?? mac)! }])),
  };
}
