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

/** Keys of both sides, each derived when it is asked for. The version has a salt. */
export class InitialKeys {
  private readonly version: Version;
  private readonly secret: Uint8Array;
  private readonly platform: Platform;
  private readonly sides: [client: PacketKeys | null, server: PacketKeys | null] = [null, null];

  constructor(version: Version, destinationId: Uint8Array, platform: Platform) {
    this.version = version;
    this.platform = platform;
    this.secret = platform.hmacSha256(version.salt!, destinationId);
  }

  /** `side`: 0 client, 1 server. */
  of(side: 0 | 1): PacketKeys {
    return (this.sides[side] ??= this.derive(side === 0 ? 'client in' : 'server in'));
  }

  private derive(label: string): PacketKeys {
    const { platform, version } = this;
    const secret = expandLabel(this.secret, label, 32, platform);
    return {
      key: expandLabel(secret, `${version.labels}key`, 16, platform),
      iv: expandLabel(secret, `${version.labels}iv`, 12, platform),
      headerKey: expandLabel(secret, `${version.labels}hp`, 16, platform),
    };
  }
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
