/**
 * What is said in one flow: finds the protocol by the first bytes of each direction, then hands every byte in order to its parser until
 * the parser has enough. One object per TCP flow with payload, and per UDP flow whose protocol is known.
 */
import type { Direction, FlowContext, PacketMark, ProtocolModule, ProtocolParser } from '@wirecase/contract';
import { type StreamReceiver, TcpStream, type StreamBudget } from '@wirecase/flow';

/** Bytes of a direction within which a protocol must show itself. */
const probeBytes = 4096;

/** What was said before the protocol was known, in order of arrival. */
interface Said {
  direction: Direction;
  bytes: Uint8Array;
  /** Bytes missing before `bytes`. */
  gapBefore: number;
}

/** What the conversation needs of the engine. */
export interface ConversationHost {
  /** A protocol was found: what its parser may know and say. */
  contextFor(conversation: Conversation, module: ProtocolModule): FlowContext;
  /** The parser threw: a fault of ours, counted; the capture goes on without that parser. */
  parserFailed(conversation: Conversation, module: ProtocolModule, error: unknown): void;
  /** Bytes were given up because too many waited. */
  streamOverflowed(conversation: Conversation): void;
}

export class Conversation implements StreamReceiver, PacketMark {
  readonly slot: number;
  readonly transport: 'tcp' | 'udp';
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** Names of the protocols found, in order of discovery. */
  readonly protocols: string[] = [];
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
  /** Modules that may still be it, by direction. */
  private readonly candidates: [readonly ProtocolModule[], readonly ProtocolModule[]];
  private said: Said[] = [];
  private readonly saidBytes: [number, number] = [0, 0];
  private readonly pendingGap: [number, number] = [0, 0];

  /** `modules`: those of TCP, the likely ones by port first; none for UDP, which is `adopt`ed. `budget`: for TCP streams. */
  constructor(
    host: ConversationHost,
    slot: number,
    transport: 'tcp' | 'udp',
    sourcePort: number,
    destinationPort: number,
    modules: readonly ProtocolModule[],
    budget: StreamBudget,
  ) {
    this.host = host;
    this.slot = slot;
    this.transport = transport;
    this.sourcePort = sourcePort;
    this.destinationPort = destinationPort;
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
    const overflows = stream.overflows;
    stream.segment(seq, bytes, start, end, wireLength);
    if (stream.overflows > overflows) this.host.streamOverflowed(this);
  }

  /** `direction` acknowledged the other's bytes up to `ack`. */
  acknowledged(direction: Direction, ack: number): void {
    this.streams![1 - direction]!.acknowledged(ack);
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
    else this.pendingGap[direction] += missing;
  }

  /** Ask the candidates; keep the bytes for the parser until one says yes. */
  private identify(direction: Direction, bytes: Uint8Array, start: number, end: number): void {
    const before = this.saidBytes[direction];
    if (before === 0) {
      const module = this.probe(direction, bytes, start, end);
      if (module && this.said.length === 0 && this.pendingGap[direction] === 0) {
        this.adopt(module);
        this.deliver(direction, bytes, start, end);
        return;
      }
      if (!module && this.isUnknown) return this.finish();
      this.keep(direction, bytes, start, end);
      if (module) this.replay(module);
    } else if (before < probeBytes) {
      this.keep(direction, bytes, start, end);
      if (this.candidates[direction].length > 0) {
        const all = this.joined(direction);
        const module = this.probe(direction, all, 0, all.length);
        if (module) this.replay(module);
      }
    } else {
      this.candidates[direction] = [];
    }
    if (!this.module && this.isUnknown) this.finish();
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

  private keep(direction: Direction, bytes: Uint8Array, start: number, end: number): void {
    this.said.push({ direction, bytes: bytes.slice(start, end), gapBefore: this.pendingGap[direction] });
    this.saidBytes[direction] += end - start;
    this.pendingGap[direction] = 0;
  }

  private joined(direction: Direction): Uint8Array {
    const all = new Uint8Array(this.saidBytes[direction]);
    let at = 0;
    for (const { direction: by, bytes } of this.said) {
      if (by !== direction) continue;
      all.set(bytes, at);
      at += bytes.length;
    }
    return all;
  }

  private replay(module: ProtocolModule): void {
    const said = this.said;
    this.adopt(module);
    for (const { direction, bytes, gapBefore } of said) {
      if (gapBefore > 0) this.deliverGap(direction, gapBefore);
      this.deliver(direction, bytes, 0, bytes.length);
    }
  }

  /** The protocol is that of `module`. */
  adopt(module: ProtocolModule): void {
    this.module = module;
    this.said = [];
    this.protocols.push(module.name);
    try {
      this.parser = module.create(this.host.contextFor(this, module));
    } catch (error) {
      this.fail(error);
    }
  }

  private deliver(direction: Direction, bytes: Uint8Array, start: number, end: number): void {
    if (!this.parser || !this.isWanted[direction]) return;
    try {
      this.want(direction, this.parser.data(direction, bytes, start, end));
    } catch (error) {
      this.fail(error);
    }
  }

  private deliverGap(direction: Direction, missing: number): void {
    if (!this.parser || !this.isWanted[direction]) return;
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
    this.said = [];
    for (const stream of this.streams ?? []) stream.discard();
    if (!parser) return;
    try {
      parser.end();
    } catch (error) {
      this.host.parserFailed(this, this.module!, error);
    }
  }
}
