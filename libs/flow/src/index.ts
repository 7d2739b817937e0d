/**
 * Flows: the table of 5-tuples with states and histories as Zeek's, TCP streams in order for the protocol parsers, community ids.
 * Promises: no allocation per packet, every table bounded, packet time only, the same packets give the same flows.
 */
export { communityId } from './community-id.ts';
export { FlowView } from './flow-view.ts';
export { icmpCounterpart } from './icmp.ts';
export { isServerPort } from './server-port.ts';
export { Flag, Slot, slotWords } from './slot.ts';
export { StreamBudget, type StreamReceiver, TcpStream } from './stream.ts';
export { defaultFlowOptions, type FlowOptions } from './flow-options.ts';
export { type FlowListener, FlowTable, noFlow } from './table.ts';
export { TcpFlag } from './tcp-flag.ts';
export { Tunnel, type TunnelListener, TunnelTable } from './tunnels.ts';
