/** Community ID v1 (github.com/corelight/community-id-spec): "1:" and the base64 SHA-1 of the flow's ordered endpoints. */
import { icmpCounterpart } from './icmp.ts';
import { sha1 } from './sha1.ts';

/**
 * The id of a flow. Addresses of 4 or 16 bytes in network order; ports as on the wire, for ICMP type and code of its first message,
 * 0 for other protocols; `seed` as int16, 0 by convention.
 */
export function communityId(
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
  message[0] = seed >>> 8;
  message[1] = seed;
  message.set(isOrdered ? sourceIp : destinationIp, 2);
  message.set(isOrdered ? destinationIp : sourceIp, 2 + size);
  let length = 2 + 2 * size;
  message[length++] = protocol;
  message[length++] = 0;
  if (hasPorts) {
    const [first, second] = isOrdered ? [sourcePort, destinationPort] : [destinationPort, sourcePort];
    message[length++] = first >>> 8;
    message[length++] = first;
    message[length++] = second >>> 8;
    message[length++] = second;
  }
  return `1:${base64(sha1(message, length))}`;
}

/** Seed, addresses, protocol, padding and ports: at most 40 bytes. */
const message = new Uint8Array(40);

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length; i++) {
    const difference = a[i]! - b[i]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** Two digits of base64 by 12 bits. */
const digits = Array.from({ length: 4096 }, (_, bits) => alphabet[bits >> 6]! + alphabet[bits & 63]!);

/** Base64 of the 20 bytes of a SHA-1. */
function base64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < 18; i += 3) {
    const group = (bytes[i]! << 16) | (bytes[i + 1]! << 8) | bytes[i + 2]!;
    text += digits[group >> 12]! + digits[group & 4095]!;
  }
  const rest = (bytes[18]! << 16) | (bytes[19]! << 8);
  return `${text}${digits[rest >> 12]!}${alphabet[(rest >> 6) & 63]!}=`;
}
