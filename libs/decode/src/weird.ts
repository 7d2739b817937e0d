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
};

/** Every weird a packet can have, by code. */
export const weirdNames: Readonly<Record<number, string>> = names;
