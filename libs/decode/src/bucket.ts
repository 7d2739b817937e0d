/**
 * Where packets go that belong to no flow. A bucket is a number, so that counting needs no text; names are stable and appear in the
 * `capture` record. Ids up to 255 are the named buckets, the others carry the number that makes their name.
 */

export const Bucket = {
  Flow: 0,
  EthernetTruncated: 1,
  VlanTruncated: 2,
  LinkTruncated: 3,
  IpTruncated: 4,
  IpMalformed: 5,
  TransportTruncated: 6,
  Arp: 7,
  Rarp: 8,
  Lldp: 9,
  Eapol: 10,
  Stp: 11,
  Cdp: 12,
  Llc: 13,
  Snap: 14,
  Ipx: 15,
  Osi: 16,
  Netbeui: 17,
  PppoeDiscovery: 18,
  Pppoe: 19,
  Mpls: 20,
  SlowProtocols: 21,
  EthernetLoopback: 22,
  Ptp: 23,
  WakeOnLan: 24,
  Macsec: 25,
  Netlink: 26,
  Can: 27,
  VlanTooDeep: 28,
  AppleTalk: 29,
  WlanManagement: 30,
  WlanControl: 31,
  /** Data frames without data: power management. */
  WlanNull: 32,
  WlanEncrypted: 33,
  /** A piece of an 802.11 frame. */
  WlanFragment: 34,
  WlanExtension: 35,
  Q933: 36,
  /** A piece of an IP datagram whose first piece was not seen. */
  IpFragment: 37,
} as const;

const bucketNames: Record<number, string> = {
  [Bucket.EthernetTruncated]: 'ethernet-truncated',
  [Bucket.VlanTruncated]: 'vlan-truncated',
  [Bucket.LinkTruncated]: 'link-truncated',
  [Bucket.IpTruncated]: 'ip-truncated',
  [Bucket.IpMalformed]: 'ip-malformed',
  [Bucket.TransportTruncated]: 'transport-truncated',
  [Bucket.Arp]: 'arp',
  [Bucket.Rarp]: 'rarp',
  [Bucket.Lldp]: 'lldp',
  [Bucket.Eapol]: 'eapol',
  [Bucket.Stp]: 'stp',
  [Bucket.Cdp]: 'cdp',
  [Bucket.Llc]: 'llc',
  [Bucket.Snap]: 'snap',
  [Bucket.Ipx]: 'ipx',
  [Bucket.Osi]: 'osi',
  [Bucket.Netbeui]: 'netbeui',
  [Bucket.PppoeDiscovery]: 'pppoe-discovery',
  [Bucket.Pppoe]: 'pppoe',
  [Bucket.Mpls]: 'mpls',
  [Bucket.SlowProtocols]: 'slow-protocols',
  [Bucket.EthernetLoopback]: 'ethernet-loopback',
  [Bucket.Ptp]: 'ptp',
  [Bucket.WakeOnLan]: 'wake-on-lan',
  [Bucket.Macsec]: 'macsec',
  [Bucket.Netlink]: 'netlink',
  [Bucket.Can]: 'can',
  [Bucket.VlanTooDeep]: 'vlan-too-deep',
  [Bucket.AppleTalk]: 'appletalk',
  [Bucket.WlanManagement]: 'wlan-management',
  [Bucket.WlanControl]: 'wlan-control',
  [Bucket.WlanNull]: 'wlan-null',
  [Bucket.WlanEncrypted]: 'wlan-encrypted',
  [Bucket.WlanFragment]: 'wlan-fragment',
  [Bucket.WlanExtension]: 'wlan-extension',
  [Bucket.Q933]: 'q933',
  [Bucket.IpFragment]: 'ip-fragment',
};

const etherTypeBase = 0x1_0000;
const linkTypeBase = 0x2_0000;
const addressFamilyBase = 0x3_0000;
const pppBase = 0x4_0000;

/** The bucket of an EtherType that nothing here decodes. */
export function etherTypeBucket(etherType: number): number {
  switch (etherType) {
    case 0x0806:
      return Bucket.Arp;
    case 0x8035:
      return Bucket.Rarp;
    case 0xfefe: // OSI on Cisco HDLC
      return Bucket.Osi;
    case 0x809b:
    case 0x80f3:
      return Bucket.AppleTalk;
    case 0x0842:
      return Bucket.WakeOnLan;
    case 0x8137:
      return Bucket.Ipx;
    case 0x8809:
      return Bucket.SlowProtocols;
    case 0x8863:
      return Bucket.PppoeDiscovery;
    case 0x888e:
      return Bucket.Eapol;
    case 0x88cc:
      return Bucket.Lldp;
    case 0x88e5:
      return Bucket.Macsec;
    case 0x88f7:
      return Bucket.Ptp;
    case 0x9000:
      return Bucket.EthernetLoopback;
    default:
      return etherTypeBase + etherType;
  }
}

/** The bucket of a link type that nothing here decodes. */
export function linkTypeBucket(linkType: number): number {
  return linkTypeBase + (linkType & 0xffff);
}

/** The bucket of a BSD loopback address family other than IP. */
export function addressFamilyBucket(family: number): number {
  return addressFamilyBase + (family & 0xffff);
}

/** The bucket of a PPP protocol other than IP. */
export function pppBucket(protocol: number): number {
  return pppBase + (protocol & 0xffff);
}

/** The LINKTYPE_ number that makes the bucket's name, -1 when the bucket is not one of `linkTypeBucket`. */
export function bucketLinkType(bucket: number): number {
  return bucket >= linkTypeBase && bucket < addressFamilyBase ? bucket - linkTypeBase : -1;
}

/** The stable name of a bucket other than `Bucket.Flow`. */
export function bucketName(bucket: number): string {
  if (bucket >= pppBase) return `ppp-0x${(bucket - pppBase).toString(16).padStart(4, '0')}`;
  if (bucket >= addressFamilyBase) return `address-family-${bucket - addressFamilyBase}`;
  if (bucket >= linkTypeBase) return `link-type-${bucket - linkTypeBase}`;
  if (bucket >= etherTypeBase) return `ethertype-0x${(bucket - etherTypeBase).toString(16).padStart(4, '0')}`;
  return bucketNames[bucket] ?? `bucket-${bucket}`;
}
