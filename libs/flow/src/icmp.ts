/** Which ICMP message answers which, so that a request and its reply are one flow: ports are the type and the answering type (as Zeek). */

const icmpPairs: readonly [number, number][] = [
  [8, 0], // echo
  [13, 14], // timestamp
  [15, 16], // information
  [10, 9], // router solicitation and advertisement
  [17, 18], // address mask
];
const icmpv6Pairs: readonly [number, number][] = [
  [128, 129], // echo
  [133, 134], // router solicitation and advertisement
  [135, 136], // neighbour solicitation and advertisement
  [130, 131], // multicast listener query and report
  [139, 140], // node information
  [144, 145], // home agent address discovery
];

/** `table[type]`: the other type of its pair, -1 when nothing answers it. */
function counterparts(pairs: readonly [number, number][]): Int16Array {
  const table = new Int16Array(256).fill(-1);
  for (const [request, reply] of pairs) {
    table[request] = reply;
    table[reply] = request;
  }
  return table;
}
const icmp = counterparts(icmpPairs);
const icmpv6 = counterparts(icmpv6Pairs);

/** The type that answers `type` of ICMP (RFC 792) or ICMPv6 (RFC 4443), -1 when the message stands alone. */
export function icmpCounterpart(type: number, isVersion6: boolean): number {
  return isVersion6 ? icmpv6[type]! : icmp[type]!;
}

/** Whether a message of this type asks for an answer. */
export function isIcmpRequest(type: number, isVersion6: boolean): boolean {
  return (isVersion6 ? icmpv6Pairs : icmpPairs).some(([request]) => request === type);
}
