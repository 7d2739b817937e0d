/** What the pure cores need from the platform. Shells give node:crypto and node:zlib (libs/store), tests may give fakes. */
export interface Platform {
  /** Digest of `bytes` (whole array). */
  digest(algorithm: 'md5' | 'sha1' | 'sha256', bytes: Uint8Array): Uint8Array;
}
