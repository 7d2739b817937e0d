/** Keys of Initial packets (RFC 9001 5.2): derived from the destination id of the client's first one, so that whoever saw it can read them. */
import type { Platform } from '@wirecase/contract';
import type { LongHeader } from './long-header.ts';
import type { Version } from './versions.ts';

const SAMPLE_BYTES = 16;
const ascii = new TextEncoder();

export interface PacketKeys {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
  readonly headerKey: Uint8Array;
}

/** Keys of the client (0) and the server (1). The version has a salt. */
export function initialKeys(version: Version, destinationId: Uint8Array, platform: Platform): readonly [PacketKeys, PacketKeys] {
  const secret = platform.hmacSha256(version.salt!, destinationId);
  const of = (label: string): PacketKeys => {
    const side = expandLabel(secret, label, 32, platform);
    return {
      key: expandLabel(side, `${version.labels}key`, 16, platform),
      iv: expandLabel(side, `${version.labels}iv`, 12, platform),
      headerKey: expandLabel(side, `${version.labels}hp`, 16, platform),
    };
  };
  return [of('client in'), of('server in')];
}

/** HKDF-Expand-Label of TLS 1.3 (RFC 8446 7.1) without context; `length`: at most 32 bytes, one block of HKDF (RFC 5869 2.3). */
function expandLabel(secret: Uint8Array, label: string, length: number, platform: Platform): Uint8Array {
  const name = ascii.encode(`tls13 ${label}`);
  const info = new Uint8Array(name.length + 5);
  info[1] = length;
  info[2] = name.length;
  info.set(name, 3);
  info[info.length - 1] = 1;
  // A copy: what the platform gives may be a view, whose slice would share its memory.
  return new Uint8Array(platform.hmacSha256(secret, info)).slice(0, length);
}

/** The payload of the Initial whose header was read at `start`; `null` when these are not its keys. */
export function openInitial(bytes: Uint8Array, start: number, header: LongHeader, keys: PacketKeys, platform: Platform): Uint8Array | null {
  const { numberOffset, end } = header;
  // RFC 9001 5.4.2: the sample lies where it would if the packet number had four bytes.
  if (numberOffset + 4 + SAMPLE_BYTES > end) return null;
  const mask = platform.aes128Block(keys.headerKey, bytes.slice(numberOffset + 4, numberOffset + 4 + SAMPLE_BYTES));
  const first = bytes[start]! ^ (mask[0]! & 15);
  const numberBytes = (first & 3) + 1;
  const associated = bytes.slice(start, numberOffset + numberBytes);
  associated[0] = first;
  const nonce = keys.iv.slice();
  for (let i = 0; i < numberBytes; i++) {
    const at = associated.length - numberBytes + i;
    associated[at] = associated[at]! ^ mask[1 + i]!;
    nonce[nonce.length - numberBytes + i] = nonce[nonce.length - numberBytes + i]! ^ associated[at]!;
  }
  return platform.aes128GcmOpen(keys.key, nonce, associated, bytes.slice(numberOffset + numberBytes, end));
}
