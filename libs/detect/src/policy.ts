/** What operators said of hosts and rules, applied to a finding: it is marked, never dropped. */
import {
  allowListed,
  isInNetwork,
  parseIp,
  parseNetworkText,
  type AlertRow,
  type Asset,
  type AssetRole,
  type DetectionPolicy,
} from '@wirecase/contract';
import type { Entity } from './detector.ts';

/** Classes of alerts (or what they begin with) that are a role's job. */
const jobs: Readonly<Record<AssetRole, readonly string[]>> = {
  scanner: ['scan.', 'web.'],
  monitor: ['scan.horizontal', 'scan.ping', 'scan.arp'],
  'load-balancer': ['scan.', 'flood.http'],
  backup: ['exfiltration.', 'flood.'],
  resolver: ['flood.udp', 'dns.', 'scan.horizontal'],
  nat: ['scan.', 'flood.', 'brute-force.'],
};
/** Severity of what is somebody's job: low. */
const JOB_SEVERITY = 20;

/** The row as the policy has it: severity and explanation by asset role, `suppressedBy` by allow-list or suppression. */
export function judged(row: AlertRow, policy: DetectionPolicy): AlertRow {
  const suppressedBy = isAllowed(row, policy) ? allowListed : (suppressionOf(row, policy)?.id ?? null);
  const asset = jobOf(row, policy.settings.assets);
  if (!asset) return { ...row, suppressedBy };
  return {
    ...row,
    suppressedBy,
    severity: Math.min(row.severity, JOB_SEVERITY),
    explanation: `${row.explanation} The attacker has the role ${asset.role} (${asset.owner}: ${asset.reason}), of which this is the job.`,
  };
}

/** Every attacker is on the rule's list. An alert without named attackers is on no list. */
function isAllowed(row: AlertRow, { settings }: DetectionPolicy): boolean {
  const networks = settings.allow[row.ruleId] ?? [];
  const attackers = entitiesOf(row).filter(({ role }) => role === 'attacker');
  return attackers.length > 0 && attackers.every((attacker) => networks.some((network) => isOf(attacker, network)));
}

function suppressionOf(row: AlertRow, { suppressions }: DetectionPolicy) {
  return suppressions.find(
    ({ rule, entity }) => (rule === null || rule === row.ruleId) && (entity === null || entitiesOf(row).some((each) => isOf(each, entity))),
  );
}

/** The role that makes this the job of all its attackers. */
function jobOf(row: AlertRow, assets: readonly Asset[]): Asset | undefined {
  const attackers = entitiesOf(row).filter(({ role }) => role === 'attacker');
  if (attackers.length === 0) return undefined;
  return assets.find(
    (asset) =>
      jobs[asset.role].some((prefix) => row.alertClass.startsWith(prefix)) && attackers.every((attacker) => isOf(attacker, asset.network)),
  );
}

/** `who`: address, network or MAC. */
function isOf(entity: Entity, who: string): boolean {
  if (entity.mac !== undefined && entity.mac === who.toLowerCase()) return true;
  const network = parseNetworkText(who);
  const address = entity.ip === undefined ? null : parseIp(entity.ip);
  return network !== null && address !== null && isInNetwork(address, network);
}

const entitiesOf = (row: AlertRow) => row.entities as readonly Entity[];
