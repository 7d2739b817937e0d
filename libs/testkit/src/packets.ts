/**
 * Packets built layer by layer, inside out: `ethernet({}, ipv4({}, tcp({ destinationPort: 80 }, text('GET /'))))`. Lengths and IPv4 and
 * transport checksums are right unless a field says otherwise, so that a test can lie about exactly one thing.
 */
import { parseIp } from '@wirecase/contract';

/** Bytes from hexadecimal digits; white space and `# comments` to the end of the line are left out. */
export function hex(digits: string): Uint8Array {
  const bare = digits.replace(/#.*$/gm, '').replace(/\s+/g, '');
  if (!/^([0-9a-f]{2})*$/i.test(bare)) throw new Error(`not hexadecimal: ${bare}`);
  return Uint8Array.from(bare.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** UTF-8 bytes. */
export function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

export function concatenate(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let position = 0;
  for (const part of parts) {
    whole.set(part, position);
    position += part.length;
  }
  return whole;
}

/** Big-endian unsigned integers. */
export function u8(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values);
}
export function u16(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values.flatMap((value) => [(value >>> 8) & 255, value & 255]));
}
export function u32(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values.flatMap((value) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]));
}

export interface EthernetFields {
  /** `aa:bb:cc:dd:ee:ff` */
  source?: string;
  destination?: string;
  /** EtherType; by default from the payload's IP version. */
  type?: number;
  /** VLAN tags, outermost first: the id, or TPID and tag control. */
  vlans?: readonly (number | { tpid: number; control: number })[];
  /** Bytes of padding behind the payload. */
  padding?: number;
}

export function ethernet(fields: EthernetFields, payload: Uint8Array): Uint8Array {
  const tags = (fields.vlans ?? []).map((tag) => (typeof tag === 'number' ? u16(0x8100, tag) : u16(tag.tpid, tag.control)));
  const type = fields.type ?? (payload[0]! >> 4 === 6 ? 0x86dd : 0x0800);
  return concatenate(
    mac(fields.destination ?? '02:00:00:00:00:02'),
    mac(fields.source ?? '02:00:00:00:00:01'),
    ...tags,
    u16(type),
    payload,
    new Uint8Array(fields.padding ?? 0),
  );
}

function mac(address: string): Uint8Array {
  return hex(address.replaceAll(':', ''));
}

/** A header of IP's payload and its number: what `ipv4` and `ipv6` wrap. The checksum needs the addresses, so it is made by them. */
export interface Transport {
  protocol: number;
  build(pseudoHeader: (length: number) => Uint8Array): Uint8Array;
}

export interface IpFields {
  source?: string;
  destination?: string;
  ttl?: number;
  /** Protocol number; by default the payload's. */
  protocol?: number;
  /** Total length (IPv4) or payload length (IPv6) to state in place of the true one. */
  statedLength?: number;
}

export interface Ipv4Fields extends IpFields {
  id?: number;
  moreFragments?: boolean;
  dontFragment?: boolean;
  /** Bytes, a multiple of 8. */
  fragmentOffset?: number;
  /** A multiple of 4 bytes, 40 at most. */
  options?: Uint8Array;
}

/** IPv4 (RFC 791) around a transport or raw bytes. */
export function ipv4(fields: Ipv4Fields, payload: Transport | Uint8Array): Uint8Array {
  const source = address(fields.source ?? '10.0.0.1');
  const destination = address(fields.destination ?? '10.0.0.2');
  const protocol = fields.protocol ?? (payload instanceof Uint8Array ? 255 : payload.protocol);
  const body = bodyOf(payload, (length) => concatenate(source, destination, u8(0, protocol), u16(length)));
  const options = fields.options ?? new Uint8Array(0);
  const headerLength = 20 + options.length;
  const flags = (fields.dontFragment ? 0x4000 : 0) | (fields.moreFragments ? 0x2000 : 0) | ((fields.fragmentOffset ?? 0) >> 3);
  const header = concatenate(
    u8(0x40 | (headerLength >> 2), 0),
    u16(fields.statedLength ?? headerLength + body.length, fields.id ?? 1, flags),
    u8(fields.ttl ?? 64, protocol),
    u16(0),
    source,
    destination,
    options,
  );
  header.set(u16(internetChecksum(header)), 10);
  return concatenate(header, body);
}

/** An IPv6 extension header: its number and its bytes, of which the first is overwritten with the next header's number. */
export interface ExtensionHeader {
  protocol: number;
  bytes: Uint8Array;
}

export interface Ipv6Fields extends IpFields {
  extensions?: readonly ExtensionHeader[];
}

/** IPv6 (RFC 8200) with extension headers around a transport or raw bytes. */
export function ipv6(fields: Ipv6Fields, payload: Transport | Uint8Array): Uint8Array {
  const source = address(fields.source ?? 'fd00::1');
  const destination = address(fields.destination ?? 'fd00::2');
  const protocol = fields.protocol ?? (payload instanceof Uint8Array ? 59 : payload.protocol);
  const body = bodyOf(payload, (length) => concatenate(source, destination, u32(length), u8(0, 0, 0, protocol)));
  const extensions = fields.extensions ?? [];
  const numbers = [...extensions.map((extension) => extension.protocol), protocol];
  const chain = extensions.map((extension, i) => concatenate(u8(numbers[i + 1]!), extension.bytes.subarray(1)));
  const length = body.length + chain.reduce((sum, bytes) => sum + bytes.length, 0);
  return concatenate(
    u32(0x6000_0000),
    u16(fields.statedLength ?? length),
    u8(numbers[0]!, fields.ttl ?? 64),
    source,
    destination,
    ...chain,
    body,
  );
}

/** IPv6 fragment header (RFC 8200 4.5). `offset` in bytes, a multiple of 8. */
export function fragmentHeader(offset: number, more: boolean, id: number): ExtensionHeader {
  return { protocol: 44, bytes: concatenate(u8(0, 0), u16(offset | (more ? 1 : 0)), u32(id)) };
}

/** A padded options header: hop-by-hop (0) or destination (60), `8 * (units + 1)` bytes. */
export function optionsHeader(protocol: 0 | 60, units = 0): ExtensionHeader {
  return { protocol, bytes: concatenate(u8(0, units), u8(1, 4 + 8 * units), new Uint8Array(4 + 8 * units)) };
}

function address(value: string): Uint8Array {
  const bytes = parseIp(value);
  if (!bytes) throw new Error(`not an address: ${value}`);
  return bytes;
}

function bodyOf(payload: Transport | Uint8Array, pseudoHeader: (length: number) => Uint8Array): Uint8Array {
  return payload instanceof Uint8Array ? payload : payload.build(pseudoHeader);
}

/** TCP flags by letter. */
const tcpFlagBits: Record<string, number> = { F: 1, S: 2, R: 4, P: 8, A: 16, U: 32, E: 64, C: 128 };

export interface TcpFields {
  sourcePort?: number;
  destinationPort?: number;
  seq?: number;
  ack?: number;
  /** Letters of `FSRPAUEC`; `A` by default. */
  flags?: string;
  window?: number;
  /** A multiple of 4 bytes, 40 at most. */
  options?: Uint8Array;
  /** Header length to state in place of the true one, bytes. */
  statedHeaderLength?: number;
}

/** TCP (RFC 9293). */
export function tcp(fields: TcpFields, payload: Uint8Array = new Uint8Array(0)): Transport {
  const options = fields.options ?? new Uint8Array(0);
  const headerLength = fields.statedHeaderLength ?? 20 + options.length;
  const flags = [...(fields.flags ?? 'A')].reduce((bits, letter) => bits | tcpFlagBits[letter]!, 0);
  const segment = concatenate(
    u16(fields.sourcePort ?? 40000, fields.destinationPort ?? 80),
    u32(fields.seq ?? 1, fields.ack ?? 0),
    u8((headerLength / 4) << 4, flags),
    u16(fields.window ?? 65535, 0, 0),
    options,
    payload,
  );
  return withChecksum(6, segment, 16);
}

export interface UdpFields {
  sourcePort?: number;
  destinationPort?: number;
  /** Length to state in place of the true one. */
  statedLength?: number;
}

/** UDP (RFC 768). */
export function udp(fields: UdpFields, payload: Uint8Array = new Uint8Array(0)): Transport {
  const ports = u16(fields.sourcePort ?? 40000, fields.destinationPort ?? 53);
  return withChecksum(17, concatenate(ports, u16(fields.statedLength ?? 8 + payload.length, 0), payload), 6);
}

/** ICMP (RFC 792): `rest` is the header's second word. */
export function icmp(type: number, code: number, rest = 0, payload: Uint8Array = new Uint8Array(0)): Transport {
  const message = concatenate(u8(type, code), u16(0), u32(rest), payload);
  message.set(u16(internetChecksum(message)), 2);
  return { protocol: 1, build: () => message };
}

/** ICMPv6 (RFC 4443). */
export function icmpv6(type: number, code: number, rest = 0, payload: Uint8Array = new Uint8Array(0)): Transport {
  return withChecksum(58, concatenate(u8(type, code), u16(0), u32(rest), payload), 2);
}

/** ARP for IPv4 over Ethernet (RFC 826): operation 1 asks, 2 answers. Goes into `ethernet({ type: 0x0806 }, ...)`. */
export function arp(operation: number, sender: { mac: string; ip: string }, target: { mac: string; ip: string }): Uint8Array {
  return concatenate(u16(1, 0x0800), u8(6, 4), u16(operation), mac(sender.mac), address(sender.ip), mac(target.mac), address(target.ip));
}

function withChecksum(protocol: number, segment: Uint8Array, checksumOffset: number): Transport {
  return {
    protocol,
    build(pseudoHeader) {
      const bytes = segment.slice();
      const sum = internetChecksum(concatenate(pseudoHeader(bytes.length), bytes));
      // For UDP 0 means "none", so a sum of 0 is sent as ffff (RFC 768).
      bytes.set(u16(protocol === 17 && sum === 0 ? 0xffff : sum), checksumOffset);
      return bytes;
    },
  };
}

/** The Internet checksum (RFC 1071) of bytes whose checksum field is 0. */
export function internetChecksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += (bytes[i]! << 8) | (bytes[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
