/**
 * tshark, wrapped: packet columns and protocol trees of small slices, each run inside a proved sandbox (setpriv, timeout, prlimit, bwrap,
 * seccomp) with bounded time, memory and output. Dissectors are treated as hostile code: no network, no files, no privileges.
 */
export { Dissector, maxSliceBytes, type DissectorStatus, type PacketColumns } from './dissector.ts';
export type { Proof } from './proofs.ts';
export { defaultLimits, type Limits } from './sandbox.ts';
export { dissectionUser } from './tools.ts';
