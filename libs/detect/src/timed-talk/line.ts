/** What was said from one port of a host to one of another: a connection, or what stands for one where there is none. */
import { Samples } from '../timer-samples.ts';
import type { EndedFlow } from '../detector.ts';

/** The exchanges that one end began. */
export class Talk {
  readonly samples = new Samples();
  count = 0;
  /** Of these, how many the other end answered. */
  answered = 0;
  /** Exchanges at which it is looked at next. */
  nextLook = 0;
  /** Since when it goes by a timer: packet time, nanoseconds. */
  detectedAtNs: bigint | null = null;
}

export class Line {
  readonly source: number;
  readonly destination: number;
  readonly sourcePort: number;
  readonly port: number;
  readonly isUdp: boolean;
  /** By who begins: originator, responder. */
  readonly talks = [new Talk(), new Talk()] as const;
  /** Payload of both ends in all exchanges. */
  bytes = 0;
  /** Whether it is TLS or HTTP. */
  isWeb = false;
  /** First packet of the flow at hand, payload of its ends at the exchange before, and who began that one. */
  private flow = -1;
  private readonly said = [0, 0];
  private last = -1;

  constructor(source: number, destination: number, { sourcePort, destinationPort, ianaNumber }: EndedFlow, udp: number) {
    this.source = source;
    this.destination = destination;
    this.sourcePort = sourcePort;
    this.port = destinationPort;
    this.isUdp = ianaNumber === udp;
  }

  /** Whether an exchange of `flow` was noted. */
  knows({ firstPacket }: EndedFlow): boolean {
    return this.flow === firstPacket;
  }

  /** The exchange before is over: note whether it was answered, and all that was said up to now but the last `payloadBytes`, of `direction`. */
  settle(flow: EndedFlow, direction: number, payloadBytes: number): void {
    const isSame = this.knows(flow);
    if (!isSame) this.said.fill(0);
    this.flow = flow.firstPacket;
    for (const end of [0, 1]) {
      const said = flow.payloadBytes(end) - (end === direction ? payloadBytes : 0);
      const now = said - this.said[end]!;
      if (isSame) this.bytes += now;
      if (isSame && now > 0 && this.last === 1 - end) this.talks[1 - end]!.answered++;
      this.said[end] = said;
    }
    this.last = direction;
  }
}
