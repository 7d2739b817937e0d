import { concatenate, hex, Pcapng, pcapHeader, text } from '@wirecase/testkit/packets';
import { describe, expect, it } from 'vitest';
import { sniff } from './index.ts';

describe('sniff', () => {
  it.each<[string, Uint8Array, string | null, string]>([
    ['microseconds, little-endian', pcapHeader(), 'pcap', 'a pcap capture'],
    ['microseconds, big-endian', pcapHeader({ littleEndian: false }), 'pcap', 'a pcap capture'],
    ['nanoseconds, little-endian', pcapHeader({ magic: 0xa1b23c4d }), 'pcap-ns', 'a pcap capture with nanoseconds'],
    ['nanoseconds, big-endian', pcapHeader({ magic: 0xa1b23c4d, littleEndian: false }), 'pcap-ns', 'a pcap capture with nanoseconds'],
    ['modified libpcap', pcapHeader({ magic: 0xa1b2cd34 }), 'pcap', 'a pcap capture'],
    ['pcapng, little-endian', new Pcapng(true).section(), 'pcapng', 'a pcapng capture'],
    ['pcapng, big-endian', new Pcapng(false).section(), 'pcapng', 'a pcapng capture'],
    ['section header without byte-order magic', hex('0a0d0d0a 1c000000 00000000'), null, 'data of an unknown format'],
    ['snoop', hex('736e6f6f70000000 00000002 00000004'), null, 'a snoop capture'],
    ['PNG', hex('89504e470d0a1a0a 0000000d'), null, 'a PNG image'],
    ['ZIP', hex('504b0304 14000000'), null, 'a ZIP archive'],
    ['ELF', hex('7f454c46 02010100'), null, 'an ELF program'],
    ['tar', concatenate(new Uint8Array(257), text('ustar'), new Uint8Array(250)), null, 'a tar archive'],
    ['text', text('No.  Time  Source\r\n\tréponse\n'), null, 'text'],
    ['zeros', new Uint8Array(64), null, 'a file of zeros'],
    ['nothing', new Uint8Array(0), null, 'an empty file'],
    ['one byte of a magic number', hex('d4'), null, 'data of an unknown format'],
    ['noise', hex('00 9f 01 44 e8 02'), null, 'data of an unknown format'],
  ])('%s', (_, head, format, looksLike) => {
    expect(sniff(head)).toEqual({ format, compression: 'none', looksLike });
  });

  it('names compression and leaves the format to the unpacked bytes', () => {
    expect(sniff(hex('1f8b0800'))).toEqual({ format: null, compression: 'gzip', looksLike: 'a gzip file' });
    expect(sniff(hex('28b52ffd04'))).toEqual({ format: null, compression: 'zstd', looksLike: 'a Zstandard file' });
  });

  it('looks only at the bytes it was given of a larger buffer', () => {
    const file = concatenate(new Uint8Array(5), pcapHeader());
    expect(sniff(file.subarray(5)).format).toBe('pcap');
  });
});
