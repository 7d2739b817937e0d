/**
 * Attacks on the spanning tree: a stranger who says that it is the better root gets the traffic between switches (yersinia, stp attack 4),
 * and messages without end keep switches busy. State: at most MAX_TREES trees; those not heard of for longest go first.
 */
import { macText } from '../address-text.ts';
import type { BridgeView, DetectContext, Detector, DetectorModule, Entity, Finding, OptionValues } from '../detector.ts';
import { GenerationMap } from '../generation-map.ts';
import { type Episode, spanText } from '../tally.ts';
import { Told } from '../told.ts';
import { options } from './options.ts';
import { Tree } from './tree.ts';

const MAX_TREES = 1024;
const FLOOD_SECONDS = 1;
/** Senders of a flood that are named. */
const MAX_NAMED = 8;
/** The VLAN or instance in a priority (802.1D 9.2.5). */
const INSTANCE = 0xfff;

class SpanningTreeDetector implements Detector {
  private readonly context: DetectContext;
  private readonly options: OptionValues<typeof options>;
  /** Key: VLAN of the frame * 4096 + VLAN or instance of the tree. */
  private readonly trees = new GenerationMap<Tree>(MAX_TREES, (_key, tree) => this.close(tree));
  private readonly flooded = new Set<Tree>();
  private readonly told = new Told();

  constructor(context: DetectContext, values: OptionValues<typeof options>) {
    this.context = context;
    this.options = values;
  }

  bridge(message: BridgeView): void {
    const key = message.vlan * (INSTANCE + 1) + (message.rootPriority & INSTANCE);
    const tree = this.trees.get(key) ?? new Tree(key);
    this.trees.set(key, tree);
    this.count(tree, message);
    if (!message.isProposal) return;
    const { rootMac, packets } = tree;
    if (tree.hear(message, this.context, this.options.hellos)) this.tell(message, rootMac, packets);
  }

  open(): Finding[] {
    for (const tree of this.flooded) if (tree.flood.isQuiet(this.context.seconds, this.options.quiet)) this.close(tree);
    return [...this.flooded].map((tree) => this.floodRow(tree, tree.flood.episode!));
  }

  finish(): void {
    this.trees.clear();
  }

  private count(tree: Tree, { sourceMac }: BridgeView): void {
    const { flood, flooders } = tree;
    if (flood.isQuiet(this.context.seconds, this.options.quiet)) this.close(tree);
    if (flooders.size <= MAX_NAMED) flooders.add(sourceMac);
    if (flood.add(this.context, FLOOD_SECONDS, this.options.messages)) this.flooded.add(tree);
  }

  private close(tree: Tree): void {
    const episode = tree.flood.close();
    if (episode) this.context.alert(this.floodRow(tree, episode));
    tree.flooders.clear();
    this.flooded.delete(tree);
  }

  /** `before`: the root until now, and messages for it. */
  private tell({ sourceMac, bridgeMac, rootMac }: BridgeView, before: number, packets: readonly number[]): void {
    if (!this.told.isNew(`${bridgeMac} ${rootMac} ${before}`)) return;
    const { timeNs, packet } = this.context;
    const { hellos } = this.options;
    this.context.alert({
      start: timeNs,
      end: timeNs,
      detectedAt: timeNs,
      severity: 60,
      confidence: rootMac === bridgeMac ? 0.7 : 0.6,
      techniques: ['T1557'],
      sourceIp: null,
      destinationIp: null,
      alertClass: 'stp.root',
      entities: [
        { role: 'attacker', mac: macText(sourceMac) },
        { role: 'victim', mac: macText(before) },
      ],
      evidence: { metric: 'messages for the root until then', value: hellos, threshold: hellos, window: 0, packets: [...packets, packet] },
      explanation:
        `${macText(sourceMac)}, not heard of before, says that ${macText(rootMac)} is a better root of the spanning tree than ` +
        `${macText(before)}: traffic between switches will go there. A switch that was just connected says the same.`,
    });
  }

  private floodRow({ flooders }: Tree, episode: Episode): Finding {
    const { messages } = this.options;
    const senders = flooders.size <= MAX_NAMED ? [...flooders].map(macText) : [];
    return {
      start: episode.startNs,
      end: episode.endNs,
      detectedAt: episode.detectedAtNs,
      severity: 55,
      confidence: episode.count >= 2 * messages ? 0.9 : 0.7,
      techniques: ['T1498.001'],
      sourceIp: null,
      destinationIp: null,
      alertClass: 'flood.stp',
      entities: senders.map((mac): Entity => ({ role: 'attacker', mac })),
      evidence: {
        metric: 'messages of one tree',
        value: episode.count,
        threshold: messages,
        window: FLOOD_SECONDS,
        packets: episode.packets,
      },
      explanation:
        `${senders.length === 1 ? senders[0]! : 'Many'} sent ${episode.count} messages of the spanning tree in ` +
        `${spanText(episode.endSeconds - episode.startSeconds)}, each of which switches must look at. The threshold is ${messages} in a second.`,
    };
  }
}

export const spanningTree: DetectorModule<typeof options> = {
  rule: {
    id: 'spanning-tree',
    name: 'Spanning tree attacked',
    version: '1',
    needs: ['whole-packets'],
    doc:
      'A sender that was not heard of before says that it, or one behind it, is a better root than the one that the switches had agreed on ' +
      '(stp.root), or hundreds of messages of one tree come within a second (flood.stp). A switch that is connected and has a lower priority ' +
      'or address than all others is such a sender too; a root that changes among known switches is not told.',
  },
  options,
  create: (context, values) => new SpanningTreeDetector(context, values),
};
