/** The rows of one address in several captures as one. */
import {
  formatIp,
  formatTime,
  type hostRecord,
  type HostName,
  type HostOverview,
  type HostPeer,
  type HostService,
  type HostUse,
  type HostUser,
  type OsReason,
} from '@wirecase/contract';
import type { StoredRow } from '../stored-row.ts';

export type StoredHost = StoredRow<typeof hostRecord.fields>;

const MOST_LISTED = 256;
const TOP_PEERS = 10;
const outcomes: readonly HostUser['outcome'][] = ['unknown', 'failure', 'success'];

/** `rows`: at least one, all of one address. The sums are of these rows. */
export function mergeHosts(rows: readonly StoredHost[]): HostOverview {
  const sum = (value: (row: StoredHost) => number) => rows.reduce((total, row) => total + value(row), 0);
  const first = rows.map((row) => row.first).reduce((a, b) => (b < a ? b : a));
  const last = rows.map((row) => row.last).reduce((a, b) => (b > a ? b : a));
  return {
    ip: formatIp(rows[0]!.ip),
    captures: new Set(rows.map(({ captureId }) => captureId)).size,
    hosts: Math.max(...rows.map(({ hosts }) => hosts)),
    first: formatTime(first),
    last: formatTime(last),
    names: merged(lists<HostName>(rows, 'nameSources'), ({ source, name }) => `${source} ${name.toLowerCase()}`, extend),
    macs: [...new Set(rows.flatMap(({ macs }) => macs))].sort(),
    vendors: [...new Set(rows.flatMap(({ macVendors }) => macVendors ?? []))].sort(),
    ...placeOf(rows),
    os: bestGuess(rows),
    roles: [...new Set(rows.flatMap(({ roles }) => roles))].sort(),
    services: merged(lists<HostService>(rows, 'serviceDetails'), ({ transport, port }) => `${transport}/${port}`, addService).sort(
      (a, b) => a.port - b.port,
    ),
    uses: merged(
      lists<HostUse>(rows, 'useDetails'),
      ({ transport, port, protocol }) => `${transport}/${port}/${protocol}`,
      (known, more) => {
        extend(known, more);
        known.flows += more.flows;
      },
    ).sort((a, b) => b.flows - a.flows),
    users: merged(lists<HostUser>(rows, 'userDetails'), ({ user, service, side }) => `${side} ${service} ${user}`, addLogins),
    peers: Math.max(...rows.map(({ peers }) => peers)),
    topPeers: merged(
      lists<HostPeer>(rows, 'topPeers'),
      ({ ip }) => ip,
      (known, more) => {
        known.flows += more.flows;
        known.bytes += more.bytes;
      },
    )
      .sort((a, b) => b.bytes - a.bytes)
      .slice(0, TOP_PEERS),
    flowsOut: sum((row) => row.flowsOut),
    flowsIn: sum((row) => row.flowsIn),
    packetsSent: sum((row) => row.packetsSent),
    packetsReceived: sum((row) => row.packetsReceived),
    bytesSent: sum((row) => row.bytesSent),
    bytesReceived: sum((row) => row.bytesReceived),
  };
}

type ListName = 'nameSources' | 'serviceDetails' | 'useDetails' | 'userDetails' | 'topPeers';

function lists<T>(rows: readonly StoredHost[], property: ListName): T[] {
  return rows.flatMap((row) => row[property] as T[]);
}

/** Those with the same key as one, by `add`; at most `MOST_LISTED`. */
function merged<T extends object>(items: readonly T[], key: (item: T) => string, add: (known: T, more: T) => void): T[] {
  const all = new Map<string, T>();
  for (const item of items) {
    const known = all.get(key(item));
    if (known) add(known, item);
    else if (all.size < MOST_LISTED) all.set(key(item), { ...item });
  }
  return [...all.values()];
}

function extend(known: { first: string; last: string }, more: { first: string; last: string }): void {
  if (more.first < known.first) known.first = more.first;
  if (more.last > known.last) known.last = more.last;
}

function addService(known: HostService, more: HostService): void {
  extend(known, more);
  known.flows += more.flows;
  known.protocols = [...new Set([...known.protocols, ...more.protocols])];
  known.product = more.product ?? known.product;
}

function addLogins(known: HostUser, more: HostUser): void {
  extend(known, more);
  known.logins += more.logins;
  if (outcomes.indexOf(more.outcome) > outcomes.indexOf(known.outcome)) known.outcome = more.outcome;
}

/** As it was said last. */
function placeOf(rows: readonly StoredHost[]): Pick<HostOverview, 'zone' | 'country' | 'city' | 'asNumber' | 'asName'> {
  const { zone, country, city, asNumber, asName } = rows.reduce((a, b) => (b.last > a.last ? b : a));
  return { zone, country, city, asNumber, asName };
}

/** The guess of the capture that is surest; of equally sure ones the newest. */
function bestGuess(rows: readonly StoredHost[]): HostOverview['os'] {
  let best: StoredHost | null = null;
  for (const row of rows) {
    if (row.osName === null) continue;
    const isBetter =
      best === null || row.osConfidence! > best.osConfidence! || (row.osConfidence === best.osConfidence && row.last > best.last);
    if (isBetter) best = row;
  }
  if (best === null) return null;
  return { name: best.osName!, full: best.osFull, confidence: best.osConfidence!, reasons: best.osReasons as OsReason[] };
}
