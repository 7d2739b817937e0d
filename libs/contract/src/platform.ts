/** What the pure cores need from the platform. Shells give node:crypto and node:zlib (libs/store), tests may give fakes. */
export interface Platform {
  /** Digest of `bytes` (whole array). */
  digest(algorithm: 'md5' | 'sha1' | 'sha256', bytes: Uint8Array): Uint8Array;
  /** HMAC-SHA-256 (RFC 2104). */
  hmacSha256(key: Uint8Array, bytes: Uint8Array): Uint8Array;
  /** One block of 16 bytes by AES-128 (FIPS 197), encrypted. */
  aes128Block(key: Uint8Array, block: Uint8Array): Uint8Array;
  /** AEAD_AES_128_GCM (RFC 5116 5.1) opened: `sealed` ends with its tag of 16 bytes. `null` when the tag is wrong. */
  aes128GcmOpen(key: Uint8Array, nonce: Uint8Array, associated: Uint8Array, sealed: Uint8Array): Uint8Array | null;
  /** A digest of bytes that come in pieces. */
  hasher(algorithm: 'md5' | 'sha1' | 'sha256'): Hasher;
  /** Unpacks what comes in pieces; `null` when there are too many at once. What it gives to `take` is valid during that call. */
  unpacker(coding: ContentCoding, take: (bytes: Uint8Array, start: number, end: number) => void): Unpacker | null;
}

export interface Hasher {
  update(bytes: Uint8Array): void;
  digest(): Uint8Array;
}

/** Content codings (RFC 9110 8.4.1, RFC 7932, RFC 8878). `deflate`: with the header of RFC 1950 or, as is seen, without. */
export type ContentCoding = 'gzip' | 'deflate' | 'br' | 'zstd';

export interface Unpacker {
  /** Whether what came was sound; after `false` nothing more is taken. */
  push(bytes: Uint8Array, start: number, end: number): boolean;
  /** Whether what came was all of it. Frees what it holds; call it once. */
  end(): boolean;
}
