/** Runs a script of packets through the decoder and the table: what the specs compare. */
import { decode, Packet } from '@wirecase/decode';
import type { PacketScript } from '@wirecase/testkit/packets';
import { FlowView } from './flow-view.ts';
import type { FlowOptions } from './flow-options.ts';
import { FlowTable, noFlow } from './table.ts';

export interface FlowSummary {
  /** `source:port > destination:port` by last octet. */
  ends: string;
  state: string;
  history: string;
  packets: string;
  first: number;
  view: Record<string, unknown>;
}

export interface FlowRun {
  flows: FlowSummary[];
  weirds: string[];
  /** Packets that no flow took. */
  loose: number;
  full: number;
}

export function flowsOf(script: PacketScript, options: Partial<FlowOptions> = {}): FlowRun {
  const run: FlowRun = { flows: [], weirds: [], loose: 0, full: 0 };
  const table: FlowTable = new FlowTable(
    {
      flowEnded: (slot) => void run.flows.push(summary(new FlowView(table).at(slot))),
      flowWeird: (_slot, name) => void run.weirds.push(name),
      tableFull: (ended) => void (run.full += ended),
    },
    options,
  );
  const packet = new Packet();
  script.frames.forEach(({ data, seconds, nanos }, i) => {
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    decode(packet, view, 0, data.length, data.length, 1);
    if (packet.bucket !== 0) throw new Error(`packet ${i + 1} is in bucket ${packet.bucket}`);
    if (table.track(packet, view, seconds, nanos, i + 1) === noFlow) run.loose++;
  });
  table.finish();
  return run;
}

function summary(flow: FlowView): FlowSummary {
  return {
    ends: `${flow.sourceIp.at(-1)}:${flow.sourcePort} > ${flow.destinationIp.at(-1)}:${flow.destinationPort}`,
    state: flow.state,
    history: flow.history,
    packets: `${flow.packets(0)}/${flow.packets(1)}`,
    first: flow.firstPacket,
    view: {
      payload: [flow.payloadBytes(0), flow.payloadBytes(1)],
      frames: [flow.frameBytes(0), flow.frameBytes(1)],
      ip: [flow.ipBytes(0), flow.ipBytes(1)],
      retransmissions: [flow.retransmissions(0), flow.retransmissions(1)],
      gaps: [flow.gapBytes(0), flow.gapBytes(1)],
      zeroWindows: [flow.zeroWindows(0), flow.zeroWindows(1)],
      firstBytes: flow.firstBytes,
      firstMicros: flow.firstMicros,
      rttMicros: flow.rttMicros,
      initiatorKnown: flow.isInitiatorKnown,
      macs: [flow.sourceMac, flow.destinationMac],
      vlans: flow.vlans,
      ttl: [flow.ttl(0), flow.ttl(1)],
      truncated: flow.isTruncated,
      durationNs: flow.endNs - flow.startNs,
    },
  };
}
