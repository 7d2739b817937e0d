import { describe, expect, test } from 'vitest';
import { argumentsOf, captureCapabilities, CaptureReport, captureUid, unprivileged } from './capture-program.ts';

const dumpcap = {
  ...{ program: 'dumpcap' as const, interface: 'eth0', filter: null, snapLength: null, bufferMebibytes: 64 },
  ...{ fileBytes: 100_000_000, fileSeconds: 60 },
};
const tcpdump = { ...dumpcap, program: 'tcpdump' as const };

describe('the command line', () => {
  test('limits files by size and age, and never lets the program delete one', () => {
    expect(argumentsOf(dumpcap, '17').join(' ')).toBe('-i eth0 -q -B 64 -b filesize:100000 -b duration:60 -w 17.pcapng');
    expect(argumentsOf(tcpdump, '17').join(' ')).toBe('-i eth0 -n -U -B 65536 -s 0 --time-stamp-precision=nano -C 100 -G 60 -w 17_%s.pcap');
    // dumpcap's `files:` and tcpdump's `-W` make them overwrite the oldest.
    for (const settings of [dumpcap, tcpdump]) expect(argumentsOf(settings, '17').some((arg) => /^files:|^-W/.test(arg))).toBe(false);
  });

  test('cuts packets only when it is told to', () => {
    expect(argumentsOf({ ...dumpcap, snapLength: 96 }, '17').join(' ')).toContain('-B 64 -s 96 -b');
    expect(argumentsOf({ ...tcpdump, snapLength: 96 }, '17').join(' ')).toContain('-s 96 --time');
  });

  test('carries the filter as one argument, whatever is in it', () => {
    const filter = 'port 53 or -w /etc/x';
    expect(argumentsOf({ ...dumpcap, filter }, '17').slice(-2)).toEqual(['-f', filter]);
    expect(argumentsOf({ ...tcpdump, filter }, '17').slice(-2)).toEqual(['--', filter]);
  });

  test('of root drops everything but the two capabilities first', () => {
    const [file, args] = unprivileged('dumpcap', ['-i', 'eth0'], 0, null, captureCapabilities);
    expect(file).toBe('setpriv');
    expect(args).toEqual([
      `--reuid=${captureUid}`,
      `--regid=${captureUid}`,
      '--clear-groups',
      '--no-new-privs',
      '--inh-caps=-all,+net_raw,+net_admin',
      '--ambient-caps=-all,+net_raw,+net_admin',
      '--bounding-set=-all,+net_raw,+net_admin',
      ...['dumpcap', '-i', 'eth0'],
    ]);
  });

  test('of root drops everything where nothing is needed', () => {
    expect(unprivileged('sh', [], 0, null, [])[1].slice(-4)).toEqual([
      '--inh-caps=-all',
      '--ambient-caps=-all',
      '--bounding-set=-all',
      'sh',
    ]);
  });

  test('of root keeps the one group that may run dumpcap, where there is one', () => {
    expect(unprivileged('dumpcap', [], 0, 117, captureCapabilities)[1]).toContain('--groups=117');
  });

  test('of anybody else is dumpcap itself, which has its own rights or has none', () => {
    expect(unprivileged('dumpcap', ['-i', 'eth0'], 1000, null, captureCapabilities)).toEqual(['dumpcap', ['-i', 'eth0']]);
  });
});

describe('what the program says', () => {
  const read = (...lines: string[]) => {
    const report = new CaptureReport();
    for (const line of lines) report.read(line);
    return report;
  };

  test('of dumpcap 4.0.17: capturing has begun with its first file', () => {
    expect(read("Capturing on 'eth0'").isCapturing).toBe(false);
    expect(read("Capturing on 'eth0'", 'File: ./1_00001.pcapng', 'File: ./1_00002.pcapng')).toMatchObject({
      isCapturing: true,
      reason: null,
    });
  });

  test('of dumpcap: drops are what neither the kernel nor dumpcap could take', () => {
    const report = read(
      '\rPackets captured: 10',
      "Packets received/dropped on interface 'eth0': 10/3 (pcap:2/dumpcap:1/flushed:0/ps_ifdrop:0) (76.9%)",
    );
    expect(report).toMatchObject({ dropped: 3, reason: null });
  });

  test('of tcpdump 4.99.3: that it listens, and its drops', () => {
    const begin = 'tcpdump: listening on eth0, link-type EN10MB (Ethernet), snapshot length 262144 bytes';
    expect(read(begin)).toMatchObject({ isCapturing: true, reason: null });
    expect(read(begin, '1 packet captured', '12 packets received by filter', '7 packets dropped by kernel')).toMatchObject({
      ...{ dropped: 7, reason: null },
    });
  });

  test('of tcpdump that is asked for its drops: as many as there were so far, which are not counted again at its end', () => {
    const asked = 'tcpdump: 258 packets captured, 16000 packets received by filter, 15483 packets dropped by kernel';
    expect(read(asked)).toMatchObject({ dropped: 15_483, reason: null });
    expect(read(asked, '258 packets captured', '15490 packets dropped by kernel', '7 packets dropped by interface')).toMatchObject({
      ...{ dropped: 15_490, reason: null },
    });
  });

  test('an error is kept in its words, over its lines', () => {
    const lines = ["Capturing on 'nosuch0'", 'dumpcap: There is no device named "nosuch0".', '(No such device exists)', ''];
    expect(read(...lines).reason).toBe('There is no device named "nosuch0". (No such device exists)');
    expect(read('tcpdump: nosuch0: No such device exists').reason).toBe('nosuch0: No such device exists');
  });
});
