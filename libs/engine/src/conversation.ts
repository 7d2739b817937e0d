/**
 * What is said in one flow: finds the protocol by the first bytes of each direction, then hands every byte in order to its parser until
 * the parser has enough. One object per TCP flow with payload, and per UDP flow whose protocol is known.
 */
import type { Direction, FlowContext, PacketMark, ProtocolModule, ProtocolParser } from '@wirecase/contract';
import type { Signature } from '@wirecase/protocols';
import { type StreamReceiver, TcpStream, type StreamBudget } from '@wirecase/flow';
import { FirstWords } from './first-words.ts';

/** Bytes of a direction within which a protocol must show itself. */
const probeBytes = 4096;
/** Deliveries looked at after that: in a stream that nothing knows, and in a proxy's, whose client says more before it is through. */
const unknownDeliveries = 6;
const carrierDeliveries = 16;
/** Protocols of one flow, one inside the other. */
const maxProtocols = 8;

/** What the conversation needs of the engine. */
export interface ConversationHost {
  /** A protocol was found: what its parser may know and say. */
  contextFor(conversation: Conversation, module: ProtocolModule): FlowContext;
  /** The parser threw: a fault of ours, counted; the capture goes on without that parser. */
  parserFailed(conversation: Conversation, module: ProtocolModule, error: unknown): void;
  /** Bytes were given up because too many waited. */
  streamOverflowed(conversation: Conversation): void;
  /** Bytes came again with another content, while both waited for earlier ones: two hosts may have read two things. */
  streamConflicted(conversation: Conversation): void;
  /** The signature that these bytes complete: the first of a direction, or a later delivery. */
  signatureOf(conversation: Conversation, direction: Direction, bytes: Uint8Array, start: number, end: number): Signature | null;
}

export class Conversation implements StreamReceiver, PacketMark {
  readonly slot: number;
  readonly transport: 'tcp' | 'udp';
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** Names of the protocols found, in order of discovery. */
  readonly protocols: string[];
  /** See `FlowContext`. */
  isWithin = false;
  /** Nobody wants more bytes. */
  isDone = false;
  /** Number and time of the packet whose bytes were delivered last. */
  packet = 0;
  seconds = 0;
  nanos = 0;

  private readonly host: ConversationHost;
  private readonly streams: readonly [TcpStream, TcpStream] | null;
  private module: ProtocolModule | null = null;
  private parser: ProtocolParser | null = null;
  private readonly isWanted: [boolean, boolean] = [true, true];
  private readonly modules: readonly ProtocolModule[];
  private readonly budget: StreamBudget;
  /** What the parser's frames carry. */
  private carried: Conversation | null = null;
  /** Modules that may still be it, by direction. */
  private candidates: [readonly ProtocolModule[], readonly ProtocolModule[]];
  private words = new FirstWords();
  /** Knows the first delivery of a direction, of which a module wants more bytes. */
  private likely: Signature | null = null;
  /** Deliveries still looked at after no module knew the first bytes; -1 before that. */
  private glances = -1;
  private isCarrier = false;
  /** Sequence number behind the last byte of each direction, once its FIN was seen. */
  private readonly lastSeq: [number | null, number | null] = [null, null];
  /** Where the bytes of the next protocol begin in the delivery at hand; -1 unless the parser hands over. */
  private rest = -1;

  /**
   * `modules`: those of TCP, the likely ones by port first; none for UDP, which is `adopt`ed. `budget`: for TCP streams. `protocols`: of the
   * conversation that carries this one.
   */
  constructor(
    host: ConversationHost,
    slot: number,
    transport: 'tcp' | 'udp',
    sourcePort: number,
    destinationPort: number,
    modules: readonly ProtocolModule[],
    budget: StreamBudget,
    protocols: string[] = [],
  ) {
    this.host = host;
    this.protocols = protocols;
    this.budget = budget;
    this.slot = slot;
    this.transport = transport;
    this.sourcePort = sourcePort;
    this.destinationPort = destinationPort;
    this.modules = modules;
    this.candidates = [modules, modules];
    this.streams = transport === 'tcp' ? [new TcpStream(0, this, budget), new TcpStream(1, this, budget)] : null;
  }

  get timeNs(): bigint {
    return BigInt(this.seconds) * 1_000_000_000n + BigInt(this.nanos);
  }

  /** A TCP segment with payload from `direction`. `firstSeq`: sequence number of the direction's first byte. */
  segment(direction: Direction, firstSeq: number, seq: number, bytes: Uint8Array, start: number, end: number, wireLength: number): void {
    if (!this.isWanted[direction]) return;
    const stream = this.streams![direction];
    stream.start(firstSeq);
    const { overflows, conflicts } = stream;
    stream.segment(seq, bytes, start, end, wireLength);
    if (stream.overflows > overflows) this.host.streamOverflowed(this);
    if (stream.conflicts > conflicts) this.host.streamConflicted(this);
    this.endIfOver();
  }

  /** `direction` acknowledged the other's bytes up to `ack`. */
  acknowledged(direction: Direction, ack: number): void {
    this.streams![1 - direction]!.acknowledged(ack);
  }

  /** A FIN of `direction` stands behind the byte before `seq`. Before the segment's own bytes. */
  finished(direction: Direction, seq: number): void {
    this.lastSeq[direction] = seq | 0;
    this.endIfOver();
  }

  /** What both sides have said to the end need not wait until the flow is idle. */
  private endIfOver(): void {
    if (this.lastSeq[0] !== null && this.lastSeq[1] !== null && this.isOver(0) && this.isOver(1)) this.end();
  }

  private isOver(direction: Direction): boolean {
    return !this.isWanted[direction] || this.isWhole(direction);
  }

  /** See `FlowContext`. */
  isWhole(direction: Direction): boolean {
    return this.streams !== null && this.lastSeq[direction] === this.streams[direction].nextSeq;
  }

  /** A UDP datagram. */
  datagram(direction: Direction, bytes: Uint8Array, start: number, end: number): void {
    this.deliver(direction, bytes, start, end);
  }

  /** The flow is over. */
  end(): void {
    if (this.isDone) return;
    for (const stream of this.streams ?? []) stream.end();
    if (this.isDone) return;
    // It ended while modules wanted more bytes.
    if (!this.module && this.likely) this.take(this.likely);
    this.finish();
  }

  streamData(direction: Direction, bytes: Uint8Array, start: number, end: number): void {
    if (this.isDone) return;
    if (this.module) this.deliver(direction, bytes, start, end);
    else this.identify(direction, bytes, start, end);
  }

  streamGap(direction: Direction, missing: number): void {
    if (this.isDone) return;
    if (this.module) this.deliverGap(direction, missing);
    else this.words.gap(direction, missing);
  }

  /** Ask the candidates, then the signatures; keep the bytes for the parser until one says yes. */
  private identify(direction: Direction, bytes: Uint8Array, start: number, end: number): void {
    if (this.glances >= 0) return this.glance(direction, bytes, start, end);
    const before = this.words.bytesOf(direction);
    if (before === 0) {
      const module = this.probe(direction, bytes, start, end);
      if (module && this.words.isNothing(direction)) {
        this.adopt(module);
        this.deliver(direction, bytes, start, end);
        return;
      }
      const signature = module ? null : this.host.signatureOf(this, direction, bytes, start, end);
      if (signature && this.candidates[direction].length === 0) return this.take(signature);
      if (!module && this.isUnknown) return this.lookOn(unknownDeliveries);
      this.likely ??= signature;
      this.words.keep(direction, bytes, start, end);
      if (module) return this.replay(module);
    } else if (before < probeBytes) {
      this.words.keep(direction, bytes, start, end);
      if (this.candidates[direction].length > 0) {
        const all = this.words.joined(direction);
        const module = this.probe(direction, all, 0, all.length);
        if (module) return this.replay(module);
        if (this.candidates[direction].length === 0 && this.isNamed(direction, all, 0, all.length)) {
          // What showed that the first bytes were a carrier's only may be the protocol inside.
          if (!this.isDone) this.glance(direction, bytes, start, end);
          return;
        }
      } else if (this.isNamed(direction, bytes, start, end)) return;
    } else {
      this.candidates[direction] = [];
    }
    if (this.isUnknown) this.lookOn(unknownDeliveries);
  }

  /** Whether a signature tells what this is. */
  private isNamed(direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    const signature = this.likely ?? this.host.signatureOf(this, direction, bytes, start, end);
    if (signature) this.take(signature);
    return signature !== null;
  }

  /** Nothing more is read of a protocol without records, unless another may follow inside. */
  private take(signature: Signature): void {
    this.likely = null;
    this.named(signature);
    if (signature.isCarrier) this.lookOn(carrierDeliveries);
    else this.finish();
  }

  /** Nobody knows the first bytes. Look at some deliveries more; none is kept. */
  private lookOn(deliveries: number): void {
    this.words.take();
    this.glances = deliveries;
  }

  /** A later delivery: a protocol inside the one named, TLS in the middle of a stream, or what confirms a signature. */
  private glance(direction: Direction, bytes: Uint8Array, start: number, end: number): void {
    for (const module of this.modules) {
      if (!this.isCarrier && !module.mayFollow) continue;
      if (module.probe('tcp', direction, bytes, start, end, this.sourcePort, this.destinationPort) !== 'yes') continue;
      this.adopt(module);
      this.deliver(direction, bytes, start, end);
      return;
    }
    if (!this.isCarrier && this.isNamed(direction, bytes, start, end)) return;
    if (--this.glances < 0) this.finish();
  }

  /** The protocol is that of `signature`; bytes are not needed for it. */
  named(signature: Signature): void {
    this.add(signature.name);
    this.isCarrier = signature.isCarrier;
    if (this.transport === 'udp' && !this.isCarrier) this.isDone = true;
  }

  /** Whether only a carrier was found: another protocol may be inside. UDP. */
  get isOpen(): boolean {
    return this.isCarrier && !this.module;
  }

  private add(name: string): void {
    if (!this.protocols.includes(name)) this.protocols.push(name);
  }

  /** Whether no protocol can be it any longer. */
  private get isUnknown(): boolean {
    return this.candidates[0].length === 0 && this.candidates[1].length === 0;
  }

  /** The module that knows these first bytes of a direction; the others stay candidates only if they want more bytes. */
  private probe(direction: Direction, bytes: Uint8Array, start: number, end: number): ProtocolModule | null {
    const undecided: ProtocolModule[] = [];
    for (const module of this.candidates[direction]) {
      const answer = module.probe('tcp', direction, bytes, start, end, this.sourcePort, this.destinationPort);
      if (answer === 'yes') return module;
      if (answer === 'more') undecided.push(module);
    }
    this.candidates[direction] = undecided;
    return null;
  }

  private replay(module: ProtocolModule): void {
    const said = this.words.take();
    this.adopt(module);
    for (const { direction, bytes, gapBefore } of said) {
      if (gapBefore > 0) this.deliverGap(direction, gapBefore);
      this.deliver(direction, bytes, 0, bytes.length);
    }
  }

  /** The protocol is that of `module`. */
  adopt(module: ProtocolModule): void {
    this.module = module;
    this.words.take();
    this.likely = null;
    this.glances = -1;
    this.isCarrier = false;
    this.isWithin = this.protocols.length > 0;
    this.add(module.name);
    try {
      this.parser = module.create(this.host.contextFor(this, module));
    } catch (error) {
      this.fail(error);
    }
  }

  private deliver(direction: Direction, bytes: Uint8Array, start: number, end: number): void {
    if (!this.parser || !this.isWanted[direction]) return;
    try {
      const isWanted = this.parser.data(direction, bytes, start, end);
      if (this.rest >= 0) this.beginAnew(direction, bytes, end);
      else this.want(direction, isWanted);
    } catch (error) {
      this.fail(error);
    }
  }

  /** The parser leaves the rest of the delivery at hand, and what follows, to another protocol. */
  handOver(rest: number): void {
    this.rest = rest;
  }

  /** See `FlowContext`. */
  carry(direction: Direction, bytes: Uint8Array, start: number, end: number): void {
    const { host, slot, sourcePort, destinationPort, modules, budget, protocols } = this;
    this.carried ??= new Conversation(host, slot, 'tcp', sourcePort, destinationPort, modules, budget, protocols);
    const { carried } = this;
    carried.packet = this.packet;
    carried.seconds = this.seconds;
    carried.nanos = this.nanos;
    carried.streamData(direction, bytes, start, end);
  }

  private beginAnew(direction: Direction, bytes: Uint8Array, end: number): void {
    const { rest, parser } = this;
    this.rest = -1;
    if (this.protocols.length >= maxProtocols) return this.finish();
    this.parser = null;
    parser!.end();
    this.module = null;
    this.candidates = [this.modules, this.modules];
    this.words = new FirstWords();
    if (rest < end) this.streamData(direction, bytes, rest, end);
  }

  private deliverGap(direction: Direction, missing: number): void {
    if (!this.parser || !this.isWanted[direction]) return;
    // How much of what is lost was carried nobody knows.
    this.carried?.end();
    try {
      this.want(direction, this.parser.gap(direction, missing));
    } catch (error) {
      this.fail(error);
    }
  }

  private want(direction: Direction, isWanted: boolean): void {
    if (isWanted) return;
    this.isWanted[direction] = false;
    this.streams?.[direction].discard();
    if (!this.isWanted[1 - direction]) this.finish();
  }

  /** A bug in a parser must cost that flow's records, not the capture. */
  private fail(error: unknown): void {
    this.parser = null;
    this.host.parserFailed(this, this.module!, error);
    this.finish();
  }

  private finish(): void {
    if (this.isDone) return;
    this.isDone = true;
    const parser = this.parser;
    this.parser = null;
    this.carried?.end();
    this.words.take();
    for (const stream of this.streams ?? []) stream.discard();
    if (!parser) return;
    try {
      parser.end();
    } catch (error) {
      this.host.parserFailed(this, this.module!, error);
    }
  }
}
