/** The conversations of all open flows: gives packets' payload to the protocol parsers and takes their records. */
import type { Direction, Expectation, FlowContext, ProtocolModule } from '@wirecase/contract';
import { IpProtocol, type Packet } from '@wirecase/decode';
import { Flag, type FlowTable, FlowView, Slot, slotWords, StreamBudget, TcpFlag } from '@wirecase/flow';
import type { Signature } from '@wirecase/protocols';
import type { PacketClock } from './clock.ts';
import { type ContextParts, ConversationContext } from './conversation-context.ts';
import { Conversation, type ConversationHost } from './conversation.ts';
import { SignatureTally } from './signature-tally.ts';

/** UDP datagrams among which a protocol must show itself. */
const probeDatagrams = 8;
/** The same for a protocol inside another one (DTLS behind STUN). */
const carrierDatagrams = 64;

const none: readonly string[] = [];

export interface ConversationsParts extends ContextParts {
  modules: readonly ProtocolModule[];
  table: FlowTable;
  clock: PacketClock;
  /** A parser threw while it had the bytes of `packet`: our fault, to be reported. */
  onParserError: (protocol: string, packet: number, error: unknown) => void;
}

export class Conversations implements ConversationHost {
  private readonly parts: ConversationsParts;
  private readonly flow: FlowView;
  private readonly budget = new StreamBudget();
  private readonly tally: SignatureTally;
  private readonly bySlot: (Conversation | undefined)[] = [];
  /** Modules in probing order by transport and the ports at hand. */
  private readonly orders = new Map<number, readonly ProtocolModule[]>();
  /** `[port]`: 1 if a module expects it. */
  private readonly isExpected = new Uint8Array(65536);

  constructor(parts: ConversationsParts) {
    this.parts = parts;
    this.flow = new FlowView(parts.table);
    this.tally = new SignatureTally(parts.clock);
    for (const { ports } of parts.modules) for (const port of ports) this.isExpected[port] = 1;
  }

  /** The packet just counted into `slot`, from `direction`. `bytes`: the buffer its positions are in. */
  packet(slot: number, direction: number, packet: Packet, bytes: Uint8Array): void {
    if (packet.fragmentOffset > 0 || this.parts.table.words[slot * slotWords + Slot.Flags]! & Flag.Unheard) return;
    if (packet.ipProtocol === IpProtocol.Tcp) this.segment(slot, direction as Direction, packet, bytes);
    else if (packet.ipProtocol === IpProtocol.Udp && packet.payloadLength > 0) this.datagram(slot, direction as Direction, packet, bytes);
  }

  /** The flow in `slot` is over: gives the protocols found in it. */
  close(slot: number): readonly string[] {
    const conversation = this.bySlot[slot];
    conversation?.end();
    this.tally.forget(slot);
    if (!conversation) return none;
    this.bySlot[slot] = undefined;
    return conversation.protocols;
  }

  /** What the open flow in `slot` showed so far. */
  protocolsIn(slot: number): readonly string[] {
    return this.bySlot[slot]?.protocols ?? none;
  }

  contextFor(conversation: Conversation, module: ProtocolModule): FlowContext {
    return new ConversationContext(this.parts, conversation, module.name, this.flow.at(conversation.slot));
  }

  parserFailed(conversation: Conversation, module: ProtocolModule, error: unknown): void {
    const { weirds, onParserError } = this.parts;
    weirds.add(`parser_error_${module.name}`, conversation.slot, conversation);
    onParserError(module.name, conversation.packet, error);
  }

  streamOverflowed(conversation: Conversation): void {
    this.parts.weirds.add('stream_buffer_full', conversation.slot);
  }

  streamConflicted(conversation: Conversation): void {
    this.parts.weirds.add('rexmit_inconsistency', conversation.slot, conversation);
  }

  signatureOf(conversation: Conversation, direction: Direction, bytes: Uint8Array, start: number, end: number): Signature | null {
    const { slot, transport, sourcePort, destinationPort } = conversation;
    return this.tally.take(slot, transport, direction, bytes, start, end, sourcePort, destinationPort);
  }

  private segment(slot: number, direction: Direction, packet: Packet, bytes: Uint8Array): void {
    let conversation = this.bySlot[slot];
    const hasData = packet.payloadBytes > 0 && (packet.tcpFlags & TcpFlag.Rst) === 0;
    if (!conversation) {
      if (!hasData) return;
      const { sourcePort, destinationPort } = this.flow.at(slot);
      conversation = this.open(slot, 'tcp', this.modulesFor('tcp', sourcePort, destinationPort));
      this.stamp(conversation);
      const expectation = this.expectationOf(slot, 'tcp', bytes, packet.payloadOffset, packet.payloadOffset + packet.payloadLength);
      if (expectation) conversation.adopt(expected(expectation));
    }
    if (conversation.isDone) return;
    this.stamp(conversation);
    if (packet.tcpFlags & TcpFlag.Ack) conversation.acknowledged(direction, packet.tcpAck);
    const seq = packet.tcpFlags & TcpFlag.Syn ? (packet.tcpSeq + 1) | 0 : packet.tcpSeq;
    if (packet.tcpFlags & TcpFlag.Fin) conversation.finished(direction, seq + packet.payloadBytes);
    if (!hasData) return this.noteDone(conversation);
    const firstSeq = (this.parts.table.words[slot * slotWords + Slot.StartSeq + direction]! + 1) | 0;
    const start = packet.payloadOffset;
    conversation.segment(direction, firstSeq, seq, bytes, start, start + packet.payloadLength, packet.payloadBytes);
    this.noteDone(conversation);
  }

  private datagram(slot: number, direction: Direction, packet: Packet, bytes: Uint8Array): void {
    const start = packet.payloadOffset;
    const end = start + packet.payloadLength;
    let conversation = this.bySlot[slot];
    if (!conversation || conversation.isOpen) conversation = this.identify(conversation, slot, direction, bytes, start, end);
    if (!conversation || conversation.isDone) return;
    this.stamp(conversation);
    conversation.datagram(direction, bytes, start, end);
    this.noteDone(conversation);
  }

  /**
   * The conversation of a UDP flow, as soon as a protocol knows one of its first datagrams. Most floods never have one. `carrier`: the
   * flow's conversation, when only a protocol that carries others is known.
   */
  private identify(
    carrier: Conversation | undefined,
    slot: number,
    direction: Direction,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): Conversation | undefined {
    const { words } = this.parts.table;
    const expectation = this.expectationOf(slot, 'udp', bytes, start, end);
    if (expectation) {
      const conversation = carrier ?? this.open(slot, 'udp', []);
      this.stamp(conversation);
      conversation.adopt(expected(expectation));
      return conversation;
    }
    const unknown = slot * slotWords + Slot.UnknownDatagrams;
    const { sourcePort, destinationPort } = this.flow.at(slot);
    const modules = this.modulesFor('udp', sourcePort, destinationPort);
    for (const module of modules) {
      if (module.probe('udp', direction, bytes, start, end, sourcePort, destinationPort) !== 'yes') continue;
      const conversation = carrier ?? this.open(slot, 'udp', []);
      this.stamp(conversation);
      conversation.adopt(module);
      return conversation;
    }
    const isLast = ++words[unknown]! >= (carrier ? carrierDatagrams : probeDatagrams);
    const signature = carrier ? null : this.tally.take(slot, 'udp', direction, bytes, start, end, sourcePort, destinationPort);
    if (signature?.isParsed) return this.adoptBySignature(slot, signature);
    const named = signature && this.open(slot, 'udp', []);
    named?.named(signature!);
    if (named ? !named.isOpen : isLast) words[slot * slotWords + Slot.Flags]! |= Flag.Unheard;
    return undefined;
  }

  /** The conversation of a protocol that was told by several datagrams, with those before the one at hand. */
  private adoptBySignature(slot: number, { name }: Signature): Conversation {
    const conversation = this.open(slot, 'udp', []);
    const kept = this.tally.keptOf(slot);
    this.stamp(conversation);
    conversation.adopt(this.parts.modules.find((module) => module.name === name)!);
    for (const { direction, bytes, packet, seconds, nanos } of kept) {
      conversation.packet = packet;
      conversation.seconds = seconds;
      conversation.nanos = nanos;
      conversation.datagram(direction, bytes, 0, bytes.length);
    }
    this.tally.forget(slot);
    return conversation;
  }

  /** What another flow said of this one, by either end of it. */
  private expectationOf(slot: number, transport: 'tcp' | 'udp', bytes: Uint8Array, start: number, end: number): Expectation | undefined {
    const { expectations, clock } = this.parts;
    const flow = this.flow.at(slot);
    if (!expectations.has(flow.destinationPort) && !expectations.has(flow.sourcePort)) return undefined;
    const expectation =
      expectations.take(transport, flow.destinationIp, flow.destinationPort, clock.seconds, bytes, start, end) ??
      expectations.take(transport, flow.sourceIp, flow.sourcePort, clock.seconds, bytes, start, end);
    if (expectation) this.parts.table.words[slot * slotWords + Slot.Flags]! |= Flag.Announced;
    return expectation;
  }

  /** Later packets of the flow need not find out that the conversation is over. */
  private noteDone(conversation: Conversation): void {
    if (conversation.isDone) this.parts.table.words[conversation.slot * slotWords + Slot.Flags]! |= Flag.Unheard;
  }

  private stamp(conversation: Conversation): void {
    const { clock } = this.parts;
    conversation.packet = clock.packet;
    conversation.seconds = clock.seconds;
    conversation.nanos = clock.nanos;
  }

  private open(slot: number, transport: 'tcp' | 'udp', modules: readonly ProtocolModule[]): Conversation {
    const { sourcePort, destinationPort } = this.flow.at(slot);
    const conversation = new Conversation(this, slot, transport, sourcePort, destinationPort, modules, this.budget);
    while (this.bySlot.length <= slot) this.bySlot.push(undefined);
    this.bySlot[slot] = conversation;
    return conversation;
  }

  /** Modules of a transport, those that expect one of the ports first. */
  private modulesFor(transport: 'tcp' | 'udp', sourcePort: number, destinationPort: number): readonly ProtocolModule[] {
    const source = this.isExpected[sourcePort]! * sourcePort;
    const destination = this.isExpected[destinationPort]! * destinationPort;
    const key = (transport === 'udp' ? 2 ** 32 : 0) + destination * 65536 + source;
    let order = this.orders.get(key);
    if (!order) {
      const modules = this.parts.modules.filter((module) => module.transports.includes(transport));
      const isLikely = ({ ports }: ProtocolModule) => ports.includes(sourcePort) || ports.includes(destinationPort);
      order = [...modules.filter(isLikely), ...modules.filter((module) => !isLikely(module))];
      this.orders.set(key, order);
    }
    return order;
  }
}

/** What is expected is a module that was asked already. */
function expected({ protocol, transport, create }: Expectation): ProtocolModule {
  return { name: protocol, records: [], transports: [transport], ports: [], probe: () => 'yes', create };
}
