/** What becomes of a flow that has ended: the last of its records, then its row, or its part in the row of a scan. */
import { flowRecord, type FlowRow, type RecordSink } from '@wirecase/contract';
import { type FlowTable, FlowView } from '@wirecase/flow';
import { type CollapseListener, FlowCollapser } from './collapse.ts';
import type { Conversations } from './conversations.ts';
import type { Detection } from './detection.ts';
import { flowRow } from './flow-row.ts';
import type { Hosts } from './hosts/hosts.ts';
import type { IcmpRecords } from './icmp/icmp-records.ts';
import type { Identification } from './identification.ts';
import type { IdMaker } from './ids.ts';
import type { AnalyzeOptions } from './options.ts';
import type { Quality } from './quality/quality.ts';
import type { FlowTunnels, Tunnels } from './tunnels.ts';
import type { WeirdLog } from './weird-log.ts';

interface FlowEndsParts {
  sink: RecordSink;
  ids: IdMaker;
  table: FlowTable;
  conversations: Conversations;
  identification: Identification;
  detection: Detection | null;
  hosts: Hosts | null;
  quality: Quality | null;
  icmp: IcmpRecords;
  tunnels: Tunnels;
  weirds: WeirdLog;
  options: AnalyzeOptions;
  /** The flow whose first packet is `member` is in the row of the one whose first packet is `first`. */
  member(first: number, member: number): void;
}

export class FlowEnds implements CollapseListener {
  /** Rows of flows in the file at hand. */
  flows = 0;
  private readonly parts: FlowEndsParts;
  private readonly flow: FlowView;
  private readonly collapser: FlowCollapser | null;
  /** Of the flow that is ending. */
  private tunnels: FlowTunnels | null = null;

  constructor(parts: FlowEndsParts) {
    this.parts = parts;
    this.flow = new FlowView(parts.table);
    this.collapser = parts.options.collapse ? new FlowCollapser(this, parts.options.collapseAfter) : null;
  }

  /** The flow in `slot` is over. */
  ended(slot: number): void {
    const { conversations, identification, detection, icmp, ids, weirds } = this.parts;
    const flow = this.flow.at(slot);
    const protocols = conversations.close(slot);
    const identified = protocols.length > 0 ? identification.of(flow, protocols) : null;
    detection?.ended(slot, identified);
    this.tunnels = this.parts.tunnels.close(slot);
    const isPlain = protocols.length === 0 && !weirds.has(slot);
    if (isPlain && this.collapser?.absorb(flow)) return icmp.close(slot, null);
    const id = ids.id(flow.firstPacket);
    icmp.close(slot, id);
    weirds.close(slot, id);
    this.completed(flowRow(flow, id, identified ?? identification.of(flow, protocols), this.tunnels, this.parts.options.communityIdSeed));
  }

  /** Write the rows of scans that are open. */
  finish(): void {
    this.collapser?.finish();
  }

  /** The file at hand has ended, and another one follows. */
  startFile(): void {
    this.flows = 0;
  }

  rowOf(flow: FlowView): FlowRow {
    const { ids, identification, options } = this.parts;
    return flowRow(flow, ids.id(flow.firstPacket), identification.byHeader(flow), this.tunnels, options.communityIdSeed);
  }

  completed(row: FlowRow): void {
    this.flows++;
    this.parts.hosts?.flow(row);
    this.parts.quality?.flow(row);
    this.parts.sink.record(flowRecord, row);
  }

  member(first: number, member: number): void {
    this.parts.member(first, member);
  }
}
