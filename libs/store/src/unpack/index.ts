/** Containers that a capture may come in, one file a kind. Everything here works on streams with bounded memory and gives what can be had of damaged input. */
import type { Compression } from '@wirecase/contract';
import { unpackGzip } from './gzip.ts';
import { unpackLz4 } from './lz4.ts';
import type { Unpack } from './unpack.ts';
import { unpackXz } from './xz.ts';
import { unpackZstd } from './zlib.ts';

export { type Unpack, UnpackError } from './unpack.ts';
export { zipDataOffset, type ZipEntry, zipEntries } from './zip.ts';

/** Kinds whose content is one stream from the first byte to the last. */
export const streamUnpackers: Readonly<Record<Exclude<Compression, 'none' | 'zip'>, Unpack>> = {
  gzip: unpackGzip,
  zstd: unpackZstd,
  lz4: unpackLz4,
  xz: unpackXz,
};
