/** The tunnels of a capture: counts what they carry, tells flows in which they were carried, writes their rows. */
import { type RecordSink, tunnelRecord, type TunnelRow } from '@wirecase/contract';
import { type Packet, TunnelType } from '@wirecase/decode';
import { type Tunnel, type TunnelListener, TunnelTable } from '@wirecase/flow';
import { nanosecondsOf } from './clock.ts';
import type { IdMaker } from './ids.ts';
import type { WeirdLog } from './weird-log.ts';

export interface TunnelsParts {
  sink: RecordSink;
  ids: IdMaker;
  nextRecord: () => number;
  weirds: WeirdLog;
}

/** What a flow says of its tunnels. */
export interface FlowTunnels {
  types: readonly string[];
  ids: readonly string[];
}

export class Tunnels implements TunnelListener {
  private readonly parts: TunnelsParts;
  private readonly table = new TunnelTable(this);
  /** By slot of an open flow: the innermost tunnel of its first packet each way. */
  private readonly bySlot = new Map<number, [Tunnel | null, Tunnel | null]>();

  constructor(parts: TunnelsParts) {
    this.parts = parts;
  }

  /** `packets` with `frameBytes` in all (a packet, or the fragments of one) of the flow in `slot` were carried by `packet`'s tunnels. */
  carried(
    slot: number,
    direction: number,
    isNew: boolean,
    packet: Packet,
    seconds: number,
    nanos: number,
    packets: number,
    frameBytes: number,
  ): void {
    const tunnel = this.table.track(packet, seconds, nanos, isNew, packets, frameBytes);
    let known = this.bySlot.get(slot);
    if (!known) this.bySlot.set(slot, (known = [null, null]));
    known[direction] ??= tunnel;
  }

  /** The flow in `slot` is over. */
  close(slot: number): FlowTunnels | null {
    const known = this.bySlot.get(slot);
    if (!known) return null;
    this.bySlot.delete(slot);
    const innermost = [...new Set(known)].filter((tunnel) => tunnel !== null);
    const types: string[] = [];
    for (let tunnel: Tunnel | null = innermost[0]!; tunnel; tunnel = tunnel.parent) types.unshift(tunnel.typeName);
    return { types, ids: innermost.map((tunnel) => this.parts.ids.id(tunnel.number)) };
  }

  finish(): void {
    this.table.finish();
  }

  tunnelOpened(): number {
    return this.parts.nextRecord();
  }

  tunnelEnded(tunnel: Tunnel): void {
    this.parts.sink.record(tunnelRecord, this.row(tunnel));
  }

  tunnelsFull(): void {
    this.parts.weirds.add('tunnel_table_full', -1);
  }

  private row(tunnel: Tunnel): TunnelRow {
    const { ids } = this.parts;
    return {
      id: ids.id(tunnel.number),
      start: nanosecondsOf(tunnel.firstSeconds, tunnel.firstNanos),
      end: nanosecondsOf(tunnel.lastSeconds, tunnel.lastNanos),
      tunnelType: tunnel.typeName,
      key: keyText(tunnel),
      sourceIp: tunnel.address(0),
      sourcePort: tunnel.port(0),
      destinationIp: tunnel.address(1),
      destinationPort: tunnel.port(1),
      parentId: tunnel.parent ? ids.id(tunnel.parent.number) : null,
      sourcePackets: tunnel.packets[0],
      destinationPackets: tunnel.packets[1],
      sourceBytes: tunnel.frameBytes[0],
      destinationBytes: tunnel.frameBytes[1],
      flows: tunnel.flows,
    };
  }
}

function keyText({ type, key }: Tunnel): string | null {
  if (key === null) return null;
  return type === TunnelType.L2tp ? `${key >>> 16}:${key & 0xffff}` : String(key);
}
