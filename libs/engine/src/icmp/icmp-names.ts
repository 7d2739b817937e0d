/** Names of ICMP's types and codes by the registries of IANA: "ICMP Parameters" and "ICMPv6 Parameters". */

interface Message {
  name: string;
  /** By code. */
  reasons?: readonly string[];
}

const icmp: Readonly<Record<number, Message>> = {
  0: { name: 'echo_reply' },
  3: {
    name: 'destination_unreachable',
    reasons: [
      'net_unreachable',
      'host_unreachable',
      'protocol_unreachable',
      'port_unreachable',
      'fragmentation_needed',
      'source_route_failed',
      'net_unknown',
      'host_unknown',
      'source_host_isolated',
      'net_prohibited',
      'host_prohibited',
      'net_unreachable_for_tos',
      'host_unreachable_for_tos',
      'administratively_prohibited',
      'host_precedence_violation',
      'precedence_cutoff',
    ],
  },
  4: { name: 'source_quench' },
  5: { name: 'redirect', reasons: ['network', 'host', 'tos_and_network', 'tos_and_host'] },
  8: { name: 'echo_request' },
  9: { name: 'router_advertisement' },
  10: { name: 'router_solicitation' },
  11: { name: 'time_exceeded', reasons: ['ttl_exceeded', 'fragment_reassembly_exceeded'] },
  12: { name: 'parameter_problem', reasons: ['pointer', 'missing_option', 'bad_length'] },
  13: { name: 'timestamp_request' },
  14: { name: 'timestamp_reply' },
  15: { name: 'information_request' },
  16: { name: 'information_reply' },
  17: { name: 'address_mask_request' },
  18: { name: 'address_mask_reply' },
  30: { name: 'traceroute' },
  42: { name: 'extended_echo_request' },
  43: { name: 'extended_echo_reply' },
};

const icmpv6: Readonly<Record<number, Message>> = {
  1: {
    name: 'destination_unreachable',
    reasons: [
      'no_route',
      'administratively_prohibited',
      'beyond_scope',
      'address_unreachable',
      'port_unreachable',
      'source_policy',
      'reject_route',
      'source_routing_error',
    ],
  },
  2: { name: 'packet_too_big' },
  3: { name: 'time_exceeded', reasons: ['hop_limit_exceeded', 'fragment_reassembly_exceeded'] },
  4: { name: 'parameter_problem', reasons: ['erroneous_header', 'unrecognized_next_header', 'unrecognized_option'] },
  128: { name: 'echo_request' },
  129: { name: 'echo_reply' },
  130: { name: 'multicast_listener_query' },
  131: { name: 'multicast_listener_report' },
  132: { name: 'multicast_listener_done' },
  133: { name: 'router_solicitation' },
  134: { name: 'router_advertisement' },
  135: { name: 'neighbor_solicitation' },
  136: { name: 'neighbor_advertisement' },
  137: { name: 'redirect' },
  138: { name: 'router_renumbering' },
  139: { name: 'node_information_query' },
  140: { name: 'node_information_response' },
  141: { name: 'inverse_neighbor_solicitation' },
  142: { name: 'inverse_neighbor_advertisement' },
  143: { name: 'multicast_listener_report_v2' },
  151: { name: 'multicast_router_advertisement' },
  152: { name: 'multicast_router_solicitation' },
  153: { name: 'multicast_router_termination' },
  155: { name: 'rpl_control' },
};

/** `type_N` where the type has no name. */
export function icmpName(type: number, isVersion6: boolean): string {
  return (isVersion6 ? icmpv6 : icmp)[type]?.name ?? `type_${type}`;
}

/** Null where the code of this type has no name. */
export function icmpReason(type: number, code: number, isVersion6: boolean): string | null {
  return (isVersion6 ? icmpv6 : icmp)[type]?.reasons?.[code] ?? null;
}

/** Whether a message of this type quotes the packet that it is about, 8 bytes in (RFC 792, RFC 4443 2.1). */
export function isIcmpError(type: number, isVersion6: boolean): boolean {
  if (isVersion6) return type >= 1 && type <= 4;
  return type === 3 || type === 4 || type === 5 || type === 11 || type === 12;
}
