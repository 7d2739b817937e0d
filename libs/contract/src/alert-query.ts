/** The query that finds the flows an alert is about, in its capture and time: of its rule where that says which, else those between attacker and victim. */
export function alertQuery({ filter, source, destination }: { filter?: string; source?: string; destination?: string }): string {
  if (filter) return filter;
  const clauses = [source && `source.ip == ${source}`, destination && `destination.ip == ${destination}`];
  return clauses.filter(Boolean).join(' and ');
}
