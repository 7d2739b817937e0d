/**
 * What one header can carry that is decoded next. A header leaves it on the packet (`Packet.carry`) and `decode` goes on from there, so
 * that nesting is a loop: no recursion, and files need not import in circles.
 */
export const Inner = {
  None: 0,
  Ip: 1,
  Gre: 2,
  EtherIp: 3,
  /** MPLS directly in IP. */
  Mpls: 4,
  /** Ethernet behind MPLS labels, with or without a control word. */
  Pseudowire: 5,
  GtpU: 6,
  Vxlan: 7,
  VxlanGpe: 8,
  Geneve: 9,
  Teredo: 10,
  L2tp: 11,
  Gue: 12,
  Tzsp: 13,
  Capwap: 14,
  Ayiya: 15,
  /** L2TP version 3 directly in IP. */
  L2tpInIp: 16,
  /** MPLS in UDP. */
  MplsInUdp: 17,
  Lisp: 18,
} as const;

export const TunnelType = {
  Gre: 1,
  Pptp: 2,
  Erspan: 3,
  Ipip: 4,
  SixInFour: 5,
  FourInSix: 6,
  SixInSix: 7,
  EtherIp: 8,
  MplsInIp: 9,
  GtpU: 10,
  Vxlan: 11,
  Geneve: 12,
  Teredo: 13,
  L2tp: 14,
  Gue: 15,
  Tzsp: 16,
  Capwap: 17,
  Ayiya: 18,
  MplsInUdp: 19,
  Lisp: 20,
} as const;

/** Stable names of tunnel types. */
export const tunnelTypeNames: Readonly<Record<number, string>> = {
  [TunnelType.Gre]: 'gre',
  [TunnelType.Pptp]: 'pptp',
  [TunnelType.Erspan]: 'erspan',
  [TunnelType.Ipip]: 'ipip',
  [TunnelType.SixInFour]: '6in4',
  [TunnelType.FourInSix]: '4in6',
  [TunnelType.SixInSix]: '6in6',
  [TunnelType.EtherIp]: 'etherip',
  [TunnelType.MplsInIp]: 'mpls',
  [TunnelType.GtpU]: 'gtpu',
  [TunnelType.Vxlan]: 'vxlan',
  [TunnelType.Geneve]: 'geneve',
  [TunnelType.Teredo]: 'teredo',
  [TunnelType.L2tp]: 'l2tp',
  [TunnelType.Gue]: 'gue',
  [TunnelType.Tzsp]: 'tzsp',
  [TunnelType.Capwap]: 'capwap',
  [TunnelType.Ayiya]: 'ayiya',
  [TunnelType.MplsInUdp]: 'mpls',
  [TunnelType.Lisp]: 'lisp',
};

/** Whether a tunnel of this type runs over UDP, where only its content tells it from other traffic. */
export function isOverUdp(type: number): boolean {
  return type >= TunnelType.GtpU;
}
