/** The query that finds the flows an alert is about, in its capture and time: of its rule where that says which, else those between attacker and victim. */
export function alertQuery({ filter, source, destination }: { filter?: string; source?: string; destination?: string }): string {
  if (filter) return filter;
  const clauses = [source && `source.ip == ${source}`, destination && `destination.ip == ${destination}`];
  return clauses.filter(Boolean).join(' and ');
}

/**
 * The flows that `q` finds and that were not over at `start` (RFC 3339). With the alert's end as `to` these are all that were open in its
 * time; `from` would leave out those that had begun before it.
 */
export function openSince(q: string, start: string): string {
  const since = `event.end >= ${start}`;
  return q ? `(${q}) and ${since}` : since;
}

/** What the flows come to that the query of an alert finds; its `wirecase.alert.counts`. */
export interface AlertCounts {
  /** Those that one row stands for count each. */
  flows: number;
  packets: number;
  /** Frame bytes. */
  bytes: number;
  /** Different ports of responders; of a row that stands for many flows its first 1,000. */
  ports: number;
  /** Different addresses, attackers and victims; in the same way. */
  hosts: number;
  /** `gte`: there are more flows than were counted. */
  relation: 'eq' | 'gte';
}
