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
    ['snoop', hex('736e6f6f70000000 00000002 00000004'), 'snoop', 'a snoop capture'],
    ['PNG', hex('89504e470d0a1a0a 0000000d'), null, 'a PNG image'],
    ['ELF', hex('7f454c46 02010100'), null, 'an ELF program'],
    ['tar', concatenate(new Uint8Array(257), text('ustar'), new Uint8Array(250)), null, 'a tar archive'],
    ['text', text('No.  Time  Source\r\n\tréponse\n'), null, 'text'],
    ['zeros', new Uint8Array(64), null, 'a file of zeros'],
    ['nothing', new Uint8Array(0), null, 'an empty file'],
    ['one byte of a magic number', hex('d4'), null, 'data of an unknown format'],
    ['a frame to be skipped and something else', hex('502a4d1802000000aabb 00000000'), null, 'data of an unknown format'],
    ['noise', hex('00 9f 01 44 e8 02'), null, 'data of an unknown format'],
  ])('%s', (_, head, format, looksLike) => {
    expect(sniff(head)).toEqual({ format, compression: 'none', looksLike, isForeign: false });
  });

  it.each([
    ['1f8b0800', 'gzip', 'a gzip file'],
    ['28b52ffd04', 'zstd', 'a Zstandard file'],
    ['04224d186440', 'lz4', 'an LZ4 file'],
    ['02214c1800000000', 'lz4', 'an LZ4 file of the legacy form'],
    ['502a4d1802000000aabb 28b52ffd04', 'zstd', 'a Zstandard file'],
    ['5f2a4d1800000000 502a4d1801000000aa 04224d186440', 'lz4', 'an LZ4 file'],
    ['502a4d1800040000aabb', 'zstd', 'a Zstandard file'],
    ['fd377a585a000004', 'xz', 'an xz file'],
    ['504b030414000000', 'zip', 'a ZIP archive'],
  ])('names compression and leaves the format to the unpacked bytes: %s', (head, compression, looksLike) => {
    expect(sniff(hex(head))).toEqual({ format: null, compression, looksLike, isForeign: false });
  });

  // How editcap 4.0.17 begins the same packets.
  it.each([
    ['aaaaaaaa2000000000000100180000000010001800000000', /5Views/],
    ['2b2d2d2d2d2d2d2d2d2d2b2d2d2d2d2d2d2d2d2d2d2d2d2d', /K12/],
    ['01104c000105547261636520446973706c61792054726163', /LANalyzer/],
    ['5254535301010100ea070b00060015000c0024000000c901', /Network Monitor 1/],
    ['474d425500020100ea070b00060015000c0024000000c901', /Network Monitor 2/],
    ['5452006400000000000000802f746d702f77697265736861', /nettl/],
    ['5452534e4946462064617461202020201a01001200000004', /Sniffer/],
    ['584350003030312e313030003090016b8d00000000000000', /NetXRay/],
    ['4f62736572766572506b7442756666657256657273696f6e', /Observer/],
    ['05564e468d0000003090016b0600ffff0100010000000000', /Visual/],
    ['736e6f6f7000000000000005000000000000002a0000002a', /snoop/],
  ])('tells a capture that editcap can convert: %s', (head, looksLike) => {
    expect(sniff(hex(head))).toEqual({ format: null, compression: 'none', isForeign: true, looksLike: expect.stringMatching(looksLike) });
  });

  it('looks only at the bytes it was given of a larger buffer', () => {
    const file = concatenate(new Uint8Array(5), pcapHeader());
    expect(sniff(file.subarray(5)).format).toBe('pcap');
  });
});
