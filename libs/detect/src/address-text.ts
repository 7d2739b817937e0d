/** Text and bytes of addresses that detectors hold as numbers. */
import { formatIp } from '@wirecase/contract';

const COLON = 58;
const NINE = 57;

/** `mac` is a 48-bit number: `02:00:00:00:00:01`. */
export function macText(mac: number): string {
  return (mac.toString(16).padStart(12, '0').match(/../g) ?? []).join(':');
}

/** The 48-bit number of a MAC address written with colons. */
export function macNumber(text: string): number {
  let number = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === COLON) continue;
    const digit = code <= NINE ? code & 15 : (code & 15) + 9;
    number = number * 16 + digit;
  }
  return number;
}

/** The four bytes of an IPv4 address given as a 32-bit number, signed or not. */
export function ipv4Bytes(ip: number): Uint8Array {
  return Uint8Array.of(ip >>> 24, ip >>> 16, ip >>> 8, ip);
}

export function ipv4Text(ip: number): string {
  return formatIp(ipv4Bytes(ip));
}

/** The bytes of an address given as words in network order. */
export function addressBytes(words: readonly number[] | Int32Array): Uint8Array {
  return Uint8Array.from([...words].flatMap((word) => [word >>> 24, word >>> 16, word >>> 8, word]));
}
