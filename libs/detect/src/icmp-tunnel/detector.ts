/**
 * Data carried in ICMP echo messages (ptunnel, hans, icmptunnel): two hosts exchange echo messages of many lengths, or one answers with more
 * than it was ever asked to repeat. State: at most MAX_PAIRS pairs; those that spoke longest ago go first.
 */
import { formatIp } from '@wirecase/contract';
import type { DetectContext, Detector, DetectorModule, Finding, OptionValues, PacketView } from '../detector.ts';
import { GenerationMap } from '../generation-map.ts';
import { HostTable, MAX_HOSTS } from '../host-table.ts';
import { type Episode, spanText, Tally } from '../tally.ts';
import { options } from './options.ts';

const MAX_PAIRS = 8192;
/** Lengths are told apart up to this, a frame of Ethernet. */
const MAX_LENGTH = 1536;
/** Data beyond what ping sends by itself (56 on Unix, 32 on Windows). */
const MORE_THAN_PING = 64;
/** ICMP types of echo: RFC 792, RFC 4443 4. */
const ECHO_REPLY = 0;
const ECHO_REQUEST = 8;
const ECHO_REQUEST_V6 = 128;
const ECHO_REPLY_V6 = 129;

class Pair {
  readonly tally = new Tally();
  /** One bit a length. */
  readonly lengths = new Int32Array(MAX_LENGTH / 32);
  distinct = 0;
  bytes = 0;
  /** The longest request, and replies beyond it: "the data received in the echo message must be returned" (RFC 792), never more. */
  longestAsked = 0;
  unasked = 0;
  /** When the lengths began to be counted, seconds. */
  since: number;
  readonly client: number;
  readonly server: number;

  constructor(client: number, server: number, since: number) {
    this.client = client;
    this.server = server;
    this.since = since;
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

  icmp(packet: PacketView, direction: number): void {
    const { icmpType, payloadBytes } = packet;
    if (payloadBytes <= MORE_THAN_PING || !isEcho(packet.ipVersion, icmpType)) return;
    if (this.hosts.isFull) this.restart();
    const pair = this.pairOf(packet, direction);
    const { seconds } = this.context;
    const { window, messages } = this.options;
    if (pair.tally.isQuiet(seconds, window)) this.close(pair);
    if (!pair.tally.episode && seconds - pair.since > window) forget(pair, seconds);
    const bit = Math.min(payloadBytes, MAX_LENGTH - 1);
    const mask = 1 << (bit & 31);
    if ((pair.lengths[bit >> 5]! & mask) === 0) {
      pair.lengths[bit >> 5]! |= mask;
      pair.distinct++;
    }
    pair.bytes += payloadBytes;
    if (!isReply(icmpType)) pair.longestAsked = Math.max(pair.longestAsked, payloadBytes);
    else if (direction === 1 && payloadBytes > pair.longestAsked) pair.unasked++;
    // The message that makes the lengths or replies enough opens the tunnel, if there were enough messages.
    if (pair.distinct < this.options.sizes && pair.unasked < this.options.unasked && pair.tally.count >= messages - 1) return;
    if (pair.tally.add(this.context, window, messages)) this.tunnels.add(pair);
  }

  open(): Finding[] {
    for (const pair of this.tunnels) if (pair.tally.isQuiet(this.context.seconds, this.options.window)) this.close(pair);
    return [...this.tunnels].map((pair) => this.rowOf(pair, pair.tally.episode!));
  }

  finish(): void {
    this.pairs.clear();
  }

  private pairOf(packet: PacketView, direction: number): Pair {
    const isV6 = packet.ipVersion === 6;
    const source = this.hosts.numberOf(isV6, packet.sourceWord0, packet.sourceWord1, packet.sourceWord2, packet.sourceWord3);
    const { destinationWord0, destinationWord1, destinationWord2, destinationWord3 } = packet;
    const destination = this.hosts.numberOf(isV6, destinationWord0, destinationWord1, destinationWord2, destinationWord3);
    const [client, server] = direction === 0 ? [source, destination] : [destination, source];
    const key = Math.min(client, server) * MAX_HOSTS + Math.max(client, server);
    let pair = this.pairs.get(key);
    if (!pair) this.pairs.set(key, (pair = new Pair(client, server, this.context.seconds)));
    return pair;
  }

  private close(pair: Pair): void {
    const { episode } = pair.tally;
    if (episode) this.context.alert(this.rowOf(pair, episode));
    this.tunnels.delete(pair);
    forget(pair, this.context.seconds);
  }

  private rowOf({ client, server, distinct, bytes, unasked }: Pair, episode: Episode): Finding {
    const { sizes, unasked: most, messages, window } = this.options;
    const [source, destination] = [this.hosts.addressOf(client), this.hosts.addressOf(server)];
    return {
      start: episode.startNs,
      end: episode.endNs,
      detectedAt: episode.detectedAtNs,
      severity: 65,
      confidence: distinct >= 2 * sizes || unasked >= 2 * most ? 0.9 : 0.7,
      techniques: ['T1095', 'T1572'],
      sourceIp: source,
      destinationIp: destination,
      alertClass: 'c2.icmp-tunnel',
      entities: [
        { role: 'attacker', ip: formatIp(source) },
        { role: 'victim', ip: formatIp(destination) },
      ],
      evidence: { metric: 'large echo messages', value: episode.count, threshold: messages, window, packets: episode.packets },
      explanation:
        `${formatIp(source)} and ${formatIp(destination)} exchanged ${episode.count} ICMP echo messages of ${distinct} different lengths ` +
        `in ${spanText(episode.endSeconds - episode.startSeconds)}, ${bytes} bytes of data, and ${unasked} replies were longer than any ` +
        `request: ping sends one length and gets it back. The threshold is ${messages} messages beyond ${MORE_THAN_PING} bytes within ` +
        `${window} s, of ${sizes} lengths or with ${most} such replies.`,
    };
  }

  private restart(): void {
    this.finish();
    this.hosts.clear();
  }
}

const isReply = (type: number): boolean => type === ECHO_REPLY || type === ECHO_REPLY_V6;

function isEcho(ipVersion: number, type: number): boolean {
  return ipVersion === 6 ? type === ECHO_REQUEST_V6 || type === ECHO_REPLY_V6 : type === ECHO_REQUEST || type === ECHO_REPLY;
}

function forget(pair: Pair, seconds: number): void {
  pair.tally.close();
  pair.lengths.fill(0);
  pair.distinct = 0;
  pair.bytes = 0;
  pair.longestAsked = 0;
  pair.unasked = 0;
  pair.since = seconds;
}

export const icmpTunnel: DetectorModule<typeof options> = {
  rule: {
    id: 'icmp-tunnel',
    name: 'Data in ICMP echo',
    version: '1',
    needs: [],
    doc:
      'Two hosts exchange ICMP echo messages of many different lengths, or one replies with more than it was asked to repeat, as programs do ' +
      'that carry other traffic in them (ptunnel, hans). A test of path MTU with ping that tries many sizes looks the same.',
  },
  options,
  create: (context, values) => new IcmpTunnelDetector(context, values),
};
