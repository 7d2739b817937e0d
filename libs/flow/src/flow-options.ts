export interface FlowOptions {
  /** Seconds of packet time without a packet after which a flow ends, by transport. */
  tcpTimeout: number;
  udpTimeout: number;
  icmpTimeout: number;
  /** Other IP protocols. */
  otherTimeout: number;
  /** TCP after both ends closed or one reset. */
  closedTimeout: number;
  /** Open flows kept at once; when full, the eighth that was silent longest ends. */
  maxFlows: number;
}

export const defaultFlowOptions: FlowOptions = {
  tcpTimeout: 300,
  udpTimeout: 60,
  icmpTimeout: 60,
  otherTimeout: 60,
  closedTimeout: 60,
  maxFlows: 3 << 18,
};
