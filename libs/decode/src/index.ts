/**
 * Link, network and transport headers of one frame, read into one reused `Packet` of numbers; tunnels are opened, so that
 * the packet is that of the innermost flow. Promises: no allocation per packet, no
 * byte read outside the frame, never throws on packet data; every frame either belongs to a flow (`packet.bucket === 0`) or is in
 * exactly one bucket; what is odd is a weird with a stable name.
 */
export { Bucket, bucketLinkType, bucketName } from './bucket.ts';
export { decode } from './decode.ts';
export { TunnelType, tunnelTypeNames } from './inner.ts';
export { LinkType } from './link.ts';
export { maxTunnels, maxWeirds, Packet, TunnelWord, tunnelWords } from './packet.ts';
export { type Datagram, Reassembler, type ReassemblyListener, type ReassemblyOptions } from './reassembly.ts';
export { IpProtocol } from './transport.ts';
export { Weird, type WeirdCode, weirdNames } from './weird.ts';
