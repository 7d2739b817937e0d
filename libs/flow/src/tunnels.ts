/**
 * Tunnels by type, key and endpoints: counts what they carry and to which flows it belongs. One object per tunnel; finding it again
 * allocates nothing. The number of tunnels is bounded: when it is reached all end, and those that go on begin anew.
 */
import { type Packet, tunnelTypeNames, TunnelWord, tunnelWords } from '@wirecase/decode';

/** Told what happens to tunnels. */
export interface TunnelListener {
  /** A tunnel carries its first packet: gives a number to name it by. */
  tunnelOpened(): number;
  tunnelEnded(tunnel: Tunnel): void;
  /** There are too many. */
  tunnelsFull(): void;
}

/** One tunnel. Pairs are of the endpoint that sent the first packet, then of the other one. */
export class Tunnel {
  readonly number: number;
  /** `TunnelType`. */
  readonly type: number;
  readonly parent: Tunnel | null;
  readonly packets: [number, number] = [0, 0];
  readonly frameBytes: [number, number] = [0, 0];
  /** Flows that began in it. */
  flows = 0;
  firstSeconds: number;
  firstNanos: number;
  lastSeconds: number;
  lastNanos: number;
  /** Another tunnel with the same hash. */
  next: Tunnel | undefined = undefined;
  /** The layer of its first packet. */
  readonly words: Int32Array;

  constructor(number: number, words: Int32Array, parent: Tunnel | null, seconds: number, nanos: number) {
    this.number = number;
    this.type = words[TunnelWord.Type]!;
    this.parent = parent;
    this.firstSeconds = this.lastSeconds = seconds;
    this.firstNanos = this.lastNanos = nanos;
    this.words = words;
  }

  get typeName(): string {
    return tunnelTypeNames[this.type]!;
  }

  /** The key as unsigned number, `null` when the type or this tunnel has none. */
  get key(): number | null {
    return this.words[TunnelWord.HasKey] ? this.words[TunnelWord.Key]! >>> 0 : null;
  }

  /** Address of the source (0) or destination (1): 4 or 16 bytes. */
  address(end: number): Uint8Array {
    const bytes = new Uint8Array(this.words[TunnelWord.IpVersion] === 6 ? 16 : 4);
    const view = new DataView(bytes.buffer);
    const at = end === 0 ? TunnelWord.Source : TunnelWord.Destination;
    for (let i = 0; i < bytes.length; i += 4) view.setInt32(i, this.words[at + i / 4]!);
    return bytes;
  }

  /** Port of the source (0) or destination (1), `null` for carriers without ports. */
  port(end: number): number | null {
    const isUsed = this.words[TunnelWord.SourcePort] !== 0 || this.words[TunnelWord.DestinationPort] !== 0;
    return isUsed ? this.words[end === 0 ? TunnelWord.SourcePort : TunnelWord.DestinationPort]! : null;
  }
}

export class TunnelTable {
  private readonly listener: TunnelListener;
  private readonly maxTunnels: number;
  /** By hash; the same for both directions. */
  private readonly tunnels = new Map<number, Tunnel>();
  private size = 0;

  constructor(listener: TunnelListener, maxTunnels = 1 << 16) {
    this.listener = listener;
    this.maxTunnels = maxTunnels;
  }

  /**
   * Count a packet with tunnels into each of them; `times` packets of `frameBytes` in all (more than one when a datagram came in
   * fragments), `isNew`: it began a flow. Gives the innermost tunnel.
   */
  track(packet: Packet, seconds: number, nanos: number, isNew: boolean, times: number, frameBytes: number): Tunnel | null {
    let tunnel: Tunnel | null = null;
    for (let layer = 0; layer < packet.tunnelCount; layer++) {
      const at = layer * tunnelWords;
      tunnel = this.find(packet.tunnels, at) ?? this.open(packet.tunnels, at, tunnel, seconds, nanos);
      const direction = isForward(tunnel.words, packet.tunnels, at) ? 0 : 1;
      tunnel.packets[direction] += times;
      tunnel.frameBytes[direction] += frameBytes;
      if (isNew) tunnel.flows++;
      noteTime(tunnel, seconds, nanos);
    }
    return tunnel;
  }

  /** End every tunnel, in the order in which they began. */
  finish(): void {
    const open: Tunnel[] = [];
    for (const first of this.tunnels.values()) for (let tunnel: Tunnel | undefined = first; tunnel; tunnel = tunnel.next) open.push(tunnel);
    open.sort((a, b) => a.number - b.number);
    this.tunnels.clear();
    this.size = 0;
    for (const tunnel of open) this.listener.tunnelEnded(tunnel);
  }

  private find(words: Int32Array, at: number): Tunnel | undefined {
    let tunnel = this.tunnels.get(hashOf(words, at));
    while (tunnel && !isSame(tunnel.words, words, at)) tunnel = tunnel.next;
    return tunnel;
  }

  private open(words: Int32Array, at: number, parent: Tunnel | null, seconds: number, nanos: number): Tunnel {
    if (this.size === this.maxTunnels) {
      this.listener.tunnelsFull();
      this.finish();
    }
    const tunnel = new Tunnel(this.listener.tunnelOpened(), words.slice(at, at + tunnelWords), parent, seconds, nanos);
    const hash = hashOf(words, at);
    tunnel.next = this.tunnels.get(hash);
    this.tunnels.set(hash, tunnel);
    this.size++;
    return tunnel;
  }
}

function noteTime(tunnel: Tunnel, seconds: number, nanos: number): void {
  if (seconds > tunnel.lastSeconds || (seconds === tunnel.lastSeconds && nanos > tunnel.lastNanos)) {
    tunnel.lastSeconds = seconds;
    tunnel.lastNanos = nanos;
  } else if (seconds < tunnel.firstSeconds || (seconds === tunnel.firstSeconds && nanos < tunnel.firstNanos)) {
    tunnel.firstSeconds = seconds;
    tunnel.firstNanos = nanos;
  }
}

/** Ports are no part of a tunnel: many choose the source port by the flow that they carry (RFC 7348 5, RFC 8926 3.3). */
function hashOf(words: Int32Array, at: number): number {
  let ends = 0;
  for (let i = 0; i < 4; i++) {
    ends +=
      Math.imul(words[at + TunnelWord.Source + i]! ^ i, 0x85ebca6b) + Math.imul(words[at + TunnelWord.Destination + i]! ^ i, 0x85ebca6b);
    ends = (ends ^ (ends >>> 13)) | 0;
  }
  const kind = Math.imul(words[at + TunnelWord.Key]! ^ (words[at + TunnelWord.Type]! << 24), 0x9e3779b1);
  return (ends ^ kind ^ (kind >>> 15)) | 0;
}

function isSame(known: Int32Array, words: Int32Array, at: number): boolean {
  for (let i = TunnelWord.Type; i <= TunnelWord.IpVersion; i++) if (known[i] !== words[at + i]) return false;
  return isForward(known, words, at) || isBackward(known, words, at);
}

function isForward(known: Int32Array, words: Int32Array, at: number): boolean {
  for (let i = 0; i < 8; i++) if (known[TunnelWord.Source + i] !== words[at + TunnelWord.Source + i]) return false;
  return true;
}

function isBackward(known: Int32Array, words: Int32Array, at: number): boolean {
  for (let i = 0; i < 4; i++) {
    if (known[TunnelWord.Source + i] !== words[at + TunnelWord.Destination + i]) return false;
    if (known[TunnelWord.Destination + i] !== words[at + TunnelWord.Source + i]) return false;
  }
  return true;
}
