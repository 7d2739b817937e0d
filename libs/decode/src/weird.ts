/** Oddities of single packets. Names are stable: analysts search and count them. */

export const Weird = {
  /** The IP length says more than the frame on the wire can hold; the frame is believed. */
  IpLengthBeyondFrame: 1,
  /** IP length 0: segmentation offload on the capturing machine; the length is taken from the frame. */
  IpLengthZero: 2,
  /** A fragment that would end beyond 65,535 bytes ("ping of death"). */
  FragmentBeyondDatagram: 3,
  /** A fragment that is not the last and whose length is not a multiple of 8. */
  FragmentLengthOdd: 4,
  /** More IPv6 extension headers than are followed. */
  Ipv6HeaderChainTooLong: 5,
  /** An IPv6 extension header that ends beyond the datagram. */
  Ipv6HeaderTruncated: 6,
  /** A TCP header of less than 20 bytes on the wire, or a data offset below 5 or beyond the segment. */
  TcpHeaderBad: 7,
  /** A UDP length below 8 or beyond the datagram. */
  UdpLengthBad: 8,
  /** A transport header cut short by the capture length, yet with its ports. */
  TransportHeaderCut: 9,
  /** More VLAN tags than are followed. */
  VlanTooDeep: 10,
  /** An 802.3 length beyond the frame. */
  EthernetLengthBad: 11,
  /** More tunnels within tunnels than are opened: the packet is of the flow that carries the next one. */
  TunnelTooDeep: 12,
  /** A wireless frame that the receiver flagged as damaged (radiotap "bad FCS"). */
  WlanBadFcs: 13,
  /** Fragments of a datagram overlap with the same bytes. */
  FragmentOverlap: 14,
  /** Fragments of a datagram overlap with other bytes: what came first is kept. */
  FragmentInconsistent: 15,
  /** Fragments disagree about where their datagram ends. */
  FragmentSizeInconsistent: 16,
  /** A datagram of which not all fragments were seen. */
  FragmentIncomplete: 17,
  /** Too many fragments wait for others: the oldest datagram was given up. */
  FragmentTableFull: 18,
} as const;

export type WeirdCode = (typeof Weird)[keyof typeof Weird];

const names: Record<WeirdCode, string> = {
  [Weird.IpLengthBeyondFrame]: 'ip_length_beyond_frame',
  [Weird.IpLengthZero]: 'ip_length_zero',
  [Weird.FragmentBeyondDatagram]: 'fragment_beyond_datagram',
  [Weird.FragmentLengthOdd]: 'fragment_length_odd',
  [Weird.Ipv6HeaderChainTooLong]: 'ipv6_header_chain_too_long',
  [Weird.Ipv6HeaderTruncated]: 'ipv6_header_truncated',
  [Weird.TcpHeaderBad]: 'tcp_header_bad',
  [Weird.UdpLengthBad]: 'udp_length_bad',
  [Weird.TransportHeaderCut]: 'transport_header_cut',
  [Weird.VlanTooDeep]: 'vlan_too_deep',
  [Weird.EthernetLengthBad]: 'ethernet_length_bad',
  [Weird.TunnelTooDeep]: 'tunnel_too_deep',
  [Weird.WlanBadFcs]: 'wlan_bad_fcs',
  [Weird.FragmentOverlap]: 'fragment_overlap',
  [Weird.FragmentInconsistent]: 'fragment_inconsistent',
  [Weird.FragmentSizeInconsistent]: 'fragment_size_inconsistent',
  [Weird.FragmentIncomplete]: 'fragment_incomplete',
  [Weird.FragmentTableFull]: 'fragment_table_full',
};

/** Every weird a packet can have, by code. */
export const weirdNames: Readonly<Record<number, string>> = names;
