/**
 * The traffic classifier: a small model looks at what each host did in 2 and in 60 seconds, and says what that looks like. It stands beside
 * the rules: it adds its opinion to their evidence, and raises an alert of its own, a low one, only where several windows agree and no rule
 * has told of the host. State: at most MAX_KNOWN hosts; those not judged for longest go first.
 */
import { type ModelOpinion, parseIp } from '@wirecase/contract';
import { dnsRecord } from '@wirecase/protocols';
import { macNumber } from '../address-text.ts';
import type { DetectContext, DetectorModule, Entity, Finding, OptionValues } from '../detector.ts';
import { GenerationMap } from '../generation-map.ts';
import { HostTable } from '../host-table.ts';
import { models } from './card.ts';
import { features, vectorOf } from './features.ts';
import { type Agreement, classifierFinding, type Suspect } from './finding.ts';
import { opinionOn, type Score } from './opinion.ts';
import { Count, COUNTS } from './layout.ts';
import { options } from './options.ts';
import { TrafficWindows } from './traffic-windows.ts';
import { addressOfMac, type WindowTable } from './window-table.ts';

const MAX_KNOWN = 8192;
const MAX_PACKETS = 50;
/** Seconds for which the clearest window of a host is remembered, and around an alert in which a window is about the same. */
const MEMORY = 300;
const AROUND = 60;
/** Feature by which it is known that a host had one destination. */
const DESTINATIONS = features.findIndex(({ name }) => name === 'destinations');

/** What is known of a host. */
interface Known extends Suspect {
  /** The clearest suspicious window of late, and the newest harmless one. */
  suspicious: Score | null;
  harmless: Score | null;
  agreement: Agreement | null;
  /** Time that alerts of rules about it span, as packets tell it; none: to is below from. */
  coveredFrom: number;
  coveredTo: number;
}

class Classifier extends TrafficWindows {
  private readonly options: OptionValues<typeof options>;
  private readonly hosts = new HostTable();
  private readonly known = new GenerationMap<Known>(MAX_KNOWN, (_key, known) => this.close(known));
  private vector = new Float64Array(features.length);

  constructor(context: DetectContext, values: OptionValues<typeof options>) {
    super(context, (length, table) => this.score(length, table));
    this.options = values;
  }

  opinionOf({ entities, start, end }: Finding): ModelOpinion | null {
    const [from, to] = [Number(start) / 1e9 - AROUND, Number(end) / 1e9 + AROUND];
    let told: Score | null = null;
    for (const entity of entities) {
      const known = this.knownAs(entity);
      if (!known) continue;
      known.coveredFrom = Math.min(known.coveredFrom, from);
      known.coveredTo = Math.max(known.coveredTo, to);
      const isAbout = (score: Score | null): score is Score =>
        score !== null && score.to - score.shift >= from && score.from - score.shift <= to;
      // Attackers are named first.
      if (told === null || told.class === 0) told = [known.suspicious, known.harmless].find(isAbout) ?? told;
    }
    return told && opinionOn(told);
  }

  /** Nothing is told before its quiet time is over: a rule may still name the host. */
  open(): Finding[] {
    for (const [, known] of this.known.entries())
      if (known.agreement && this.context.seconds - known.agreement.to > this.options.quiet) this.close(known);
    return [];
  }

  settle(): void {
    super.finish();
  }

  override finish(): void {
    this.known.clear();
    this.hosts.clear();
  }

  private score(length: number, table: WindowTable): void {
    const model = models[length]!;
    for (let row = 0; row < table.size; row++) {
      if (table.activityOf(row) < this.options.minimum) continue;
      const { vector } = this;
      vectorOf(table, row, vector);
      const classNumber = model.classOf(vector);
      if (isPatient(model.file.classes[classNumber]!, table, row)) continue;
      const known = this.knownOf(table, row);
      // Of harmless windows, which most are, only the newest is kept: it takes the place of the one before.
      const score = (classNumber === 0 && known.harmless) || newScore();
      score.length = length;
      score.class = classNumber;
      score.confidence = classNumber === 0 ? 0 : model.confidence(vector);
      this.vector = score.vector;
      score.vector = vector;
      score.from = table.firstSeconds(row);
      score.to = table.lastSeconds(row);
      score.shift = this.context.shift;
      this.note(known, score, table, row);
    }
  }

  private note(known: Known, score: Score, table: WindowTable, row: number): void {
    if (score.class === 0) {
      known.harmless = score;
      return;
    }
    const before = known.suspicious;
    if (!before || before.confidence <= score.confidence || score.from - before.to > MEMORY) known.suspicious = score;
    if (100 * score.confidence >= this.options.percent) this.agree(known, score, table, row);
  }

  /** A window that is sure enough: it begins, adds to or follows others that say the same. */
  private agree(known: Known, score: Score, table: WindowTable, row: number): void {
    const { within, quiet, windows } = this.options;
    const className = models[score.length]!.file.classes[score.class]!;
    let { agreement } = known;
    if (agreement) {
      const isOpen = agreement.detectedAt >= 0;
      const isOver = isOpen ? score.from - agreement.to > quiet : agreement.class !== className || score.to - agreement.from > within;
      if (isOver) {
        this.close(known);
        agreement = null;
      }
    }
    if (!agreement) {
      const [from, to] = [score.from, score.to];
      agreement = {
        class: className,
        best: score,
        windows: 0,
        from,
        to,
        start: from - score.shift,
        end: to - score.shift,
        detectedAt: -1,
        packets: [],
        peer: table.peerOf(row),
        hasOnePeer: true,
      };
      known.agreement = agreement;
    }
    if (agreement.class !== className) return;
    agreement.windows++;
    agreement.from = Math.min(agreement.from, score.from);
    agreement.to = Math.max(agreement.to, score.to);
    agreement.start = Math.min(agreement.start, score.from - score.shift);
    agreement.end = Math.max(agreement.end, score.to - score.shift);
    if (score.confidence > agreement.best.confidence) agreement.best = score;
    agreement.hasOnePeer &&= score.vector[DESTINATIONS]! > 0 && score.vector[DESTINATIONS]! < 1.1;
    if (agreement.detectedAt < 0 && agreement.windows >= windows) agreement.detectedAt = score.to - score.shift;
    if (agreement.packets.length === MAX_PACKETS) return;
    agreement.packets = [...new Set([...agreement.packets, ...table.packetsOf(row)])].slice(0, MAX_PACKETS);
  }

  /** Tell of what was found of a host, unless a rule has, and begin anew. */
  private close(known: Known): void {
    const { agreement } = known;
    known.agreement = null;
    if (!agreement || agreement.detectedAt < 0) return;
    if (agreement.end >= known.coveredFrom && agreement.start <= known.coveredTo) return;
    this.context.alert(classifierFinding(known, agreement, this.options.windows, this.options.within));
  }

  private knownOf(table: WindowTable, row: number): Known {
    if (this.hosts.isFull) this.finish();
    const { hosts } = table;
    const [a, b, c, d] = [hosts.wordOf(row, 0), hosts.wordOf(row, 1), hosts.wordOf(row, 2), hosts.wordOf(row, 3)];
    const number = this.hosts.numberOf(hosts.isIpv6(row), a, b, c, d);
    let known = this.known.get(number);
    known ??= {
      ...{ address: hosts.addressOf(row), mac: table.macOf(row), suspicious: null, harmless: null, agreement: null },
      ...{ coveredFrom: Number.POSITIVE_INFINITY, coveredTo: Number.NEGATIVE_INFINITY },
    };
    this.known.set(number, known);
    return known;
  }

  private knownAs({ ip, mac }: Entity): Known | undefined {
    const address = ip === undefined ? null : parseIp(ip);
    const number = address ? this.hosts.hostOf(address) : mac === undefined ? -1 : this.hosts.hostOf(addressOfMac(macNumber(mac)));
    return this.known.get(number);
  }
}

/**
 * Whether a host that looks like slow HTTP has said what it wanted in at least half of the connections that it made: then it waits for a
 * server that is busy, which the features, made of headers, do not tell.
 */
function isPatient(className: string, { counts }: WindowTable, row: number): boolean {
  const at = row * COUNTS;
  return (
    className === 'slow-http' &&
    counts[at + Count.Requested]! > 0 &&
    2 * counts[at + Count.Requested]! >= counts[at + Count.EstablishedOut]!
  );
}

function newScore(): Score {
  return { length: 0, class: 0, confidence: 0, vector: new Float64Array(features.length), from: 0, to: 0, shift: 0 };
}

export const classifier: DetectorModule<typeof options> = {
  rule: {
    id: 'traffic-classifier',
    name: 'Traffic classifier',
    version: '1',
    needs: ['both-directions', 'answers'],
    doc:
      'A model trained on captures of attacks by real tools looks at how many packets of which kind each host sends and gets in 2 and in 60 ' +
      'seconds. What it adds to the evidence of rules is an opinion with its reasons. It raises an alert of its own, of low severity, where ' +
      'several windows agree and no rule has told of the host; on traffic unlike that of its training it errs. Its card says how well it does.',
  },
  options,
  records: [dnsRecord],
  create: (context, values) => new Classifier(context, values),
};
