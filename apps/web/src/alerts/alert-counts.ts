import type { AlertCounts } from '@wirecase/contract';
import { formatBytes, formatMany } from '../format/quantity.ts';

/** What the flows of an alert come to, in a line. */
export function countsText({ flows, packets, bytes, ports, hosts, relation }: AlertCounts): string {
  if (flows === 0) return 'No flow: it is about packets that belong to none.';
  const many = relation === 'gte' ? 'At least ' : '';
  const at = ports > 0 ? ` at ${formatMany(ports, 'port')}` : '';
  return `${many}${formatMany(flows, 'flow')} of ${formatMany(hosts, 'host')}${at}: ${formatMany(packets, 'packet')}, ${formatBytes(bytes)}.`;
}
