/** Addresses as keys of maps: IPv4 as an int32, which a map finds faster than larger numbers, IPv6 as its eight groups in a string. */

export type AddressKey = number | string;

/** `address`: 4 or 16 bytes, network byte order. */
export function keyOfAddress(address: Uint8Array): AddressKey {
  if (address.length === 4) return (address[0]! << 24) | (address[1]! << 16) | (address[2]! << 8) | address[3]!;
  let key = '';
  for (let i = 0; i < 16; i += 2) key += String.fromCharCode((address[i]! << 8) | address[i + 1]!);
  return key;
}

/** The inverse of `keyOfAddress`. */
export function addressOfKey(key: AddressKey): Uint8Array {
  if (typeof key === 'number') return Uint8Array.of(key >>> 24, key >>> 16, key >>> 8, key);
  const address = new Uint8Array(16);
  for (let i = 0; i < 8; i++) {
    address[2 * i] = key.charCodeAt(i) >> 8;
    address[2 * i + 1] = key.charCodeAt(i);
  }
  return address;
}

/** Whether a host can have it: neither unspecified, nor multicast, nor the limited broadcast (RFC 6890, 4291 2.7). */
export function isUnicast(address: Uint8Array): boolean {
  if (address.length === 16) return address[0] !== 0xff && address.some((byte) => byte !== 0);
  return address[0] !== 0 && address[0]! < 224;
}

/** Whether it is private, shared, link-local or loopback (RFC 1918, 6598, 3927, 4193, 4291). */
export function isPrivate(address: Uint8Array): boolean {
  const [a, b] = [address[0]!, address[1]!];
  if (address.length === 16) {
    return (a & 0xfe) === 0xfc || isLinkLocal(address) || (address[15] === 1 && address.subarray(0, 15).every((byte) => byte === 0));
  }
  return (
    a === 10 ||
    a === 127 ||
    (a === 172 && (b & 0xf0) === 16) ||
    (a === 192 && b === 168) ||
    isLinkLocal(address) ||
    (a === 100 && (b & 0xc0) === 64)
  );
}

/** Never routed: 169.254.0.0/16, fe80::/10. */
export function isLinkLocal(address: Uint8Array): boolean {
  return address.length === 16 ? address[0] === 0xfe && (address[1]! & 0xc0) === 0x80 : address[0] === 169 && address[1] === 254;
}
