/**
 * Guessed passwords: one source fails to log in again and again, at one service or at many. Parsers say how logins end, so any port does.
 * State: at most MAX_PAIRS pairs of source and service; those not tried for longest go first.
 */
import type { Login, RecordType, RowOf } from '@wirecase/contract';
import { rdpRecord } from '@wirecase/protocols';
import type { DetectContext, Detector, DetectorModule, EndedFlow, Finding, FlowView, OptionValues } from '../detector.ts';
import { GenerationMap } from '../generation-map.ts';
import { HostTable, MAX_HOSTS } from '../host-table.ts';
import { type Episode, Tally } from '../tally.ts';
import { guessingFinding } from './finding.ts';
import { options } from './options.ts';
import { RdpConnections } from './rdp-connections.ts';

const MAX_PAIRS = 32_768;
const MAX_SERVICES = 64;
/** Users and hosts kept of one source; further ones are not counted. */
const MAX_USERS = 64;
const MAX_VICTIMS = 4096;

/** What one source tried at one service of one host. */
class Guesses {
  readonly failures = new Tally();
  readonly unknowns = new Tally();
  readonly users = new Set<string>();
  readonly service: number;
  readonly source: number;
  readonly victim: number;
  hasSucceeded = false;
  succeededAs: string | null = null;

  constructor(service: number, source: number, victim: number) {
    this.service = service;
    this.source = source;
    this.victim = victim;
  }
}

/** At how many hosts one source failed by one service. */
class Spray {
  readonly hosts = new Tally();
  readonly users = new Set<string>();
  /** By host, when it was last counted, seconds. */
  readonly victims = new Map<number, number>();
  readonly service: number;
  readonly source: number;

  constructor(service: number, source: number) {
    this.service = service;
    this.source = source;
  }
}

class BruteForceDetector implements Detector {
  private readonly context: DetectContext;
  private readonly options: OptionValues<typeof options>;
  private readonly hosts = new HostTable();
  private readonly rdp = new RdpConnections(this.hosts);
  private readonly services: string[] = [];
  private readonly pairs = new GenerationMap<Guesses>(MAX_PAIRS, (_key, guesses) => this.close(guesses));
  private readonly sprays = new GenerationMap<Spray>(MAX_PAIRS, (_key, spray) => this.closeSpray(spray));

  /** Those that crossed a threshold and may go on. */
  private readonly guessing = new Set<Guesses>();
  private readonly spraying = new Set<Spray>();

  constructor(context: DetectContext, values: OptionValues<typeof options>) {
    this.context = context;
    this.options = values;
  }

  record(_type: RecordType, row: object): void {
    if (this.hosts.isFull) this.restart();
    this.rdp.begun(row as RowOf<typeof rdpRecord.fields>);
  }

  closed(flow: EndedFlow): void {
    const login = this.rdp.closed(flow);
    if (login) this.login(flow, 'rdp', login);
  }

  login(flow: FlowView, service: string, login: Login): void {
    if (this.hosts.isFull) this.restart();
    const guesses = this.guessesOf(flow, service);
    if (guesses === null) return;
    const { context, options } = this;
    for (const tally of [guesses.failures, guesses.unknowns]) if (tally.isQuiet(context.seconds, options.window)) this.close(guesses);
    if (login.outcome === 'success') {
      if (guesses.failures.episode || guesses.unknowns.episode) {
        guesses.hasSucceeded = true;
        guesses.succeededAs ??= login.user;
      } else this.close(guesses);
      return;
    }
    if (login.user !== null && guesses.users.size < MAX_USERS) guesses.users.add(login.user);
    if (login.outcome === 'unknown') {
      if (guesses.unknowns.add(context, options.window, options.unknowns)) this.guessing.add(guesses);
      return;
    }
    if (guesses.failures.add(context, options.window, options.failures)) this.guessing.add(guesses);
    if (!guesses.failures.episode) this.spread(guesses, login.user);
  }

  open(): Finding[] {
    const { seconds } = this.context;
    const { window } = this.options;
    for (const guesses of this.guessing) if (lastOf(guesses).isQuiet(seconds, window)) this.close(guesses);
    for (const spray of this.spraying) if (spray.hosts.isQuiet(seconds, window)) this.closeSpray(spray);
    return [
      ...[...this.guessing].map((guesses) => this.rowOf(guesses, lastOf(guesses).episode!)),
      ...[...this.spraying].map((spray) => this.sprayRow(spray, spray.hosts.episode!)),
    ];
  }

  finish(): void {
    this.pairs.clear();
    this.sprays.clear();
  }

  /** Count a host at which too little failed to tell by itself. */
  private spread({ service, source, victim }: Guesses, user: string | null): void {
    const key = source * MAX_SERVICES + service;
    let spray = this.sprays.get(key);
    if (!spray) this.sprays.set(key, (spray = new Spray(service, source)));
    const { seconds } = this.context;
    const { window, sprayHosts } = this.options;
    if (spray.hosts.isQuiet(seconds, window)) this.closeSpray(spray);
    if (user !== null && spray.users.size < MAX_USERS) spray.users.add(user);
    const counted = spray.victims.get(victim);
    if (counted !== undefined && seconds - counted <= window) return;
    if (spray.victims.size >= MAX_VICTIMS) return;
    spray.victims.set(victim, seconds);
    if (spray.hosts.add(this.context, window, sprayHosts)) this.spraying.add(spray);
  }

  private guessesOf(flow: FlowView, name: string): Guesses | null {
    let service = this.services.indexOf(name);
    if (service < 0) service = this.services.push(name) - 1;
    if (service >= MAX_SERVICES) return null;
    const source = this.hosts.sourceOf(flow);
    const victim = this.hosts.destinationOf(flow);
    const key = (source * MAX_HOSTS + victim) * MAX_SERVICES + service;
    const guesses = this.pairs.get(key) ?? new Guesses(service, source, victim);
    this.pairs.set(key, guesses);
    return guesses;
  }

  private close(guesses: Guesses): void {
    const { episode } = lastOf(guesses);
    if (episode) this.context.alert(this.rowOf(guesses, episode));
    this.guessing.delete(guesses);
    guesses.failures.close();
    guesses.unknowns.close();
    guesses.users.clear();
    guesses.hasSucceeded = false;
    guesses.succeededAs = null;
  }

  private rowOf(guesses: Guesses, episode: Episode): Finding {
    const { window, failures, unknowns, sprayUsers } = this.options;
    const { hasSucceeded, succeededAs } = guesses;
    const isSeen = guesses.failures.episode !== null;
    const source = this.hosts.addressOf(guesses.source);
    const victims = [this.hosts.addressOf(guesses.victim)];
    const service = this.services[guesses.service]!;
    const guessing = { service, source, victims, users: [...guesses.users], isSeen, hasSucceeded, succeededAs };
    return guessingFinding(guessing, episode, isSeen ? failures : unknowns, window, sprayUsers);
  }

  private closeSpray(spray: Spray): void {
    const { episode } = spray.hosts;
    if (episode) this.context.alert(this.sprayRow(spray, episode));
    this.spraying.delete(spray);
    spray.hosts.close();
    spray.users.clear();
    spray.victims.clear();
  }

  private sprayRow(spray: Spray, episode: Episode): Finding {
    const { window, sprayHosts, sprayUsers } = this.options;
    const victims = [...spray.victims]
      .filter(([, seconds]) => seconds >= episode.startSeconds)
      .map(([victim]) => this.hosts.addressOf(victim));
    const source = this.hosts.addressOf(spray.source);
    const service = this.services[spray.service]!;
    const guessing = { service, source, victims, users: [...spray.users], isSeen: true, hasSucceeded: false, succeededAs: null };
    return guessingFinding(guessing, episode, sprayHosts, window, sprayUsers);
  }

  /** Host numbers ran out. */
  private restart(): void {
    this.finish();
    this.rdp.clear();
    this.hosts.clear();
  }
}

/** The count that made an episode; failures say more than logins of unknown outcome. */
function lastOf({ failures, unknowns }: Guesses): Tally {
  return failures.episode ? failures : unknowns;
}

export const bruteForce: DetectorModule<typeof options> = {
  rule: {
    id: 'brute-force',
    name: 'Password guessing',
    version: '2',
    needs: ['both-directions', 'streams', 'whole-packets', 'clear-text'],
    doc:
      'One source fails to log in at a service of a host again and again (brute-force.password), as many users or at many hosts ' +
      '(brute-force.spray). Outcomes come from the protocol: FTP, SMTP and HTTP answer in clear, SSH by the sizes of its messages, RDP by how ' +
      'little is said before the connection is closed. A login that succeeds after the threshold makes it weightier. A program that keeps an ' +
      'old password and retries looks the same.',
  },
  options,
  records: [rdpRecord],
  create: (context, values) => new BruteForceDetector(context, values),
};
