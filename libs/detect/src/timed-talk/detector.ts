/**
 * Beacons that need no new connection: a host says something to one outside by a timer, within one connection that stays, or by UDP always from
 * the same port, and is answered; or is asked by a timer, and answers. State: at most MAX_LINES connections with their latest exchanges;
 * those not heard for longest go first.
 */
import { formatIp } from '@wirecase/contract';
import { jitter, middle, sizeSpread } from '../timer-score.ts';
import { isHeld } from '../timer-services.ts';
import type { DetectContext, Detector, DetectorModule, EndedFlow, Finding, OptionValues } from '../detector.ts';
import { GenerationMap } from '../generation-map.ts';
import { HostTable, isOutward, MAX_HOSTS } from '../host-table.ts';
import { spanText } from '../tally.ts';
import { Line, type Talk } from './line.ts';
import { options } from './options.ts';

const MAX_LINES = 8192;
const MAX_PACKETS = 50;
const PORTS = 65_536;
const TCP = 6;
const UDP = 17;
/** Protocols in which anything may be carried. */
const web = new Set(['http', 'http2', 'tls', 'websocket']);
/** The first bytes of an exchange may differ by this share of their median, in half of the exchanges. */
const MAX_SIZE_SPREAD = 0.35;
/** Share of the exchanges that must be answered. */
const MIN_ANSWERED = 0.7;
/** Talk that is silent for so many intervals is over. */
const LOST_BEATS = 10;
/** It is looked at whenever it has this share more exchanges: looking sorts them all. */
const LOOK_EACH = 0.25;
/** Instead of a host: one UDP port speaks with several. */
const SEVERAL = -1;

class TimedTalkDetector implements Detector {
  private readonly context: DetectContext;
  private readonly options: OptionValues<typeof options>;
  private readonly hosts = new HostTable();
  /** Key: (originator * MAX_HOSTS + responder) * PORTS + port of the originator. */
  private readonly lines = new GenerationMap<Line>(MAX_LINES, (_key, line) => this.close(line));
  /** By host * PORTS + its UDP port: whom it speaks with outside. */
  private readonly partners = new GenerationMap<number>(MAX_LINES);
  /** Those that go by a timer and may go on. */
  private readonly beating = new Set<Line>();

  constructor(context: DetectContext, values: OptionValues<typeof options>) {
    this.context = context;
    this.options = values;
  }

  woken(flow: EndedFlow, direction: number, payloadBytes: number, protocols: readonly string[]): void {
    const line = this.lineOf(flow, protocols);
    if (line === null) return;
    line.isWeb = protocols.length > 0;
    line.settle(flow, direction, payloadBytes);
    this.add(line, line.talks[direction]!, this.context.timeNs, this.context.packet, payloadBytes);
  }

  /** Where the waits are longer than a flow over UDP lasts, each exchange is one. */
  ended(flow: EndedFlow, protocols: readonly string[]): void {
    if (flow.ianaNumber !== UDP || flow.payloadBytes(0) === 0 || flow.payloadBytes(1) === 0) return;
    const line = this.lineOf(flow, protocols);
    if (line === null || line.knows(flow)) return;
    const talk = line.talks[0];
    talk.answered++;
    line.bytes += flow.payloadBytes(0) + flow.payloadBytes(1);
    this.add(line, talk, flow.startNs, flow.firstPacket, flow.payloadBytes(0));
  }

  open(): Finding[] {
    for (const line of this.beating) if (line.talks.every((talk) => this.isOver(talk))) this.close(line);
    return [...this.beating].flatMap((line) => this.rowsOf(line));
  }

  finish(): void {
    this.lines.clear();
    this.partners.clear();
  }

  /** The line of a flow out of the network that speaks what could be a beacon's; null for any other. */
  private lineOf(flow: EndedFlow, protocols: readonly string[]): Line | null {
    const isUdp = flow.ianaNumber === UDP;
    if ((!isUdp && flow.ianaNumber !== TCP) || !isOutward(flow) || isHeld(flow.destinationPort, isUdp)) return null;
    if (!protocols.every((protocol) => this.options.request > 0 && web.has(protocol))) return null;
    if (this.hosts.isFull) this.restart();
    const source = this.hosts.sourceOf(flow);
    const destination = this.hosts.destinationOf(flow);
    if (isUdp && this.partnerOf(source, flow.sourcePort, destination) === SEVERAL) return null;
    const key = (source * MAX_HOSTS + destination) * PORTS + flow.sourcePort;
    let line = this.lines.get(key);
    if (line?.port !== flow.destinationPort || line.isUdp !== isUdp) {
      if (line) this.close(line);
      line = new Line(source, destination, flow, UDP);
    }
    this.lines.set(key, line);
    return line;
  }

  /** Peers, games and tunnels among many have one port for all of them. */
  private partnerOf(source: number, port: number, destination: number): number {
    const key = source * PORTS + port;
    const known = this.partners.get(key);
    const partner = known === undefined || known === destination ? destination : SEVERAL;
    this.partners.set(key, partner);
    return partner;
  }

  private add(line: Line, talk: Talk, timeNs: bigint, packet: number, bytes: number): void {
    talk.samples.add(timeNs, packet, bytes);
    talk.count++;
    const { exchanges } = this.options;
    if (talk.detectedAtNs !== null || talk.count < exchanges || talk.count < talk.nextLook) return;
    if (talk.count > 3 * exchanges) talk.nextLook = Math.ceil(talk.count * (1 + LOOK_EACH));
    if (!this.hasBeat(line, talk)) return;
    talk.detectedAtNs = this.context.timeNs;
    this.beating.add(line);
  }

  private hasBeat(line: Line, talk: Talk): boolean {
    const { interval, jitterPercent, request, kilobytes } = this.options;
    const { samples, count, answered } = talk;
    // The last one may not be answered yet.
    if (answered < MIN_ANSWERED * (count - 1)) return false;
    const others = line.talks[0].count + line.talks[1].count - count;
    if (others > count / 2 || line.bytes > kilobytes * 1000 * (count + others)) return false;
    // A server that says something by a timer through TLS tells of news.
    if (line.isWeb && (talk !== line.talks[0] || middle(samples.bytes) < request)) return false;
    if (line.isUdp && this.partners.get(line.source * PORTS + line.sourcePort) === SEVERAL) return false;
    const { median, share, fits } = jitter(samples.times);
    return fits && median >= interval && share * 100 <= jitterPercent && sizeSpread(samples.bytes) <= MAX_SIZE_SPREAD;
  }

  private isOver({ samples }: Talk): boolean {
    if (samples.count < 2) return true;
    const { times } = samples;
    return this.context.seconds - times.at(-1)! > LOST_BEATS * jitter(times).median;
  }

  private close(line: Line): void {
    for (const row of this.rowsOf(line)) this.context.alert(row);
    this.beating.delete(line);
    for (const talk of line.talks) talk.detectedAtNs = null;
  }

  private rowsOf(line: Line): Finding[] {
    // What began by a timer and lost its beat was none.
    return line.talks.filter((talk) => talk.detectedAtNs !== null && this.hasBeat(line, talk)).map((talk) => this.rowOf(line, talk));
  }

  private rowOf(line: Line, talk: Talk): Finding {
    const { samples, count } = talk;
    const [source, destination] = [this.hosts.addressOf(line.source), this.hosts.addressOf(line.destination)];
    const { times } = samples;
    const { median, share } = jitter(times);
    const isAsked = talk === line.talks[1];
    const place = line.isUdp ? `UDP port ${line.port}, always from port ${line.sourcePort},` : `port ${line.port} within one connection`;
    return {
      start: samples.timeNs(0),
      end: samples.timeNs(samples.count - 1),
      detectedAt: talk.detectedAtNs!,
      severity: line.isWeb ? 35 : 45,
      confidence: Math.min(80, (line.isWeb ? 30 : 40) + count) / 100,
      techniques: ['T1071', 'T1095', 'T1029'],
      sourceIp: source,
      destinationIp: destination,
      alertClass: 'c2.beacon',
      entities: [
        { role: 'attacker', ip: formatIp(destination) },
        { role: 'victim', ip: formatIp(source) },
      ],
      evidence: {
        metric: 'exchanges by a timer',
        value: count,
        threshold: this.options.exchanges,
        window: Math.round(times.at(-1)! - times[0]!),
        packets: samples.packets.slice(0, MAX_PACKETS),
      },
      explanation:
        `${formatIp(source)} ${isAsked ? 'was asked by' : 'spoke with'} ${formatIp(destination)} ${place} ${count} times, every ${spanText(median)} with ` +
        `${Math.round(100 * share)} % jitter, about as much each time, and ${isAsked ? 'answered' : 'got an answer'} ${talk.answered} times.`,
    };
  }

  private restart(): void {
    this.finish();
    this.hosts.clear();
  }
}

export const timedTalk: DetectorModule<typeof options> = {
  rule: {
    id: 'timed-talk',
    name: 'Talk by a timer',
    version: '1',
    needs: ['both-directions', 'answers'],
    doc:
      'A host speaks with one outside its network by a timer, within one connection or by UDP from one port, with little jitter and about as ' +
      'much each time, as implants do that keep their connection. Only protocols that are not known count: mail, shells, calls, tunnels and the ' +
      'like keep connections in this way. TLS and HTTP count where `request` says how long a question must be, which tells of pages that ask ' +
      'for news by a timer, too. A UDP port that speaks with several hosts is that of a peer and left out.',
  },
  options,
  create: (context, values) => new TimedTalkDetector(context, values),
};
