/**
 * Little scripts of packets: `at(0)` sets the clock, TCP talks keep their sequence numbers, everything else is given as an IP packet.
 *
 *   const script = new PacketScript();
 *   const talk = script.tcp('10.0.0.1', '10.0.0.2', 80);
 *   script.at(0);
 *   talk.handshake().send('a', 'GET / HTTP/1.0\r\n\r\n').fin('a');
 *   script.at(1).udp('10.0.0.1', '10.0.0.3', 53, text('?'));
 */
import { pcap } from './packets-capture.ts';
import { ethernet, ipv4, ipv6, tcp, text, type Transport, udp } from './packets.ts';

export interface ScriptFrame {
  seconds: number;
  nanos: number;
  data: Uint8Array;
}

/** Packets follow each other by this much unless `at` says otherwise. */
const stepNanos = 1_000_000;
const startSeconds = 1_700_000_000;

export class PacketScript {
  readonly frames: ScriptFrame[] = [];
  private seconds = startSeconds;
  private nanos = 0;

  /** The next packet is this many seconds after the start. */
  at(seconds: number): this {
    const whole = Math.floor(seconds);
    this.seconds = startSeconds + whole;
    this.nanos = Math.round((seconds - whole) * 1e9);
    return this;
  }

  /** An Ethernet frame. */
  frame(data: Uint8Array): this {
    this.frames.push({ seconds: this.seconds, nanos: this.nanos, data });
    this.nanos += stepNanos;
    if (this.nanos >= 1_000_000_000) {
      this.nanos -= 1_000_000_000;
      this.seconds++;
    }
    return this;
  }

  /** A transport in IPv4, or IPv6 when the addresses are. */
  ip(source: string, destination: string, transport: Transport): this {
    const wrap = source.includes(':') ? ipv6 : ipv4;
    return this.frame(ethernet({}, wrap({ source, destination }, transport)));
  }

  udp(source: string, destination: string, destinationPort: number, payload: Uint8Array, sourcePort = 40000): this {
    return this.ip(source, destination, udp({ sourcePort, destinationPort }, payload));
  }

  /** A TCP connection from `a` to `b`, numbered as its packets are added. */
  tcp(a: string, b: string, port: number, sourcePort = 40000): TcpTalk {
    return new TcpTalk(this, a, b, port, sourcePort);
  }

  /** A nanosecond pcap of the frames. */
  capture(): Uint8Array {
    const records = this.frames.map(({ seconds, nanos, data }) => ({ seconds, fraction: nanos, data }));
    return pcap(records, { magic: 0xa1b23c4d });
  }
}

/** `a` opens, `b` answers. */
export type Side = 'a' | 'b';

export class TcpTalk {
  /** Next sequence number of each side. */
  readonly next: Record<Side, number> = { a: 1000, b: 5000 };
  private readonly script: PacketScript;
  private readonly addresses: Record<Side, string>;
  private readonly ports: Record<Side, number>;

  constructor(script: PacketScript, a: string, b: string, port: number, sourcePort: number) {
    this.script = script;
    this.addresses = { a, b };
    this.ports = { a: sourcePort, b: port };
  }

  syn(): this {
    return this.segment('a', 'S', { seq: this.next.a++, ack: 0 });
  }

  synAck(): this {
    return this.segment('b', 'SA', { seq: this.next.b++ });
  }

  ack(side: Side): this {
    return this.segment(side, 'A', {});
  }

  handshake(): this {
    return this.syn().synAck().ack('a');
  }

  /** Data, at the next sequence number. */
  send(side: Side, data: string | Uint8Array): this {
    const payload = typeof data === 'string' ? text(data) : data;
    this.segment(side, 'PA', { payload });
    this.next[side] += payload.length;
    return this;
  }

  /** Data that the capture does not show. */
  lose(side: Side, length: number): this {
    this.next[side] += length;
    return this;
  }

  fin(side: Side): this {
    this.segment(side, 'FA', {});
    this.next[side]++;
    return this;
  }

  rst(side: Side, flags = 'RA'): this {
    return this.segment(side, flags, {});
  }

  /** A segment as given; numbers are the next ones by default and are not moved on. */
  segment(side: Side, flags: string, fields: { seq?: number; ack?: number; window?: number; payload?: Uint8Array }): this {
    const other = side === 'a' ? 'b' : 'a';
    const { seq = this.next[side], ack = this.next[other], window = 65535, payload } = fields;
    const ports = { sourcePort: this.ports[side], destinationPort: this.ports[other] };
    this.script.ip(this.addresses[side], this.addresses[other], tcp({ ...ports, seq, ack, flags, window }, payload));
    return this;
  }
}
