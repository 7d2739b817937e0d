/**
 * The engine composes reader, decoder, flow table, protocols and detectors: bytes of a capture in, rows out, and a packet index with
 * which every row can be followed to its bytes. Begin with analyze.ts. Promises: pure (no I/O, no clock), bounded memory, each packet in
 * exactly one flow or bucket, the same capture gives the same rows and ids.
 */
export { Analyzer } from './analyze.ts';
export type { AnalyzerParts } from './engine-parts.ts';
export { catalogue } from './catalogue.ts';
export type { FileKeeper, FileRow, KeptFile } from './files/file-host.ts';
export { JoinedPackets, KnownPackets, type FlowPackets, type PacketRef } from './flow-packets.ts';
export { directionOf } from './follow/direction-of.ts';
export { beginning, type FollowedFlow, Follower, type FollowPlace, isConnection } from './follow/follower.ts';
export type { Said } from './follow/said.ts';
export { type AnalyzeOptions, defaultAnalyzeOptions } from './options.ts';
export { PacketIndexWriter } from './packet-index.ts';
export { PacketIndexReader, type ReadAt } from './packet-index-reader.ts';
export type { Carried, Series, SeriesMeter } from './series.ts';
export { Traffic, type Share } from './traffic.ts';
