import type { CaptureFormat, Compression } from '@wirecase/contract';
import { pcapFormatOf } from './pcap-header.ts';
import { BlockType } from './pcapng-blocks.ts';

/** What a file is by its first bytes. */
export interface Sniffed {
  /** The capture format; null when it is compressed (sniff again after unpacking) or not a capture. */
  format: CaptureFormat | null;
  compression: Compression;
  /** What it looks like, to be read after "this is": `a pcap capture`, `a PNG image`, `text`. */
  looksLike: string;
  /** Whether it is a capture in a format that is not read here but that Wireshark's editcap converts. */
  isForeign: boolean;
}

/** Bytes that `sniff` wants to see, or all there are. */
export const sniffLength = 512;

interface Signature {
  /** Bytes in hexadecimal. */
  hex: string;
  /** Where they stand; 0 when absent. */
  offset?: number;
  name: string;
}

const captureNames: Record<CaptureFormat, string> = {
  pcap: 'a pcap capture',
  'pcap-ns': 'a pcap capture with nanoseconds',
  pcapng: 'a pcapng capture',
  snoop: 'a snoop capture',
};

/** How packed files begin. An empty ZIP archive has an end and nothing before it. */
const packed: readonly { hex: string; compression: Compression; name: string }[] = [
  { hex: '1f8b', compression: 'gzip', name: 'a gzip file' },
  { hex: '28b52ffd', compression: 'zstd', name: 'a Zstandard file' },
  { hex: '04224d18', compression: 'lz4', name: 'an LZ4 file' },
  { hex: '02214c18', compression: 'lz4', name: 'an LZ4 file of the legacy form' },
  { hex: 'fd377a585a00', compression: 'xz', name: 'an xz file' },
  { hex: '504b0304', compression: 'zip', name: 'a ZIP archive' },
  { hex: '504b0506', compression: 'zip', name: 'a ZIP archive' },
];

/** How captures begin that Wireshark's tools read and we do not. */
const foreign: readonly Signature[] = [
  { hex: '736e6f6f70000000', name: 'a snoop capture of a version that is not read here' },
  { hex: '58435000', name: 'a NetXRay capture' },
  { hex: '5452534e4946462064617461', name: 'a Sniffer (DOS) capture' },
  { hex: '474d4255', name: 'a Microsoft Network Monitor 2 capture' },
  { hex: '52545353', name: 'a Microsoft Network Monitor 1 capture' },
  { hex: '7f766572', name: 'a WildPackets capture' },
  { hex: '1c0001ac', name: 'an IXIA capture' },
  { hex: '1c0001ab', name: 'an IXIA capture' },
  { hex: '6274736e6f6f7000', name: 'a btsnoop capture' },
  { hex: '05564e46', name: 'a Visual Networks capture' },
  { hex: 'aaaaaaaa', name: 'an Accellent 5Views capture' },
  { hex: '4f62736572766572506b74427566666572', name: 'a Network Instruments Observer capture' },
  { hex: '0110', name: 'a Novell LANalyzer capture' },
  { hex: '5452006400', name: 'a nettl capture' },
  { hex: '69707472616365', name: 'an AIX iptrace capture' },
  { hex: '45796553444e', name: 'an EyeSDN capture' },
  { hex: '2b2d2d2d2d2d2d2d2d2d2b2d2d2d2d2d', name: 'a K12 text capture' },
];

/** How files begin that are not read, so that a refusal helps. Bytes in hexadecimal; at `offset` if given. */
const signatures: readonly Signature[] = [
  { hex: '377abcaf271c', name: 'a 7-Zip archive' },
  { hex: '526172211a07', name: 'a RAR archive' },
  { hex: '7573746172', offset: 257, name: 'a tar archive' },
  { hex: '425a68', name: 'a bzip2 file' },
  { hex: '1f9d', name: 'a compress (.Z) file' },
  { hex: '89504e470d0a1a0a', name: 'a PNG image' },
  { hex: 'ffd8ff', name: 'a JPEG image' },
  { hex: '47494638', name: 'a GIF image' },
  { hex: '25504446', name: 'a PDF document' },
  { hex: 'd0cf11e0a1b11ae1', name: 'an old Microsoft Office document' },
  { hex: '7f454c46', name: 'an ELF program' },
  { hex: '4d5a', name: 'a Windows program' },
  { hex: 'cafebabe', name: 'a Java class or macOS program' },
  { hex: 'cffaedfe', name: 'a macOS program' },
  { hex: '53514c69746520666f726d6174', name: 'an SQLite database' },
  { hex: '2321', name: 'a script' },
  { hex: 'efbbbf', name: 'text' },
];

/** Judge a file by its first bytes: `head` is its first `sniffLength` bytes, or all of a shorter file. */
export function sniff(head: Uint8Array): Sniffed {
  const plain = { format: null, compression: 'none', isForeign: false } as const;
  if (head.length === 0) return { ...plain, looksLike: 'an empty file' };
  const container = packed.find(({ hex }) => startsWith(head, hex, 0)) ?? behindSkippable(head);
  if (container) return { ...plain, compression: container.compression, looksLike: container.name };
  const format = captureFormatOf(head);
  if (format) return { ...plain, format, looksLike: captureNames[format] };
  const other = foreign.find(({ hex, offset }) => startsWith(head, hex, offset ?? 0));
  if (other) return { ...plain, looksLike: other.name, isForeign: true };
  return { ...plain, looksLike: lookOf(head) };
}

/**
 * What a file is that begins with frames to be skipped, which Zstandard (RFC 8878 3.1.2) and LZ4 have alike: magic number with 16 values, length
 * (4, little-endian), bytes. Programs that pack by several threads put such frames first. Zstandard, where they are longer than the head.
 */
function behindSkippable(head: Uint8Array): (typeof packed)[number] | undefined {
  let at = 0;
  while (startsWith(head, '2a4d18', at + 1) && (head[at]! & 0xf0) === 0x50 && head.length >= at + 8) {
    at += 8 + new DataView(head.buffer, head.byteOffset).getUint32(at + 4, true);
  }
  if (at === 0) return undefined;
  return packed.find(({ hex, compression }) => (compression === 'zstd' && at + 4 > head.length) || startsWith(head, hex, at));
}

/** The capture format of a file by its magic number, or null. */
function captureFormatOf(head: Uint8Array): CaptureFormat | null {
  if (head.length < 4) return null;
  if (startsWith(head, '736e6f6f7000000000000002', 0)) return 'snoop';
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const word = view.getUint32(0);
  if (word !== BlockType.SectionHeader) return pcapFormatOf(word);
  if (head.length < 12) return null;
  return startsWith(head, '1a2b3c4d', 8) || startsWith(head, '4d3c2b1a', 8) ? 'pcapng' : null;
}

function lookOf(head: Uint8Array): string {
  const known = signatures.find(({ hex, offset }) => startsWith(head, hex, offset ?? 0));
  if (known) return known.name;
  if (head.every((byte) => byte === 0)) return 'a file of zeros';
  return isText(head) ? 'text' : 'data of an unknown format';
}

function startsWith(head: Uint8Array, hex: string, offset: number): boolean {
  const length = hex.length / 2;
  if (head.length < offset + length) return false;
  for (let i = 0; i < length; i++) {
    if (head[offset + i] !== parseInt(hex.slice(2 * i, 2 * i + 2), 16)) return false;
  }
  return true;
}

/** Whether no byte is a control other than white space and most are ASCII. */
function isText(head: Uint8Array): boolean {
  let ascii = 0;
  for (const byte of head) {
    if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 12 && byte !== 13) return false;
    if (byte < 127) ascii++;
  }
  return ascii * 4 >= head.length * 3;
}
