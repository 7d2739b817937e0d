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
}

/** Bytes that `sniff` wants to see, or all there are. */
export const sniffLength = 512;

const captureNames: Record<CaptureFormat, string> = {
  pcap: 'a pcap capture',
  'pcap-ns': 'a pcap capture with nanoseconds',
  pcapng: 'a pcapng capture',
};

/** How files begin that are not read, so that a refusal helps. Bytes in hexadecimal; at `offset` if given. */
const signatures: readonly { hex: string; offset?: number; name: string }[] = [
  { hex: '736e6f6f70000000', name: 'a snoop capture' },
  { hex: '58435000', name: 'a NetXRay capture' },
  { hex: '5452534e4946462064617461', name: 'a Sniffer (DOS) capture' },
  { hex: '474d4255', name: 'a Microsoft Network Monitor 2 capture' },
  { hex: '52545353', name: 'a Microsoft Network Monitor 1 capture' },
  { hex: '7f766572', name: 'a WildPackets capture' },
  { hex: '1c0001ac', name: 'an IXIA capture' },
  { hex: '1c0001ab', name: 'an IXIA capture' },
  { hex: '504b0304', name: 'a ZIP archive' },
  { hex: '504b0506', name: 'an empty ZIP archive' },
  { hex: '377abcaf271c', name: 'a 7-Zip archive' },
  { hex: '526172211a07', name: 'a RAR archive' },
  { hex: '7573746172', offset: 257, name: 'a tar archive' },
  { hex: '425a68', name: 'a bzip2 file' },
  { hex: 'fd377a585a00', name: 'an xz file' },
  { hex: '04224d18', name: 'an LZ4 file' },
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
  if (head.length === 0) return { format: null, compression: 'none', looksLike: 'an empty file' };
  if (startsWith(head, '1f8b', 0)) return { format: null, compression: 'gzip', looksLike: 'a gzip file' };
  if (startsWith(head, '28b52ffd', 0)) return { format: null, compression: 'zstd', looksLike: 'a Zstandard file' };
  const format = captureFormatOf(head);
  if (format) return { format, compression: 'none', looksLike: captureNames[format] };
  return { format: null, compression: 'none', looksLike: lookOf(head) };
}

/** The capture format of a file by its magic number, or null. */
function captureFormatOf(head: Uint8Array): CaptureFormat | null {
  if (head.length < 4) return null;
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
