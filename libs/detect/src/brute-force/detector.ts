/**
 * Guessed passwords: one source fails to log in again and again, at one service or at many. Parsers say how logins end, so any port does.
 * State: at most MAX_PAIRS pairs of source and service; those not tried for longest go first.
 */
import type { Login } from '@wirecase/contract';
import type { DetectContext, Detector, DetectorModule, FlowView, OptionValues } from '../detector.ts';
import { GenerationMap } from '../generation-map.ts';
import { HostTable, MAX_HOSTS } from '../host-table.ts';
import { Tally } from '../tally.ts';
import { guessingFinding } from './finding.ts';
import { options } from './options.ts';

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
  private readonly services: string[] = [];
  private readonly pairs = new GenerationMap<Guesses>(MAX_PAIRS, (_key, guesses) => this.close(guesses));
  private readonly sprays = new GenerationMap<Spray>(MAX_PAIRS, (_key, spray) => this.closeSpray(spray));

  constructor(context: DetectContext, values: OptionValues<typeof options>) {
    this.context = context;
    this.options = values;
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
      guesses.unknowns.add(context, options.window, options.unknowns);
      return;
    }
    guesses.failures.add(context, options.window, options.failures);
    if (!guesses.failures.episode) this.spread(guesses, login.user);
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
    spray.hosts.add(this.context, window, sprayHosts);
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
    const { window, failures, unknowns, sprayUsers } = this.options;
    const seen = guesses.failures.close();
    const unseen = guesses.unknowns.close();
    const episode = seen ?? unseen;
    if (episode) {
      const { hasSucceeded, succeededAs } = guesses;
      const source = this.hosts.addressOf(guesses.source);
      const victims = [this.hosts.addressOf(guesses.victim)];
      const guessing = {
        service: this.services[guesses.service]!,
        source,
        victims,
        users: [...guesses.users],
        isSeen: seen !== null,
        hasSucceeded,
        succeededAs,
      };
      this.context.alert(guessingFinding(guessing, episode, seen ? failures : unknowns, window, sprayUsers));
    }
    guesses.users.clear();
    guesses.hasSucceeded = false;
    guesses.succeededAs = null;
  }

  private closeSpray(spray: Spray): void {
    const { window, sprayHosts, sprayUsers } = this.options;
    const episode = spray.hosts.close();
    if (episode) {
      const victims = [...spray.victims]
        .filter(([, seconds]) => seconds >= episode.startSeconds)
        .map(([victim]) => this.hosts.addressOf(victim));
      const source = this.hosts.addressOf(spray.source);
      const guessing = {
        service: this.services[spray.service]!,
        source,
        victims,
        users: [...spray.users],
        isSeen: true,
        hasSucceeded: false,
        succeededAs: null,
      };
      this.context.alert(guessingFinding(guessing, episode, sprayHosts, window, sprayUsers));
    }
    spray.users.clear();
    spray.victims.clear();
  }

  /** Host numbers ran out. */
  private restart(): void {
    this.finish();
    this.hosts.clear();
  }
}

export const bruteForce: DetectorModule<typeof options> = {
  rule: {
    id: 'brute-force',
    name: 'Password guessing',
    version: '1',
    doc:
      'One source fails to log in at a service of a host again and again (brute-force.password), as many users or at many hosts ' +
      '(brute-force.spray). Outcomes come from the protocol: FTP, SMTP and HTTP answer in clear, SSH by the sizes of its messages. A login that ' +
      'succeeds after the threshold makes it weightier. A program that keeps an old password and retries looks the same.',
  },
  options,
  create: (context, values) => new BruteForceDetector(context, values),
};
