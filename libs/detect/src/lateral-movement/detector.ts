/**
 * Lateral movement in networks of Windows: administrative shares of many hosts, questions about users and services, a file written to such
 * a share and then a program begun, a directory replicated by a stranger, hosts made to log in elsewhere, logs cleared. State: at most
 * MAX_KEPT sources and pairs; those not seen for longest go first.
 */
import type { RecordType, RowOf } from '@wirecase/contract';
import { dceRpcRecord, kerberosRecord, smbRecord } from '@wirecase/protocols';
import type { DetectContext, Detector, DetectorModule, Finding, OptionValues } from '../detector.ts';
import { GenerationMap } from '../generation-map.ts';
import { HostTable, MAX_HOSTS } from '../host-table.ts';
import { type Episode, Tally } from '../tally.ts';
import { type Kind, movesFinding } from './finding.ts';
import { isAdminShare, purposeOf } from './operations.ts';
import { options } from './options.ts';

const MAX_KEPT = 16_384;
/** Victims and names kept of one; further ones are not counted. */
const MAX_DISTINCT = 1024;
const kinds: readonly Kind[] = ['share', 'discovery', 'execution', 'dcsync', 'coercion', 'log-clearing'];
/** Endpoints that only domain controllers serve. */
const ofControllers = new Set(['drsuapi', 'netlogon']);

/** What one source did of one kind: to one victim, or to any. */
class Moves {
  readonly tally = new Tally();
  /** What was counted, so that it counts once. */
  readonly counted = new Set<string>();
  readonly victims = new Set<number>();
  readonly names = new Set<string>();
  readonly kind: Kind;
  readonly source: number;

  constructor(kind: Kind, source: number) {
    this.kind = kind;
    this.source = source;
  }
}

class LateralMovementDetector implements Detector {
  private readonly context: DetectContext;
  private readonly options: OptionValues<typeof options>;
  private readonly hosts = new HostTable();
  /** Key: (source * MAX_HOSTS + victim, or 0 for any) * kinds + kind. */
  private readonly moves = new GenerationMap<Moves>(MAX_KEPT, (_key, moves) => this.close(moves));
  /** By source * MAX_HOSTS + victim: when a file was written to an administrative share. */
  private readonly written = new GenerationMap<number>(MAX_KEPT);
  /** Hosts that have served what only domain controllers do. */
  private readonly controllers = new GenerationMap<true>(MAX_KEPT);
  /** Those that crossed a threshold and may go on. */
  private readonly going = new Set<Moves>();

  constructor(context: DetectContext, values: OptionValues<typeof options>) {
    this.context = context;
    this.options = values;
  }

  record(type: RecordType, row: object): void {
    if (this.hosts.isFull) this.restart();
    if (type === (smbRecord as RecordType)) this.smb(row as RowOf<typeof smbRecord.fields>);
    else if (type === (kerberosRecord as RecordType)) this.ticket(row as RowOf<typeof kerberosRecord.fields>);
    else this.call(row as RowOf<typeof dceRpcRecord.fields>);
  }

  open(): Finding[] {
    for (const moves of this.going) if (moves.tally.isQuiet(this.context.seconds, this.options.window)) this.close(moves);
    return [...this.going].filter((moves) => !this.isReplication(moves)).map((moves) => this.rowOf(moves, moves.tally.episode!));
  }

  finish(): void {
    this.moves.clear();
  }

  private smb({ command, share, action, bytesWritten, sourceIp, destinationIp }: RowOf<typeof smbRecord.fields>): void {
    if (share === null || !isAdminShare(share)) return;
    const [source, victim] = [this.hosts.hostOf(sourceIp), this.hosts.hostOf(destinationIp)];
    if (command === 'tree_connect') this.count('share', source, victim, share, false);
    if ((bytesWritten ?? 0) > 0 || action === 'created' || action === 'overwritten')
      this.written.set(source * MAX_HOSTS + victim, this.context.seconds);
  }

  /** A domain controller gives tickets (RFC 4120 3.1, 3.3); `AP` shows one to any service. */
  private ticket({ requestType, success, error, destinationIp }: RowOf<typeof kerberosRecord.fields>): void {
    if (requestType === 'AP' || (success !== true && error === null)) return;
    this.controllers.set(this.hosts.hostOf(destinationIp), true);
  }

  private call({ endpoint, operation, fault, sourceIp, destinationIp }: RowOf<typeof dceRpcRecord.fields>): void {
    const purpose = purposeOf(endpoint, operation);
    if (purpose === null && !ofControllers.has(endpoint ?? '')) return;
    const [source, victim] = [this.hosts.hostOf(sourceIp), this.hosts.hostOf(destinationIp)];
    if (ofControllers.has(endpoint!) && fault === null) this.controllers.set(victim, true);
    if (purpose === 'execution') {
      const since = this.context.seconds - (this.written.get(source * MAX_HOSTS + victim) ?? Number.NEGATIVE_INFINITY);
      if (fault === null && since <= this.options.execution) this.count('execution', source, victim, operation!, true);
    } else if (purpose === 'dcsync') {
      this.count('dcsync', source, victim, operation!, true);
    } else if (purpose !== null) this.count(purpose, source, victim, operation!, purpose !== 'discovery');
  }

  /** `isPair`: each pair of hosts for itself, from the first time on; otherwise all victims of a source together. */
  private count(kind: Kind, source: number, victim: number, name: string, isPair: boolean): void {
    const key = (source * MAX_HOSTS + (isPair ? victim : 0)) * kinds.length + kinds.indexOf(kind);
    const moves = this.moves.get(key) ?? new Moves(kind, source);
    this.moves.set(key, moves);
    const { window } = this.options;
    if (moves.tally.isQuiet(this.context.seconds, window)) this.close(moves);
    // A share counts once a host, a question once a host; a call that is made again is the same attack going on.
    const what = kind === 'share' ? `${victim}` : `${victim} ${name}`;
    if (!isPair && (moves.counted.has(what) || moves.counted.size >= MAX_DISTINCT)) return;
    moves.counted.add(what);
    if (moves.victims.size < MAX_DISTINCT) moves.victims.add(victim);
    if (moves.names.size < MAX_DISTINCT) moves.names.add(name);
    if (moves.tally.add(this.context, window, this.thresholdOf(kind))) this.going.add(moves);
  }

  private thresholdOf(kind: Kind): number {
    if (kind === 'share') return this.options.shares;
    return kind === 'discovery' ? this.options.questions : 1;
  }

  private close(moves: Moves): void {
    const { episode } = moves.tally;
    if (episode && !this.isReplication(moves)) this.context.alert(this.rowOf(moves, episode));
    this.going.delete(moves);
    moves.tally.close();
    moves.counted.clear();
    moves.victims.clear();
    moves.names.clear();
  }

  /** Domain controllers replicate from one another; that the source is one may be seen only after it asked. */
  private isReplication({ kind, source }: Moves): boolean {
    return kind === 'dcsync' && this.controllers.get(source) === true;
  }

  private rowOf({ kind, source, victims, names }: Moves, episode: Episode): Finding {
    const told = {
      kind,
      source: this.hosts.addressOf(source),
      victims: [...victims].map((victim) => this.hosts.addressOf(victim)),
      names: [...names],
    };
    return movesFinding(told, episode, this.thresholdOf(kind), kind === 'execution' ? this.options.execution : this.options.window);
  }

  private restart(): void {
    this.finish();
    this.written.clear();
    this.controllers.clear();
    this.hosts.clear();
  }
}

export const lateralMovement: DetectorModule<typeof options> = {
  rule: {
    id: 'lateral-movement',
    name: 'Lateral movement',
    version: '2',
    needs: ['both-directions', 'streams', 'whole-packets', 'clear-text'],
    doc:
      'A host tries the administrative shares of several hosts (lateral.admin-share), asks by RPC for users, groups, shares, sessions or ' +
      'services (lateral.discovery), writes a file to an administrative share and begins a program there (lateral.execution), replicates the ' +
      'directory though nothing shows that it is a domain controller, which gives tickets of Kerberos and serves others by the same procedures ' +
      '(lateral.dcsync), makes a host log in elsewhere (lateral.coercion) or clears its logs ' +
      '(lateral.log-clearing). Read from SMB and DCE/RPC that are not encrypted. Software distribution, inventory and new domain ' +
      'controllers look the same.',
  },
  options,
  records: [smbRecord, dceRpcRecord, kerberosRecord],
  create: (context, values) => new LateralMovementDetector(context, values),
};
