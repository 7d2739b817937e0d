/**
 * Requests for hundreds of parts of one page at once, for each of which a server may keep a copy (CVE-2011-3192; RFC 9110 14.2 names it as a
 * sign of an attack). State: at most MAX_PAIRS pairs of client and server; those not heard of for longest go first.
 */
import { formatIp, type RecordType, type RowOf } from '@wirecase/contract';
import { httpRecord } from '@wirecase/protocols';
import type { DetectContext, Detector, DetectorModule, Finding, OptionValues } from '../detector.ts';
import { GenerationMap } from '../generation-map.ts';
import { HostTable, MAX_HOSTS } from '../host-table.ts';
import { type Episode, Tally } from '../tally.ts';
import { options } from './options.ts';

const MAX_PAIRS = 4096;

class Pair {
  readonly requests = new Tally();
  readonly client: Uint8Array;
  readonly server: Uint8Array;
  /** Most parts of one request. */
  ranges = 0;

  constructor(client: Uint8Array, server: Uint8Array) {
    this.client = client;
    this.server = server;
  }
}

class RangeAttackDetector implements Detector {
  private readonly context: DetectContext;
  private readonly options: OptionValues<typeof options>;
  private readonly hosts = new HostTable();
  private readonly pairs = new GenerationMap<Pair>(MAX_PAIRS, (_key, pair) => this.close(pair));

  constructor(context: DetectContext, values: OptionValues<typeof options>) {
    this.context = context;
    this.options = values;
  }

  record(_type: RecordType, row: object): void {
    const { ranges, sourceIp, destinationIp } = row as RowOf<typeof httpRecord.fields>;
    if (ranges === null || ranges < this.options.ranges) return;
    if (this.hosts.isFull) this.restart();
    const key = this.hosts.hostOf(sourceIp) * MAX_HOSTS + this.hosts.hostOf(destinationIp);
    const pair = this.pairs.get(key) ?? new Pair(sourceIp, destinationIp);
    this.pairs.set(key, pair);
    if (pair.requests.isQuiet(this.context.seconds, this.options.quiet)) this.close(pair);
    pair.ranges = Math.max(pair.ranges, ranges);
    pair.requests.add(this.context, this.options.quiet, 1);
  }

  open(): Finding[] {
    const found: Finding[] = [];
    for (const [, pair] of this.pairs.entries()) {
      if (pair.requests.isQuiet(this.context.seconds, this.options.quiet)) this.close(pair);
      else if (pair.requests.episode) found.push(this.rowOf(pair, pair.requests.episode));
    }
    return found;
  }

  finish(): void {
    this.pairs.clear();
  }

  private close(pair: Pair): void {
    const { episode } = pair.requests;
    if (episode) this.context.alert(this.rowOf(pair, episode));
    pair.requests.close();
    pair.ranges = 0;
  }

  private rowOf({ client, server, ranges }: Pair, { count, packets, startNs, endNs, detectedAtNs }: Episode): Finding {
    const [attacker, victim] = [formatIp(client), formatIp(server)];
    return {
      start: startNs,
      end: endNs,
      detectedAt: detectedAtNs,
      severity: count > 1 ? 65 : 50,
      confidence: 0.9,
      techniques: ['T1499.004'],
      sourceIp: client,
      destinationIp: server,
      alertClass: 'dos.ranges',
      entities: [
        { role: 'attacker', ip: attacker },
        { role: 'victim', ip: victim },
      ],
      evidence: { metric: 'parts of a page asked for at once', value: ranges, threshold: this.options.ranges, window: 0, packets },
      explanation:
        `${attacker} asked ${victim} for up to ${ranges} parts of a page in one request, ${count === 1 ? 'once' : `${count} times`}: ` +
        `a server may keep a copy for each. The threshold is ${this.options.ranges} parts.`,
    };
  }

  private restart(): void {
    this.finish();
    this.hosts.clear();
  }
}

export const rangeAttack: DetectorModule<typeof options> = {
  rule: {
    id: 'range-attack',
    name: 'Requests for very many ranges',
    version: '1',
    needs: ['both-directions', 'streams', 'whole-packets', 'clear-text'],
    doc:
      'A request of HTTP asks for hundreds of parts of one page at once, for each of which some servers keep a copy until their memory is ' +
      'used up (CVE-2011-3192 and later ones). Programs that fetch what changed in a large file may ask for many parts too, but seldom for ' +
      'more than some dozens in one request.',
  },
  options,
  records: [httpRecord],
  create: (context, values) => new RangeAttackDetector(context, values),
};
