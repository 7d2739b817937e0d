/** Community ID v1 (github.com/corelight/community-id-spec): "1:" and the base64 SHA-1 of the flow's ordered endpoints. */
import type { Platform } from '@wirecase/contract';
import { icmpCounterpart } from './icmp.ts';

/**
 * The id of a flow. Addresses of 4 or 16 bytes in network order; ports as on the wire, for ICMP type and code of its first message,
 * 0 for other protocols; `seed` as int16, 0 by convention.
 */
export function communityId(
  platform: Platform,
  protocol: number,
  sourceIp: Uint8Array,
  destinationIp: Uint8Array,
  sourcePort: number,
  destinationPort: number,
  seed = 0,
): string {
  const isIcmp = protocol === 1 || protocol === 58;
  const hasPorts = isIcmp || protocol === 6 || protocol === 17 || protocol === 132;
  let isOneWay = false;
  if (isIcmp) {
    const answer = icmpCounterpart(sourcePort, protocol === 58);
    if (answer < 0) isOneWay = true;
    else destinationPort = answer;
  }
  const order = compareBytes(sourceIp, destinationIp);
  const isOrdered = isOneWay || order < 0 || (order === 0 && sourcePort <= destinationPort);
  const size = sourceIp.length;
  const input = new Uint8Array(2 + 2 * size + 2 + (hasPorts ? 4 : 0));
  const view = new DataView(input.buffer);
  view.setUint16(0, seed);
  input.set(isOrdered ? sourceIp : destinationIp, 2);
  input.set(isOrdered ? destinationIp : sourceIp, 2 + size);
  input[2 + 2 * size] = protocol;
  if (hasPorts) {
    view.setUint16(4 + 2 * size, isOrdered ? sourcePort : destinationPort);
    view.setUint16(6 + 2 * size, isOrdered ? destinationPort : sourcePort);
  }
  return `1:${base64(platform.digest('sha1', input))}`;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length; i++) {
    const difference = a[i]! - b[i]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const group = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text += alphabet[group >> 18]! + alphabet[(group >> 12) & 63]!;
    text += i + 1 < bytes.length ? alphabet[(group >> 6) & 63]! : '=';
    text += i + 2 < bytes.length ? alphabet[group & 63]! : '=';
  }
  return text;
}
