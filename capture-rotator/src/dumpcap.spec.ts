import { describe, expect, test } from 'vitest';
import { captureUid, dumpcapArguments, DumpcapReport, unprivileged } from './dumpcap.ts';

const options = {
  ...{ interface: 'eth0', filter: null, snapLength: null, bufferMebibytes: 64 },
  ...{ fileBytes: 100_000_000, fileSeconds: 60, directory: '/ring', prefix: '17' },
};

describe('the command line', () => {
  test('limits files by size and age, names each that is closed, and never lets dumpcap delete one', () => {
    const args = dumpcapArguments(options);
    expect(args.join(' ')).toBe('-i eth0 -q -B 64 -b filesize:100000 -b duration:60 -b printname:stdout -w 17.pcapng');
    expect(args.some((arg) => arg.startsWith('files:'))).toBe(false);
  });

  test('cuts packets only when it is told to', () => {
    expect(dumpcapArguments({ ...options, snapLength: 96 }).join(' ')).toContain('-B 64 -s 96 -b');
  });

  test('carries the filter as one argument, whatever is in it', () => {
    expect(dumpcapArguments({ ...options, filter: 'port 53 or -w /etc/x' }).slice(-2)).toEqual(['-f', 'port 53 or -w /etc/x']);
  });

  test('of root drops everything but the two capabilities first', () => {
    const [file, args] = unprivileged('dumpcap', ['-i', 'eth0'], 0, null);
    expect(file).toBe('setpriv');
    expect(args).toEqual([
      `--reuid=${captureUid}`,
      `--regid=${captureUid}`,
      '--clear-groups',
      '--no-new-privs',
      '--pdeathsig=TERM',
      '--inh-caps=-all,+net_raw,+net_admin',
      '--ambient-caps=-all,+net_raw,+net_admin',
      '--bounding-set=-all,+net_raw,+net_admin',
      ...['dumpcap', '-i', 'eth0'],
    ]);
  });

  test('of root keeps the one group that may run dumpcap, where there is one', () => {
    expect(unprivileged('dumpcap', [], 0, 117)[1]).toContain('--groups=117');
  });

  test('of anybody else is dumpcap itself, which has its own rights or has none', () => {
    expect(unprivileged('dumpcap', ['-i', 'eth0'], 1000, null)).toEqual(['dumpcap', ['-i', 'eth0']]);
  });
});

describe('what dumpcap says', () => {
  /** Lines of dumpcap 4.0.17. */
  const read = (...lines: string[]) => {
    const report = new DumpcapReport();
    return { began: lines.map((line) => report.read(line)), report };
  };

  test('capturing has begun with its first file, once', () => {
    expect(read("Capturing on 'eth0'", 'File: ./1_00001.pcapng', 'File: ./1_00002.pcapng').began).toEqual([false, true, false]);
  });

  test('drops are what neither the kernel nor dumpcap could take', () => {
    const { report } = read(
      'Packets captured: 10',
      "Packets received/dropped on interface 'eth0': 10/3 (pcap:2/dumpcap:1/flushed:0/ps_ifdrop:0) (76.9%)",
    );
    expect(report).toMatchObject({ dropped: 3, reason: null });
  });

  test('an error is kept in its words, over its lines', () => {
    const { report } = read("Capturing on 'nosuch0'", 'dumpcap: There is no device named "nosuch0".', '(No such device exists)', '');
    expect(report.reason).toBe('There is no device named "nosuch0". (No such device exists)');
  });
});
