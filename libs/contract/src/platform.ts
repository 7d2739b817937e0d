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
}
