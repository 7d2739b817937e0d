/**
 * Wireshark's tools, wrapped: packet columns and protocol trees of small slices (tshark), captures of other formats as pcapng (editcap), and YARA over files that were carved, each run inside a proved sandbox (setpriv, timeout, prlimit, bwrap,
 * seccomp) with bounded time, memory and output. Dissectors are treated as hostile code: no network, no files, no privileges.
 */
export { convertCapture, maxConvertedBytes } from './converter.ts';
export { type Dissection, Dissector, maxSliceBytes, type PacketColumns, type Slice } from './dissector.ts';
export type { DissectorStatus } from './proved-tools.ts';
export type { Proof } from './proofs.ts';
export { defaultLimits, type Limits } from './sandbox.ts';
export { dissectionUser } from './tools.ts';
export { YaraScanner } from './yara.ts';
