/** Rows that stand for several flows: which of their ends all of them have in common. */
import type { FlowRow } from '@wirecase/contract';

/** Of a flood from many sources the hosts in the row are the sources. */
export function isOfManySources({ aggregateIps, sourceIp }: FlowRow): boolean {
  return aggregateIps !== null && aggregateIps.length > 1 && aggregateIps.some((ip) => isSame(ip, sourceIp));
}

export function isToMany({ aggregateIps, destinationIp }: FlowRow): boolean {
  return aggregateIps !== null && aggregateIps.length > 1 && aggregateIps.some((ip) => isSame(ip, destinationIp));
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
