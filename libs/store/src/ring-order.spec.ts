import { expect, test } from 'vitest';
import { compareRingFiles, isRingFile } from './ring-order.ts';

test('files of dumpcap are in order by start and number, also when the number has more digits than five', () => {
  const names = [
    ...['1000_00002_20260101000000.pcapng', '1000_100000_20260101000000.pcapng', '999_00007_20260101000000.pcapng'],
    ...['1000_00001_20260101000000.pcapng', '1000_99999_20260101000000.pcapng'],
  ];
  expect(names.toSorted(compareRingFiles)).toEqual([
    ...['999_00007_20260101000000.pcapng', '1000_00001_20260101000000.pcapng', '1000_00002_20260101000000.pcapng'],
    ...['1000_99999_20260101000000.pcapng', '1000_100000_20260101000000.pcapng'],
  ]);
});

test('files of tcpdump are in order by second, then by their number in it', () => {
  const names = ['1000_60.pcap10', '1000_60.pcap', '1000_120.pcap', '1000_60.pcap2'];
  expect(names.toSorted(compareRingFiles)).toEqual(['1000_60.pcap', '1000_60.pcap2', '1000_60.pcap10', '1000_120.pcap']);
});

test('what was set aside and what others put there are no ring files', () => {
  expect(['1000_00001_2026.pcapng', '1000_60.pcap', '1000_60.pcap7'].every(isRingFile)).toBe(true);
  expect(['1000_00001_2026.pcapng.rejected', 'notes.pcapng', '1000.pcapng', '.pcap'].some(isRingFile)).toBe(false);
});
