/**
 * Data carried in ICMP messages (ptunnel, hans, icmpsh, files sent by ping): replies that do not repeat their requests, requests with other
 * contents each time, what hangs behind messages of a fixed length, and times that are none. Of captures that hold headers only, messages of ever new lengths. State: at most MAX_PAIRS pairs; those
 * that spoke longest ago go first.
 */
import { formatIp } from '@wirecase/contract';
import type { DetectContext, Detector, DetectorModule, EchoView, Finding, OptionValues, PacketView } from '../detector.ts';
import { GenerationMap } from '../generation-map.ts';
import { HostTable, MAX_HOSTS } from '../host-table.ts';
import { type Episode, spanText, Tally } from '../tally.ts';
import { Asked } from './asked.ts';
import { options } from './options.ts';

const MAX_PAIRS = 8192;
/** Contents, or lengths where a capture does not hold contents, that are remembered: what comes again after so many others counts as new. */
const MAX_REMEMBERED = 32;
/** Data beyond what ping sends by itself (56 on Unix, 32 on Windows): shorter messages of any length are unsuspicious. */
const MORE_THAN_PING = 64;

/** Bytes behind the first eight, by type, of messages that all have the same: requests and replies (RFC 792, RFC 950 Appendix I). */
const bodies: Readonly<Record<number, number>> = { 13: 12, 14: 12, 15: 0, 16: 0, 17: 4, 18: 4 };
/** What a clock may be ahead or behind where it is set, milliseconds; and of a day. */
const CLOCK_MILLIS = 10_000;
const DAY_MILLIS = 86_400_000;

/** As people are told of it. */
const Oddity = {
  Broken: 'replies that did not repeat what they replied to',
  Unasked: 'replies that nobody asked for',
  Fresh: 'requests with contents of their own',
  Length: 'requests with lengths of their own',
  Long: 'messages that are longer than their type is',
  Clock: 'times that no clock tells',
} as const;
type Oddity = (typeof Oddity)[keyof typeof Oddity];

class Pair {
  readonly tally = new Tally();
  readonly asked = new Asked();
  /** Contents of requests, and lengths. */
  readonly contents: number[] = [];
  readonly lengths: number[] = [];
  /** What was odd, and when last, seconds. */
  readonly oddities = new Map<Oddity, number>();
  /** What the last request for the time said of its own, and when that was, seconds. */
  stamp = 0;
  stampedAt = Number.NaN;
  readonly client: number;
  readonly server: number;

  constructor(client: number, server: number) {
    this.client = client;
    this.server = server;
  }
}

class IcmpTunnelDetector implements Detector {
  private readonly context: DetectContext;
  private readonly options: OptionValues<typeof options>;
  private readonly hosts = new HostTable();
  /** Key: the smaller number of the two hosts * MAX_HOSTS + the larger one: both may ask. */
  private readonly pairs = new GenerationMap<Pair>(MAX_PAIRS, (_key, pair) => this.close(pair));
  private readonly tunnels = new Set<Pair>();
  /** Number of the host that sent the message at hand. */
  private source = -1;

  constructor(context: DetectContext, values: OptionValues<typeof options>) {
    this.context = context;
    this.options = values;
  }

  echo(packet: PacketView, message: EchoView): void {
    const pair = this.pairOf(packet, message.isReply);
    const oddity = oddityOf(pair, this.source === pair.client ? 0 : 1, message);
    if (oddity !== null) this.note(pair, oddity);
  }

  icmp(packet: PacketView): void {
    if (packet.ipVersion !== 4 || packet.payloadBytes <= (bodies[packet.icmpType] ?? packet.payloadBytes)) return;
    this.note(this.pairOf(packet, packet.icmpType % 2 === 0), Oddity.Long);
  }

  stamped(packet: PacketView, millis: number): void {
    const { seconds } = this.context;
    const pair = this.pairOf(packet, false);
    const isKept = Number.isNaN(pair.stampedAt) || millis === pair.stamp;
    const isTime = isKept || followsClock(pair.stamp, millis, seconds - pair.stampedAt);
    pair.stamp = millis;
    pair.stampedAt = seconds;
    if (!isTime) this.note(pair, Oddity.Clock);
  }

  private note(pair: Pair, oddity: Oddity): void {
    const { context } = this;
    const { window, messages } = this.options;
    pair.oddities.set(oddity, context.seconds);
    if (!pair.tally.add(context, window, messages)) return;
    for (const [each, seconds] of pair.oddities) if (seconds < pair.tally.episode!.startSeconds) pair.oddities.delete(each);
    this.tunnels.add(pair);
  }

  open(): Finding[] {
    for (const pair of this.tunnels) if (pair.tally.isQuiet(this.context.seconds, this.options.window)) this.close(pair);
    return [...this.tunnels].map((pair) => this.rowOf(pair, pair.tally.episode!));
  }

  finish(): void {
    this.pairs.clear();
  }

  /** Of the hosts of a message; who sent it is `source` then. */
  private pairOf(packet: PacketView, isReply: boolean): Pair {
    if (this.hosts.isFull) this.restart();
    const { hosts } = this;
    const isV6 = packet.ipVersion === 6;
    const { destinationWord0, destinationWord1, destinationWord2, destinationWord3 } = packet;
    this.source = hosts.numberOf(isV6, packet.sourceWord0, packet.sourceWord1, packet.sourceWord2, packet.sourceWord3);
    const destination = hosts.numberOf(isV6, destinationWord0, destinationWord1, destinationWord2, destinationWord3);
    const pair = isReply ? this.between(destination, this.source) : this.between(this.source, destination);
    if (pair.tally.isQuiet(this.context.seconds, this.options.window)) this.close(pair);
    return pair;
  }

  private between(client: number, server: number): Pair {
    const key = Math.min(client, server) * MAX_HOSTS + Math.max(client, server);
    let pair = this.pairs.get(key);
    if (!pair) this.pairs.set(key, (pair = new Pair(client, server)));
    return pair;
  }

  private close(pair: Pair): void {
    const { episode } = pair.tally;
    if (episode) this.context.alert(this.rowOf(pair, episode));
    this.tunnels.delete(pair);
    forget(pair);
  }

  private rowOf({ client, server, oddities }: Pair, episode: Episode): Finding {
    const { messages, window } = this.options;
    const [source, destination] = [this.hosts.addressOf(client), this.hosts.addressOf(server)];
    return {
      start: episode.startNs,
      end: episode.endNs,
      detectedAt: episode.detectedAtNs,
      severity: 65,
      confidence: oddities.has(Oddity.Broken) || episode.count >= 3 * messages ? 0.9 : 0.7,
      techniques: ['T1095', 'T1572'],
      sourceIp: source,
      destinationIp: destination,
      alertClass: 'c2.icmp-tunnel',
      entities: [
        { role: 'attacker', ip: formatIp(source) },
        { role: 'victim', ip: formatIp(destination) },
      ],
      evidence: { metric: 'odd ICMP messages', value: episode.count, threshold: messages, window, packets: episode.packets },
      explanation:
        `${formatIp(source)} and ${formatIp(destination)} exchanged ${episode.count} odd ICMP messages in ` +
        `${spanText(episode.endSeconds - episode.startSeconds)}: ${[...oddities.keys()].join(', ')}. ping sends the same bytes each time and gets them back. ` +
        `The threshold is ${messages} such messages within ${window} s.`,
    };
  }

  private restart(): void {
    this.finish();
    this.hosts.clear();
  }
}

/** What is odd in a message that `side` (0 is the client) sent: what ping would not send, or no host reply with. */
function oddityOf(pair: Pair, side: number, message: EchoView): Oddity | null {
  if (message.isReply) {
    const isRepeated = pair.asked.isRepeated(1 - side, message);
    if (isRepeated !== null) return isRepeated ? null : Oddity.Broken;
    // Its request may have been lost to the capture: then it is like the others.
    return pair.contents.length > 0 && message.content >= 0 && isNew(pair.contents, message.content) ? Oddity.Unasked : null;
  }
  pair.asked.add(side, message);
  if (message.content >= 0) return isNew(pair.contents, message.content) ? Oddity.Fresh : null;
  return message.start < 0 && message.bytes > MORE_THAN_PING && isNew(pair.lengths, message.bytes) ? Oddity.Length : null;
}

/** Whether a clock that told `before` may tell `now` after so many seconds, in either byte order: some hosts send their own (RFC 792 lets them). */
function followsClock(before: number, now: number, seconds: number): boolean {
  return [before, swapped(before)].some((first, i) => {
    const gone = (((i === 0 ? now : swapped(now)) - first) % DAY_MILLIS) - seconds * 1000;
    return Math.abs(gone) < CLOCK_MILLIS || Math.abs(gone + DAY_MILLIS) < CLOCK_MILLIS;
  });
}

const swapped = (word: number): number => (((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;

/** Whether a list does not hold a value, which is then put into it; the oldest goes. The first value ever is nothing new. */
function isNew(list: number[], value: number): boolean {
  if (list.includes(value)) return false;
  if (list.length === MAX_REMEMBERED) list.shift();
  return list.push(value) > 1;
}

function forget(pair: Pair): void {
  pair.tally.close();
  pair.contents.length = 0;
  pair.lengths.length = 0;
  pair.oddities.clear();
  pair.stampedAt = Number.NaN;
}

export const icmpTunnel: DetectorModule<typeof options> = {
  rule: {
    id: 'icmp-tunnel',
    name: 'Data in ICMP',
    version: '3',
    needs: ['whole-packets'],
    doc:
      'Replies to ICMP echo that do not repeat what they reply to, and requests with other contents each time, as programs send that carry ' +
      'other traffic in them (ptunnel, hans, icmpsh) and scripts that send a file by ping; messages that are longer than their type is, and ' +
      'requests for the time whose own time is none. Where a capture holds headers only, requests of ' +
      'many different lengths count instead, and a test of path MTU with ping that tries many sizes looks the same.',
  },
  options,
  create: (context, values) => new IcmpTunnelDetector(context, values),
};
