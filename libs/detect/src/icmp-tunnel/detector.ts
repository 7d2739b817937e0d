/**
 * Data carried in ICMP echo messages (ptunnel, hans, icmpsh, files sent by ping): replies that do not repeat their requests, and requests
 * with other contents each time. Of captures that hold headers only, messages of ever new lengths. State: at most MAX_PAIRS pairs; those
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

/** As people are told of it. */
const Oddity = {
  Broken: 'replies that did not repeat what they replied to',
  Unasked: 'replies that nobody asked for',
  Fresh: 'requests with contents of their own',
  Length: 'requests with lengths of their own',
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

  constructor(context: DetectContext, values: OptionValues<typeof options>) {
    this.context = context;
    this.options = values;
  }

  echo(packet: PacketView, message: EchoView): void {
    if (this.hosts.isFull) this.restart();
    const { hosts, context } = this;
    const { window, messages } = this.options;
    const isV6 = packet.ipVersion === 6;
    const source = hosts.numberOf(isV6, packet.sourceWord0, packet.sourceWord1, packet.sourceWord2, packet.sourceWord3);
    const { destinationWord0, destinationWord1, destinationWord2, destinationWord3 } = packet;
    const destination = hosts.numberOf(isV6, destinationWord0, destinationWord1, destinationWord2, destinationWord3);
    const pair = message.isReply ? this.pairOf(destination, source) : this.pairOf(source, destination);
    if (pair.tally.isQuiet(context.seconds, window)) this.close(pair);
    const oddity = oddityOf(pair, source === pair.client ? 0 : 1, message);
    if (oddity === null) return;
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

  private pairOf(client: number, server: number): Pair {
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
      evidence: { metric: 'odd echo messages', value: episode.count, threshold: messages, window, packets: episode.packets },
      explanation:
        `${formatIp(source)} and ${formatIp(destination)} exchanged ${episode.count} odd ICMP echo messages in ` +
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
}

export const icmpTunnel: DetectorModule<typeof options> = {
  rule: {
    id: 'icmp-tunnel',
    name: 'Data in ICMP echo',
    version: '2',
    needs: ['whole-packets'],
    doc:
      'Replies to ICMP echo that do not repeat what they reply to, and requests with other contents each time, as programs send that carry ' +
      'other traffic in them (ptunnel, hans, icmpsh) and scripts that send a file by ping. Where a capture holds headers only, requests of ' +
      'many different lengths count instead, and a test of path MTU with ping that tries many sizes looks the same.',
  },
  options,
  create: (context, values) => new IcmpTunnelDetector(context, values),
};
